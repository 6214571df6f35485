//! Notes in a program the line it is at. jq does not say where a program failed, so behind each
//! `|`, `then` and `else`, and at the head of each definition, stands a call that says "now at line n" and passes its
//! input on. Lines stay as they are; the same call is what stops a program that never ends.

use jaq_core::load::{
    Lexer,
    lex::{Error, StrPart, Tok, Token},
};

/// The program with the line noted at every step.
pub(super) fn traced(code: &str) -> Result<String, Vec<Error<&str>>> {
    let tokens = Lexer::new(code).lex()?;
    let mut places = Vec::new();
    note(code, &tokens, &mut places);
    places.sort_unstable();
    let mut traced = String::with_capacity(code.len() + places.len() * 12);
    let (mut from, mut line) = (0, 1);
    for place in places {
        let passed = &code[from..place];
        line += passed.matches('\n').count();
        traced.push_str(passed);
        traced.push_str(" _at(");
        // What stands on the next line is what fails there.
        let rest = &code[place..];
        let blank = &rest[..rest.len() - rest.trim_start().len()];
        traced.push_str(&(line + blank.matches('\n').count()).to_string());
        traced.push_str(")|");
        from = place;
    }
    traced.push_str(&code[from..]);
    Ok(traced)
}

/// Finds the places behind which a step begins.
fn note<'a>(code: &'a str, tokens: &[Token<&'a str>], places: &mut Vec<usize>) {
    let behind = |part: &str| jaq_core::load::span(code, part).end;
    let mut defines = false;
    for (at, Token(text, token)) in tokens.iter().enumerate() {
        let begins = jaq_core::load::span(code, text).start;
        let is_field = at > 0 && tokens[at - 1].0 == "." && behind(tokens[at - 1].0) == begins;
        let after = tokens.get(at + 1).map(|token| token.0);
        match token {
            Tok::Word if *text == "def" => defines = true,
            // As words of the language, not as the names of fields.
            Tok::Word if matches!(*text, "then" | "else") && !is_field && after != Some(":") => {
                places.push(behind(text));
            }
            Tok::Sym if *text == ":" && defines => {
                defines = false;
                places.push(behind(text));
            }
            Tok::Sym if *text == "|" => places.push(behind(text)),
            Tok::Block(inner) => note(code, inner, places),
            Tok::Str(parts) => {
                for part in parts {
                    if let StrPart::Term(term) = part {
                        note(code, std::slice::from_ref(term), places);
                    }
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_is_noted_with_its_line() {
        let code = "{then: .else, a: if . then 1 else\n2 end}";
        assert_eq!(
            traced(code).unwrap(),
            "{then: .else, a: if . then _at(1)| 1 else _at(2)|\n2 end}"
        );

        let code = "# a | b\ndef f($x; g):\n  .a |= 1 | g;\n\"x | \\(.b | f(1; .))\"";

        assert_eq!(
            traced(code).unwrap(),
            "# a | b\ndef f($x; g): _at(3)|\n  .a |= 1 | _at(3)| g;\n\"x | \\(.b | _at(4)| f(1; .))\""
        );
    }
}
