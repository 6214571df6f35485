//! Every built-in map on every sample of its system.

mod lists;

use std::{collections::BTreeMap, fs::File, path::Path, time::Duration};

use serde_json::{Value, json};

use super::BUILT_IN;
use crate::import::{
    produce::{Plan, Step, begin},
    program::{Given, Header, Program},
    read::{Format, Reading},
};

/// What a map makes of a sample.
struct Made {
    records: Vec<Value>,
    rejected: Vec<String>,
    left_out: usize,
}

impl Made {
    /// The record of that type and id; several are laid over each other as they come.
    fn record(&self, kind: &str, id: &str) -> Value {
        let mut all: Vec<_> = self
            .records
            .iter()
            .filter(|record| record["type"] == kind && record["id"] == id)
            .collect();
        // What was named in passing counts least.
        all.sort_by_key(|record| record["sourceUpdatedAt"] != "1970-01-01T00:00:00Z");
        assert!(
            !all.is_empty(),
            "there is no {kind} {id} in {:#?}",
            self.keys()
        );
        let mut whole = BTreeMap::new();
        for record in all {
            for (field, value) in record.as_object().unwrap() {
                whole.insert(field.clone(), value.clone());
            }
        }
        json!(whole)
    }

    fn keys(&self) -> Vec<String> {
        let key = |record: &Value| {
            format!(
                "{} {}",
                record["type"].as_str().unwrap(),
                record["id"].as_str().unwrap()
            )
        };
        let mut keys: Vec<_> = self.records.iter().map(key).collect();
        keys.sort();
        keys.dedup();
        keys
    }

    fn text(&self) -> String {
        self.records.iter().map(Value::to_string).collect()
    }
}

fn mapped(map: &str, sample: &str) -> Made {
    mapped_as(map, sample, None, &[])
}

fn mapped_as(map: &str, sample: &str, format: Option<Format>, set: &[(&str, &str)]) -> Made {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("samples")
        .join(sample);
    let program = Program::compile(super::built_in(map).unwrap()).unwrap();
    let header = program.header.clone();
    let plan = Plan {
        reading: Reading {
            format: format
                .or(Format::of_name(sample))
                .or(header.format)
                .unwrap(),
            encoding: header
                .encoding
                .or((sample == "people-csv/digital_hrms.csv").then_some(encoding_rs::WINDOWS_1252)),
            delimiter: header.delimiter,
        },
        program: Some(program),
        given: given(sample.rsplit('/').next().unwrap(), set, &header),
        system: header.system,
        time: Duration::from_secs(20),
    };
    let (mut steps, _) = begin(File::open(path).unwrap(), plan).unwrap();
    let mut made = Made {
        records: Vec::new(),
        rejected: Vec::new(),
        left_out: 0,
    };
    while let Some(step) = steps.blocking_recv() {
        match step {
            Step::Record(mapped) => made
                .records
                .push(serde_json::to_value(&mapped.record).unwrap()),
            Step::Rejected(reject) => made.rejected.push(reject.why.join("; ")),
            Step::LeftOut => made.left_out += 1,
            Step::Failed(why) => panic!("{sample}: {why}"),
            Step::State(_) | Step::Warning { .. } => {}
        }
    }
    made
}

fn given(file: &str, set: &[(&str, &str)], header: &Header) -> Given {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let set: Vec<_> = set.iter().map(owned).collect();
    Given::new(
        Some(file.to_owned()),
        &set,
        header.zone,
        header.region.clone(),
    )
}

/// What stands at a path of a record.
fn at<'a>(record: &'a Value, pointer: &str) -> &'a Value {
    record.pointer(pointer).unwrap_or(&Value::Null)
}

#[test]
fn every_map_compiles_and_names_its_system() {
    for (name, code) in BUILT_IN {
        let program = Program::compile(code).unwrap_or_else(|why| panic!("{name}: {why}"));

        assert_eq!(program.header.system.as_deref(), Some(name));
        assert!(program.header.format.is_some(), "{name}");
    }
}

#[test]
fn greenhouse_candidates_come_with_jobs_and_applications() {
    let made = mapped("greenhouse", "greenhouse/candidate.json");

    assert!(made.rejected.is_empty(), "{:?}", made.rejected);
    let person = made.record("candidate", "53883394");
    assert_eq!(at(&person, "/person/name"), "John Locke");
    assert_eq!(at(&person, "/person/emails/1/value"), "test@example.com");
    assert_eq!(at(&person, "/person/links/1/value"), "https://x.com/test");
    assert_eq!(
        at(&person, "/person/positions/0/companyName"),
        "The Tustin Box Company"
    );
    assert_eq!(at(&person, "/person/positions/1/startedOn"), "2012-08-15");
    assert_eq!(at(&person, "/person/place/country"), "US");
    assert_eq!(at(&person, "/person/owner/id"), "92120");
    assert_eq!(at(&person, "/person/doNotContact"), &Value::Null);
    let application = made.record("application", "69102626");
    assert_eq!(at(&application, "/application/outcome"), "NOT_SELECTED");
    assert_eq!(at(&application, "/application/job/id"), "149995");
    assert_eq!(at(&application, "/application/stage"), "Take Home Test");
    assert_eq!(
        at(&application, "/application/creditedToName"),
        "Joel Job Admin"
    );
    assert_eq!(
        made.record("job", "149995")["job"]["title"],
        "DevOps Engineer"
    );
    // Nobody referred anybody here: who is credited only sourced.
    assert!(
        made.keys().iter().all(|key| !key.starts_with("refer")),
        "{:?}",
        made.keys()
    );
    assert!(
        !made.text().contains("1000000000"),
        "custom fields stay away"
    );
}

#[test]
fn greenhouse_users_jobs_applications_and_sources_are_told_apart() {
    let job = mapped("greenhouse", "greenhouse/job.json").record("job", "6404");
    assert_eq!(at(&job, "/job/status"), "FILLED");
    assert_eq!(at(&job, "/job/owner/id"), "153448");
    let user = mapped("greenhouse", "greenhouse/user.json");
    assert!(user.keys()[0].starts_with("user "), "{:?}", user.keys());
    let application = mapped("greenhouse", "greenhouse/application.json");
    let record = application.record("application", "985314");
    assert_eq!(
        at(&record, "/application/concludedAt"),
        "2016-08-17T21:08:29.686Z"
    );
    assert!(
        !application.text().contains("1992-01-27"),
        "a birthday stays away"
    );
    assert_eq!(mapped("greenhouse", "greenhouse/source.json").left_out, 1);
}

#[test]
fn greenhouse_notes_keep_their_privacy_and_feeds_their_candidate() {
    let set = [("candidate", "53883394")];
    let made = mapped_as("greenhouse", "greenhouse/activity_feed.json", None, &set);

    assert_eq!(
        made.keys(),
        ["email 234675", "note 123456", "user 214", "user 512"]
    );
    let note = made.record("note", "123456");
    assert_eq!(at(&note, "/interaction/visibility"), "TEAM");
    assert_eq!(at(&note, "/interaction/people/0/id"), "53883394");
    let email = made.record("email", "234675");
    assert_eq!(at(&email, "/interaction/direction"), "OUTBOUND");
    let orphans = mapped("greenhouse", "greenhouse/activity_feed.json");
    assert!(
        orphans.rejected[0].contains("--set candidate=ID"),
        "{:?}",
        orphans.rejected
    );
}

#[test]
fn greenhouse_private_notes_arrive_private_in_every_spelling() {
    let program = Program::compile(super::built_in("greenhouse").unwrap()).unwrap();
    let meter = crate::import::program::Meter::new(Duration::from_secs(20), 8 << 20);
    for (extra, visibility) in [
        (r#""visibility":"public""#, "TEAM"),
        (r#""visibility":"admin_only""#, "PRIVATE"),
        (r#""visiblity":"private""#, "PRIVATE"),
        (r#""visibility":"public","private":true"#, "PRIVATE"),
    ] {
        let note = format!(
            r#"{{"id":1,"candidate_id":2,"body":"x","created_at":"2026-01-01T00:00:00Z",{extra}}}"#
        );
        let note = jaq_json::read::parse_single(note.as_bytes()).unwrap();
        let given = Given::new(None, &[], None, None);
        let mut made = Vec::new();
        program
            .run(&meter, note, given, &mut |json| made.push(json))
            .unwrap();
        let made: Value = serde_json::from_str(&made[0]).unwrap();
        assert_eq!(at(&made, "/interaction/visibility"), visibility, "{extra}");
    }
}

#[test]
fn greenhouse_hooks_delete_merge_and_refer() {
    let hook = |name: &str| mapped("greenhouse", &format!("greenhouse/webhooks/{name}.json"));

    let deleted = hook("delete_candidate");
    assert_eq!(deleted.record("candidate", "37031511")["deleted"], true);
    assert_eq!(deleted.record("application", "46196258")["deleted"], true);
    assert_eq!(
        hook("delete_application").record("application", "46194062")["deleted"],
        true
    );
    assert_eq!(
        hook("candidate_anonymized").record("candidate", "37031511")["deleted"],
        true
    );
    assert_eq!(
        hook("interview_deleted").record("interview", "31087450")["deleted"],
        true
    );
    let merged = hook("merge_candidate").record("candidate", "457456");
    assert_eq!(at(&merged, "/aliases/0/id"), "37031511");
    let hired = hook("hire_candidate");
    assert_eq!(
        at(
            &hired.record("application", "46194062"),
            "/application/outcome"
        ),
        "HIRED"
    );
    assert_eq!(
        at(&hired.record("candidate", "35897443"), "/person/name"),
        "Johnny Smith"
    );
    let moved = hook("candidate_stage_change");
    assert_eq!(
        at(&moved.record("application", "265277"), "/application/stage"),
        "Assessment"
    );
    let prospect = hook("new_prospect_application");
    assert!(
        prospect
            .keys()
            .iter()
            .all(|key| !key.starts_with("application")),
        "no job, no application"
    );
    for name in [
        "new_candidate_application",
        "reject_candidate",
        "update_candidate",
    ] {
        let made = hook(name);
        assert!(
            made.rejected.is_empty() && !made.records.is_empty(),
            "{name}: {:?}",
            made.rejected
        );
    }
}

#[test]
fn lever_opportunities_of_one_contact_are_one_person() {
    for (sample, format) in [
        ("lever/airbyte_records.jsonl", Format::Airbyte),
        ("singer/lever.singer", Format::Singer),
    ] {
        let made = mapped_as("lever", sample, Some(format), &[]);

        let of_contact = made
            .records
            .iter()
            .filter(|record| at(record, "/aliases/0/id") == "935c7a34-98dd-4e04-b87b-512cf28c274f");
        assert!(of_contact.clone().count() >= 2, "{sample}");
        assert!(
            of_contact
                .clone()
                .all(|record| record["type"] == "candidate")
        );
        let person = made.record("candidate", "784ff8e2-4536-4d65-8b29-e2dbeb0e8bef");
        assert_eq!(
            at(&person, "/person/links/1/value"),
            "https://www.linkedin.com/in/example-cher"
        );
        assert_eq!(at(&person, "/person/place/city"), "San Francisco");
        assert_eq!(at(&person, "/person/tags/1"), "Airbyte");
        let applied = made.records.iter().find(|record| {
            record["id"] == "7bf8c1ac-4a68-450f-bea0-a1e2c3f5aeaf"
                && !record["application"]["changes"].is_null()
        });
        let applied = applied.unwrap_or_else(|| panic!("{:#?}", (&made.records, &made.rejected)));
        assert_eq!(at(applied, "/application/outcome"), "NOT_SELECTED");
        assert_eq!(
            at(applied, "/application/changes/0/changedAt"),
            "2021-08-09T12:17:31.089Z"
        );
        assert!(
            made.text().contains("f45efa75-63f3-466c-93c2-643d3147968d"),
            "the job is known"
        );
        let referral = made.record("referral", "26b81f68-57e4-403f-ad3d-5d6eb8bb213e");
        assert_eq!(
            at(&referral, "/referral/referrer/id"),
            "fef0f830-2f3d-4217-9027-14519997bbb3"
        );
        assert_eq!(
            at(&referral, "/referral/referred"),
            &json!({"type": "candidate", "id": "7bf8c1ac-4a68-450f-bea0-a1e2c3f5aeaf"})
        );
        // The note and the interview have lost their opportunity, and nobody told it.
        assert_eq!(made.rejected.len(), 2, "{:?}", made.rejected);
        assert!(
            made.rejected[0].contains("names no opportunity"),
            "{:?}",
            made.rejected
        );
    }
}

#[test]
fn lever_notes_and_interviews_take_their_opportunity_from_outside() {
    let set = [("opportunity", "784ff8e2-4536-4d65-8b29-e2dbeb0e8bef")];
    let made = mapped_as(
        "lever",
        "lever/airbyte_records.jsonl",
        Some(Format::Airbyte),
        &set,
    );

    assert!(made.rejected.is_empty(), "{:?}", made.rejected);
    let note = made.record("note", "6188f58d-168a-4aa2-a6dd-f267bc392165");
    assert_eq!(at(&note, "/interaction/visibility"), "PRIVATE");
    assert_eq!(at(&note, "/interaction/people/0/id"), set[0].1);
    let interview = made.record("interview", "8a6b585d-a17a-482d-b147-dbda7590a582");
    assert_eq!(at(&interview, "/interaction/durationMinutes"), 30);
}

#[test]
fn bamboohr_keeps_the_words_of_who_referred() {
    let list = mapped("bamboohr", "bamboohr/applications_list.json");
    assert_eq!(
        list.records.len(),
        9,
        "three applications with person and job"
    );
    let detail = mapped("bamboohr", "bamboohr/application_details.json");

    let application = detail.record("application", "60");
    assert_eq!(at(&application, "/application/creditedToName"), "Pat Holm");
    assert_eq!(
        at(&application, "/application/changes/0/stage"),
        "Schedule Phone Screen"
    );
    assert_eq!(
        at(&detail.record("referral", "60"), "/referral/referrerName"),
        "Pat Holm"
    );
    let person = detail.record("applicant", "110");
    assert_eq!(
        at(&person, "/person/links/0/value"),
        "https://www.linkedin.com/in/example-kim-hughes"
    );
    assert_eq!(
        mapped("bamboohr", "bamboohr/webhook_employee_updated.json").left_out,
        1
    );
}

#[test]
fn frappe_applicants_and_referrals_are_of_one_person() {
    let applicant = mapped("frappe", "frappe/job_applicant.json");
    let person = applicant.record("applicant", "HR-APP-2026-00001");
    assert_eq!(
        at(&person, "/aliases/0"),
        &json!({"type": "referred", "id": "HR-REF-0001"})
    );
    assert_eq!(at(&person, "/person/place/country"), "IN");
    assert_eq!(at(&person, "/sourceUpdatedAt"), "2026-01-06T09:00:00Z");
    assert_eq!(at(&person, "/person/phones/0/value"), "+91 22 5550 0100");
    let application = applicant.record("application", "HR-APP-2026-00001");
    assert_eq!(
        at(&application, "/application/appliedAt"),
        "2026-01-05T10:11:12.123456Z"
    );

    let referral = mapped("frappe", "frappe/employee_referral.json");
    let record = referral.record("employee_referral", "HR-REF-0001");
    assert_eq!(at(&record, "/referral/note"), "Former team mate");
    assert_eq!(at(&record, "/referral/status"), "CONTACTED");
    assert_eq!(at(&record, "/referral/referrer/id"), "HR-EMP-00007");
    assert_eq!(
        at(&referral.record("employee", "HR-EMP-00007"), "/person/name"),
        "Tom Ek"
    );
}

#[test]
fn merge_pages_keep_privacy_and_the_ids_behind() {
    let candidate = "0b1f3d1c-1111-4c1e-9a53-0d1a1d9a0001";
    let made = mapped_as(
        "merge",
        "merge/candidates_page.json",
        None,
        &[("remote", "greenhouse")],
    );
    let person = made.record("candidate", candidate);
    assert_eq!(
        at(&person, "/aliases/0"),
        &json!({"system": "greenhouse", "type": "candidate", "id": "21198"})
    );
    assert_eq!(at(&person, "/person/emails/0/label"), "PERSONAL");

    let activity = mapped("merge", "merge/activities_page.json");
    let note = activity.record("activity", "0b1f3d1c-6666-4c1e-9a53-0d1a1d9a0006");
    assert_eq!(at(&note, "/interaction/visibility"), "PRIVATE");

    let applied = mapped("merge", "merge/applications_page.json");
    let referral = applied.record("referral", "0b1f3d1c-2222-4c1e-9a53-0d1a1d9a0002");
    assert_eq!(at(&referral, "/referral/referred/id"), candidate);
}

#[test]
fn opencats_exports_have_a_key_and_whole_days() {
    let grid = mapped("opencats", "opencats/datagrid_export.csv");
    assert!(grid.rejected.is_empty(), "{:?}", grid.rejected);
    let person = grid.record("candidate_row", "paul.gorman@example.com");
    assert_eq!(at(&person, "/sourceUpdatedAt"), "2026-01-06T00:00:00Z");
    assert_eq!(at(&person, "/person/tags"), &json!(["php", "mysql"]));
    assert_eq!(at(&person, "/person/owner/id"), "ann archer");
    let note = grid.record("candidate_row_note", "sven@example.org");
    assert_eq!(at(&note, "/interaction/body"), "two\nlines");
    assert_eq!(
        at(
            &grid.record("candidate_row", "sven@example.org"),
            "/person/name"
        ),
        "Sven Åkesson"
    );

    let legacy = mapped("opencats", "opencats/legacy_export.csv");
    assert_eq!(
        at(&legacy.record("candidate", "13"), "/person/phones/0/label"),
        "mobile"
    );
}

#[test]
fn a_json_resume_is_one_person() {
    let made = mapped("jsonresume", "jsonresume/sample.resume.json");

    let person = made.record("resume", "richard.hendriks@mail.com");
    assert_eq!(at(&person, "/person/phones/0/value"), "+19125554321");
    assert_eq!(at(&person, "/person/positions/0/startedOn"), "2013-12-01");
    assert_eq!(at(&person, "/sourceUpdatedAt"), "2017-12-24T15:53:00Z");
    // The bare address of a site is nobody's profile.
    assert!(!made.text().contains("twitter"));
    assert!(!made.text().contains("Erlich"), "third people stay away");
}

#[test]
fn spreadsheets_of_hr_systems_come_in_without_what_the_law_protects() {
    let made = mapped("people-csv", "people-csv/digital_hrms.csv");
    assert!(made.rejected.is_empty(), "{:?}", made.rejected);
    let person = made.record("candidate", "00417");
    assert_eq!(at(&person, "/person/name"), "Meera Nair");
    assert_eq!(at(&person, "/person/phones/0/value"), "+919822005550");
    assert_eq!(
        at(&person, "/person/place"),
        &json!({"city": "Pune", "country": "IN"})
    );
    assert_eq!(at(&person, "/person/owner/id"), "renée archer");
    let application = made.record("application", "00417|platform engineer");
    assert_eq!(
        at(&application, "/application/appliedAt"),
        "2026-01-14T00:00:00Z"
    );
    assert_eq!(at(&application, "/application/stage"), "Interview");
    assert_eq!(
        at(&made.record("referral", "00417"), "/referral/referrerName"),
        "Tom Ek"
    );
    assert_eq!(
        at(&made.record("candidate", "00418"), "/person/emails"),
        &Value::Null
    );
    assert!(!made.text().contains("1991") && !made.text().contains("2400000"));

    let set = [("hat", "contact"), ("type", "employee")];
    let made = mapped_as("people-csv", "people-csv/beehive_employees.csv", None, &set);
    let person = made.record("employee", "BH-0008");
    assert_eq!(at(&person, "/person/name"), "Kavya Shah");
    assert_eq!(at(&person, "/person/hats"), &json!(["CONTACT"]));
    assert_eq!(at(&person, "/person/positions/0/startedOn"), "2021-06-15");
    assert!(!made.text().contains("1988") && !made.text().contains("O+"));
}
