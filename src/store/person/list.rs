//! Lists of people: what they can be filtered by and the orders they come in.

use chrono::{DateTime, Utc};
use entity::{
    enums::{HangingReason, Hat, LabelKind},
    label, person,
    person::Column,
    person_search, position, referral,
};
use sea_orm::{
    ColumnTrait, Condition, DbBackend, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, SelectStatement},
};
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    rules::{contact_point as normal, text},
    store::{
        KeyValue, Page, PageArgs, Position, SortDirection, Store, order::Order, silence::or_latest,
        words,
    },
};

/// Which people are wanted. Every part that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PersonFilter {
    /// Words found in names, headline, positions, addresses and numbers.
    pub text: Option<String>,
    /// Looked after by one of these recruiters.
    pub owners: Option<Vec<Uuid>>,
    /// Looked after by nobody (true) or by somebody (false).
    pub without_owner: Option<bool>,
    /// Bears all these tags.
    pub tags: Vec<String>,
    /// Belongs to all these communities.
    pub communities: Vec<String>,
    /// Lives in this city.
    pub city: Option<String>,
    /// Lives in this region.
    pub region: Option<String>,
    /// Lives in this country.
    pub country: Option<String>,
    /// Works or worked at one of these companies.
    pub companies: Option<Vec<Uuid>>,
    /// Has this e-mail address.
    pub email: Option<String>,
    /// Waits for a reply of ours, or does not.
    pub awaiting_reply: Option<bool>,
    /// The next touch was due before now, or was not.
    pub touch_overdue: Option<bool>,
    /// Not touched since then, or never.
    pub not_touched_since: Option<DateTime<Utc>>,
    /// Made at or after this time.
    pub created_since: Option<DateTime<Utc>>,
    /// Changed at or after this time.
    pub updated_since: Option<DateTime<Utc>>,
    /// Has referred somebody, or has not.
    pub has_referred: Option<bool>,
    /// May not be contacted, or may.
    pub do_not_contact: Option<bool>,
    /// Kept in touch by one of these recruiters.
    pub keepers: Option<Vec<Uuid>>,
    /// The next touch falls due then or before.
    pub due_until: Option<DateTime<Utc>>,
    /// Has been left hanging, or has not.
    pub left_hanging: Option<bool>,
    /// Has been left hanging for one of these reasons.
    pub left_hanging_for: Option<Vec<HangingReason>>,
}

impl PersonFilter {
    /// What is looked for as it is written, and the field it was given in.
    fn sought(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let place = [
            ("filter.place.city", &self.city),
            ("filter.place.region", &self.region),
            ("filter.place.country", &self.country),
        ];
        let place = place
            .into_iter()
            .filter_map(|(field, value)| Some((field, value.as_ref()?)));
        let tags = self.tags.iter().map(|tag| ("filter.tags", tag));
        let communities = self.communities.iter();
        place
            .chain(tags)
            .chain(communities.map(|name| ("filter.communities", name)))
    }
}

/// What a list of people is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PersonOrder {
    /// The name.
    Name,
    /// The latest touch; those never touched count as the earliest.
    LastTouch,
    /// The next touch; those without one count as the latest.
    NextTouch,
    /// How long they have waited for a reply; those who do not wait count as the latest.
    AwaitingReply,
    /// When they were last changed.
    Updated,
    /// When they were made.
    Created,
}

/// One key of an order, and which way it runs.
pub type PersonKey = (PersonOrder, SortDirection);

impl PersonOrder {
    /// A person's value of this key; none for the id alone, which every order ends with.
    fn value(self, row: &person::Model) -> Option<KeyValue> {
        match self {
            Self::Name => Some(KeyValue::Text(row.name_key.clone())),
            Self::LastTouch => Some(KeyValue::or_earliest(row.last_touch_at)),
            Self::NextTouch => Some(KeyValue::or_latest(row.next_touch_at)),
            Self::AwaitingReply => Some(KeyValue::or_latest(row.awaiting_reply_since)),
            Self::Updated => Some(KeyValue::Time(row.updated_at)),
            // Ids grow with the time at which they are made.
            Self::Created => None,
        }
    }

    /// Where a person stands in the order of this key alone.
    pub fn position(self, row: &person::Model) -> Position {
        position(&[(self, SortDirection::Ascending)], row)
    }

    fn add_to(self, order: Order, direction: SortDirection) -> Order {
        match self {
            Self::Name => order.text((person::Entity, Column::NameKey), direction),
            Self::LastTouch => order.time_or_earliest("person.last_touch_at", direction),
            Self::NextTouch => order.time_or_latest("person.next_touch_at", direction),
            Self::AwaitingReply => order.time_or_latest("person.awaiting_reply_since", direction),
            Self::Updated => order.time((person::Entity, Column::UpdatedAt), direction),
            Self::Created => order,
        }
    }
}

/// Where a person stands in an order.
pub fn position(keys: &[PersonKey], row: &person::Model) -> Position {
    let values = keys.iter().filter_map(|(key, _)| key.value(row));
    values.chain([KeyValue::Id(row.id)]).collect()
}

/// The id ends every order, and runs as the last key does, so that one index serves both.
fn order_of(keys: &[PersonKey], backend: DbBackend) -> Order {
    let last = keys
        .last()
        .map_or(SortDirection::Ascending, |(_, direction)| *direction);
    keys.iter()
        .fold(Order::new(backend), |order, (key, direction)| {
            key.add_to(order, *direction)
        })
        .id((person::Entity, Column::Id), last)
}

impl Store {
    /// A page of the people who wear the hat, or of all.
    pub async fn people_page(
        &self,
        hat: Option<Hat>,
        filter: &PersonFilter,
        order: &[PersonKey],
        args: &PageArgs,
    ) -> Result<Page<person::Model>> {
        let mut order = order_of(order, self.backend());
        if filter.text.is_some() {
            order = order.by_sorting();
        }
        self.page(self.people_where(hat, filter).await?, &order, args)
            .await
    }

    /// How many people wear the hat and meet the filter.
    pub async fn people_count(&self, hat: Option<Hat>, filter: &PersonFilter) -> Result<u64> {
        self.count(self.people_where(hat, filter).await?).await
    }

    pub(in crate::store) async fn people_where(
        &self,
        hat: Option<Hat>,
        filter: &PersonFilter,
    ) -> Result<Select<person::Entity>> {
        words::check_sought(filter.sought())?;
        let mut list = self.find::<person::Entity>();
        if let Some(hat) = hat {
            // Bare, as the partial indexes have it: a bound `= true` would not be matched to them.
            list = list.filter(Expr::cust(match hat {
                Hat::Candidate => "person.is_candidate",
                Hat::Contact => "person.is_contact",
            }));
        }
        list = list
            .filter(self.by_columns(filter))
            .filter(self.silence_where(filter).await?)
            .filter(self.by_labels(filter));
        list = list.filter(self.by_connections(filter)?);
        Ok(list)
    }

    fn by_columns(&self, filter: &PersonFilter) -> Condition {
        let folded = |value: &Option<String>| value.as_deref().map(text::fold);
        let overdue = |overdue: bool| {
            let now = self.clock().now();
            if overdue {
                Condition::any().add(Column::NextTouchAt.lt(now))
            } else {
                Condition::any()
                    .add(Column::NextTouchAt.gte(now))
                    .add(is_null(Column::NextTouchAt, true))
            }
        };
        Condition::all()
            .add_option(
                filter
                    .owners
                    .as_ref()
                    .map(|owners| Column::OwnerId.is_in(owners.clone())),
            )
            .add_option(
                filter
                    .without_owner
                    .map(|without| is_null(Column::OwnerId, without)),
            )
            .add_option(folded(&filter.city).map(|city| Column::CityKey.eq(city)))
            .add_option(
                filter
                    .region
                    .as_ref()
                    .map(|region| Column::Region.eq(region)),
            )
            .add_option(
                filter
                    .country
                    .as_ref()
                    .map(|c| Column::Country.eq(c.to_uppercase())),
            )
            .add_option(
                filter
                    .awaiting_reply
                    .map(|awaiting| is_null(Column::AwaitingReplySince, !awaiting)),
            )
            .add_option(filter.touch_overdue.map(overdue))
            .add_option(
                filter
                    .due_until
                    .map(|until| or_latest("next_touch_at", self.backend()).lte(until)),
            )
            .add_option(
                filter
                    .keepers
                    .as_ref()
                    .map(|keepers| Column::KeeperId.is_in(keepers.clone())),
            )
            .add_option(filter.not_touched_since.map(|since| {
                Condition::any()
                    .add(Column::LastTouchAt.lt(since))
                    .add(Column::LastTouchAt.is_null())
            }))
            .add_option(
                filter
                    .created_since
                    .map(|since| Column::CreatedAt.gte(since)),
            )
            .add_option(
                filter
                    .updated_since
                    .map(|since| Column::UpdatedAt.gte(since)),
            )
            .add_option(
                filter
                    .do_not_contact
                    .map(|wanted| Column::DoNotContact.eq(wanted)),
            )
    }

    fn by_labels(&self, filter: &PersonFilter) -> Condition {
        let labelled = |kind: LabelKind, name: &String| {
            is_among(
                self.find::<label::Entity>()
                    .filter(label::Column::Kind.eq(kind))
                    .filter(label::Column::Key.eq(text::fold(name))),
                label::Column::PersonId,
            )
        };
        let mut all = Condition::all();
        for tag in &filter.tags {
            all = all.add(labelled(LabelKind::Tag, tag));
        }
        for community in &filter.communities {
            all = all.add(labelled(LabelKind::Community, community));
        }
        all
    }

    fn by_connections(&self, filter: &PersonFilter) -> Result<Condition> {
        let mut all = Condition::all();
        if let Some(words) = &filter.text {
            all = all.add(self.mentions(words)?);
        }
        if let Some(companies) = &filter.companies {
            let rows = self.find::<position::Entity>();
            let rows = rows.filter(position::Column::CompanyId.is_in(companies.clone()));
            all = all.add(is_among(rows, position::Column::PersonId));
        }
        if let Some(email) = &filter.email {
            let key = normal::email(email)
                .map_err(|message| Error::bad_input(format!("`email` {message}")))?
                .key;
            let person = Expr::col((person::Entity, Column::Id));
            all = all.add(person.in_subquery(self.with_email(&key)));
        }
        if let Some(wanted) = filter.has_referred {
            let rows = self.find::<referral::Entity>();
            let among = is_among(rows, referral::Column::ReferrerId);
            all = all.add(if wanted { among } else { among.not() });
        }
        Ok(all)
    }

    /// The person's search text holds every word.
    fn mentions(&self, words: &str) -> Result<Expr> {
        let terms = text::search_terms(words);
        if terms.is_empty() {
            return Err(Error::bad_input(
                "`text` has no letter or digit to search for",
            ));
        }
        // Terms hold letters, digits and spaces only, so nothing needs escaping.
        let ids = if self.backend() == DbBackend::Postgres {
            let body = || Expr::col(person_search::Column::Body);
            let mut rows = self.find::<person_search::Entity>();
            for term in terms {
                rows = rows.filter(body().like(format!("%{term}%")));
            }
            rows.select_only()
                .column(person_search::Column::PersonId)
                .into_query()
        } else {
            let phrases: Vec<_> = terms.iter().map(|term| format!("\"{term}\"")).collect();
            SelectStatement::new()
                .column("person_id")
                .from("person_search_row")
                .and_where(Expr::col("tenant_id").eq(self.tenant()))
                .and_where(Expr::cust_with_values(
                    "row IN (SELECT rowid FROM person_search_text WHERE body MATCH ?)",
                    [phrases.join(" AND ")],
                ))
                .to_owned()
        };
        Ok(Expr::col((person::Entity, Column::Id)).in_subquery(ids))
    }
}

fn is_null(column: Column, wanted: bool) -> Expr {
    if wanted {
        column.is_null()
    } else {
        column.is_not_null()
    }
}

/// The person is one of those that the rows point at.
fn is_among<E: EntityTrait>(rows: Select<E>, person: E::Column) -> Expr {
    let ids = rows.select_only().column(person).into_query();
    Expr::col((person::Entity, Column::Id)).in_subquery(ids)
}
