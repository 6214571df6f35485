//! Relationships: ties between two people, read by id and under the people they tie. A tie is
//! stored once, in the order that its kind prescribes, and read from either side.

mod kind;
mod write;

use std::collections::HashMap;

use entity::relationship::{Column, Entity, Model};
use sea_orm::{
    ColumnTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{
        ColumnRef, Expr, ExprTrait, IntoColumnRef, SelectStatement, SimpleExpr, UnionType,
    },
};
use uuid::Uuid;

pub(super) use self::write::Tie;
pub use self::{
    kind::{NewRelationshipKind, RelationshipKind},
    write::{NewRelationship, RelationshipDetails},
};
use super::{
    KeyValue, Page, PageArgs, Position, SortDirection, Store, order::Order, page::parent, sql,
};
use crate::error::{Error, Result};

/// The name of the ties of one person, whichever side of a row they stand on.
const TIE: &str = "tie";

/// Which ties of a person are wanted. Every part that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct RelationshipFilter {
    /// The person is one of these to the other, by code.
    pub kinds: Option<Vec<String>>,
    /// Ties that no longer hold, too.
    pub include_ended: bool,
}

/// The stored codes that the filter's kinds have, by the side on which the person stands.
struct Sides {
    first: Option<Vec<String>>,
    second: Option<Vec<String>>,
}

/// Where a tie stands among those of a person: the latest recorded comes first, and ids grow with
/// time.
pub fn position(row: &Model) -> Position {
    vec![KeyValue::Id(row.id)]
}

impl Store {
    /// Relationships by id.
    pub async fn relationships(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Model>> {
        let mut rows = self.rows_of_ids::<Entity>(Column::Id, ids).await?;
        self.veil_relationships(&mut rows).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }

    /// The relationships of each person, the latest recorded first.
    pub async fn relationships_of_people(
        &self,
        people: &[Uuid],
        filter: &RelationshipFilter,
        args: &PageArgs,
    ) -> Result<HashMap<Uuid, Page<Model>>> {
        let backend = self.backend();
        let newest = |id: ColumnRef| Order::new(backend).id(id, SortDirection::Descending);
        let person = parent(backend);
        let of_person = |column| Expr::col((Entity, column)).eq(person.clone());
        // Each side is cut for itself too, so that nobody's thousands of ties are read for five.
        let each = newest((Entity, Column::Id).into_column_ref());
        let ties = self
            .ties(filter, of_person, |side| {
                each.narrow(side, args, self.reach(args))
            })
            .await?;
        let ids = SelectStatement::new()
            .column((TIE, "id"))
            .from_subquery(ties, TIE)
            .to_owned();
        let order = newest((TIE, "id").into_column_ref());
        let mut pages = self
            .nested_by_ids::<Entity>(people, ids, &order, args, position)
            .await?;
        let rows = pages.values_mut().flat_map(|page| &mut page.rows);
        self.veil_relationships(rows).await?;
        Ok(pages)
    }

    /// How many relationships each person has.
    pub async fn relationships_of_people_counts(
        &self,
        people: &[Uuid],
        filter: &RelationshipFilter,
    ) -> Result<HashMap<Uuid, u64>> {
        let backend = self.backend();
        let among = |column| sql::one_of(backend, (Entity, column), people);
        let ties = self.ties(filter, among, |_| Ok(())).await?;
        let list = SelectStatement::new().from_subquery(ties, TIE).to_owned();
        self.counts(list, (TIE, "person_id")).await
    }

    /// The ties in which `stands_in` holds for the column on either side: their ids, and the
    /// person on that side. Two selects, since each side has an index of its own and an `OR` over
    /// both columns would use neither in order. `cut` may narrow each.
    async fn ties(
        &self,
        filter: &RelationshipFilter,
        stands_in: impl Fn(Column) -> SimpleExpr,
        cut: impl Fn(&mut SelectStatement) -> Result<()>,
    ) -> Result<SelectStatement> {
        let sides = self.sides(filter).await?;
        let side = |column: Column, kinds: Option<Vec<String>>| {
            let mut rows = self.find::<Entity>().filter(stands_in(column));
            if !filter.include_ended {
                rows = rows.filter(Column::Ended.eq(false));
            }
            if let Some(kinds) = kinds {
                rows = rows.filter(Column::Kind.is_in(kinds));
            }
            let mut rows = rows
                .select_only()
                .column(Column::Id)
                .column_as(column, "person_id")
                .into_query();
            cut(&mut rows)?;
            // Wrapped, for SQLite takes no limit within a union.
            let side = SelectStatement::new()
                .columns(["id", "person_id"])
                .from_subquery(rows, "side")
                .to_owned();
            Ok::<_, Error>(side)
        };
        let mut ties = side(Column::PersonId, sides.first)?;
        ties.union(UnionType::All, side(Column::OtherId, sides.second)?);
        Ok(ties)
    }

    async fn sides(&self, filter: &RelationshipFilter) -> Result<Sides> {
        let Some(codes) = &filter.kinds else {
            return Ok(Sides {
                first: None,
                second: None,
            });
        };
        let kinds = self.relationship_kinds_by_code(codes).await?;
        let (mut first, mut second) = (Vec::new(), Vec::new());
        for code in codes {
            let Some(kind) = kinds.get(code) else {
                let message = "there is no kind with this code; take one from `relationshipKinds`";
                return Err(Error::bad_input(format!(
                    "`kinds` names `{code}`: {message}"
                )));
            };
            if *code == kind.code {
                first.push(kind.code.clone());
            }
            if *code == kind.inverse_code {
                second.push(kind.code.clone());
            }
        }
        Ok(Sides {
            first: Some(first),
            second: Some(second),
        })
    }
}
