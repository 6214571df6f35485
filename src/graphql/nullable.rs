//! A field that may be null is null when it fails, and its neighbours keep their values.
//!
//! The library does that only for a failure *inside* of an `Option`. A resolver that returns
//! `Result<Option<T>>` and fails takes its parent with it, up to the whole answer.

use async_graphql::{Context, Error};

use super::error::Result;

/// The value of a nullable field; a failure is told with the answer and leaves null.
pub(crate) fn or_null<T>(ctx: &Context<'_>, outcome: Result<Option<T>>) -> Option<T> {
    outcome.unwrap_or_else(|failure| {
        let failure = Error::from(failure).into_server_error(ctx.item.pos);
        ctx.add_error(ctx.set_error_path(failure));
        None
    })
}

#[cfg(test)]
#[expect(clippy::unused_async, reason = "resolvers are async")]
mod tests {
    use async_graphql::{EmptyMutation, EmptySubscription, Object, Result, Schema};
    use serde_json::json;

    use super::or_null;
    use crate::{error::Error::Unavailable, graphql::error::At};

    struct Query;
    struct Child;

    #[Object]
    impl Query {
        async fn children(&self) -> Vec<Child> {
            vec![Child]
        }
    }

    #[Object]
    impl Child {
        async fn name(&self) -> &str {
            "Ada"
        }
        async fn nullable(&self, ctx: &async_graphql::Context<'_>) -> Option<i32> {
            or_null(ctx, Err(Unavailable).at(ctx))
        }
        async fn taken_along(&self) -> Result<Option<i32>> {
            Err(async_graphql::Error::new("no"))
        }
    }

    #[tokio::test]
    async fn a_nullable_field_fails_alone() {
        let schema = Schema::new(Query, EmptyMutation, EmptySubscription);

        let alone = schema.execute("{ children { name nullable } }").await;
        let taken = schema.execute("{ children { name takenAlong } }").await;

        assert_eq!(
            alone.data.into_json().unwrap(),
            json!({"children": [{"name": "Ada", "nullable": null}]})
        );
        assert_eq!(
            serde_json::to_value(&alone.errors[0].path).unwrap(),
            json!(["children", 0, "nullable"])
        );
        // Why the function is needed; should this ever change, it can go.
        assert_eq!(taken.data.into_json().unwrap(), json!(null));
    }
}
