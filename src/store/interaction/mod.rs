//! Interactions: read by id, in lists, and under the people who took part. What is PRIVATE is left
//! out here, so that no list, count or look-up above can show it.

mod details;
pub(super) mod participants;
mod touch;
mod write;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    enums::{Channel, Direction, Visibility},
    interaction::{Column, Entity, Model},
    interaction_person, interaction_recruiter, person, recruiter,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IdenStatic, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, RelationTrait, Select,
    sea_query::{Expr, ExprTrait, JoinType},
};
use uuid::Uuid;

pub use self::details::{InteractionDetails, NewInteraction};
pub(super) use self::touch::{SHARED_TOUCH, is_shared_touch};
use super::{
    KeyValue, OfTenant, Page, PageArgs, Position, SortDirection, Store, order::Order, page::parent,
    sql,
};
use crate::{auth::viewer::Scope, error::Result};

/// Which interactions are wanted. Every part that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct InteractionFilter {
    /// One of these media.
    pub channels: Option<Vec<Channel>>,
    /// One of these directions.
    pub directions: Option<Vec<Direction>>,
    /// One of these people took part.
    pub people: Option<Vec<Uuid>>,
    /// One of these recruiters took part.
    pub recruiters: Option<Vec<Uuid>>,
    /// It was about one of these jobs.
    pub jobs: Option<Vec<Uuid>>,
    /// It happened at or after this time.
    pub since: Option<DateTime<Utc>>,
    /// It happened before this time.
    pub until: Option<DateTime<Utc>>,
    /// It was changed at or after this time.
    pub updated_since: Option<DateTime<Utc>>,
    /// It was sent by a machine, or was not.
    pub automated: Option<bool>,
    /// Who may see it.
    pub visibility: Option<Visibility>,
    /// Only touches that the team may see.
    pub shared_touches: bool,
}

/// What a list of interactions is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InteractionOrder {
    /// When it happened.
    Occurred,
    /// When it was last changed.
    Updated,
}

impl InteractionOrder {
    /// Where an interaction stands in this order.
    pub fn position(self, row: &Model) -> Position {
        let time = match self {
            Self::Occurred => row.occurred_at,
            Self::Updated => row.updated_at,
        };
        vec![KeyValue::Time(time), KeyValue::Id(row.id)]
    }
}

impl Store {
    /// Interactions by id.
    pub async fn interactions(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Model>> {
        let rows = self
            .find::<Entity>()
            .filter(sql::one_of(self.backend(), (Entity, Column::Id), ids))
            .filter(self.visible().await?);
        let mut rows = self.rows_together(rows).await?;
        self.veil_interactions(&mut rows).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }

    /// A page of interactions.
    pub async fn interactions_page(
        &self,
        filter: &InteractionFilter,
        order: (InteractionOrder, SortDirection),
        args: &PageArgs,
    ) -> Result<Page<Model>> {
        let column = match order.0 {
            InteractionOrder::Occurred => Column::OccurredAt,
            InteractionOrder::Updated => Column::UpdatedAt,
        };
        let order = Order::new(self.backend())
            .time((Entity, column), order.1)
            .id((Entity, Column::Id), order.1);
        let list = self.interactions_where(filter).await?;
        let mut page = self.page(list, &order, args).await?;
        self.veil_interactions(&mut page.rows).await?;
        Ok(page)
    }

    /// How many interactions meet the filter.
    pub async fn interactions_count(&self, filter: &InteractionFilter) -> Result<u64> {
        self.count(self.interactions_where(filter).await?).await
    }

    /// The newest interactions of each person.
    pub async fn interactions_of_people(
        &self,
        people: &[Uuid],
        filter: &InteractionFilter,
        args: &PageArgs,
    ) -> Result<HashMap<Uuid, Page<Model>>> {
        use interaction_person::Column as Link;
        let ids = self
            .with_people(filter)
            .await?
            .select_only()
            .column_as(Link::InteractionId, "id")
            .filter(
                Expr::col((interaction_person::Entity, Link::PersonId)).eq(parent(self.backend())),
            )
            .into_query();
        // The link's own columns, so that its index alone gives the order.
        let order = Order::new(self.backend())
            .time(
                (interaction_person::Entity, Link::OccurredAt),
                SortDirection::Descending,
            )
            .id(
                (interaction_person::Entity, Link::InteractionId),
                SortDirection::Descending,
            );
        let position = |row: &Model| InteractionOrder::Occurred.position(row);
        let mut pages = self
            .nested::<Entity>(people, ids, &order, args, position)
            .await?;
        let rows = pages.values_mut().flat_map(|page| &mut page.rows);
        self.veil_interactions(rows).await?;
        Ok(pages)
    }

    /// How many interactions each person has.
    pub async fn interactions_of_people_counts(
        &self,
        people: &[Uuid],
        filter: &InteractionFilter,
    ) -> Result<HashMap<Uuid, u64>> {
        let person = (
            interaction_person::Entity,
            interaction_person::Column::PersonId,
        );
        let is_theirs = sql::one_of(self.backend(), person, people);
        let rows = self.with_people(filter).await?.select_only();
        let rows = rows.filter(is_theirs);
        self.counts(rows.into_query(), person).await
    }

    /// The people who took part in each interaction, by name.
    pub async fn participants(
        &self,
        interactions: &[Uuid],
    ) -> Result<HashMap<Uuid, Vec<person::Model>>> {
        use interaction_person::{Column as Link, Entity as Links, Relation};
        let rows = self
            .find::<Links>()
            .select_only()
            .column(Link::InteractionId)
            .filter(sql::one_of(
                self.backend(),
                (Links, Link::InteractionId),
                interactions,
            ))
            .join(JoinType::InnerJoin, Relation::Person.def());
        let rows = rows
            .order_by_asc(person::Column::NameKey)
            .order_by_asc(person::Column::Id);
        self.grouped::<_, person::Entity>(rows).await
    }

    /// The recruiters who took part in each interaction, in the order in which they appeared.
    pub async fn interaction_recruiters(
        &self,
        interactions: &[Uuid],
    ) -> Result<HashMap<Uuid, Vec<recruiter::Model>>> {
        use interaction_recruiter::{Column as Link, Entity as Links, Relation};
        let rows = self
            .find::<Links>()
            .select_only()
            .column(Link::InteractionId)
            .filter(sql::one_of(
                self.backend(),
                (Links, Link::InteractionId),
                interactions,
            ))
            .join(JoinType::InnerJoin, Relation::Recruiter.def());
        let rows = rows.order_by_asc(recruiter::Column::Id);
        self.grouped::<_, recruiter::Entity>(rows).await
    }

    /// The rows of a table that is joined to the links, by the interaction that links them.
    async fn grouped<L, E>(&self, links: Select<L>) -> Result<HashMap<Uuid, Vec<E::Model>>>
    where
        L: EntityTrait,
        E: OfTenant,
    {
        let columns = E::columns(&self.shown);
        let query = links.columns(columns.read.iter().copied()).into_query();
        let id = interaction_person::Column::InteractionId.as_str();
        let mut groups: HashMap<Uuid, Vec<E::Model>> = HashMap::new();
        for (interaction, row) in self.rows_with_ids::<E>(&query, id).await? {
            groups.entry(interaction).or_default().push(row);
        }
        Ok(groups)
    }

    /// What the viewer may see: all that is the team's, and what they wrote for themselves; but
    /// nothing that others noted about them.
    pub(super) async fn visible(&self) -> Result<Condition> {
        use interaction_person::Column as Link;
        let own = self.own_people().await?;
        let viewer = self.viewer();
        let mut seen = Condition::all();
        if !viewer.scopes.allow(Scope::Admin) {
            seen = seen.add(
                Condition::any()
                    .add(Column::Visibility.eq(Visibility::Team))
                    .add(Column::AuthorId.eq(viewer.recruiter_id)),
            );
        }
        if own.is_empty() {
            return Ok(seen);
        }
        let with_viewer = self
            .find::<interaction_person::Entity>()
            .filter(sql::one_of(self.backend(), Link::PersonId, &own))
            .select_only()
            .column(Link::InteractionId);
        let noted = Condition::any()
            .add(Column::Channel.eq(Channel::Note))
            .add(Column::Direction.eq(Direction::Internal))
            .add(Column::Visibility.eq(Visibility::Private));
        let about_viewer = Condition::all()
            .add(Column::AuthorId.ne(viewer.recruiter_id))
            .add(noted)
            .add(Column::Id.in_subquery(with_viewer.into_query()));
        Ok(seen.add(about_viewer.not()))
    }

    async fn interactions_where(&self, filter: &InteractionFilter) -> Result<Select<Entity>> {
        let mut list = self.find::<Entity>().filter(self.meets(filter).await?);
        if let Some(people) = &filter.people {
            use interaction_person::Column as Link;
            let among = self
                .find::<interaction_person::Entity>()
                .filter(self.is_one_of_people(Link::PersonId, people))
                .select_only()
                .column(Link::InteractionId);
            list = list.filter(Column::Id.in_subquery(among.into_query()));
        }
        Ok(list)
    }

    /// The rows that link people to the interactions that meet the filter.
    async fn with_people(
        &self,
        filter: &InteractionFilter,
    ) -> Result<Select<interaction_person::Entity>> {
        let meets = self.meets(filter).await?;
        let interaction = interaction_person::Relation::Interaction.def();
        Ok(self
            .find::<interaction_person::Entity>()
            .join(JoinType::InnerJoin, interaction)
            .filter(meets))
    }

    async fn meets(&self, filter: &InteractionFilter) -> Result<Condition> {
        let with_recruiter = |recruiters: &Vec<Uuid>| {
            use interaction_recruiter::Column as Link;
            let among = self
                .find::<interaction_recruiter::Entity>()
                .filter(Link::RecruiterId.is_in(recruiters.clone()))
                .select_only()
                .column(Link::InteractionId);
            Expr::col((Entity, Column::Id)).in_subquery(among.into_query())
        };
        let column = |column: Column| Expr::col((Entity, column));
        Ok(self
            .visible()
            .await?
            .add_option(
                filter
                    .channels
                    .as_ref()
                    .map(|wanted| Column::Channel.is_in(wanted.clone())),
            )
            .add_option(
                filter
                    .directions
                    .as_ref()
                    .map(|wanted| Column::Direction.is_in(wanted.clone())),
            )
            .add_option(filter.recruiters.as_ref().map(with_recruiter))
            .add_option(
                filter
                    .jobs
                    .as_ref()
                    .map(|jobs| Column::JobId.is_in(jobs.clone())),
            )
            .add_option(
                filter
                    .since
                    .map(|since| column(Column::OccurredAt).gte(since)),
            )
            .add_option(
                filter
                    .until
                    .map(|until| column(Column::OccurredAt).lt(until)),
            )
            .add_option(
                filter
                    .updated_since
                    .map(|since| column(Column::UpdatedAt).gte(since)),
            )
            .add_option(filter.automated.map(|wanted| Column::Automated.eq(wanted)))
            .add_option(
                filter
                    .visibility
                    .map(|wanted| Column::Visibility.eq(wanted)),
            )
            .add_option(filter.shared_touches.then(is_shared_touch)))
    }
}
