//! Who decides a field: the other system, the recruiters here, or both together. What a system said
//! last time is kept, so that an edit made here is told from a value that it sent.

use serde_json::{Map, Value};

/// A list to which both sides add: what the source added or took away since last time is done, and
/// what was added or taken away here stays so. The source's order comes first.
pub(super) fn union<T: Clone, K: PartialEq>(
    stored: &[T],
    before: &[T],
    said: &[T],
    key: impl Fn(&T) -> K,
) -> Vec<T> {
    let has = |list: &[T], item: &T| list.iter().any(|other| key(other) == key(item));
    let taken_away_here = |item: &T| has(before, item) && !has(stored, item);
    let mut merged: Vec<T> = Vec::new();
    for item in said.iter().filter(|item| !taken_away_here(item)) {
        if !has(&merged, item) {
            merged.push(item.clone());
        }
    }
    let added_here = |item: &&T| !has(before, item) && !has(said, item);
    merged.extend(stored.iter().filter(added_here).cloned());
    merged
}

/// A field that recruiters decide once they have touched it: what the source says counts while the
/// stored value is the one it said before, or there is none.
pub(super) fn local<T: Clone + PartialEq>(
    stored: &Option<T>,
    before: Option<&Option<T>>,
    said: Option<&Option<T>>,
) -> Option<T> {
    let is_untouched = match before {
        Some(before) => before == stored,
        None => stored.is_none(),
    };
    match said {
        Some(said) if is_untouched => said.clone(),
        _ => stored.clone(),
    }
}

/// What a record says by now: what it said before, and over it what it says this time.
pub(super) fn overlay(before: Option<&Value>, said: &Value) -> Value {
    match (before, said) {
        (Some(Value::Object(before)), Value::Object(said)) => {
            let mut all = before.clone();
            all.extend(said.clone());
            Value::Object(all)
        }
        _ => said.clone(),
    }
}

/// Lists that several records of one node fill together.
const JOINED: [&str; 6] = ["hats", "emails", "phones", "links", "tags", "communities"];

/// What several records say of one node together, the one that counts most last. A null or an
/// empty list takes no other record's word away, and nobody who must not be contacted may be.
pub(super) fn together<'a>(views: impl IntoIterator<Item = &'a Value>) -> Value {
    let mut all = Map::new();
    for view in views {
        let Value::Object(view) = view else { continue };
        for (field, value) in view {
            let known = all.get(field);
            let value = match (known, value) {
                (Some(known), Value::Null) => known.clone(),
                (Some(known), Value::Array(items)) if items.is_empty() => known.clone(),
                (Some(Value::Array(known)), Value::Array(items))
                    if JOINED.contains(&field.as_str()) =>
                {
                    Value::Array(items.iter().chain(known).cloned().collect())
                }
                (Some(Value::Bool(true)), Value::Bool(false)) => Value::Bool(true),
                _ => value.clone(),
            };
            all.insert(field.clone(), value);
        }
    }
    Value::Object(all)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn merged(stored: &[i32], before: &[i32], said: &[i32]) -> Vec<i32> {
        union(stored, before, said, |item| *item)
    }

    #[test]
    fn both_sides_add_to_a_list_and_take_away_from_it() {
        assert_eq!(merged(&[], &[], &[1, 2]), [1, 2]);
        assert_eq!(merged(&[1, 2, 9], &[1, 2], &[1, 2]), [1, 2, 9]);
        assert_eq!(merged(&[1, 9], &[1, 2], &[1, 2]), [1, 9]);
        assert_eq!(merged(&[1, 2, 9], &[1, 2], &[2, 3]), [2, 3, 9]);
        assert_eq!(merged(&[9, 1], &[], &[1, 1]), [1, 9]);
    }

    #[test]
    fn an_edit_made_here_stays() {
        assert_eq!(local(&None, None, Some(&Some(1))), Some(1));
        assert_eq!(local(&Some(2), None, Some(&Some(1))), Some(2));
        assert_eq!(local(&Some(1), Some(&Some(1)), Some(&Some(3))), Some(3));
        assert_eq!(local(&Some(1), Some(&Some(1)), Some(&None)), None);
        assert_eq!(local(&Some(2), Some(&Some(1)), Some(&Some(3))), Some(2));
        assert_eq!(local(&None, Some(&Some(1)), Some(&Some(3))), None);
        assert_eq!(local(&Some(1), Some(&Some(1)), None), Some(1));
    }

    #[test]
    fn several_records_speak_of_one_node_in_one_order() {
        let (one, other) = (
            json!({"name": "Jo Reed", "headline": "Fitter", "tags": ["a"], "doNotContact": true}),
            json!({"name": "Jo B. Reed", "headline": null, "tags": ["b"], "doNotContact": false}),
        );

        assert_eq!(
            together([&one, &other]),
            json!({
                "name": "Jo B. Reed", "headline": "Fitter", "tags": ["b", "a"],
                "doNotContact": true,
            })
        );
    }
}
