//! The touches that the team may see: how a query tells them, and the rows that tell which recruiter
//! and which person each of them brought together.

use entity::{interaction, interaction_person, interaction_recruiter, touch};
use sea_orm::{
    ColumnTrait, Condition, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, SimpleExpr},
};
use uuid::Uuid;

use crate::{error::Result, store::Writer};

/// The most rows that one statement stores: a bound on its values.
const MOST_ROWS: usize = 1_000;

/// The interaction is a touch that the team may see. Bare, as the partial index has it: values
/// that are bound would not be matched to it. `Touchpoint::is_touch` says the same.
pub(in crate::store) const SHARED_TOUCH: &str = "interaction.visibility = 'TEAM' \
    AND NOT interaction.automated AND interaction.direction <> 'INTERNAL' \
    AND interaction.outcome IN ('REACHED', 'LEFT_MESSAGE')";

/// The same as an expression.
pub(in crate::store) fn is_shared_touch() -> SimpleExpr {
    Expr::cust(SHARED_TOUCH)
}

/// A row for each pair of a recruiter and a person.
pub(super) fn rows(
    of: &interaction::Model,
    pairs: impl Iterator<Item = (Uuid, Uuid)>,
) -> Vec<touch::Model> {
    let row = |(recruiter_id, person_id)| touch::Model {
        tenant_id: of.tenant_id,
        recruiter_id,
        person_id,
        occurred_at: of.occurred_at,
        interaction_id: of.id,
    };
    pairs.map(row).collect()
}

/// Takes away the rows that are too many for one statement.
pub(super) fn beyond_one_statement(rows: &mut Vec<touch::Model>) -> Vec<touch::Model> {
    rows.split_off(rows.len().min(MOST_ROWS))
}

impl Writer {
    /// Stores rows, in as many statements as it takes.
    pub(super) async fn insert_touches(&self, mut rows: Vec<touch::Model>) -> Result<()> {
        while !rows.is_empty() {
            let further = beyond_one_statement(&mut rows);
            self.insert_all(rows).await?;
            rows = further;
        }
        Ok(())
    }

    /// Deletes the rows of an interaction. They are found by its links, which must still be there:
    /// the key begins with whom they name.
    pub(super) async fn delete_touches(&self, interaction: Uuid) -> Result<()> {
        let people = self
            .find::<interaction_person::Entity>()
            .filter(interaction_person::Column::InteractionId.eq(interaction))
            .select_only()
            .column(interaction_person::Column::PersonId);
        let recruiters = self
            .find::<interaction_recruiter::Entity>()
            .filter(interaction_recruiter::Column::InteractionId.eq(interaction))
            .select_only()
            .column(interaction_recruiter::Column::RecruiterId);
        let theirs = Condition::all()
            .add(touch::Column::RecruiterId.in_subquery(recruiters.into_query()))
            .add(touch::Column::PersonId.in_subquery(people.into_query()))
            .add(touch::Column::InteractionId.eq(interaction));
        self.delete::<touch::Entity>(theirs).await?;
        Ok(())
    }
}
