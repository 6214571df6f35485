//! The ways in: GraphQL over HTTP, health, the explorer page.

mod accept;
pub mod app;
mod body;
mod graphql;
mod health;
mod observe;
mod params;
mod problem;
pub mod rate;
pub mod router;
mod run;
pub mod server;
#[cfg(test)]
mod testing;

pub use app::{App, Engine, Options};
