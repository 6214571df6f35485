//! What a record says of who somebody is, in normal forms.

use serde::Deserialize;
use serde_json::Value;

use crate::{
    rules::{
        contact_point as normal,
        matching::{Name, Profile},
    },
    store::sync::record::{AddressRecord, PersonRecord, Said},
};

/// The normal forms of all addresses that a record says.
pub(super) fn keys_of(words: &Value) -> Vec<String> {
    let said = PersonRecord::deserialize(words).unwrap_or_default();
    normal_forms(&said).into_iter().flatten().collect()
}

/// What a record says of who somebody is.
pub(super) fn profile_of(words: &Value) -> Profile {
    let said = PersonRecord::deserialize(words).unwrap_or_default();
    let text = |said: &'_ Said<String>| said.clone().flatten();
    let (given, family) = (text(&said.given_name), text(&said.family_name));
    // A record without a whole name may have no more than a part of it.
    let whole = text(&said.name).or_else(|| given.clone().or_else(|| family.clone()));
    let name = Name::read(whole.as_deref(), given.as_deref(), family.as_deref());
    let forms = normal_forms(&said);
    let [emails, links, phones] = forms.each_ref().map(|keys| keys.iter().map(String::as_str));
    Profile::new(name, emails, links, phones)
}

/// The normal forms of e-mail addresses, links and telephone numbers; those that have none are left
/// out.
fn normal_forms(said: &PersonRecord) -> [Vec<String>; 3] {
    let region = said.place.iter().flatten().next();
    let region = region.and_then(|place| place.country.clone().flatten());
    [
        keys(&said.emails, normal::email),
        keys(&said.links, normal::link),
        keys(&said.phones, |phone| {
            normal::phone(phone, region.as_deref())
        }),
    ]
}

fn keys(
    said: &Said<Vec<AddressRecord>>,
    read: impl Fn(&str) -> Result<normal::Normal, String>,
) -> Vec<String> {
    let said = said.iter().flatten().flatten();
    let normal = said.filter_map(|address| read(&address.value).ok());
    normal.map(|normal| normal.key).collect()
}
