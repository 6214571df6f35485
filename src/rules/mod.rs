//! What is true of the domain: values in, values out. No rule here reads a clock or a database;
//! the current time, where one is needed, is an argument.
//!
//! A message of a rule is the second half of a sentence that begins with the field's name, such as
//! "is longer than 200 characters": only the caller knows what the field is called.

pub mod agenda;
pub mod application;
pub mod cadence;
pub mod contact_point;
pub mod feedback;
pub mod health;
pub mod interaction;
pub mod let_down;
pub mod matching;
pub mod merge;
pub mod network;
pub mod promise;
pub mod reconnect;
pub mod referral;
pub mod referral_tree;
pub mod relationship;
pub mod reply_clock;
pub mod reply_wait;
pub mod scorecard;
pub mod settings;
pub mod silence;
pub mod text;
pub mod working_hours;
