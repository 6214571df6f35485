//! What somebody decides of a suggestion.

use entity::{
    enums::{ChangeKind, MatchState, NodeKind},
    match_suggestion::{Column, Entity, Model},
    person,
};
use sea_orm::{ColumnTrait, QueryFilter};
use uuid::Uuid;

use crate::{
    error::{Error, Refusal, RefusalKind, Result},
    store::Writer,
};

impl Writer {
    /// Says of two people who may be one that they are two. Saying it again changes nothing.
    pub async fn dismiss_match(&self, id: Uuid) -> Result<Model> {
        self.one_sync_at_a_time().await?;
        let row = self.suggestion(id).await?;
        if row.state == MatchState::Dismissed {
            return Ok(row);
        }
        let new = Model {
            state: MatchState::Dismissed,
            dismissed_at: Some(self.now()),
            dismissed_by_id: Some(self.viewer().recruiter_id),
            ..row.clone()
        };
        self.save(&row, &new, Column::Id.eq(id).into()).await?;
        for person in [new.one_id, new.other_id] {
            let fields = ["matchSuggestions"];
            self.record(ChangeKind::Updated, NodeKind::Person, person, &fields)
                .await?;
        }
        Ok(new)
    }

    /// Makes two people one who may be; the one who was here first stays, unless the other is
    /// wished for. Told is who stays.
    pub async fn accept_match(&self, id: Uuid, survivor: Option<Uuid>) -> Result<Uuid> {
        self.one_sync_at_a_time().await?;
        let row = self.suggestion(id).await?;
        if row.state == MatchState::Dismissed {
            let message = "somebody said that these are two people; merge them if they are one";
            let path = ["suggestion"];
            return Err(Error::refused(RefusalKind::Conflict, &path, message));
        }
        let both = [row.one_id, row.other_id];
        let stays = survivor.unwrap_or(row.one_id);
        if !both.contains(&stays) {
            let message = "is neither of the two people";
            return Err(Refusal::invalid(&["survivor"], message).into());
        }
        let goes = if stays == row.one_id {
            row.other_id
        } else {
            row.one_id
        };
        self.known::<person::Entity>(person::Column::Id, &both)
            .await?;
        self.join(stays, goes).await?;
        Ok(stays)
    }

    async fn suggestion(&self, id: Uuid) -> Result<Model> {
        let unknown = || Refusal::not_found(&["suggestion"], "there is no suggestion by this id");
        let row = self.find::<Entity>().filter(Column::Id.eq(id));
        Ok(row.one(&self.conn).await?.ok_or_else(unknown)?)
    }
}
