//! External records: what other systems call a node, attached and taken away.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::enums::NodeKind;
use uuid::Uuid;

use super::{
    context::ContextExt,
    error::{At, Result, UserError, outcome},
    id,
    node::{self, Node},
    types::record::{ExternalRecord, ExternalRecordInput},
};
use crate::{error::Refusal, store::ExternalKey};

/// The records of a node.
pub(crate) async fn of(
    ctx: &Context<'_>,
    kind: NodeKind,
    row: Uuid,
) -> Result<Vec<ExternalRecord>> {
    let records = ctx.loaders().records.get((kind, row)).await.at(ctx)?;
    Ok(records
        .map(|rows| rows.iter().map(ExternalRecord::from).collect())
        .unwrap_or_default())
}

/// A record to attach to a node.
#[derive(InputObject)]
pub(crate) struct LinkExternalRecordInput {
    /// The node, of any kind.
    node: ID,
    /// The record. It may name one node only.
    external_record: ExternalRecordInput,
}

/// A record to take away from its node.
#[derive(InputObject)]
pub(crate) struct UnlinkExternalRecordInput {
    /// The record. The node it names stays.
    external_record: ExternalRecordInput,
}

/// What attaching a record leads to.
#[derive(SimpleObject)]
pub(crate) struct LinkExternalRecordPayload {
    /// The node. Null when there are `userErrors`.
    node: Option<Node>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What taking a record away leads to.
#[derive(SimpleObject)]
pub(crate) struct UnlinkExternalRecordPayload {
    /// Whether the record was taken away; false when there are `userErrors`.
    unlinked: bool,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub(crate) struct RecordMutation;

#[Object]
impl RecordMutation {
    /// Tells what another system calls a node. Repeating it changes nothing; a record that names
    /// another node already is refused with `DUPLICATE`. Scope: `write`.
    async fn link_external_record(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The node and the record.")] input: LinkExternalRecordInput,
    ) -> Result<LinkExternalRecordPayload> {
        let written = async {
            let (id_type, row) = id::decode(&input.node).ok_or_else(|| {
                Refusal::invalid(&["node"], "`node` is not an id; take it from an `id` field")
            })?;
            let key = &ExternalKey::from(input.external_record);
            let kind = id_type.kind();
            let store = ctx.store();
            store
                .write(|w| async move { w.link_record(kind, row, key).await })
                .await?;
            Ok((id_type, row))
        };
        let (linked, user_errors) = outcome(written.await, ctx)?;
        let node = match linked {
            Some((id_type, row)) => node::load(ctx, id_type, row).await?,
            None => None,
        };
        Ok(LinkExternalRecordPayload { node, user_errors })
    }

    /// Takes away what another system calls a node; the node stays. Scope: `write`.
    async fn unlink_external_record(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The record.")] input: UnlinkExternalRecordInput,
    ) -> Result<UnlinkExternalRecordPayload> {
        let key = &ExternalKey::from(input.external_record);
        let written = ctx
            .store()
            .write(|w| async move { w.unlink_record(key).await })
            .await;
        let (unlinked, user_errors) = outcome(written, ctx)?;
        Ok(UnlinkExternalRecordPayload {
            unlinked: unlinked.is_some(),
            user_errors,
        })
    }
}
