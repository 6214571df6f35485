//! Who can introduce us: a shortest way to a person, from somebody the viewer has touched in the
//! last year or from a named person.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    enums::{Direction, InteractionOutcome},
    interaction::{Column, Entity},
    interaction_person, interaction_recruiter, person,
};
use sea_orm::{
    ColumnTrait, Condition, QueryFilter, QuerySelect, RelationTrait, Select,
    sea_query::{Expr, ExprTrait, JoinType},
};
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    rules::{
        interaction::CLOCK_TOLERANCE,
        network::{Reached, TieId, Walk},
    },
    store::{Store, person::PersonBy},
};

/// For how long a touch makes an acquaintance.
const ACQUAINTED_FOR: TimeDelta = TimeDelta::days(365);
/// The most people among whom a way is looked for: the one who can introduce us may be any of the
/// thousands who know a hub.
const MOST_PEOPLE: usize = 20_000;

/// The way to a person.
#[derive(Clone, Debug)]
pub struct Introduction {
    /// To whom.
    pub to: Uuid,
    /// Who stands on the way, beginning with the one we know and ending with the person; nobody
    /// when there is no way.
    pub people: Vec<PathPerson>,
    /// When the viewer last touched the first of them; none when the way begins with a named one.
    pub touched_at: Option<DateTime<Utc>>,
    /// There is somebody to begin with.
    pub has_beginning: bool,
    /// There may be a way among those who were not looked at.
    pub truncated: bool,
}

/// Somebody on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPerson {
    /// The person.
    pub person: Uuid,
    /// The one before them; none for the first.
    pub before: Option<Uuid>,
    /// The ties between the two.
    pub ties: Vec<TieId>,
}

/// Where a way may begin: when the viewer last touched each, if that is why.
type Beginnings = HashMap<Uuid, Option<DateTime<Utc>>>;

impl Store {
    /// A shortest way of at most so many ties to a person; none if there is nobody by that name.
    pub async fn introduction(
        &self,
        to: &PersonBy,
        from: Option<&PersonBy>,
        depth: u32,
    ) -> Result<Option<Introduction>> {
        let Some(to) = self.person_there(to).await? else {
            return Ok(None);
        };
        let beginnings = match from {
            None => self.acquaintances().await?,
            Some(from) => {
                let unknown = || Error::bad_input("`from` names nobody");
                let from = self.person_there(from).await?.ok_or_else(unknown)?;
                if from == to {
                    let message = "`from` and `to` name the same person; nobody needs a path to \
                                   oneself";
                    return Err(Error::bad_input(message));
                }
                Beginnings::from([(from, None)])
            }
        };
        let mut walk = Walk::new(to, MOST_PEOPLE);
        let mut begins_with = beginnings.contains_key(&to).then_some(to);
        for _ in 0..depth {
            if begins_with.is_some() || beginnings.is_empty() || walk.frontier().is_empty() {
                break;
            }
            let frontier = walk.frontier().iter().copied().collect();
            let ties = self.ties_of(frontier, 1).await?;
            walk.advance(&ties.steps);
            if ties.are_cut {
                walk.cut();
            }
            begins_with = nearest_beginning(&walk, &beginnings, from.is_some());
            walk.spare_do_not_contact();
        }
        Ok(Some(Introduction {
            to,
            people: begins_with.map(|from| way(&walk, from)).unwrap_or_default(),
            touched_at: begins_with.and_then(|from| beginnings.get(&from).copied().flatten()),
            has_beginning: !beginnings.is_empty(),
            truncated: walk.is_truncated(),
        }))
    }

    /// The person who is meant, if they are there.
    async fn person_there(&self, by: &PersonBy) -> Result<Option<Uuid>> {
        Ok(self.person_by(by).await?.map(|row| row.id))
    }

    /// Everybody whom the viewer has touched in the last year and may contact, and when last.
    async fn acquaintances(&self) -> Result<Beginnings> {
        use interaction_person::Column as Link;
        let touched_at = Expr::col((Entity, Column::OccurredAt)).max();
        let person = (interaction_person::Entity, Link::PersonId);
        let rows: Vec<(Uuid, DateTime<Utc>)> = self
            .find::<interaction_person::Entity>()
            .select_only()
            .column(Link::PersonId)
            .column_as(touched_at, "touched_at")
            .join(
                JoinType::InnerJoin,
                interaction_person::Relation::Interaction.def(),
            )
            .join(
                JoinType::InnerJoin,
                interaction_person::Relation::Person.def(),
            )
            .filter(Expr::col((person::Entity, person::Column::DoNotContact)).eq(false))
            .filter(self.touched_by_viewer())
            .group_by(Expr::col(person))
            .into_tuple()
            .all(&self.conn)
            .await?;
        Ok(rows.into_iter().map(|(id, at)| (id, Some(at))).collect())
    }

    /// The interaction is a touch of the last year in which the viewer took part.
    fn touched_by_viewer(&self) -> Condition {
        use interaction_recruiter::Column as Link;
        let now = self.clock().now();
        let took_part: Select<interaction_recruiter::Entity> = self
            .find::<interaction_recruiter::Entity>()
            .select_only()
            .column(Link::InteractionId)
            .filter(Link::RecruiterId.eq(self.viewer().recruiter_id))
            .filter(Link::OccurredAt.gt(now - ACQUAINTED_FOR))
            .filter(Link::OccurredAt.lte(now + CLOCK_TOLERANCE));
        let took_part = sea_orm::QueryTrait::into_query(took_part);
        let reached = [InteractionOutcome::Reached, InteractionOutcome::LeftMessage];
        Condition::all()
            .add(Expr::col((Entity, Column::Id)).in_subquery(took_part))
            .add(Column::Direction.ne(Direction::Internal))
            .add(Column::Automated.eq(false))
            .add(Column::Outcome.is_in(reached))
            .add(self.visible())
    }
}

/// Of those reached with the last step, the one to begin with: whom the viewer touched last.
fn nearest_beginning(walk: &Walk, beginnings: &Beginnings, is_named: bool) -> Option<Uuid> {
    let may_begin = |reached: &&Reached| {
        beginnings.contains_key(&reached.person) && (is_named || !reached.do_not_contact)
    };
    let rank = |reached: &&Reached| {
        let touched_at = beginnings.get(&reached.person).copied().flatten();
        (std::cmp::Reverse(touched_at), reached.person)
    };
    walk.newest()
        .filter(may_begin)
        .min_by_key(rank)
        .map(|reached| reached.person)
}

fn way(walk: &Walk, from: Uuid) -> Vec<PathPerson> {
    let mut before = None;
    let person = |(person, ties)| PathPerson {
        person,
        before: before.replace(person),
        ties,
    };
    walk.way_back(from).into_iter().map(person).collect()
}
