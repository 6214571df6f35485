use std::time::Duration;

use super::*;

fn given() -> Given {
    Given {
        line: 7,
        ..Given::new(None, &[], None, None)
    }
}

fn ran(code: &str, record: &str) -> Result<Vec<String>, Fault> {
    let (code, record) = (code.to_owned(), record.to_owned());
    let run = move || {
        let program = Program::compile(&code).unwrap();
        let meter = Meter::new(Duration::from_secs(1), 12 << 20);
        let record = jaq_json::read::parse_single(record.as_bytes()).unwrap();
        let mut made = Vec::new();
        program.run(&meter, record, given(), &mut |record| made.push(record))?;
        Ok(made)
    };
    let thread = std::thread::Builder::new().stack_size(16 << 20);
    thread.spawn(run).unwrap().join().unwrap()
}

fn refused(code: &str) -> String {
    match Program::compile(code) {
        Ok(_) => panic!("accepted: {code}"),
        Err(why) => why.to_string(),
    }
}

#[test]
fn a_record_becomes_none_or_several() {
    let code = "if .skip then empty else {a: .id | id}, {b: $line} end";

    assert_eq!(ran(code, "{\"skip\":true}").unwrap(), Vec::<String>::new());
    assert_eq!(
        ran(code, "{\"id\":123456789012345678901}").unwrap(),
        ["{\"a\":\"123456789012345678901\"}", "{\"b\":7}"]
    );
}

#[test]
fn tracing_leaves_paths_and_updates_as_they_are() {
    let code =
        "def f: .a | .b; (f | .c) |= 3 | .d = ([.x[] | select(. > 1)] | length) | del(.x | .[0])";

    assert_eq!(
        ran(code, "{\"x\":[1,2],\"a\":{\"b\":{}}}").unwrap(),
        ["{\"x\":[2],\"a\":{\"b\":{\"c\":3}},\"d\":1}"]
    );
}

#[test]
fn a_fault_in_the_text_is_told_with_its_line() {
    assert_eq!(
        refused(".a |\n  emial"),
        "line 2: there is no filter `emial`"
    );
    assert_eq!(refused("\n\n$who"), "line 3: there is no variable `$who`");
    assert!(
        refused("{a: 1\n").contains("line 1"),
        "{}",
        refused("{a: 1\n")
    );
    assert!(
        refused(".a |\n\nif . then").contains("line 3"),
        "{}",
        refused(".a |\n\nif . then")
    );
    assert!(refused("include \"x\"; .").contains("includes no other"));
    for outside in [
        "env",
        "$ENV",
        "halt",
        "input",
        "debug",
        "stderr",
        "\"x\" | getpath(1;2)",
    ] {
        assert!(Program::compile(outside).is_err(), "{outside}");
    }
}

#[test]
fn a_fault_in_the_run_is_told_with_its_line() {
    let code = "{a: 1}\n| .a\n| .b\n| .c";
    let fault = ran(code, "{}").unwrap_err();
    assert!(
        fault.why.ends_with("(near line 3 of the program)"),
        "{fault:?}"
    );

    let fault = ran("1,\n2", "{}").unwrap_err();
    assert_eq!(fault.why, "it yields 1, which is no record");

    let fault = ran(".id\n| refuse(\"no person is named\")", "{}").unwrap_err();
    assert_eq!(fault.why, "no person is named (near line 2 of the program)");
    assert!(!fault.ends_all);
}

#[test]
fn a_program_that_never_ends_is_stopped() {
    for code in [
        "def f: f; f",
        "def f: . as $x | f; f",
        "def f: try f catch f; f",
        "[repeat(1)]",
        "[.[\"a\"] | recurse(.)]",
        "last(range(1; 1e18))",
        "[range(1; infinite)]",
        "repeat({})",
        "until(false; .)",
        "[while(true; .)]",
        "reduce repeat(1) as $x (0; . + 1)",
        "label $out | foreach repeat(1) as $x (0; . + 1; empty)",
        "def f: 1 + f; f",
        "def f: [f]; f",
    ] {
        let fault = ran(code, "{}").unwrap_err();
        assert!(fault.ends_all, "{code}: {fault:?}");
    }
}
