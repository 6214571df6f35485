//! Who is who, as it was found out: records that were given to a person by what they say, and people
//! who may be one. What is found is found by a sync (`sync::matching`); here it is read and decided.

mod join;
mod write;

use std::collections::HashMap;

use entity::{
    enums::{MatchEvidence, MatchState},
    match_suggestion, record_match,
};
use sea_orm::{ActiveEnum, ColumnTrait, Condition, QueryFilter, QueryOrder, Select};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{KeyValue, Page, PageArgs, Position, SortDirection, Store, order::Order, sql};
use crate::{error::Result, rules::matching::Finding};

/// Which suggestions are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct SuggestionFilter {
    /// What became of them; open ones, if nothing is said.
    pub state: Option<MatchState>,
    /// Those of which the strongest of what speaks for them is one of these; all, if empty.
    pub evidence: Vec<MatchEvidence>,
    /// Those of this person.
    pub person: Option<Uuid>,
}

/// Where a suggestion stands among all: the newest first.
pub fn position(row: &match_suggestion::Model) -> Position {
    vec![KeyValue::Id(row.id)]
}

/// Two people as a pair, which has one order.
pub(super) fn in_order(one: Uuid, other: Uuid) -> (Uuid, Uuid) {
    (one.min(other), one.max(other))
}

impl Store {
    /// A page of the suggestions, the newest first.
    pub async fn suggestions_page(
        &self,
        filter: &SuggestionFilter,
        args: &PageArgs,
    ) -> Result<Page<match_suggestion::Model>> {
        use match_suggestion::{Column, Entity};
        let order = Order::new(self.backend()).id((Entity, Column::Id), SortDirection::Descending);
        self.page(self.suggestions(filter), &order, args).await
    }

    /// How many suggestions there are.
    pub async fn suggestions_count(&self, filter: &SuggestionFilter) -> Result<u64> {
        self.count(self.suggestions(filter)).await
    }

    fn suggestions(&self, filter: &SuggestionFilter) -> Select<match_suggestion::Entity> {
        use match_suggestion::{Column, Entity};
        let state = filter.state.unwrap_or(MatchState::Open);
        let mut list = self.find::<Entity>().filter(Column::State.eq(state));
        if !filter.evidence.is_empty() {
            list = list.filter(Column::Strongest.is_in(filter.evidence.iter().copied()));
        }
        if let Some(person) = filter.person {
            let is_theirs = Condition::any()
                .add(Column::OneId.eq(person))
                .add(Column::OtherId.eq(person));
            list = list.filter(is_theirs);
        }
        list
    }

    /// The records that were given to each of the people by what they say, the newest first.
    pub async fn matches(
        &self,
        people: &[Uuid],
    ) -> Result<HashMap<Uuid, Vec<record_match::Model>>> {
        use record_match::{Column, Entity};
        let rows = self
            .find::<Entity>()
            .filter(sql::one_of(self.backend(), Column::PersonId, people))
            .order_by_desc(Column::Id);
        let mut matches: HashMap<Uuid, Vec<record_match::Model>> = HashMap::new();
        for row in rows.all(&self.conn).await? {
            matches.entry(row.person_id).or_default().push(row);
        }
        Ok(matches)
    }
}

/// What speaks for a suggestion, as it is stored.
pub(super) fn evidence_of(found: &[Finding]) -> Value {
    let each = found.iter();
    let each = each.map(|found| json!({ "evidence": found.evidence.to_value(), "key": found.key }));
    each.collect()
}

/// What is stored of what speaks for a suggestion.
pub fn found_of(evidence: &Value) -> Vec<Finding> {
    let each = evidence.as_array().into_iter().flatten();
    each.filter_map(|found| {
        let evidence = found["evidence"].as_str()?.to_owned();
        Some(Finding {
            evidence: MatchEvidence::try_from_value(&evidence).ok()?,
            key: found["key"].as_str()?.to_owned(),
        })
    })
    .collect()
}
