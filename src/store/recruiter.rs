//! Recruiters: read by id, by address and in lists, with the people they look after. Their rows
//! come from tokens alone (`directory.rs`).

use std::collections::HashMap;

use entity::{
    enums::{Hat, NodeKind},
    person,
    recruiter::{Column, Entity, Model},
};
use sea_orm::{
    QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{
    KeyValue, Page, PageArgs, Position, SortDirection, Store,
    order::Order,
    page::parent,
    person::{self as people, PersonOrder},
    record::By,
    sql, words,
};
use crate::error::{Error, Result};

/// How a recruiter is named by a caller.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RecruiterBy {
    /// By our id or a record of another system.
    Node(By),
    /// By the e-mail address their tokens tell.
    Email(String),
}

/// Which recruiters are wanted. Every part that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct RecruiterFilter {
    /// Words found in the name, the address or the subject.
    pub text: Option<String>,
    /// Has this e-mail address.
    pub email: Option<String>,
}

/// What a list of recruiters is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RecruiterOrder {
    /// The name; where none is known, the subject.
    Name,
    /// When they first appeared.
    Created,
}

impl RecruiterOrder {
    /// Where a recruiter stands in this order.
    pub fn position(self, row: &Model) -> Position {
        let id = KeyValue::Id(row.id);
        match self {
            Self::Name => {
                let name = row.name.as_ref().unwrap_or(&row.subject);
                vec![KeyValue::Text(name.to_ascii_lowercase()), id]
            }
            // Ids grow with the time at which they are made.
            Self::Created => vec![id],
        }
    }
}

impl Store {
    /// Recruiters by id.
    pub async fn recruiters(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Model>> {
        let rows = self.rows_of_ids::<Entity>(Column::Id, ids).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }

    /// The recruiter who is meant. An address that several share names none of them.
    pub async fn recruiter_id_by(&self, by: &RecruiterBy) -> Result<Option<Uuid>> {
        match by {
            RecruiterBy::Node(by) => self.id_by(NodeKind::Recruiter, by).await,
            RecruiterBy::Email(email) => {
                let filter = RecruiterFilter {
                    email: Some(email.clone()),
                    ..RecruiterFilter::default()
                };
                let rows = self.recruiters_where(&filter)?.limit(2);
                match rows.all(&self.conn).await?.as_slice() {
                    [] => Ok(None),
                    [recruiter] => Ok(Some(recruiter.id)),
                    _ => Err(Error::bad_input(
                        "several recruiters have this e-mail address; list them with the filter \
                         `email` and choose by id",
                    )),
                }
            }
        }
    }

    /// A page of recruiters.
    pub async fn recruiters_page(
        &self,
        filter: &RecruiterFilter,
        order: (RecruiterOrder, SortDirection),
        args: &PageArgs,
    ) -> Result<Page<Model>> {
        let keys = Order::new(self.backend());
        let keys = match order.0 {
            RecruiterOrder::Name => {
                let name = "coalesce(recruiter.name, recruiter.subject)";
                keys.text_of(words::small_letters(self.backend(), name), order.1)
            }
            RecruiterOrder::Created => keys,
        };
        let keys = keys.id((Entity, Column::Id), order.1);
        self.page(self.recruiters_where(filter)?, &keys, args).await
    }

    /// How many recruiters meet the filter.
    pub async fn recruiters_count(&self, filter: &RecruiterFilter) -> Result<u64> {
        self.count(self.recruiters_where(filter)?).await
    }

    /// The people whom each recruiter looks after, those not touched for longest first.
    pub async fn people_of_recruiters(
        &self,
        recruiters: &[Uuid],
        hat: Option<Hat>,
        args: &PageArgs,
    ) -> Result<HashMap<Uuid, Page<person::Model>>> {
        let owner = (person::Entity, person::Column::OwnerId);
        let ids = self
            .people_wearing(hat)
            .select_only()
            .column(person::Column::Id)
            .filter(Expr::col(owner).eq(parent(self.backend())))
            .into_query();
        let order = Order::new(self.backend())
            .time_or_earliest("person.last_touch_at", SortDirection::Ascending)
            .id(
                (person::Entity, person::Column::Id),
                SortDirection::Ascending,
            );
        self.nested::<person::Entity>(recruiters, ids, &order, args, |row| {
            people::position(&[(PersonOrder::LastTouch, SortDirection::Ascending)], row)
        })
        .await
    }

    /// How many people each recruiter looks after.
    pub async fn people_of_recruiters_counts(
        &self,
        recruiters: &[Uuid],
        hat: Option<Hat>,
    ) -> Result<HashMap<Uuid, u64>> {
        let owner = (person::Entity, person::Column::OwnerId);
        let rows = self.people_wearing(hat).select_only().filter(sql::one_of(
            self.backend(),
            owner,
            recruiters,
        ));
        self.counts(rows.into_query(), owner).await
    }

    fn people_wearing(&self, hat: Option<Hat>) -> Select<person::Entity> {
        let people = self.find::<person::Entity>();
        match hat {
            None => people,
            Some(Hat::Candidate) => people.filter(Expr::cust("person.is_candidate")),
            Some(Hat::Contact) => people.filter(Expr::cust("person.is_contact")),
        }
    }

    fn recruiters_where(&self, filter: &RecruiterFilter) -> Result<Select<Entity>> {
        let text = filter.text.iter().map(|text| ("text", text));
        let email = filter.email.iter().map(|email| ("email", email));
        words::check_sought(text.chain(email))?;
        let mut list = self.find::<Entity>();
        if let Some(text) = &filter.text {
            let told = "(coalesce(recruiter.name, '') || ' ' || coalesce(recruiter.email, '') \
                        || ' ' || recruiter.subject)";
            list = list.filter(words::all_within(self.backend(), told, text)?);
        }
        if let Some(email) = &filter.email {
            let told = words::small_letters(self.backend(), "recruiter.email");
            list = list.filter(told.eq(email.trim().to_ascii_lowercase()));
        }
        Ok(list)
    }
}
