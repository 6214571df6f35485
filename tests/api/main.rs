//! The API's tests: one binary, one file for each capability.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod agenda;
mod application;
mod application_history;
mod bad_input;
mod cadence;
mod change;
mod company;
mod demo;
mod docs;
mod doctor;
mod external_record;
mod feedback;
mod greenhouse;
mod hang_up;
mod health;
mod house;
mod http;
mod import;
mod interaction;
mod job;
mod matching;
mod matching_order;
mod merge;
mod network;
mod own_record;
mod page;
mod person;
mod promise;
mod reconnect;
mod recruiter;
mod referral;
mod referral_tree;
mod relationship;
mod reply_clock;
mod schema;
mod scopes;
mod scorecard;
mod settings;
mod shown;
mod silence;
mod support;
mod sync;
mod sync_order;
mod tenancy;
