//! Everything else that a call names, after the people: what hangs on them and between them.

use std::collections::BTreeSet;

use entity::{
    application, company, enums::NodeKind, feedback, interaction, job, promise, referral,
    relationship,
};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::LockType};
use uuid::Uuid;

use super::Named;
use crate::{
    error::{Error, Result},
    store::{
        sql,
        sync::{batch::Batch, work::Work},
    },
};

impl Work {
    /// Reads and locks everything else, after the people, as every write does.
    pub(super) async fn load_rest(&mut self, batch: &Batch, named: &Named) -> Result<()> {
        macro_rules! nodes {
            ($rows:ident $table:ident $kind:ident) => {{
                let mut ids: BTreeSet<_> =
                    self.nodes_of(batch, NodeKind::$kind).into_iter().collect();
                ids.extend(named.ids_of(NodeKind::$kind));
                let ids: Vec<_> = ids.into_iter().collect();
                let rows = self
                    .w
                    .locked::<$table::Entity>($table::Column::Id, &ids)
                    .await?;
                let nodes = rows.iter().map(|row| (NodeKind::$kind, row.id));
                self.names.nodes.extend(nodes);
                self.$rows.read(rows);
                ids
            }};
        }
        nodes!(companies company Company);
        nodes!(jobs job Job);
        let applications = nodes!(applications application Application);
        let interactions = nodes!(interactions interaction Interaction);
        nodes!(relationships relationship Relationship);
        nodes!(referrals referral Referral);
        nodes!(feedback feedback Feedback);
        let promises = nodes!(promises promise Promise);
        let reschedules = self.w.promise_reschedules(&promises).await?;
        self.reschedules.read(reschedules);
        let with = self.w.participants_in_bulk(&interactions).await?;
        let mut people = with.values().flat_map(|with| with.people.iter());
        if people.any(|person| self.people.get(*person).is_none()) {
            // Somebody joined between the two looks, and is not locked.
            return Err(Error::Retry);
        }
        self.participants = with;
        self.load_claims(batch, applications).await?;
        self.load_ties(batch).await
    }

    /// Referrals of the people who were referred or apply in this call, with all applications of
    /// those people: which referral led to which application follows from both.
    async fn load_claims(&mut self, batch: &Batch, applications: Vec<Uuid>) -> Result<()> {
        let concerns = |kind: Option<NodeKind>| {
            matches!(kind, Some(NodeKind::Application | NodeKind::Referral))
        };
        if !batch.open().any(|row| concerns(row.kind)) {
            return Ok(());
        }
        let backend = self.w.backend();
        let mut people: BTreeSet<Uuid> = self.people_of(batch, concerns);
        people.extend(
            applications
                .iter()
                .filter_map(|id| Some(self.applications.get(*id)?.person_id)),
        );
        people.extend(self.referrals.all().map(|row| row.referred_id));
        let people: Vec<_> = people.into_iter().collect();
        let column = (referral::Entity, referral::Column::ReferredId);
        let rows = self
            .w
            .find::<referral::Entity>()
            .filter(sql::one_of(backend, column, &people))
            .order_by_asc(referral::Column::Id)
            .lock(LockType::NoKeyUpdate);
        self.referrals.read(rows.all(&self.w.conn).await?);
        for row in self.referrals.all() {
            let claim = (row.referrer_id, row.referred_id, row.job_id);
            self.claims.insert(claim, row.id);
        }
        let column = (application::Entity, application::Column::PersonId);
        let rows = self
            .w
            .find::<application::Entity>()
            .filter(sql::one_of(backend, column, &people))
            .order_by_asc(application::Column::Id)
            .lock(LockType::NoKeyUpdate);
        self.applications.read(rows.all(&self.w.conn).await?);
        let applications: Vec<_> = self.applications.all().map(|row| row.id).collect();
        self.steps
            .read(self.w.application_changes(&applications).await?);
        let referrals: Vec<_> = self.referrals.all().map(|row| row.id).collect();
        self.statuses
            .read(self.w.referral_status_changes(&referrals).await?);
        Ok(())
    }

    /// The living ties among the people of the call, and the kinds that ties can be of.
    async fn load_ties(&mut self, batch: &Batch) -> Result<()> {
        use relationship::{Column, Entity};
        let concerns = |kind: Option<NodeKind>| {
            let kinds = [
                NodeKind::Relationship,
                NodeKind::Referral,
                NodeKind::Settings,
            ];
            kind.is_some_and(|kind| kinds.contains(&kind))
        };
        if !batch.open().any(|row| concerns(row.kind)) {
            return Ok(());
        }
        if batch.open().any(|row| row.kind == Some(NodeKind::Settings)) {
            self.known_settings = Some(self.w.settings().await?);
        }
        let backend = self.w.backend();
        let people: Vec<_> = self.people_of(batch, concerns).into_iter().collect();
        let rows = self
            .w
            .find::<Entity>()
            .filter(sql::one_of(backend, (Entity, Column::PersonId), &people))
            .filter(sql::one_of(backend, (Entity, Column::OtherId), &people))
            .filter(Column::Ended.eq(false))
            .order_by_asc(Column::Id)
            .lock(LockType::NoKeyUpdate);
        self.relationships.read(rows.all(&self.w.conn).await?);
        for row in self.relationships.all().filter(|row| !row.ended) {
            let tie = (row.person_id, row.other_id, row.kind.clone());
            self.ties.insert(tie, row.id);
        }
        for kind in self.w.relationship_kinds().await? {
            self.kinds.insert(kind.inverse_code.clone(), kind.clone());
            self.kinds.insert(kind.code.clone(), kind);
        }
        Ok(())
    }

    /// The people who are there already and whom rows of these kinds refer to.
    fn people_of(
        &self,
        batch: &Batch,
        concerns: impl Fn(Option<NodeKind>) -> bool,
    ) -> BTreeSet<Uuid> {
        let mut people = BTreeSet::new();
        for row in batch.open().filter(|row| concerns(row.kind)) {
            for (kind, said) in &row.refers_to {
                if *kind == NodeKind::Person {
                    people.extend(self.quietly(*kind, said, &row.key.system));
                }
            }
        }
        people
    }
}
