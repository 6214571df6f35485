//! Touches: how many by each channel, and whom they reached.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    enums::Channel,
    interaction::{self, Entity},
    interaction_person::{Column as PersonLink, Entity as WithPerson},
    interaction_recruiter, person, touch,
};
use sea_orm::{
    ActiveEnum, ConnectionTrait, Iterable, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Condition, Expr, ExprTrait, SelectStatement, SimpleExpr},
};

use super::{Scorecard, count, numbers, there_is};
use crate::{
    error::Result,
    rules::scorecard::Period,
    store::{
        Page, PageArgs, SortDirection, Store,
        interaction::{InteractionFilter, InteractionOrder},
    },
};

/// In so long a period a touch of most people is found.
const LONG: TimeDelta = TimeDelta::days(120);

impl Store {
    /// How many touches there were by each channel that had any.
    pub async fn touches_by_channel(&self, card: &Scorecard) -> Result<Vec<(Channel, u64)>> {
        let statement = match card.recruiter {
            None => self.touches_of_all(card),
            Some(_) => self.touches_of_recruiter(card),
        };
        let mut touches = Vec::new();
        for row in self.conn.query_all(&statement).await? {
            let [count] = numbers(&row, 1)?;
            if count > 0 {
                touches.push((row.try_get_by_index(0)?, count));
            }
        }
        touches.sort_unstable();
        Ok(touches)
    }

    /// Each channel is a stretch of the index, which is counted as it lies there: to group the
    /// touches of a period by channel takes twice the time.
    fn touches_of_all(&self, card: &Scorecard) -> SelectStatement {
        let touches = self
            .find::<Entity>()
            .select_only()
            .expr(count())
            .filter(Expr::cust("interaction.channel = wanted.column1"))
            .filter(card.includes((Entity, interaction::Column::OccurredAt)))
            .filter(crate::store::interaction::is_shared_touch())
            .into_query();
        SelectStatement::new()
            .expr(Expr::cust("wanted.column1"))
            .expr(SimpleExpr::SubQuery(None, Box::new(touches.into())))
            .from_values(Channel::iter().map(|channel| channel.to_value()), "wanted")
            .to_owned()
    }

    fn touches_of_recruiter(&self, card: &Scorecard) -> SelectStatement {
        use interaction_recruiter::{Column, Entity};
        self.find::<Entity>()
            .select_only()
            .column(Column::TouchChannel)
            .expr(count())
            .filter(card.is_of((Entity, Column::RecruiterId)))
            .filter(card.includes((Entity, Column::OccurredAt)))
            .filter(Expr::col((Entity, Column::TouchChannel)).is_not_null())
            .group_by(Column::TouchChannel)
            .into_query()
    }

    /// A page of the touches, the newest first.
    pub async fn touches(
        &self,
        card: &Scorecard,
        channels: Option<&[Channel]>,
        args: &PageArgs,
    ) -> Result<Page<interaction::Model>> {
        let order = (InteractionOrder::Occurred, SortDirection::Descending);
        self.interactions_page(&touches(card, channels), order, args)
            .await
    }

    /// How many touches there are by these channels.
    pub async fn touches_count(
        &self,
        card: &Scorecard,
        channels: Option<&[Channel]>,
    ) -> Result<u64> {
        self.interactions_count(&touches(card, channels)).await
    }

    /// How many people were touched.
    pub async fn people_touched(&self, card: &Scorecard) -> Result<u64> {
        self.count_rows(self.ids_of_touched(card)).await
    }

    /// The ids of the people who were touched, each once, as `person_id`.
    pub(super) fn ids_of_touched(&self, card: &Scorecard) -> SelectStatement {
        if card.recruiter.is_some() {
            use touch::{Column, Entity};
            return self
                .find::<Entity>()
                .select_only()
                .column(Column::PersonId)
                .filter(card.is_of((Entity, Column::RecruiterId)))
                .filter(card.includes((Entity, Column::OccurredAt)))
                .group_by(Column::PersonId)
                .into_query();
        }
        if is_the_last_for_most(card.period, self.clock().now()) {
            let people = self.people_meeting(self.touched(card)).select_only();
            return people
                .column_as(person::Column::Id, "person_id")
                .into_query();
        }
        self.find::<WithPerson>()
            .select_only()
            .column(PersonLink::PersonId)
            .filter(card.includes((WithPerson, PersonLink::OccurredAt)))
            .filter(Expr::col((WithPerson, PersonLink::TouchChannel)).is_not_null())
            .group_by(PersonLink::PersonId)
            .into_query()
    }

    /// The person was touched in the period.
    pub(super) fn touched(&self, card: &Scorecard) -> Condition {
        let id = (person::Entity, person::Column::Id);
        if card.recruiter.is_some() {
            let touches = self
                .find::<touch::Entity>()
                .filter(card.is_of((touch::Entity, touch::Column::RecruiterId)))
                .filter(Expr::col((touch::Entity, touch::Column::PersonId)).equals(id))
                .filter(card.includes((touch::Entity, touch::Column::OccurredAt)));
            return Condition::all().add(there_is(touches.select_only().into_query()));
        }
        // The last touch alone tells it of most people, unless the period ended long ago.
        let last_touch = Expr::col((person::Entity, person::Column::LastTouchAt));
        let touches = self
            .find::<WithPerson>()
            .filter(Expr::col((WithPerson, PersonLink::PersonId)).equals(id))
            .filter(card.includes((WithPerson, PersonLink::OccurredAt)))
            .filter(Expr::col((WithPerson, PersonLink::TouchChannel)).is_not_null());
        let in_period = Condition::any()
            .add(last_touch.clone().lt(card.period.until))
            .add(there_is(touches.select_only().into_query()));
        Condition::all()
            .add(last_touch.gte(card.period.from))
            .add(in_period)
    }
}

/// Whether the last touch of most people tells by itself if it lies in the period: to walk through
/// all people is quicker then than to gather the touches of the period.
fn is_the_last_for_most(period: Period, now: DateTime<Utc>) -> bool {
    let length = period.until - period.from;
    length > LONG && (now - period.until) * 4 < length
}

fn touches(card: &Scorecard, channels: Option<&[Channel]>) -> InteractionFilter {
    InteractionFilter {
        channels: channels.map(<[_]>::to_vec),
        recruiters: card.recruiter.map(|recruiter| vec![recruiter]),
        since: Some(card.period.from),
        until: Some(card.period.until),
        shared_touches: true,
        ..InteractionFilter::default()
    }
}
