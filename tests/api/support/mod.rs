//! What the tests stand on: the real router over a migrated database, in a tenant of its own, with
//! a clock the test moves.

mod app;
mod client;
mod database;

pub(crate) use app::{App, apps};
pub(crate) use client::Client;
