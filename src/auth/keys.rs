//! The keys that prove tokens.
