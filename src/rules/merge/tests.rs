//! What is filled, what is lost, and what an undo gives back.

use entity::enums::CadenceReset;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn at(day: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(day)
}

/// A candidate of whom no more than the name is known.
pub(crate) fn person(name: &str) -> Model {
    Model {
        tenant_id: Uuid::nil(),
        id: Uuid::nil(),
        is_candidate: true,
        is_contact: false,
        name: name.to_owned(),
        name_key: text::fold(name),
        given_name: None,
        family_name: None,
        headline: None,
        city: None,
        city_key: None,
        region: None,
        country: None,
        owner_id: None,
        do_not_contact: false,
        do_not_contact_reason: None,
        do_not_contact_since: None,
        cadence_days: None,
        cadence_reset: CadenceReset::Outreach,
        scheduled_touch_at: None,
        scheduled_touch_set_at: None,
        last_touch_at: None,
        last_inbound_at: None,
        last_outbound_at: None,
        awaiting_reply_since: None,
        waiting_on_them_since: None,
        next_touch_at: None,
        news_owed_since: None,
        promise_due_at: None,
        keeper_id: None,
        past_depth: 0,
        version: 1,
        created_at: at(0),
        updated_at: at(0),
    }
}

fn at_home(city: Option<&str>, country: Option<&str>) -> Model {
    Model {
        city: city.map(String::from),
        city_key: city.map(text::fold),
        country: country.map(String::from),
        ..person("Ada Finch")
    }
}

#[test]
fn what_the_survivor_lacks_is_filled_and_what_they_have_stays() {
    let survivor = Model {
        headline: Some("Maker".into()),
        ..person("Ada Finch")
    };
    let merged = Model {
        is_contact: true,
        given_name: Some("Ada".into()),
        headline: Some("Baker".into()),
        cadence_days: Some(14),
        cadence_reset: CadenceReset::Spoken,
        ..person("A. Finch")
    };

    let filled = fill(&survivor, &merged);

    assert_eq!(filled.filled, ["hats", "givenName", "cadenceDays"]);
    let lost: Vec<_> = filled.conflicts.iter().map(|c| c.lost.as_str()).collect();
    assert_eq!(lost, ["A. Finch", "Baker"]);
    assert_eq!(filled.person.headline.as_deref(), Some("Maker"));
    assert_eq!(filled.person.cadence_reset, CadenceReset::Spoken);
    assert!(filled.person.is_contact);
}

#[test]
fn a_place_is_completed_but_never_mixed() {
    for (ours, theirs, city, conflicts) in [
        ((None, None), (Some("Cork"), Some("IE")), Some("Cork"), 0),
        (
            (None, Some("IE")),
            (Some("Cork"), Some("IE")),
            Some("Cork"),
            0,
        ),
        ((None, Some("GB")), (Some("Cork"), Some("IE")), None, 1),
        (
            (Some("Cork"), None),
            (Some("CORK"), Some("IE")),
            Some("Cork"),
            0,
        ),
    ] {
        let filled = fill(&at_home(ours.0, ours.1), &at_home(theirs.0, theirs.1));

        assert_eq!(filled.person.city.as_deref(), city, "{ours:?} {theirs:?}");
        assert_eq!(filled.conflicts.len(), conflicts, "{ours:?} {theirs:?}");
    }
}

#[test]
fn the_date_that_was_set_last_holds() {
    let with = |on, set_on| Model {
        scheduled_touch_at: Some(at(on)),
        scheduled_touch_set_at: Some(at(set_on)),
        ..person("Ada Finch")
    };

    let newer = fill(&with(20, 3), &with(10, 5));
    let older = fill(&with(20, 5), &with(10, 3));

    assert_eq!(newer.person.scheduled_touch_at, Some(at(10)));
    assert_eq!(older.person.scheduled_touch_at, Some(at(20)));
    assert_eq!(newer.conflicts.len(), 1);
    assert_eq!(newer.conflicts[0].field, "nextTouchAt");
}

#[test]
fn what_was_changed_since_is_not_given_back() {
    let before = person("Ada Finch");
    let merged = Model {
        headline: Some("Baker".into()),
        do_not_contact: true,
        ..person("Ada Finch")
    };
    let after = fill(&before, &merged).person;
    let now = Model {
        headline: Some("Master baker".into()),
        ..after.clone()
    };

    let back = give_back(&now, &before, &after);

    assert_eq!(back.headline.as_deref(), Some("Master baker"));
    assert!(!back.do_not_contact);
}

fn some_person() -> impl Strategy<Value = Model> {
    let word = || {
        proptest::option::of(prop_oneof![
            Just("Cork".to_owned()),
            Just("Kerry".to_owned())
        ])
    };
    let day = || proptest::option::of((0_i64..9).prop_map(at));
    (
        (any::<bool>(), any::<bool>(), any::<bool>()),
        (word(), word(), word(), word()),
        (proptest::option::of(1..99_i32), day(), day(), day()),
    )
        .prop_map(|(flags, words, times)| Model {
            is_candidate: flags.0 || !flags.1,
            is_contact: flags.1,
            do_not_contact: flags.2,
            do_not_contact_since: times.1.filter(|_| flags.2),
            headline: words.0,
            city_key: words.1.as_deref().map(text::fold),
            city: words.1,
            region: words.2,
            country: words.3,
            cadence_days: times.0,
            scheduled_touch_at: times.2,
            scheduled_touch_set_at: times.2.and(times.3),
            ..person("Ada Finch")
        })
}

proptest! {
    #[test]
    fn a_merge_never_loosens_and_never_takes(ours in some_person(), theirs in some_person()) {
        let filled = fill(&ours, &theirs).person;

        prop_assert_eq!(filled.do_not_contact, ours.do_not_contact || theirs.do_not_contact);
        prop_assert!(ours.headline.is_none() || filled.headline == ours.headline);
        prop_assert!(ours.city.is_none() || filled.city == ours.city);
        prop_assert!(filled.is_candidate >= ours.is_candidate);
    }

    #[test]
    fn merging_the_same_again_brings_nothing(ours in some_person(), theirs in some_person()) {
        let once = fill(&ours, &theirs).person;

        let twice = fill(&once, &theirs);

        prop_assert_eq!(twice.filled, Vec::<&str>::new());
        prop_assert_eq!(twice.person, once);
    }

    #[test]
    fn an_undo_at_once_restores_all(ours in some_person(), theirs in some_person()) {
        let after = fill(&ours, &theirs).person;

        prop_assert_eq!(give_back(&after, &ours, &after), ours);
    }
}
