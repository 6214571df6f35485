//! Rows that point at a person and change hands as they are, table by table, however many there
//! are. Where they went from is noted, so that an undo brings the same rows back.

use sea_orm::{ConnectionTrait, Statement, Value};
use uuid::Uuid;

use super::{Moved, Pair};
use crate::{
    error::Result,
    store::{Writer, interaction::InteractionFilter},
};

/// A table with the column that identifies a row and the one that points at a person.
struct Place {
    table: &'static str,
    id: &'static str,
    person: &'static str,
}

const fn place(table: &'static str, id: &'static str, person: &'static str) -> Place {
    Place { table, id, person }
}

/// The tables whose rows change hands as they are. Merges into the merged person are among them:
/// ids that led there lead on.
const PLACES: [Place; 5] = [
    place("application", "id", "person_id"),
    place("feedback", "id", "person_id"),
    place("job", "id", "hiring_manager_id"),
    place("person_merge", "merged_id", "survivor_id"),
    place("promise", "id", "person_id"),
];

/// In the texts below `$1` is the tenant, `$2` the merged person and `$3` the survivor.
const NOTE: &str = "\
    INSERT INTO person_merge_row (tenant_id, merged_id, place, row_id) \
    SELECT tenant_id, {person}, '{table}', {id} FROM {table} \
    WHERE tenant_id = $1 AND {person} = $2";
const MOVE: &str = "\
    UPDATE {table} SET {person} = $3 WHERE tenant_id = $1 AND {person} = $2";
const MOVE_BACK: &str = "\
    UPDATE {table} SET {person} = $2 WHERE tenant_id = $1 AND {person} = $3 AND {id} IN ( \
        SELECT row_id FROM person_merge_row \
        WHERE tenant_id = $1 AND merged_id = $2 AND place = '{table}')";
const COUNT: &str = "\
    SELECT '{table}' AS place, count(*) AS number FROM {table} \
    WHERE tenant_id = $1 AND {person} = $2";

/// An interaction in which both took part has the survivor already; it is noted apart, for an undo
/// must not take it from them.
const INTERACTIONS: [&str; 4] = [
    "INSERT INTO person_merge_row (tenant_id, merged_id, place, row_id) \
     SELECT link.tenant_id, link.person_id, \
        CASE WHEN EXISTS (SELECT 1 FROM interaction_person own \
            WHERE own.tenant_id = $1 AND own.interaction_id = link.interaction_id \
            AND own.person_id = $3) THEN 'shared_interaction' ELSE 'interaction' END, \
        link.interaction_id \
     FROM interaction_person link WHERE link.tenant_id = $1 AND link.person_id = $2",
    "UPDATE interaction_person SET person_id = $3 \
     WHERE tenant_id = $1 AND person_id = $2 AND interaction_id IN ( \
        SELECT row_id FROM person_merge_row \
        WHERE tenant_id = $1 AND merged_id = $2 AND place = 'interaction')",
    "DELETE FROM interaction_person WHERE tenant_id = $1 AND person_id = $2",
    FORGET_TOUCHES,
];

/// A touch is found by its recruiter before its person.
const FORGET_TOUCHES: &str = "\
    DELETE FROM touch WHERE tenant_id = $1 AND person_id = $2 \
    AND recruiter_id IN (SELECT id FROM recruiter WHERE tenant_id = $1)";
/// The pairs that a person's touches brought together, as far as they are not there.
const FIND_TOUCHES: &str = "\
    INSERT INTO touch (tenant_id, recruiter_id, person_id, occurred_at, interaction_id) \
    SELECT theirs.tenant_id, ours.recruiter_id, theirs.person_id, theirs.occurred_at, \
        theirs.interaction_id \
    FROM interaction_person theirs \
    JOIN interaction_recruiter ours ON ours.tenant_id = theirs.tenant_id \
        AND ours.interaction_id = theirs.interaction_id \
    WHERE theirs.tenant_id = $1 AND theirs.person_id = $2 AND theirs.touch_channel IS NOT NULL \
    ON CONFLICT DO NOTHING";

/// The merged person takes part again wherever the survivor still does. Those in which the survivor
/// stands for nobody else are theirs no longer; where another merged person took part too, it is
/// from now on that one whom they stand for.
const INTERACTIONS_BACK: [&str; 3] = [
    "INSERT INTO interaction_person \
        (tenant_id, interaction_id, person_id, occurred_at, touch_channel) \
     SELECT link.tenant_id, link.interaction_id, noted.merged_id, link.occurred_at, \
        link.touch_channel \
     FROM person_merge_row noted \
     JOIN interaction_person link ON link.tenant_id = noted.tenant_id \
        AND link.interaction_id = noted.row_id AND link.person_id = $3 \
     WHERE noted.tenant_id = $1 AND noted.merged_id = $2 \
        AND noted.place IN ('interaction', 'shared_interaction')",
    "DELETE FROM interaction_person WHERE tenant_id = $1 AND person_id = $3 \
     AND interaction_id IN (SELECT row_id FROM person_merge_row \
        WHERE tenant_id = $1 AND merged_id = $2 AND place = 'interaction') \
     AND interaction_id NOT IN (SELECT noted.row_id FROM person_merge other \
        JOIN person_merge_row noted ON noted.tenant_id = other.tenant_id \
            AND noted.merged_id = other.merged_id AND noted.place = 'shared_interaction' \
        WHERE other.tenant_id = $1 AND other.survivor_id = $3 AND other.into_id = $3 \
            AND other.merged_id <> $2)",
    "UPDATE person_merge_row SET place = 'interaction' \
     WHERE tenant_id = $1 AND place = 'shared_interaction' \
     AND row_id IN (SELECT row_id FROM person_merge_row \
        WHERE tenant_id = $1 AND merged_id = $2 AND place = 'interaction') \
     AND merged_id = (SELECT other.merged_id FROM person_merge other \
        JOIN person_merge_row noted ON noted.tenant_id = other.tenant_id \
            AND noted.merged_id = other.merged_id AND noted.place = 'shared_interaction' \
        WHERE other.tenant_id = $1 AND other.survivor_id = $3 AND other.into_id = $3 \
            AND other.merged_id <> $2 AND noted.row_id = person_merge_row.row_id \
        ORDER BY other.merged_id LIMIT 1)",
];

impl Place {
    fn spell(&self, sql: &str) -> String {
        sql.replace("{table}", self.table)
            .replace("{id}", self.id)
            .replace("{person}", self.person)
    }
}

impl Writer {
    /// How many rows would change hands.
    pub(super) async fn count_rows(&self, pair: Pair, moved: &mut Moved) -> Result<()> {
        let counts: Vec<_> = PLACES.iter().map(|place| place.spell(COUNT)).collect();
        let statement = self.of_pair(&counts.join(" UNION ALL "), &[pair.merged]);
        for row in self.conn.query_all_raw(statement).await? {
            let number: i64 = row.try_get("", "number")?;
            let number = usize::try_from(number).unwrap_or_default();
            match row.try_get::<String>("", "place")?.as_str() {
                "application" => moved.applications = number,
                "feedback" => moved.feedback = number,
                "job" => moved.jobs = number,
                "promise" => moved.promises = number,
                _ => {}
            }
        }
        // Others' private ones go along, and are nobody's business.
        let seen = self
            .interactions_of_people_counts(&[pair.merged], &InteractionFilter::default())
            .await?;
        let seen = seen.get(&pair.merged).copied().unwrap_or_default();
        moved.interactions = usize::try_from(seen).unwrap_or_default();
        Ok(())
    }

    /// Hands the rows over. The merge must be stored.
    pub(super) async fn move_rows(&self, pair: Pair) -> Result<()> {
        for place in &PLACES {
            self.run_of(&place.spell(NOTE), &[pair.merged]).await?;
            self.run_of(&place.spell(MOVE), &[pair.merged, pair.survivor])
                .await?;
        }
        for sql in INTERACTIONS {
            let both = [pair.merged, pair.survivor];
            let people = if sql.contains("$3") {
                &both[..]
            } else {
                &both[..1]
            };
            self.run_of(sql, people).await?;
        }
        self.run_of(FIND_TOUCHES, &[pair.survivor]).await
    }

    /// Hands the rows back that are still with the survivor.
    pub(super) async fn move_rows_back(&self, pair: Pair) -> Result<()> {
        let both = [pair.merged, pair.survivor];
        for place in &PLACES {
            self.run_of(&place.spell(MOVE_BACK), &both).await?;
        }
        for sql in INTERACTIONS_BACK {
            self.run_of(sql, &both).await?;
        }
        self.run_of(FORGET_TOUCHES, &[pair.survivor]).await?;
        self.run_of(FIND_TOUCHES, &[pair.survivor]).await?;
        self.run_of(FIND_TOUCHES, &[pair.merged]).await
    }

    async fn run_of(&self, sql: &str, people: &[Uuid]) -> Result<()> {
        self.conn.execute_raw(self.of_pair(sql, people)).await?;
        Ok(())
    }

    fn of_pair(&self, sql: &str, people: &[Uuid]) -> Statement {
        let mut values: Vec<Value> = vec![self.tenant().into()];
        values.extend(people.iter().map(|person| Value::from(*person)));
        Statement::from_sql_and_values(self.backend(), sql, values)
    }
}
