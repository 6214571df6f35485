//! Who can introduce us to a person.

use async_graphql::{ComplexObject, Context, Object, SimpleObject};

use super::steps;
use crate::{
    graphql::{
        context::ContextExt,
        error::{At, Result},
        nullable::or_null,
        person::{Person, known_person, person_row},
        scalars::DateTime,
        types::{
            network::{IntroductionOutcome, IntroductionStep, NetworkTie},
            record::PersonBy,
        },
    },
    store::network::{Introduction, PathPerson},
};

#[ComplexObject]
impl IntroductionStep {
    /// The person.
    async fn person(&self, ctx: &Context<'_>) -> Result<Person> {
        known_person(ctx, self.row).await
    }

    /// When anybody of the team last touched them. Null when nobody has.
    async fn last_touch_at(&self, ctx: &Context<'_>) -> Option<DateTime> {
        let row = person_row(ctx, self.row).await;
        or_null(ctx, row.map(|row| row?.last_touch_at.map(DateTime)))
    }
}

/// A shortest way to a person over people who know each other, and why there is none if so.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct IntroductionPath {
    /// What became of the search.
    outcome: IntroductionOutcome,
    /// The outcome in a sentence, with the figures.
    reason: String,
    /// How many ties long the way is: 0 when you have touched the person yourself. Null when there
    /// is no way.
    length: Option<usize>,
    /// Who stands on the way, from the one you know to the person, 5 at most. Empty when there is
    /// no way.
    steps: Vec<IntroductionStep>,
}

impl IntroductionPath {
    fn of(found: Introduction, depth: u32) -> Self {
        let length = found.people.len().checked_sub(1);
        let outcome = match length {
            Some(0) => IntroductionOutcome::AlreadyTouched,
            Some(_) => IntroductionOutcome::Found,
            None if found.has_beginning => IntroductionOutcome::OutOfReach,
            None => IntroductionOutcome::NobodyTouched,
        };
        Self {
            outcome,
            reason: reason(outcome, length, &found, depth),
            length,
            steps: found
                .people
                .into_iter()
                .map(|person| step(person, found.touched_at))
                .collect(),
        }
    }
}

fn step(
    on_the_way: PathPerson,
    touched_at: Option<chrono::DateTime<chrono::Utc>>,
) -> IntroductionStep {
    let PathPerson {
        person,
        before,
        ties,
    } = on_the_way;
    let tie = |tie| NetworkTie::new(before.unwrap_or(person), person, tie);
    IntroductionStep {
        row: person,
        touched_by_you_at: touched_at.filter(|_| before.is_none()).map(DateTime),
        ties: ties.into_iter().map(tie).collect(),
    }
}

fn reason(
    outcome: IntroductionOutcome,
    length: Option<usize>,
    found: &Introduction,
    depth: u32,
) -> String {
    let on = found
        .touched_at
        .map_or(String::new(), |at| at.format("%Y-%m-%d").to_string());
    let ties = match length.unwrap_or_default() {
        1 => "1 tie".to_owned(),
        length => format!("{length} ties"),
    };
    match outcome {
        IntroductionOutcome::AlreadyTouched => format!("you touched them yourself on {on}"),
        IntroductionOutcome::Found if on.is_empty() => format!("{ties} from the one you named"),
        IntroductionOutcome::Found => format!("{ties} from somebody you touched on {on}"),
        IntroductionOutcome::NobodyTouched => {
            "you touched nobody in the last 365 days whom you may contact".to_owned()
        }
        IntroductionOutcome::OutOfReach => {
            let looked_at = if found.truncated {
                " among the nearest 20,000 people"
            } else {
                ""
            };
            format!("there is no way of at most {depth} ties{looked_at}")
        }
    }
}

#[derive(Default)]
pub(crate) struct NetworkQuery;

#[Object]
impl NetworkQuery {
    /// A shortest way to a person, from somebody you have touched in the last 365 days or from a
    /// person you name. Private interactions count if they are yours to see. Nobody who may not be
    /// contacted stands on the way, but for the two you name. Of several shortest ways it is the
    /// one that begins with whom you touched last, and leads over whoever the team touched last.
    /// Null when there is nobody by the name of `to`.
    async fn introduction_path(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "To whom.")] to: PersonBy,
        #[graphql(
            desc = "From whom; from anybody you have touched, if omitted. Another person than `to`."
        )]
        from: Option<PersonBy>,
        #[graphql(desc = "How many ties long it may be: 1 to 4.", default = 4)] depth: i32,
    ) -> Option<IntroductionPath> {
        or_null(ctx, path(ctx, to, from, depth).await)
    }
}

async fn path(
    ctx: &Context<'_>,
    to: PersonBy,
    from: Option<PersonBy>,
    depth: i32,
) -> Result<Option<IntroductionPath>> {
    let depth = steps(ctx, depth)?;
    let to = to.argument_named("to").at(ctx)?;
    let from = from.map(|from| from.argument_named("from"));
    let from = from.transpose().at(ctx)?;
    let found = ctx.store().introduction(&to, from.as_ref(), depth);
    let found = found.await.at(ctx)?;
    Ok(found.map(|found| IntroductionPath::of(found, depth)))
}
