//! The ways in: GraphQL over HTTP, health, the explorer page.

mod accept;
pub mod app;
mod body;
pub mod engine;
pub mod graphiql;
mod graphql;
mod health;
mod observe;
mod params;
mod problem;
pub mod rate;
pub mod router;
mod run;
pub mod server;
mod start;
#[cfg(test)]
mod testing;

pub use app::{App, Engine, Options};
pub use start::Server;
