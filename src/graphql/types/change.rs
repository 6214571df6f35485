//! How a change looks outside.

use async_graphql::{ID, SimpleObject};
use entity::enums::{ChangeKind, NodeKind};
use uuid::Uuid;

use crate::{
    graphql::{page::Listed, scalars::DateTime},
    store::change,
};

/// Something that happened to a node: the mark that each write leaves, once for each node that it
/// changed. It tells which fields changed and never their values; `node` tells what they are now.
#[expect(clippy::struct_field_names, reason = "the field is what happened")]
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct Change {
    #[graphql(skip)]
    pub(crate) node_row: Uuid,
    #[graphql(skip)]
    pub(crate) actor_row: Uuid,
    #[graphql(skip)]
    pub(crate) merged_into_row: Option<Uuid>,
    /// The id of the change: opaque, no id of a node. A change that reaches you twice has the same.
    id: ID,
    /// When it happened, by the server's clock. The order of the feed is not that of these times.
    occurred_at: DateTime,
    /// What the caller said of itself, such as the system from which a sync was fed. Null when it
    /// said nothing.
    origin: Option<String>,
    /// The kind of the node.
    pub(crate) node_kind: NodeKind,
    /// What happened to the node.
    pub(crate) change: ChangeKind,
    /// The names of the fields that changed, as the API spells them. Empty for a node that was made,
    /// removed or merged.
    fields: Vec<String>,
}

impl From<change::Change> for Change {
    fn from(change: change::Change) -> Self {
        let event = change.event;
        let fields = event.fields.as_array().into_iter().flatten();
        Self {
            node_row: event.node_id,
            actor_row: event.actor_id,
            merged_into_row: event.merged_into_id,
            id: ID(event.id.to_string()),
            occurred_at: event.occurred_at.into(),
            origin: event.origin,
            node_kind: event.node_kind,
            change: event.change,
            fields: fields
                .filter_map(|field| Some(field.as_str()?.to_owned()))
                .collect(),
        }
    }
}

impl Listed for Change {
    const CONNECTION: &'static str = "ChangeConnection";
    const EDGE: &'static str = "ChangeEdge";
}
