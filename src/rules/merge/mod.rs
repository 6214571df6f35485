//! What two people's rows become when they turn out to be one person: what the survivor lacks is
//! filled in, nothing they have is replaced, and a wish not to be contacted is never loosened.

#[cfg(test)]
pub(crate) mod tests;

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
