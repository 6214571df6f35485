//! Rapport: the relationship layer for hiring. Each room imports only rooms below it.
//!
//! | room | what it holds |
//! | --- | --- |
//! | [`cli`] | one file per command |
//! | [`http`] | the ways in: GraphQL over HTTP, health, the explorer page |
//! | [`graphql`] | translation between the API and the store |
//! | [`demo`] | made-up data, from a laptop's few hundred people to a million interactions |
//! | [`import`], [`export`] | what other systems exported, in; and what a tenant holds, out |
//! | [`store`] | the data of one tenant, as one viewer may see it |
//! | [`auth`] | tokens, keys, and the viewer they name |
//! | [`rules`] | what is true of the domain: pure, without I/O |
//! | [`config`] | the settings |
//! | [`telemetry`] | logs |
//! | [`error`], [`clock`] | the ground floor |

pub mod auth;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod error;
pub mod export;
pub mod graphql;
pub mod http;
pub mod import;
pub mod rules;
pub mod store;
pub mod telemetry;
