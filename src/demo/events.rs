//! The events that writing the made-up rows through the API would have left.

use chrono::{DateTime, Utc};
use entity::{
    enums::{ChangeKind, NodeKind},
    event,
};
use sea_orm::JsonValue;
use uuid::Uuid;

use super::{
    chance::{Chance, Of},
    world::World,
};

/// What the creation of a node leaves. Its id depends on the node alone, so that it does not
/// matter in which order events are made up.
pub(super) fn created(
    world: &World,
    actor_id: Uuid,
    (node_kind, node_id): (NodeKind, Uuid),
    at: DateTime<Utc>,
) -> event::Model {
    let seed = usize::try_from(node_id.as_u64_pair().1 >> 8).unwrap_or_default();
    event::Model {
        tenant_id: world.tenant_id,
        id: Chance::of(Of::Event, seed).id(at),
        occurred_at: at,
        actor_id,
        origin: Some("demo".into()),
        node_kind,
        node_id,
        change: ChangeKind::Created,
        fields: JsonValue::Array(Vec::new()),
        private_to: None,
        merged_into_id: None,
    }
}
