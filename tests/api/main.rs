//! The API's tests: one binary, one file for each capability.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod application;
mod company;
mod demo;
mod docs;
mod external_record;
mod greenhouse;
mod house;
mod job;
mod page;
mod person;
mod recruiter;
mod referral;
mod relationship;
mod support;
