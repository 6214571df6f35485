//! Lists of which no real sample is to be had: records made up in the documented shape.

use serde_json::{Value, json};

use super::{at, mapped};

#[test]
fn greenhouse_v3_lists_come_flat_and_find_each_other() {
    let candidates = mapped("greenhouse", "greenhouse/v3/candidates.json");
    let applications = mapped("greenhouse", "greenhouse/v3/applications.json");

    let marlo = candidates.record("candidate", "5550000000001");
    assert_eq!(at(&marlo, "/person/name"), "Marlo Finch");
    assert_eq!(
        at(&marlo, "/person/owner"),
        &json!({"type": "user", "id": "9001"})
    );
    assert_eq!(
        at(&marlo, "/person/emails/0/value"),
        "marlo.finch@example.com"
    );
    assert!(
        !candidates.text().contains("gender"),
        "{}",
        candidates.text()
    );
    let robin = candidates.record("candidate", "5550000000002");
    assert_eq!(at(&robin, "/person/doNotContact"), true);
    assert_eq!(
        applications.keys(),
        ["application 6001"],
        "a prospect applies for nothing"
    );
    let application = applications.record("application", "6001");
    let person = json!({"type": "candidate", "id": "5550000000001"});
    assert_eq!(at(&application, "/application/person"), &person);
    assert_eq!(
        at(&application, "/application/job"),
        &json!({"type": "job", "id": "7001"})
    );
    assert_eq!(at(&application, "/application/stage"), "Onsite");
    assert_eq!(at(&application, "/application/outcome"), "NOT_SELECTED");
    assert_eq!(
        at(&application, "/application/concludedAt"),
        "2026-01-30T15:00:00Z"
    );
}

#[test]
fn greenhouse_v3_notes_users_and_interviews_are_told_apart() {
    let notes = mapped("greenhouse", "greenhouse/v3/notes.json");
    let users = mapped("greenhouse", "greenhouse/v3/users.json");
    let interviews = mapped("greenhouse", "greenhouse/v3/interviews.json");

    for (id, visibility) in [("8001", "TEAM"), ("8002", "PRIVATE")] {
        let note = notes.record("note", id);
        assert_eq!(at(&note, "/interaction/visibility"), visibility);
        assert_eq!(at(&note, "/actor"), &json!({"type": "user", "id": "9001"}));
        assert_eq!(at(&note, "/interaction/people/0/id"), "5550000000001");
    }
    assert!(
        notes.text().contains("Asked for part time."),
        "{}",
        notes.text()
    );
    let ana = users.record("user", "9001");
    let expected = json!({"name": "Ana Lark", "email": "ana.lark@example.com"});
    assert_eq!(at(&ana, "/recruiter"), &expected);
    assert_eq!(
        interviews.keys(),
        ["interview 4001"],
        "what is to come is no touch"
    );
    let held = interviews.record("interview", "4001");
    assert_eq!(at(&held, "/interaction/occurredAt"), "2026-01-15T10:00:00Z");
    assert_eq!(at(&held, "/interaction/channel"), "INTERVIEW");
}

#[test]
fn opencats_activities_are_what_was_done() {
    let made = mapped("opencats", "opencats/activity.csv");

    let what = |id: &str| {
        let record = made.record("activity", id);
        let field = |name: &str| record["interaction"][name].clone();
        [field("channel"), field("outcome"), field("direction")]
            .map(|word: Value| word.as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(what("11"), ["CALL", "REACHED", "MUTUAL"]);
    assert_eq!(what("12"), ["CALL", "LEFT_MESSAGE", "MUTUAL"]);
    assert_eq!(what("13"), ["CALL", "NO_ANSWER", "MUTUAL"]);
    assert_eq!(what("14"), ["EMAIL", "REACHED", "OUTBOUND"]);
    assert_eq!(what("15"), ["NOTE", "REACHED", "INTERNAL"]);
    let talked = made.record("activity", "11");
    assert_eq!(
        at(&talked, "/interaction/people/0"),
        &json!({"type": "candidate", "id": "7"})
    );
    assert_eq!(
        at(&talked, "/interaction/occurredAt"),
        "2026-01-05T14:30:00Z"
    );
    assert_eq!(at(&talked, "/interaction/body"), "Talked about nights");
    assert_eq!(made.left_out, 1, "it hangs on a job");
    assert_eq!(made.rejected.len(), 1, "it was never");
    assert!(made.rejected[0].contains("no date"), "{:?}", made.rejected);
}
