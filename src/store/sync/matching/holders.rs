//! Who has one of many addresses, in one statement. Each address is looked up by itself and no
//! further than a number of people who share it: one that half of all have must not be read in full
//! by every call.

use std::collections::BTreeSet;

use entity::enums::ContactPointKind;
use sea_orm::{ActiveEnum, ConnectionTrait, DbBackend, Statement, Value};
use uuid::Uuid;

use super::candidates::Said;
use crate::{
    error::Result,
    rules::matching::Profile,
    store::{Writer, sql},
};

/// So many of those who have an address are looked at. Telephone numbers decide nothing, so of
/// those a few are enough to see that they are shared.
const POSTGRES: &str = "\
SELECT held.person_id FROM unnest($2::text[], $3::text[]) AS wanted (kind, key)
CROSS JOIN LATERAL (
    SELECT person_id FROM contact_point
    WHERE tenant_id = $1 AND kind = wanted.kind AND key = wanted.key
    ORDER BY person_id LIMIT CASE wanted.kind WHEN 'PHONE' THEN 10 ELSE 200 END
) AS held
UNION
SELECT held.person_id FROM unnest($4::text[]) AS wanted (mailbox)
CROSS JOIN LATERAL (
    SELECT person_id FROM contact_point
    WHERE tenant_id = $1 AND mailbox = wanted.mailbox
    ORDER BY person_id LIMIT 200
) AS held";
const SQLITE: &str = "\
SELECT person_id FROM (
    SELECT kind, person_id,
        row_number() OVER (PARTITION BY kind, contact_point.key ORDER BY person_id) AS place
    FROM json_each(?2) AS wanted CROSS JOIN contact_point
        ON tenant_id = ?1 AND kind = wanted.value ->> 0
        AND contact_point.key = wanted.value ->> 1
) WHERE place <= CASE kind WHEN 'PHONE' THEN 10 ELSE 200 END
UNION
SELECT person_id FROM (
    SELECT person_id, row_number() OVER (PARTITION BY mailbox ORDER BY person_id) AS place
    FROM json_each(?3) AS wanted CROSS JOIN contact_point
        ON tenant_id = ?1 AND mailbox = wanted.value
) WHERE place <= 200";

impl Writer {
    /// The people who have one of the addresses, or another spelling of one.
    pub(super) async fn holders(&self, said: &[Said]) -> Result<BTreeSet<Uuid>> {
        let gather = |keys: fn(&Profile) -> BTreeSet<String>| {
            let all = said.iter().flat_map(|said| keys(&said.profile));
            all.collect::<BTreeSet<_>>()
        };
        let mailboxes = gather(Profile::mailboxes);
        let mut emails = gather(|profile| profile.emails.clone());
        emails.extend(mailboxes.iter().cloned());
        let of = |kind: ContactPointKind, keys: BTreeSet<String>| {
            keys.into_iter().map(move |key| (kind.to_value(), key))
        };
        let (kinds, keys): (Vec<_>, Vec<_>) = of(ContactPointKind::Email, emails)
            .chain(of(
                ContactPointKind::Link,
                gather(|profile| profile.profiles.clone()),
            ))
            .chain(of(
                ContactPointKind::Phone,
                gather(|profile| profile.phones.clone()),
            ))
            .unzip();
        if keys.is_empty() {
            return Ok(BTreeSet::new());
        }
        let mailboxes: Vec<_> = mailboxes.into_iter().collect();
        let rows = self
            .conn
            .query_all_raw(self.looking_up(&kinds, &keys, &mailboxes));
        let rows = rows.await?.into_iter();
        rows.map(|row| Ok(row.try_get("", "person_id")?)).collect()
    }

    fn looking_up(&self, kinds: &[String], keys: &[String], mailboxes: &[String]) -> Statement {
        let backend = self.backend();
        let tenant = Value::Uuid(Some(self.tenant()));
        if backend == DbBackend::Postgres {
            let values = [kinds, keys, mailboxes].map(sql::text_array);
            return Statement::from_sql_and_values(
                backend,
                POSTGRES,
                std::iter::once(tenant).chain(values),
            );
        }
        let pairs: Vec<_> = kinds.iter().zip(keys).collect();
        let list = |value: serde_json::Value| Value::String(Some(value.to_string()));
        let values = [
            tenant,
            list(serde_json::json!(pairs)),
            list(serde_json::json!(mailboxes)),
        ];
        Statement::from_sql_and_values(backend, SQLITE, values)
    }
}
