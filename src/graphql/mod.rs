//! Translation between the API and the store. Resolvers parse, call and convert; nothing is
//! decided here but what a request may cost.

mod agenda;
pub mod answer;
mod application;
mod batch;
mod change;
pub mod code;
mod company;
mod context;
pub mod document;
mod error;
mod feedback;
pub mod guard;
mod health;
pub mod id;
mod idempotency;
mod interaction;
mod job;
mod list;
mod loaders;
mod matching;
mod merge;
mod nested;
mod network;
mod node;
mod nullable;
mod own_record;
mod page;
mod person;
mod promise;
mod reconnect;
mod record;
mod recruiter;
mod referral;
mod relationship;
mod reply_wait;
mod scalars;
mod scorecard;
mod settings;
mod silence;
mod sync;
mod types;

use async_graphql::{EmptySubscription, MergedObject, SDLExportOptions, Schema, SchemaBuilder};

pub use self::context::{execute, with_store};

/// Everything that can be asked.
#[derive(Default, MergedObject)]
pub struct Query(
    node::NodeQuery,
    recruiter::RecruiterQuery,
    person::PersonQuery,
    interaction::InteractionQuery,
    relationship::RelationshipQuery,
    referral::ReferralQuery,
    network::NetworkQuery,
    reconnect::ReconnectQuery,
    company::CompanyQuery,
    job::JobQuery,
    application::ApplicationQuery,
    agenda::AgendaQuery,
    promise::PromiseQuery,
    silence::SilenceQuery,
    scorecard::ScorecardQuery,
    settings::SettingsQuery,
    feedback::FeedbackQuery,
    sync::SyncQuery,
    matching::MatchingQuery,
    change::ChangeQuery,
);

/// Everything that can be done. Each mutation takes one `input`, and answers with what it changed
/// and with `userErrors`, which tell what the caller can mend.
#[derive(Default, MergedObject)]
pub struct Mutation(
    person::PersonMutation,
    interaction::InteractionMutation,
    relationship::RelationshipMutation,
    referral::ReferralMutation,
    company::CompanyMutation,
    job::JobMutation,
    application::ApplicationMutation,
    agenda::AgendaMutation,
    merge::MergeMutation,
    promise::PromiseMutation,
    record::RecordMutation,
    settings::SettingsMutation,
    feedback::FeedbackMutation,
    own_record::OwnRecordMutation,
    sync::SyncMutation,
    matching::MatchingMutation,
);

/// The schema of the API.
pub type RapportSchema = Schema<Query, Mutation, EmptySubscription>;

/// The schema, ready to execute what the request guard let pass: limits are its work, and the
/// framework's own would count fragments over and over.
pub fn schema() -> RapportSchema {
    builder().finish()
}

fn builder() -> SchemaBuilder<Query, Mutation, EmptySubscription> {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription).disable_suggestions()
}

/// The schema as SDL, sorted, as `schema.graphql` holds it.
pub fn sdl() -> String {
    let options = SDLExportOptions::new()
        .sorted_fields()
        .sorted_arguments()
        .sorted_enum_items()
        .include_specified_by();
    let mut sdl = schema().sdl_with_options(options);
    sdl.truncate(sdl.trim_end().len());
    sdl.push('\n');
    sdl
}
