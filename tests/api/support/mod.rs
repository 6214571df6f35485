//! What the tests stand on: the real router over a migrated database, in a tenant of its own, with
//! a clock the test moves.

mod app;
mod client;
mod database;
mod events;
pub(crate) mod input;
pub(crate) mod shape;
mod world;

pub(crate) use app::{App, apps};
pub(crate) use client::{Answer, Client, input_type};
pub(crate) use shape::Shape;
pub(crate) use world::{KINDS, World};
