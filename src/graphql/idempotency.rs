//! A caller's key, and the fingerprint of the input it stands for.

use std::fmt::Write;

use async_graphql::InputType;
use sha2::{Digest, Sha256};

use crate::store::Once;

/// The wish that an operation be done once, if the caller gave a key. The input is hashed as the
/// schema reads it: spacing, the order of fields and defaults that are spelled out make no
/// difference.
pub(crate) fn once(
    operation: &'static str,
    key: Option<&str>,
    input: &impl InputType,
) -> Option<Once> {
    let key = key?.to_owned();
    let digest = Sha256::digest(input.to_value().to_string());
    let input_hash = hex(&digest);
    Some(Once {
        operation,
        key,
        input_hash,
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
