//! Whom it is worth to meet again: everybody who may be suggested is ranked by the database, for
//! which the depth of the past stands on the person's row; what the reasons tell is counted for
//! those alone who are suggested.

use chrono::{DateTime, Utc};
use entity::{
    enums::{Channel, Direction, Hat, InteractionOutcome, LabelKind, ReferralStatus, Visibility},
    interaction, interaction_person, label,
    person::{Column, Entity},
    referral,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, QueryFilter, QuerySelect, QueryTrait,
    RelationTrait, Select,
    sea_query::{Expr, ExprTrait, JoinType, Order, SelectStatement},
};
use uuid::Uuid;

use super::{Store, sql, words};
use crate::{
    error::Result,
    rules::{
        reconnect::{
            ALL_DAYS, DEPTH_POINTS, HALF_DEPTH, HALF_REFERRALS, PLANNED_SOON, Past,
            REFERRAL_POINTS, Spoken, TIME_POINTS, TOUCHED_LATELY, days_between,
        },
        text,
    },
};

/// Among whom suggestions are looked for. Every part that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct ReconnectFilter {
    /// Wears this hat.
    pub hat: Option<Hat>,
    /// Lives in this city.
    pub city: Option<String>,
    /// Lives in this region.
    pub region: Option<String>,
    /// Lives in this country.
    pub country: Option<String>,
    /// Belongs to this community.
    pub community: Option<String>,
}

/// Somebody worth meeting again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The person.
    pub person: Uuid,
    /// When they were last touched.
    pub last_touch_at: DateTime<Utc>,
    /// What it follows from.
    pub past: Past,
}

impl Store {
    /// The people most worth meeting again, best first; of equals who was not touched for longest.
    /// Nobody who may not be contacted, was touched lately, or is to be touched soon.
    pub async fn people_to_reconnect(
        &self,
        filter: &ReconnectFilter,
        most: u64,
    ) -> Result<Vec<Suggestion>> {
        let now = self.clock().now();
        let query = self.ranked(filter, now, most)?;
        let mut suggestions = Vec::new();
        for row in self.conn.query_all(&query).await? {
            let last_touch_at: DateTime<Utc> = row.try_get("", "last_touch_at")?;
            suggestions.push(Suggestion {
                person: row.try_get("", "id")?,
                last_touch_at,
                past: Past {
                    referrals: row.try_get("", "referrals")?,
                    hires: row.try_get("", "hires")?,
                    days: days_between(last_touch_at, now),
                    ..Past::default()
                },
            });
        }
        let people: Vec<_> = suggestions.iter().map(|found| found.person).collect();
        for ((person, spoken), count) in self.spoken_with(&people).await? {
            for found in suggestions
                .iter_mut()
                .filter(|found| found.person == person)
            {
                *match spoken {
                    Spoken::InPerson => &mut found.past.in_person,
                    Spoken::ByVideo => &mut found.past.by_video,
                    Spoken::ByVoice => &mut found.past.by_voice,
                } += count;
            }
        }
        Ok(suggestions)
    }

    /// Those who may be suggested, in order: the same score that `rules::reconnect` explains.
    fn ranked(
        &self,
        filter: &ReconnectFilter,
        now: DateTime<Utc>,
        most: u64,
    ) -> Result<SelectStatement> {
        let brought = self
            .find::<referral::Entity>()
            .select_only()
            .column(referral::Column::ReferrerId)
            .column_as(Expr::cust("count(*)"), "referrals")
            .column_as(
                Expr::cust_with_values(
                    match self.backend() {
                        DbBackend::Postgres => {
                            "sum(CASE WHEN referral.status = $1 THEN 1 ELSE 0 END)"
                        }
                        _ => "sum(CASE WHEN referral.status = ? THEN 1 ELSE 0 END)",
                    },
                    [ReferralStatus::Hired],
                ),
                "hires",
            )
            .group_by(referral::Column::ReferrerId)
            .into_query();
        let mut people = self
            .may_be_suggested(filter, now)?
            .select_only()
            .columns([Column::Id, Column::PastDepth, Column::LastTouchAt])
            .into_query();
        let is_theirs =
            Expr::col(("brought", referral::Column::ReferrerId)).equals((Entity, Column::Id));
        people
            .join_subquery(JoinType::LeftJoin, brought, "brought", is_theirs)
            .expr_as(Expr::cust("coalesce(brought.referrals, 0)"), "referrals")
            .expr_as(Expr::cust("coalesce(brought.hires, 0)"), "hires")
            .expr_as(self.days_since_touch(now), "days");
        Ok(SelectStatement::new()
            .columns(["id", "last_touch_at", "referrals", "hires"])
            .from_subquery(people, "found")
            .order_by_expr(Expr::cust(score()), Order::Desc)
            .order_by("last_touch_at", Order::Asc)
            .order_by("id", Order::Asc)
            .limit(most)
            .to_owned())
    }

    fn may_be_suggested(
        &self,
        filter: &ReconnectFilter,
        now: DateTime<Utc>,
    ) -> Result<Select<Entity>> {
        let sought = [
            ("place.city", &filter.city),
            ("place.region", &filter.region),
            ("place.country", &filter.country),
            ("community", &filter.community),
        ];
        words::check_sought(
            sought
                .into_iter()
                .filter_map(|(field, value)| Some((field, value.as_ref()?))),
        )?;
        let city = filter.city.as_deref().map(text::fold);
        let country = filter.country.as_ref().map(|code| code.to_uppercase());
        let is_unplanned = Condition::any()
            .add(Column::NextTouchAt.is_null())
            .add(Column::NextTouchAt.lt(now))
            .add(Column::NextTouchAt.gt(now + PLANNED_SOON));
        let wears = filter.hat.map(|hat| {
            Expr::cust(match hat {
                Hat::Candidate => "person.is_candidate",
                Hat::Contact => "person.is_contact",
            })
        });
        let where_they_are = Condition::all()
            .add_option(wears)
            .add_option(city.map(|city| Column::CityKey.eq(city)))
            .add_option(
                filter
                    .region
                    .as_ref()
                    .map(|region| Column::Region.eq(region)),
            )
            .add_option(country.map(|country| Column::Country.eq(country)))
            .add_option(filter.community.as_deref().map(|name| self.is_of(name)));
        Ok(self
            .find::<Entity>()
            .filter(Column::DoNotContact.eq(false))
            .filter(Column::LastTouchAt.lte(now - TOUCHED_LATELY))
            .filter(is_unplanned)
            .filter(where_they_are))
    }

    /// The person belongs to the community.
    fn is_of(&self, community: &str) -> Expr {
        let members = self
            .find::<label::Entity>()
            .filter(label::Column::Kind.eq(LabelKind::Community))
            .filter(label::Column::Key.eq(text::fold(community)))
            .select_only()
            .column(label::Column::PersonId);
        Expr::col((Entity, Column::Id)).in_subquery(members.into_query())
    }

    /// As [`days_between`] counts them.
    fn days_since_touch(&self, now: DateTime<Utc>) -> Expr {
        let now = now.timestamp();
        match self.backend() {
            DbBackend::Postgres => Expr::cust_with_values(
                "($1::bigint - floor(date_part('epoch', person.last_touch_at))::bigint) / 86400",
                [now],
            ),
            _ => Expr::cust_with_values(
                "(? - CAST(strftime('%s', person.last_touch_at) AS INTEGER)) / 86400",
                [now],
            ),
        }
    }

    /// How often we spoke with each of these people, by the way; private interactions aside.
    async fn spoken_with(&self, people: &[Uuid]) -> Result<Vec<((Uuid, Spoken), i64)>> {
        use interaction_person::Column as Link;
        if people.is_empty() {
            return Ok(Vec::new());
        }
        let reached = [InteractionOutcome::Reached, InteractionOutcome::LeftMessage];
        let rows: Vec<(Uuid, Channel, i64)> = self
            .find::<interaction_person::Entity>()
            .select_only()
            .column(Link::PersonId)
            .column(interaction::Column::Channel)
            .column_as(Expr::cust("count(*)"), "touches")
            .join(
                JoinType::InnerJoin,
                interaction_person::Relation::Interaction.def(),
            )
            .filter(sql::one_of(
                self.backend(),
                (interaction_person::Entity, Link::PersonId),
                people,
            ))
            .filter(interaction::Column::Visibility.eq(Visibility::Team))
            .filter(interaction::Column::Direction.ne(Direction::Internal))
            .filter(interaction::Column::Automated.eq(false))
            .filter(interaction::Column::Outcome.is_in(reached))
            .group_by(Link::PersonId)
            .group_by(interaction::Column::Channel)
            .into_tuple()
            .all(&self.conn)
            .await?;
        let spoken = |(person, channel, count)| Some(((person, Spoken::by(channel)?), count));
        Ok(rows.into_iter().filter_map(spoken).collect())
    }
}

/// The score as the database reckons it.
fn score() -> String {
    format!(
        "{DEPTH_POINTS} * past_depth / (past_depth + {HALF_DEPTH}) \
         + {REFERRAL_POINTS} * (referrals + 2 * hires) / (referrals + 2 * hires + {HALF_REFERRALS}) \
         + {TIME_POINTS} * (CASE WHEN days > {ALL_DAYS} THEN {ALL_DAYS} ELSE days END) / {ALL_DAYS}"
    )
}
