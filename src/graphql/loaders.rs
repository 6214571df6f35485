//! One loader for each thing that fields of many objects ask for at once.

use std::{collections::HashMap, future::Future, hash::Hash, sync::Arc};

use chrono::{DateTime, Utc};
use entity::{
    application, application_change, company, contact_point,
    enums::{Hat, NodeKind},
    external_record, feedback, interaction, job, label, person, position, promise,
    promise_reschedule, record_match, recruiter, referral, referral_status_change, relationship,
    reply_wait, snooze,
};
use futures_util::future::try_join_all;
use uuid::Uuid;

use super::batch::Batch;
use crate::{
    error::Result,
    rules::{
        health::Health,
        network::Walk,
        promise::{Evidence, FollowThrough},
        silence::Standing,
    },
    store::{
        Page, PageArgs, Store,
        application::{ApplicationFilter, ApplicationsOf},
        feedback::{FeedbackOf, NetPromoterScore, NpsOf, NpsWindow},
        interaction::InteractionFilter,
        job::JobFilter,
        merge::MergedPerson,
        network::LetDownNearby,
        promise::{PromiseFilter, PromisesOf},
        referral::{Chain, ChainDirection, ReferralTree, Role},
        relationship::{RelationshipFilter, RelationshipKind},
        silence::Hanging,
    },
};

/// Pages under each of many parents: the parent, what is wanted of its list, and which part.
pub(crate) type Nested<F, R> = Batch<(Uuid, Arc<F>, PageArgs), Page<R>>;
/// The lengths of such lists.
pub(crate) type Counted<F> = Batch<(Uuid, Arc<F>), u64>;

/// The loaders of one request.
pub(crate) struct Loaders {
    pub(crate) people: Batch<Uuid, person::Model>,
    pub(crate) contact_points: Batch<Uuid, Arc<Vec<contact_point::Model>>>,
    pub(crate) labels: Batch<Uuid, Arc<Vec<label::Model>>>,
    pub(crate) positions: Batch<Uuid, Arc<Vec<position::Model>>>,
    pub(crate) merged_hats: Batch<Uuid, Hat>,
    pub(crate) merged_people: Batch<Uuid, Arc<Vec<MergedPerson>>>,
    pub(crate) recruiters: Batch<Uuid, recruiter::Model>,
    pub(crate) matches: Batch<Uuid, Arc<Vec<record_match::Model>>>,
    pub(crate) records: Batch<(NodeKind, Uuid), Arc<Vec<external_record::Model>>>,
    pub(crate) interactions: Batch<Uuid, interaction::Model>,
    pub(crate) interactions_of_people: Nested<InteractionFilter, interaction::Model>,
    pub(crate) interactions_of_people_counts: Counted<InteractionFilter>,
    pub(crate) participants: Batch<Uuid, Arc<Vec<person::Model>>>,
    pub(crate) interaction_recruiters: Batch<Uuid, Arc<Vec<recruiter::Model>>>,
    pub(crate) relationships: Batch<Uuid, relationship::Model>,
    pub(crate) relationships_of_people: Nested<RelationshipFilter, relationship::Model>,
    pub(crate) relationships_of_people_counts: Counted<RelationshipFilter>,
    pub(crate) relationship_kinds: Batch<String, RelationshipKind>,
    pub(crate) referrals: Batch<Uuid, referral::Model>,
    pub(crate) referrals_of_people: Nested<Role, referral::Model>,
    pub(crate) referrals_of_people_counts: Counted<Role>,
    pub(crate) referral_status_changes: Batch<Uuid, Arc<Vec<referral_status_change::Model>>>,
    pub(crate) credited_referrals: Batch<Uuid, Uuid>,
    pub(crate) referral_chains: Batch<((ChainDirection, u32), Uuid), Arc<Chain>>,
    pub(crate) referral_trees: Batch<(u32, Uuid), Arc<ReferralTree>>,
    pub(crate) walks: Batch<(u32, Uuid), Arc<Walk>>,
    pub(crate) let_down_nearby: Batch<(u32, Uuid), Arc<LetDownNearby>>,
    pub(crate) people_of_recruiters: Nested<Option<Hat>, person::Model>,
    pub(crate) people_of_recruiters_counts: Counted<Option<Hat>>,
    pub(crate) feedback: Batch<Uuid, feedback::Model>,
    pub(crate) feedback_of: Nested<FeedbackOf, feedback::Model>,
    pub(crate) feedback_of_counts: Counted<FeedbackOf>,
    pub(crate) net_promoter_scores: Batch<((NpsOf, NpsWindow), Uuid), NetPromoterScore>,
    pub(crate) healths: Batch<Uuid, Arc<Health>>,
    pub(crate) companies: Batch<Uuid, company::Model>,
    pub(crate) people_of_companies: Nested<bool, person::Model>,
    pub(crate) people_of_companies_counts: Counted<bool>,
    pub(crate) jobs: Batch<Uuid, job::Model>,
    pub(crate) jobs_of_companies: Nested<JobFilter, job::Model>,
    pub(crate) jobs_of_companies_counts: Counted<JobFilter>,
    pub(crate) snoozes: Batch<(DateTime<Utc>, Uuid), Arc<Vec<snooze::Model>>>,
    pub(crate) applications: Batch<Uuid, application::Model>,
    pub(crate) left_hanging: Batch<(Uuid, Standing), Arc<Vec<Hanging>>>,
    pub(crate) reply_waits: Batch<Uuid, Arc<Vec<reply_wait::Model>>>,
    pub(crate) application_changes: Batch<Uuid, Arc<Vec<application_change::Model>>>,
    pub(crate) referrals_of_applications: Batch<Uuid, Arc<Vec<referral::Model>>>,
    pub(crate) applications_of: Nested<(ApplicationsOf, ApplicationFilter), application::Model>,
    pub(crate) applications_of_counts: Counted<(ApplicationsOf, ApplicationFilter)>,
    pub(crate) promises: Batch<Uuid, promise::Model>,
    pub(crate) promises_of: Nested<(PromisesOf, PromiseFilter), promise::Model>,
    pub(crate) promises_of_counts: Counted<(PromisesOf, PromiseFilter)>,
    pub(crate) promise_evidence: Batch<Uuid, Arc<Vec<Evidence>>>,
    pub(crate) promise_reschedules: Batch<Uuid, Arc<Vec<promise_reschedule::Model>>>,
    pub(crate) follow_through: Batch<(PromisesOf, Uuid), FollowThrough>,
}

impl Loaders {
    /// Loaders over a store, of which those that fill the API's objects from wide rows read no
    /// more than is shown.
    #[expect(clippy::too_many_lines, reason = "a table: one entry for each loader")]
    pub(crate) fn new(store: &Store, showing: &Store) -> Self {
        let (store, showing) = (&Arc::new(store.clone()), &Arc::new(showing.clone()));
        Self {
            people: Batch::new(showing, async |s, ids| s.people(&ids).await),
            contact_points: Batch::new(store, async |s, ids| {
                Ok(shared(s.contact_points(&ids).await?))
            }),
            labels: Batch::new(store, async |s, ids| Ok(shared(s.labels(&ids).await?))),
            positions: Batch::new(store, async |s, ids| Ok(shared(s.positions(&ids).await?))),
            merged_hats: Batch::new(store, async |s, ids| s.merged_hats(&ids).await),
            merged_people: Batch::new(store, async |s, ids| {
                Ok(shared(s.merged_people(&ids).await?))
            }),
            recruiters: Batch::new(showing, async |s, ids| s.recruiters(&ids).await),
            matches: Batch::new(store, async |s, ids| Ok(shared(s.matches(&ids).await?))),
            records: by_kind(store, async |s, kind, ids| {
                Ok(shared(s.records(kind, &ids).await?))
            }),
            interactions: Batch::new(showing, async |s, ids| s.interactions(&ids).await),
            interactions_of_people: nested(showing, async |s, filter, args, ids| {
                s.interactions_of_people(&ids, &filter, &args).await
            }),
            interactions_of_people_counts: counted(store, async |s, filter, ids| {
                s.interactions_of_people_counts(&ids, &filter).await
            }),
            participants: Batch::new(showing, async |s, ids| {
                Ok(shared(s.participants(&ids).await?))
            }),
            interaction_recruiters: Batch::new(showing, async |s, ids| {
                Ok(shared(s.interaction_recruiters(&ids).await?))
            }),
            relationships: Batch::new(store, async |s, ids| s.relationships(&ids).await),
            relationships_of_people: nested(store, async |s, filter, args, ids| {
                s.relationships_of_people(&ids, &filter, &args).await
            }),
            relationships_of_people_counts: counted(store, async |s, filter, ids| {
                s.relationships_of_people_counts(&ids, &filter).await
            }),
            relationship_kinds: Batch::new(store, async |s, codes| {
                s.relationship_kinds_by_code(&codes).await
            }),
            referrals: Batch::new(showing, async |s, ids| s.referrals(&ids).await),
            referrals_of_people: nested(showing, async |s, role, args, ids| {
                s.referrals_of_people(&ids, *role, &args).await
            }),
            referrals_of_people_counts: counted(store, async |s, role, ids| {
                s.referrals_of_people_counts(&ids, *role).await
            }),
            referral_status_changes: Batch::new(store, async |s, ids| {
                Ok(shared(s.referral_status_changes(&ids).await?))
            }),
            credited_referrals: Batch::new(store, async |s, ids| s.credited_referrals(&ids).await),
            referral_chains: by_kind(showing, async |s, (direction, depth), ids| {
                Ok(shared(
                    s.referral_chains_along(&ids, direction, depth).await?,
                ))
            }),
            walks: by_kind(store, async |s, depth, ids| {
                Ok(shared(s.walks(&ids, depth).await?))
            }),
            let_down_nearby: by_kind(store, async |s, depth, ids| {
                Ok(shared(s.let_down_nearby(&ids, depth).await?))
            }),
            referral_trees: by_kind(store, async |s, depth, ids| {
                Ok(shared(s.referral_trees(&ids, depth).await?))
            }),
            people_of_recruiters: nested(showing, async |s, hat, args, ids| {
                s.people_of_recruiters(&ids, *hat, &args).await
            }),
            people_of_recruiters_counts: counted(store, async |s, hat, ids| {
                s.people_of_recruiters_counts(&ids, *hat).await
            }),
            feedback: Batch::new(store, async |s, ids| s.feedback(&ids).await),
            feedback_of: nested(store, async |s, of, args, ids| {
                s.feedback_of(*of, &ids, &args).await
            }),
            feedback_of_counts: counted(store, async |s, of, ids| {
                s.feedback_of_counts(*of, &ids).await
            }),
            net_promoter_scores: by_kind(store, async |s, (of, window), ids| {
                s.net_promoter_scores(of, &ids, window).await
            }),
            healths: Batch::new(store, async |s, ids| Ok(shared(s.healths(&ids).await?))),
            companies: Batch::new(store, async |s, ids| s.companies(&ids).await),
            people_of_companies: nested(showing, async |s, current_only, args, ids| {
                s.people_of_companies(&ids, *current_only, &args).await
            }),
            people_of_companies_counts: counted(store, async |s, current_only, ids| {
                s.people_of_companies_counts(&ids, *current_only).await
            }),
            jobs: Batch::new(store, async |s, ids| s.jobs(&ids).await),
            jobs_of_companies: nested(store, async |s, filter, args, ids| {
                s.jobs_of_companies(&ids, &filter, &args).await
            }),
            jobs_of_companies_counts: counted(store, async |s, filter, ids| {
                s.jobs_of_companies_counts(&ids, &filter).await
            }),
            snoozes: by_kind(store, async |s, at, ids| {
                Ok(shared(s.snoozes(at, &ids).await?))
            }),
            applications: Batch::new(store, async |s, ids| s.applications(&ids).await),
            left_hanging: Batch::new(store, async |s, people| {
                Ok(shared(s.left_hanging(&people).await?))
            }),
            reply_waits: Batch::new(store, async |s, ids| Ok(shared(s.waits_of(&ids).await?))),
            application_changes: Batch::new(store, async |s, ids| {
                Ok(shared(s.application_changes(&ids).await?))
            }),
            referrals_of_applications: Batch::new(store, async |s, ids| {
                Ok(shared(s.referrals_of_applications(&ids).await?))
            }),
            applications_of: nested(store, async |s, of: Arc<(_, _)>, args, ids| {
                s.applications_of(of.0, &ids, &of.1, &args).await
            }),
            applications_of_counts: counted(store, async |s, of: Arc<(_, _)>, ids| {
                s.applications_of_counts(of.0, &ids, &of.1).await
            }),
            promises: Batch::new(store, async |s, ids| s.promises(&ids).await),
            promises_of: nested(store, async |s, of: Arc<(_, _)>, args, ids| {
                s.promises_of(of.0, &ids, &of.1, &args).await
            }),
            promises_of_counts: counted(store, async |s, of: Arc<(_, _)>, ids| {
                s.promises_of_counts(of.0, &ids, &of.1).await
            }),
            promise_evidence: Batch::new(store, async |s, ids| {
                Ok(shared(s.promise_evidence(&ids).await?))
            }),
            promise_reschedules: Batch::new(store, async |s, ids| {
                Ok(shared(s.promise_reschedules(&ids).await?))
            }),
            follow_through: by_kind(store, async |s, of, ids| s.follow_through(of, &ids).await),
        }
    }
}

/// Puts lists behind pointers, so that a field may take one without copying it.
fn shared<K: Eq + Hash, V>(values: HashMap<K, V>) -> HashMap<K, Arc<V>> {
    values
        .into_iter()
        .map(|(key, value)| (key, Arc::new(value)))
        .collect()
}

/// Loads what hangs on nodes of several kinds, or is asked for in several ways: a statement for
/// each, of which a document names few.
fn by_kind<G, V, Fut>(
    store: &Arc<Store>,
    load: impl Fn(Arc<Store>, G, Vec<Uuid>) -> Fut + Send + Sync + 'static,
) -> Batch<(G, Uuid), V>
where
    G: Copy + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<HashMap<Uuid, V>>> + Send + 'static,
{
    let load = Arc::new(load);
    Batch::new(store, move |store, keys| {
        let load = Arc::clone(&load);
        async move {
            let loading = grouped(keys).into_iter().map(async |(kind, ids)| {
                let values = load(Arc::clone(&store), kind, ids).await?;
                let keyed = values.into_iter().map(|(id, value)| ((kind, id), value));
                Ok(keyed.collect::<Vec<_>>())
            });
            all(loading).await
        }
    })
}

/// Loads the pages that were asked for alike in one statement. How many differ depends on the
/// document, not on the rows.
fn nested<F, R, Fut>(
    store: &Arc<Store>,
    load: impl Fn(Arc<Store>, Arc<F>, PageArgs, Vec<Uuid>) -> Fut + Send + Sync + 'static,
) -> Nested<F, R>
where
    F: Eq + Hash + Send + Sync + 'static,
    R: Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<HashMap<Uuid, Page<R>>>> + Send + 'static,
{
    let load = Arc::new(load);
    Batch::new(store, move |store, keys: Vec<(Uuid, Arc<F>, PageArgs)>| {
        let load = Arc::clone(&load);
        let keys = keys
            .into_iter()
            .map(|(id, filter, args)| ((filter, args), id))
            .collect();
        async move {
            let loading = grouped(keys)
                .into_iter()
                .map(async |((filter, args), ids)| {
                    let pages =
                        load(Arc::clone(&store), Arc::clone(&filter), args.clone(), ids).await?;
                    let keyed = |(id, page)| ((id, Arc::clone(&filter), args.clone()), page);
                    Ok(pages.into_iter().map(keyed).collect::<Vec<_>>())
                });
            all(loading).await
        }
    })
}

/// Counts the lists that were asked for alike in one statement.
fn counted<F, Fut>(
    store: &Arc<Store>,
    load: impl Fn(Arc<Store>, Arc<F>, Vec<Uuid>) -> Fut + Send + Sync + 'static,
) -> Counted<F>
where
    F: Eq + Hash + Send + Sync + 'static,
    Fut: Future<Output = Result<HashMap<Uuid, u64>>> + Send + 'static,
{
    let load = Arc::new(load);
    Batch::new(store, move |store, keys: Vec<(Uuid, Arc<F>)>| {
        let load = Arc::clone(&load);
        let keys = keys.into_iter().map(|(id, filter)| (filter, id)).collect();
        async move {
            let loading = grouped(keys).into_iter().map(async |(filter, ids)| {
                let counts = load(Arc::clone(&store), Arc::clone(&filter), ids).await?;
                let keyed = |(id, count)| ((id, Arc::clone(&filter)), count);
                Ok(counts.into_iter().map(keyed).collect::<Vec<_>>())
            });
            all(loading).await
        }
    })
}

/// Loads all groups at once, so that they may go to the database together.
async fn all<K, V, Fut>(loading: impl Iterator<Item = Fut>) -> Result<HashMap<K, V>>
where
    K: Eq + Hash,
    Fut: Future<Output = Result<Vec<(K, V)>>>,
{
    let loaded = try_join_all(loading).await?;
    Ok(loaded.into_iter().flatten().collect())
}

fn grouped<G: Eq + Hash>(keys: Vec<(G, Uuid)>) -> HashMap<G, Vec<Uuid>> {
    let mut groups: HashMap<G, Vec<Uuid>> = HashMap::new();
    for (group, id) in keys {
        groups.entry(group).or_default().push(id);
    }
    groups
}

/// Waits for a page; a parent without rows has an empty one.
pub(crate) async fn page_or_empty<F, R>(
    loader: &Nested<F, R>,
    key: (Uuid, Arc<F>, PageArgs),
) -> std::result::Result<Page<R>, Arc<crate::error::Error>>
where
    F: Eq + Hash + Send + Sync,
    R: Clone + Send + Sync,
{
    Ok(loader.get(key).await?.unwrap_or_else(Page::empty))
}
