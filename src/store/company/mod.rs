//! Companies: read by id and in lists, with the people who work or worked there.

pub(super) mod write;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    company::{Column, Entity, Model},
    person, position,
};
use sea_orm::{
    ColumnTrait, Condition, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, Func, SelectStatement},
};
use uuid::Uuid;

pub use self::write::CompanyDetails;
use super::{
    KeyValue, Page, PageArgs, Position, SortDirection, Store,
    order::Order,
    page::parent,
    person::{self as people, PersonOrder},
    sql, words,
};
use crate::error::Result;

/// Which companies are wanted. Every part that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct CompanyFilter {
    /// Words found in the name.
    pub text: Option<String>,
    /// Looked after by one of these recruiters.
    pub owners: Option<Vec<Uuid>>,
    /// Is in this city.
    pub city: Option<String>,
    /// Is in this country.
    pub country: Option<String>,
    /// Made at or after this time.
    pub created_since: Option<DateTime<Utc>>,
    /// Changed at or after this time.
    pub updated_since: Option<DateTime<Utc>>,
}

/// What a list of companies is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CompanyOrder {
    /// The name.
    Name,
    /// When they were last changed.
    Updated,
    /// When they were made.
    Created,
}

impl CompanyOrder {
    /// Where a company stands in this order.
    pub fn position(self, row: &Model) -> Position {
        let id = KeyValue::Id(row.id);
        match self {
            Self::Name => vec![KeyValue::Text(row.name_key.clone()), id],
            Self::Updated => vec![KeyValue::Time(row.updated_at), id],
            // Ids grow with the time at which they are made.
            Self::Created => vec![id],
        }
    }
}

impl Store {
    /// Companies by id.
    pub async fn companies(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Model>> {
        let rows = self.rows_of_ids::<Entity>(Column::Id, ids).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }

    /// A page of companies.
    pub async fn companies_page(
        &self,
        filter: &CompanyFilter,
        order: (CompanyOrder, SortDirection),
        args: &PageArgs,
    ) -> Result<Page<Model>> {
        let keys = Order::new(self.backend());
        let keys = match order.0 {
            CompanyOrder::Name => keys.text((Entity, Column::NameKey), order.1),
            CompanyOrder::Updated => keys.time((Entity, Column::UpdatedAt), order.1),
            CompanyOrder::Created => keys,
        };
        let keys = keys.id((Entity, Column::Id), order.1);
        self.page(self.companies_where(filter)?, &keys, args).await
    }

    /// How many companies meet the filter.
    pub async fn companies_count(&self, filter: &CompanyFilter) -> Result<u64> {
        self.count(self.companies_where(filter)?).await
    }

    /// The people of each company, by name: all who work or worked there, or those who still do.
    pub async fn people_of_companies(
        &self,
        companies: &[Uuid],
        current_only: bool,
        args: &PageArgs,
    ) -> Result<HashMap<Uuid, Page<person::Model>>> {
        // A person may have held several positions at one company, so the positions are not
        // joined: each person stands in the list once.
        let at_company = self
            .held_positions(current_only)
            .select_only()
            .column(position::Column::PersonId)
            .filter(
                Expr::col((position::Entity, position::Column::CompanyId))
                    .eq(parent(self.backend())),
            );
        let ids = self
            .find::<person::Entity>()
            .select_only()
            .column(person::Column::Id)
            .filter(
                Expr::col((person::Entity, person::Column::Id))
                    .in_subquery(at_company.into_query()),
            );
        let order = Order::new(self.backend())
            .text(
                (person::Entity, person::Column::NameKey),
                SortDirection::Ascending,
            )
            .id(
                (person::Entity, person::Column::Id),
                SortDirection::Ascending,
            );
        self.nested::<person::Entity>(companies, ids.into_query(), &order, args, |row| {
            people::position(&[(PersonOrder::Name, SortDirection::Ascending)], row)
        })
        .await
    }

    /// How many people each company has.
    pub async fn people_of_companies_counts(
        &self,
        companies: &[Uuid],
        current_only: bool,
    ) -> Result<HashMap<Uuid, u64>> {
        let people = self
            .held_positions(current_only)
            .select_only()
            .columns([position::Column::CompanyId, position::Column::PersonId])
            .filter(sql::one_of(
                self.backend(),
                (position::Entity, position::Column::CompanyId),
                companies,
            ))
            .distinct()
            .into_query();
        let list = SelectStatement::new()
            .from_subquery(people, "list")
            .to_owned();
        self.counts(list, ("list", "company_id")).await
    }

    /// The positions that people have held, or hold today.
    fn held_positions(&self, current_only: bool) -> Select<position::Entity> {
        let positions = self.find::<position::Entity>();
        if !current_only {
            return positions;
        }
        let today = self.clock().now().date_naive();
        positions.filter(
            Condition::any()
                .add(position::Column::EndedOn.is_null())
                .add(position::Column::EndedOn.gte(today)),
        )
    }

    fn companies_where(&self, filter: &CompanyFilter) -> Result<Select<Entity>> {
        let city = filter.city.iter().map(|city| ("filter.city", city));
        let country = filter.country.iter().map(|code| ("filter.country", code));
        words::check_sought(city.chain(country))?;
        let mut list = self.find::<Entity>();
        if let Some(text) = &filter.text {
            list = list.filter(words::all_in((Entity, Column::NameKey), text)?);
        }
        if let Some(owners) = &filter.owners {
            list = list.filter(sql::one_of(
                self.backend(),
                (Entity, Column::OwnerId),
                owners,
            ));
        }
        if let Some(city) = &filter.city {
            // SQLite knows small letters of ASCII only; the name as it is written always fits.
            let small = Expr::expr(Func::lower(Expr::col((Entity, Column::City))));
            list = list.filter(
                Condition::any()
                    .add(Column::City.eq(city.trim()))
                    .add(small.eq(city.trim().to_lowercase())),
            );
        }
        let country = filter.country.as_ref().map(|code| code.to_uppercase());
        Ok(list.filter(
            Condition::all()
                .add_option(country.map(|code| Column::Country.eq(code)))
                .add_option(
                    filter
                        .created_since
                        .map(|since| Column::CreatedAt.gte(since)),
                )
                .add_option(
                    filter
                        .updated_since
                        .map(|since| Column::UpdatedAt.gte(since)),
                ),
        ))
    }
}
