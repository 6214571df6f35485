//! What stands in the tables twice, so that lists and figures need not work it out: the time and
//! the channel of a touch on its links, the pairs whom a touch brought together, where an
//! application stands, and the status of a referral. Here it is held against what it repeats, for
//! some people at a time, and put right.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::{
    application, enums::Channel, interaction, interaction_person, interaction_recruiter, referral,
    touch,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IdenStatic, ModelTrait, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait,
    sea_query::{Expr, JoinType},
};
use uuid::Uuid;

use super::doctor::{Difference, shown};
use crate::{
    error::Result,
    store::{
        Store, Writer,
        application::write::stand,
        interaction::{SHARED_TOUCH, is_shared_touch},
        referral::follow::as_told,
        sql,
    },
};

/// A pair of a recruiter and a person, and the touch that brought them together.
type Pair = (Uuid, Uuid, DateTime<Utc>, Uuid);

/// A link of an interaction that says something else than the interaction does.
struct Link {
    person: Uuid,
    interaction: Uuid,
    /// None for the link to the person themself.
    recruiter: Option<Uuid>,
    stored: (DateTime<Utc>, Option<Channel>),
    expected: (DateTime<Utc>, Option<Channel>),
}

/// A row as it is, as it should be, and whose it is.
struct Stands<M> {
    person: Uuid,
    stored: M,
    expected: M,
}

/// What these people's rows repeat wrongly.
pub(super) struct Copies {
    links: Vec<Link>,
    /// Pairs that are not stored.
    missing: Vec<Pair>,
    /// Pairs that are stored without a touch.
    surplus: Vec<Pair>,
    applications: Vec<Stands<application::Model>>,
    referrals: Vec<Followed>,
}

/// A referral, and how many statuses it has from its application and should have, if these differ.
struct Followed {
    row: Stands<referral::Model>,
    statuses: Option<(usize, usize)>,
}

impl Copies {
    pub(super) fn differences(&self) -> Vec<Difference> {
        let links = self.links.iter().map(|link| Difference {
            person_id: link.person,
            place: match link.recruiter {
                None => format!("interaction_person {}", link.interaction),
                Some(id) => format!("interaction_recruiter {} {id}", link.interaction),
            },
            stored: shown_link(link.stored),
            expected: shown_link(link.expected),
        });
        let pair = |pair: &Pair, stored: &str, expected: &str| Difference {
            person_id: pair.1,
            place: format!("touch {} {}", pair.0, pair.3),
            stored: stored.to_owned(),
            expected: expected.to_owned(),
        };
        let missing = self.missing.iter().map(|row| pair(row, "no row", "a row"));
        let surplus = self.surplus.iter().map(|row| pair(row, "a row", "no row"));
        let applications = self.applications.iter().flat_map(|row| {
            let of = format!("application {}", row.stored.id);
            differing(row, &of)
        });
        let referrals = self.referrals.iter().flat_map(|referral| {
            let of = format!("referral {}", referral.row.stored.id);
            let statuses = referral.statuses.map(|(stored, expected)| Difference {
                person_id: referral.row.person,
                place: format!("{of} statuses by the application"),
                stored: format!("{stored} rows"),
                expected: format!("{expected} rows"),
            });
            differing(&referral.row, &of).into_iter().chain(statuses)
        });
        let all = links.chain(missing).chain(surplus);
        all.chain(applications).chain(referrals).collect()
    }
}

fn shown_link((at, channel): (DateTime<Utc>, Option<Channel>)) -> String {
    let channel = channel.map_or_else(|| "no touch".to_owned(), |c| format!("{c:?}"));
    format!("{} {channel}", super::doctor::time(at))
}

/// The columns in which a row differs from what it should be.
fn differing<M: ModelTrait>(row: &Stands<M>, of: &str) -> Vec<Difference> {
    use sea_orm::Iterable;
    <M::Entity as EntityTrait>::Column::iter()
        .filter_map(|column| {
            let (is, should) = (row.stored.get(column), row.expected.get(column));
            (is != should).then(|| Difference {
                person_id: row.person,
                place: format!("{of} {}", column.as_str()),
                stored: shown(&is),
                expected: shown(&should),
            })
        })
        .collect()
}

impl Store {
    /// What these people's rows repeat, where it is wrong.
    pub(super) async fn wrong_copies(&self, people: &[Uuid]) -> Result<Copies> {
        let mut links = self.wrong_links_of_people(people).await?;
        links.extend(self.wrong_links_of_recruiters(people).await?);
        let (stored, expected) = (
            self.stored_pairs(people).await?,
            self.expected_pairs(people).await?,
        );
        Ok(Copies {
            links,
            missing: expected.difference(&stored).copied().collect(),
            surplus: stored.difference(&expected).copied().collect(),
            applications: self.wrong_applications(people).await?,
            referrals: self.wrong_referrals(people).await?,
        })
    }

    async fn wrong_links_of_people(&self, people: &[Uuid]) -> Result<Vec<Link>> {
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
    async fn wrong_links_of_recruiters(&self, people: &[Uuid]) -> Result<Vec<Link>> {
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

    async fn stored_pairs(&self, people: &[Uuid]) -> Result<BTreeSet<Pair>> {
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

    async fn expected_pairs(&self, people: &[Uuid]) -> Result<BTreeSet<Pair>> {
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

    async fn wrong_applications(&self, people: &[Uuid]) -> Result<Vec<Stands<application::Model>>> {
        use application::{Column, Entity};
        let rows = self
            .find::<Entity>()
            .filter(sql::one_of(
                self.backend(),
                (Entity, Column::PersonId),
                people,
            ))
            .order_by_asc(Column::Id)
            .all(&self.conn)
            .await?;
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let steps = self.application_changes(&ids).await?;
        let stands = rows.into_iter().map(|stored| {
            let mut expected = stored.clone();
            stand(
                &mut expected,
                steps.get(&stored.id).map_or(&[], Vec::as_slice),
            );
            Stands {
                person: stored.person_id,
                stored,
                expected,
            }
        });
        Ok(stands.filter(|row| row.stored != row.expected).collect())
    }

    /// The referrals of these people whose status is not the latest that was told of them or of
    /// their application.
    async fn wrong_referrals(&self, people: &[Uuid]) -> Result<Vec<Followed>> {
        use referral::{Column, Entity};
        let rows = self
            .find::<Entity>()
            .filter(sql::one_of(
                self.backend(),
                (Entity, Column::ReferredId),
                people,
            ))
            .order_by_asc(Column::Id)
            .all(&self.conn)
            .await?;
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let mut histories = self.referral_status_changes(&ids).await?;
        let applications: Vec<_> = rows.iter().filter_map(|row| row.application_id).collect();
        let steps = self.application_changes(&applications).await?;
        let stands = rows.into_iter().map(|stored| {
            let history = histories.remove(&stored.id).unwrap_or_default();
            let steps = stored.application_id.and_then(|id| steps.get(&id));
            let steps = steps.map_or(&[][..], Vec::as_slice);
            let (expected, statuses) = as_told(&stored, history, steps);
            let row = Stands {
                person: stored.referred_id,
                stored,
                expected,
            };
            Followed { row, statuses }
        });
        let is_wrong =
            |found: &Followed| found.statuses.is_some() || found.row.stored != found.row.expected;
        Ok(stands.filter(is_wrong).collect())
    }
}

impl Writer {
    /// Locks what stands beside these people and is derived too. The people must be locked before.
    pub(super) async fn lock_copies(&self, people: &[Uuid]) -> Result<()> {
        let (backend, mine) = (self.backend(), people);
        let applications: Vec<Uuid> = self
            .find::<application::Entity>()
            .select_only()
            .column(application::Column::Id)
            .filter(sql::one_of(backend, application::Column::PersonId, mine))
            .into_tuple()
            .all(&self.conn)
            .await?;
        self.known::<application::Entity>(application::Column::Id, &applications)
            .await?;
        let referrals: Vec<Uuid> = self
            .find::<referral::Entity>()
            .select_only()
            .column(referral::Column::Id)
            .filter(sql::one_of(backend, referral::Column::ReferredId, mine))
            .into_tuple()
            .all(&self.conn)
            .await?;
        self.known::<referral::Entity>(referral::Column::Id, &referrals)
            .await?;
        Ok(())
    }

    /// Stores what should be.
    pub(super) async fn mend_copies(&self, copies: Copies) -> Result<()> {
        for link in &copies.links {
            self.mend_link(link).await?;
        }
        for (recruiter, person, at, interaction) in copies.surplus {
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
        for some in copies.missing.chunks(1_000) {
            self.insert_all(some.iter().map(row).collect()).await?;
        }
        for Stands {
            stored, expected, ..
        } in copies.applications
        {
            let key = application::Column::Id.eq(stored.id);
            self.save(&stored, &expected, key.into()).await?;
        }
        for referral in &copies.referrals {
            self.mend_status(&referral.row.stored).await?;
        }
        Ok(())
    }

    async fn mend_link(&self, link: &Link) -> Result<()> {
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
