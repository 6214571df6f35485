//! What other systems export, as records of ours: readers of files, mapping programs in jq, and
//! the run that brings what they yield to where it is stored.
//!
//! One thread reads and maps ([`produce`]), while the records before are being stored ([`run`]).
//! Neither holds more than a chunk, however long the file is.

pub mod encoding;
pub mod maps;
pub mod produce;
pub mod program;
pub mod read;
pub mod rejects;
pub mod run;
pub mod target;

mod filters;
