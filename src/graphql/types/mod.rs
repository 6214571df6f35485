//! What each noun looks like outside: objects, inputs, filters, orders. These files lead nowhere
//! but to one another; the fields that lead to other nouns stand in `graphql/<noun>.rs`.

pub(crate) mod agenda;
pub(crate) mod application;
pub(crate) mod change;
pub(crate) mod company;
pub(crate) mod feedback;
pub(crate) mod health;
pub(crate) mod interaction;
pub(crate) mod job;
pub(crate) mod matching;
pub(crate) mod merge;
pub(crate) mod network;
pub(crate) mod order;
pub(crate) mod person;
pub(crate) mod person_details;
pub(crate) mod person_filter;
pub(crate) mod person_inputs;
pub(crate) mod place;
pub(crate) mod promise;
pub(crate) mod promise_inputs;
pub(crate) mod reconnect;
pub(crate) mod record;
pub(crate) mod recruiter;
pub(crate) mod referral;
pub(crate) mod referral_inputs;
pub(crate) mod referral_tree;
pub(crate) mod relationship;
pub(crate) mod reply_wait;
pub(crate) mod scorecard;
pub(crate) mod settings;
pub(crate) mod silence;
pub(crate) mod sync;
pub(crate) mod sync_inputs;
