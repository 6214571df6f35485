//! What two people's rows become when they turn out to be one person: what the survivor lacks is
//! filled in, nothing they have is replaced, and a wish not to be contacted is never loosened.

use chrono::{DateTime, TimeDelta, Utc};
use entity::person::Model;
use serde::{Deserialize, Serialize};

use super::text;

/// How long a merge can be undone.
pub const UNDOABLE_FOR: TimeDelta = TimeDelta::days(30);

/// A field in which the two differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The field, as the API spells it.
    pub field: String,
    /// What the survivor has, which stays.
    pub kept: String,
    /// What the merged person had, which is lost but for an undo.
    pub lost: String,
}

/// The survivor's row after a merge.
#[derive(Clone, Debug, PartialEq)]
pub struct Filled {
    /// The row.
    pub person: Model,
    /// The fields that the merged person brought, as the API spells them.
    pub filled: Vec<&'static str>,
    /// The fields in which the two differ.
    pub conflicts: Vec<Conflict>,
}

impl Filled {
    /// Takes over the other's value where there is none, and notes where both have one.
    fn take<T: Clone + PartialEq>(
        &mut self,
        field: &'static str,
        own: impl Fn(&mut Model) -> &mut Option<T>,
        other: Option<&T>,
        shown: impl Fn(&T) -> String,
    ) {
        let (Some(other), own) = (other, own(&mut self.person)) else {
            return;
        };
        match own {
            None => {
                *own = Some(other.clone());
                self.filled.push(field);
            }
            Some(own) if own == other => {}
            Some(own) => {
                let kept = shown(own);
                self.conflict(field, kept, shown(other));
            }
        }
    }

    fn conflict(&mut self, field: &str, kept: String, lost: String) {
        self.conflicts.push(Conflict {
            field: field.to_owned(),
            kept,
            lost,
        });
    }
}

/// The last moment at which a merge can be undone.
pub fn undoable_until(merged_at: DateTime<Utc>) -> DateTime<Utc> {
    merged_at + UNDOABLE_FOR
}

/// The survivor's row with what the merged person brings. What is derived is not looked at.
pub fn fill(survivor: &Model, merged: &Model) -> Filled {
    let mut filled = Filled {
        person: survivor.clone(),
        filled: Vec::new(),
        conflicts: Vec::new(),
    };
    fill_hats(&mut filled, merged);
    fill_names(&mut filled, merged);
    fill_place(&mut filled, merged);
    filled.take(
        "owner",
        |person| &mut person.owner_id,
        merged.owner_id.as_ref(),
        ToString::to_string,
    );
    fill_do_not_contact(&mut filled, merged);
    fill_cadence(&mut filled, merged);
    fill_schedule(&mut filled, merged);
    filled
}

fn fill_hats(filled: &mut Filled, merged: &Model) {
    let person = &mut filled.person;
    let before = (person.is_candidate, person.is_contact);
    person.is_candidate |= merged.is_candidate;
    person.is_contact |= merged.is_contact;
    if before != (person.is_candidate, person.is_contact) {
        filled.filled.push("hats");
    }
}

fn fill_names(filled: &mut Filled, merged: &Model) {
    let text = String::clone;
    if filled.person.name_key != merged.name_key {
        let kept = filled.person.name.clone();
        filled.conflict("name", kept, merged.name.clone());
    }
    filled.take(
        "givenName",
        |person| &mut person.given_name,
        merged.given_name.as_ref(),
        text,
    );
    filled.take(
        "familyName",
        |person| &mut person.family_name,
        merged.family_name.as_ref(),
        text,
    );
    filled.take(
        "headline",
        |person| &mut person.headline,
        merged.headline.as_ref(),
        text,
    );
}

/// A place is one thing: parts of two places would make a third. So it is completed only where all
/// that both say of it agrees.
fn fill_place(filled: &mut Filled, merged: &Model) {
    let parts = |person: &Model| {
        [&person.city, &person.region, &person.country].map(|part| part.clone().unwrap_or_default())
    };
    let (ours, theirs) = (parts(&filled.person), parts(merged));
    let agree = ours.iter().zip(&theirs).all(|(ours, theirs)| {
        ours.is_empty() || theirs.is_empty() || text::fold(ours) == text::fold(theirs)
    });
    if !agree {
        let shown = |parts: [String; 3]| {
            let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            parts.join(", ")
        };
        filled.conflict("place", shown(ours), shown(theirs));
        return;
    }
    let person = &mut filled.person;
    let before = person.clone();
    if person.city.is_none() {
        person.city.clone_from(&merged.city);
        person.city_key.clone_from(&merged.city_key);
    }
    person.region = person.region.take().or_else(|| merged.region.clone());
    person.country = person.country.take().or_else(|| merged.country.clone());
    if *person != before {
        filled.filled.push("place");
    }
}

/// Whoever of the two must not be contacted, the one person must not.
fn fill_do_not_contact(filled: &mut Filled, merged: &Model) {
    if !merged.do_not_contact {
        return;
    }
    let person = &mut filled.person;
    if !person.do_not_contact {
        person.do_not_contact = true;
        person
            .do_not_contact_reason
            .clone_from(&merged.do_not_contact_reason);
        person.do_not_contact_since = merged.do_not_contact_since;
        filled.filled.push("doNotContact");
        return;
    }
    let earliest = [person.do_not_contact_since, merged.do_not_contact_since];
    person.do_not_contact_since = earliest.into_iter().flatten().min();
    filled.take(
        "doNotContactReason",
        |person| &mut person.do_not_contact_reason,
        merged.do_not_contact_reason.as_ref(),
        String::clone,
    );
}

/// The days and what they run from are one agreement.
fn fill_cadence(filled: &mut Filled, merged: &Model) {
    if filled.person.cadence_days.is_none() && merged.cadence_days.is_some() {
        filled.person.cadence_reset = merged.cadence_reset;
    }
    filled.take(
        "cadenceDays",
        |person| &mut person.cadence_days,
        merged.cadence_days.as_ref(),
        ToString::to_string,
    );
}

/// Of two dates for the next touch the one that was set last holds, as it would if both had been
/// set for one person.
fn fill_schedule(filled: &mut Filled, merged: &Model) {
    let Some(theirs) = merged.scheduled_touch_at else {
        return;
    };
    let person = &mut filled.person;
    let ours = person.scheduled_touch_at;
    if ours == Some(theirs) {
        return;
    }
    let is_newer = ours.is_none() || merged.scheduled_touch_set_at > person.scheduled_touch_set_at;
    if is_newer {
        person.scheduled_touch_at = Some(theirs);
        person.scheduled_touch_set_at = merged.scheduled_touch_set_at;
        filled.filled.push("nextTouchAt");
    }
    if let Some(ours) = ours {
        let (kept, lost) = if is_newer {
            (theirs, ours)
        } else {
            (ours, theirs)
        };
        let time = |at: DateTime<Utc>| at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
        filled.conflict("nextTouchAt", time(kept), time(lost));
    }
}

/// What undoing a merge leaves of the survivor's row: what the merge brought is as it was before,
/// unless it was changed since. What is derived is not looked at.
pub fn give_back(now: &Model, before: &Model, after: &Model) -> Model {
    let mut person = now.clone();
    macro_rules! back {
        ($(($($column:ident),+)),+ $(,)?) => { $(
            // What belongs together goes back together or stays together.
            if ($(&now.$column,)+) == ($(&after.$column,)+) {
                $(person.$column.clone_from(&before.$column);)+
            }
        )+ };
    }
    back!(
        (is_candidate),
        (is_contact),
        (given_name),
        (family_name),
        (headline),
        (city, city_key, region, country),
        (owner_id),
        (do_not_contact, do_not_contact_reason, do_not_contact_since),
        (cadence_days, cadence_reset),
        (scheduled_touch_at, scheduled_touch_set_at),
    );
    if !person.is_candidate && !person.is_contact {
        // The hat of their own was taken off since: then the other one is theirs.
        (person.is_candidate, person.is_contact) = (now.is_candidate, now.is_contact);
    }
    person
}

#[cfg(test)]
mod tests {
    use entity::enums::CadenceReset;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn at(day: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(day)
    }

    fn person(name: &str) -> Model {
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
}
