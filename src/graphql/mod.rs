//! Translation between the API and the store.

pub mod answer;
pub mod code;
pub mod document;
pub mod guard;
