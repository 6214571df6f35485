//! What stands in the tables twice, so that lists and figures need not work it out: the time and
//! the channel of a touch on its links, the pairs whom a touch brought together, where an
//! application stands, and the status of a referral. Here it is held against what it repeats, for
//! some people at a time, and put right.

mod links;

use entity::{application, referral};
use sea_orm::{
    ColumnTrait, EntityTrait, IdenStatic, ModelTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use self::links::{Link, Pair, of_pair};
use super::doctor::{Difference, shown};
use crate::{
    error::Result,
    store::{Store, Writer, application::write::stand, referral::follow::as_told, sql},
};

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
        let links = self.links.iter().map(Link::difference);
        let missing = self
            .missing
            .iter()
            .map(|row| of_pair(row, "no row", "a row"));
        let surplus = self
            .surplus
            .iter()
            .map(|row| of_pair(row, "a row", "no row"));
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
        self.mend_pairs(&copies.missing, &copies.surplus).await?;
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
}
