//! What interactions tell twice: their time and channel, on the links to people and recruiters,
//! and the pairs whom they brought together.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::{enums::Channel, interaction, interaction_person, interaction_recruiter, touch};
use sea_orm::{
    ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect, RelationTrait,
    sea_query::{Expr, JoinType},
};
use uuid::Uuid;

use crate::{
    error::Result,
    store::{
        Store, Writer,
        derive::doctor::{Difference, time},
        interaction::{SHARED_TOUCH, is_shared_touch},
        sql,
    },
};

/// A pair of a recruiter and a person, and the touch that brought them together.
pub(super) type Pair = (Uuid, Uuid, DateTime<Utc>, Uuid);

/// A link of an interaction that says something else than the interaction does.
pub(super) struct Link {
    person: Uuid,
    interaction: Uuid,
    /// None for the link to the person themself.
    recruiter: Option<Uuid>,
    stored: (DateTime<Utc>, Option<Channel>),
    expected: (DateTime<Utc>, Option<Channel>),
}

impl Link {
    pub(super) fn difference(&self) -> Difference {
        Difference {
            person_id: self.person,
            place: match self.recruiter {
                None => format!("interaction_person {}", self.interaction),
                Some(id) => format!("interaction_recruiter {} {id}", self.interaction),
            },
            stored: shown_link(self.stored),
            expected: shown_link(self.expected),
        }
    }
}

/// How a pair differs, of which a row is there or not.
pub(super) fn of_pair(pair: &Pair, stored: &str, expected: &str) -> Difference {
    Difference {
        person_id: pair.1,
        place: format!("touch {} {}", pair.0, pair.3),
        stored: stored.to_owned(),
        expected: expected.to_owned(),
    }
}

fn shown_link((at, channel): (DateTime<Utc>, Option<Channel>)) -> String {
    let channel = channel.map_or_else(|| "no touch".to_owned(), |c| format!("{c:?}"));
    format!("{} {channel}", time(at))
}

impl Store {
    pub(super) async fn wrong_links_of_people(&self, people: &[Uuid]) -> Result<Vec<Link>> {
        use interaction_person::{Column, Entity, Relation};
        type Row = (
            Uuid,
            Uuid,
            DateTime<Utc>,
            Option<Channel>,
            DateTime<Utc>,
            Option<Channel>,
        );
        let rows: Vec<Row> = self
            .find::<Entity>()
            .select_only()
            .columns([Column::PersonId, Column::InteractionId])
            .columns([Column::OccurredAt, Column::TouchChannel])
            .column_as(interaction::Column::OccurredAt, "told_at")
            .expr_as(Expr::cust(told_channel()), "told_channel")
            .join(JoinType::InnerJoin, Relation::Interaction.def())
            .filter(sql::one_of(
                self.backend(),
                (Entity, Column::PersonId),
                people,
            ))
            .filter(Expr::cust(is_wrong("interaction_person")))
            .order_by_asc(Column::PersonId)
            .order_by_asc(Column::InteractionId)
            .into_tuple()
            .all(&self.conn)
            .await?;
        let link = |(person, interaction, at, channel, told_at, told_channel): Row| Link {
            person,
            interaction,
            recruiter: None,
            stored: (at, channel),
            expected: (told_at, told_channel),
        };
        Ok(rows.into_iter().map(link).collect())
    }

    /// The recruiters' links of the interactions with these people, each told of one person only.
    pub(super) async fn wrong_links_of_recruiters(&self, people: &[Uuid]) -> Result<Vec<Link>> {
        use interaction_recruiter::{Column, Entity, Relation};
        type Row = (
            Uuid,
            Uuid,
            Uuid,
            DateTime<Utc>,
            Option<Channel>,
            DateTime<Utc>,
            Option<Channel>,
        );
        let with_person = interaction_person::Relation::Interaction.def().rev();
        let person = (
            interaction_person::Entity,
            interaction_person::Column::PersonId,
        );
        let is_first = "NOT EXISTS (SELECT 1 FROM interaction_person AS other \
             WHERE other.tenant_id = interaction.tenant_id \
             AND other.interaction_id = interaction.id \
             AND other.person_id < interaction_person.person_id)";
        let rows: Vec<Row> = self
            .find::<Entity>()
            .select_only()
            .column(interaction_person::Column::PersonId)
            .columns([Column::InteractionId, Column::RecruiterId])
            .columns([Column::OccurredAt, Column::TouchChannel])
            .column_as(interaction::Column::OccurredAt, "told_at")
            .expr_as(Expr::cust(told_channel()), "told_channel")
            .join(JoinType::InnerJoin, Relation::Interaction.def())
            .join(JoinType::InnerJoin, with_person)
            .filter(sql::one_of(self.backend(), person, people))
            .filter(Expr::cust(is_first))
            .filter(Expr::cust(is_wrong("interaction_recruiter")))
            .order_by_asc(Column::InteractionId)
            .order_by_asc(Column::RecruiterId)
            .into_tuple()
            .all(&self.conn)
            .await?;
        let link = |(person, interaction, recruiter, at, channel, told_at, told): Row| Link {
            person,
            interaction,
            recruiter: Some(recruiter),
            stored: (at, channel),
            expected: (told_at, told),
        };
        Ok(rows.into_iter().map(link).collect())
    }

    pub(super) async fn stored_pairs(&self, people: &[Uuid]) -> Result<BTreeSet<Pair>> {
        use touch::{Column, Entity};
        // The key begins with the recruiter: who is asked for by name is found by it.
        let recruiters = self
            .find::<entity::recruiter::Entity>()
            .select_only()
            .column(entity::recruiter::Column::Id);
        let recruiters = sea_orm::QueryTrait::into_query(recruiters);
        let rows: Vec<Pair> = self
            .find::<Entity>()
            .select_only()
            .columns([Column::RecruiterId, Column::PersonId])
            .columns([Column::OccurredAt, Column::InteractionId])
            .filter(Column::RecruiterId.in_subquery(recruiters))
            .filter(sql::one_of(
                self.backend(),
                (Entity, Column::PersonId),
                people,
            ))
            .into_tuple()
            .all(&self.conn)
            .await?;
        Ok(rows.into_iter().collect())
    }

    pub(super) async fn expected_pairs(&self, people: &[Uuid]) -> Result<BTreeSet<Pair>> {
        use interaction_person::{Column, Entity, Relation};
        let with_recruiter = interaction_recruiter::Relation::Interaction.def().rev();
        let rows: Vec<Pair> = self
            .find::<Entity>()
            .select_only()
            .column(interaction_recruiter::Column::RecruiterId)
            .column(Column::PersonId)
            .columns([interaction::Column::OccurredAt, interaction::Column::Id])
            .join(JoinType::InnerJoin, Relation::Interaction.def())
            .join(JoinType::InnerJoin, with_recruiter)
            .filter(sql::one_of(
                self.backend(),
                (Entity, Column::PersonId),
                people,
            ))
            .filter(is_shared_touch())
            .into_tuple()
            .all(&self.conn)
            .await?;
        Ok(rows.into_iter().collect())
    }
}

impl Writer {
    /// Stores the pairs that are missing, and removes those that are too many.
    pub(super) async fn mend_pairs(&self, missing: &[Pair], surplus: &[Pair]) -> Result<()> {
        for &(recruiter, person, at, interaction) in surplus {
            let row = Condition::all()
                .add(touch::Column::RecruiterId.eq(recruiter))
                .add(touch::Column::PersonId.eq(person))
                .add(touch::Column::OccurredAt.eq(at))
                .add(touch::Column::InteractionId.eq(interaction));
            self.delete::<touch::Entity>(row).await?;
        }
        let row = |(recruiter_id, person_id, occurred_at, interaction_id): &Pair| touch::Model {
            tenant_id: self.tenant(),
            recruiter_id: *recruiter_id,
            person_id: *person_id,
            occurred_at: *occurred_at,
            interaction_id: *interaction_id,
        };
        for some in missing.chunks(1_000) {
            self.insert_all(some.iter().map(row).collect()).await?;
        }
        Ok(())
    }

    pub(super) async fn mend_link(&self, link: &Link) -> Result<()> {
        let (at, channel) = link.expected;
        match link.recruiter {
            None => {
                use interaction_person::{Column, Entity};
                let update = self
                    .update::<Entity>()
                    .col_expr(Column::OccurredAt, Expr::val(at))
                    .col_expr(Column::TouchChannel, Expr::val(channel))
                    .filter(Column::InteractionId.eq(link.interaction))
                    .filter(Column::PersonId.eq(link.person));
                update.exec(&self.conn).await?;
            }
            Some(recruiter) => {
                use interaction_recruiter::{Column, Entity};
                let update = self
                    .update::<Entity>()
                    .col_expr(Column::OccurredAt, Expr::val(at))
                    .col_expr(Column::TouchChannel, Expr::val(channel))
                    .filter(Column::InteractionId.eq(link.interaction))
                    .filter(Column::RecruiterId.eq(recruiter));
                update.exec(&self.conn).await?;
            }
        }
        Ok(())
    }
}

/// The channel that a link should tell.
fn told_channel() -> String {
    format!("CASE WHEN {SHARED_TOUCH} THEN interaction.channel END")
}

/// That a link tells another time or channel than its interaction.
fn is_wrong(link: &str) -> String {
    let told = told_channel();
    format!(
        "({link}.occurred_at <> interaction.occurred_at \
         OR {link}.touch_channel IS DISTINCT FROM {told})"
    )
}
