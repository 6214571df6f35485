//! The API's tests: one binary, one file for each capability.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod application;
mod bad_input;
mod cadence;
mod company;
mod demo;
mod docs;
mod external_record;
mod greenhouse;
mod hang_up;
mod house;
mod http;
mod import;
mod interaction;
mod job;
mod page;
mod person;
mod recruiter;
mod referral;
mod relationship;
mod reply_clock;
mod schema;
mod scopes;
mod shown;
mod support;
mod sync;
mod sync_order;
mod tenancy;
