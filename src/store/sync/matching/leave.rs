//! What a call's records must not be matched by.

use std::collections::HashSet;

use uuid::Uuid;

use crate::store::record::ExternalKey;

/// What must not bring records and people together.
#[derive(Debug, Default)]
pub(in crate::store::sync) struct LeftOut {
    /// Records that turned out wrong, or wait.
    pub(in crate::store::sync) records: HashSet<ExternalKey>,
    /// People who cannot be made one, the smaller id first.
    pub(in crate::store::sync) pairs: HashSet<(Uuid, Uuid)>,
}
