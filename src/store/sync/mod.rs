//! Records of other systems, taken in bulk.

pub mod record;
