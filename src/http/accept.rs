//! Which media type an answer is written in, and which ones are read.

use axum::http::{HeaderMap, HeaderValue, header};

use super::problem::Problem;
use crate::graphql::code::Code;

/// A media type that answers are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    /// The older one: the status tells nothing of the answer.
    Json,
    /// The one made for GraphQL: the status tells whether the operation was refused.
    GraphqlResponse,
}

impl Media {
    /// The value of `Content-Type`.
    pub(super) fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        })
    }

    const fn subtype(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::GraphqlResponse => "graphql-response+json",
        }
    }
}

/// The media type that the caller prefers; of two that are equally welcome the one named first,
/// and where neither is named the older one, which every client knows.
pub(super) fn negotiate(headers: &HeaderMap) -> Result<Media, Problem> {
    let mut ranges = Vec::new();
    for value in headers.get_all(header::ACCEPT) {
        let Ok(value) = value.to_str() else { continue };
        ranges.extend(value.split(',').filter_map(Range::read));
    }
    if !headers.contains_key(header::ACCEPT) {
        return Ok(Media::Json);
    }
    let judged = [Media::Json, Media::GraphqlResponse].map(|media| (media, weigh(&ranges, media)));
    let [(_, json), (_, graphql)] = judged;
    // The place in the header only decides between types that are named with the same weight.
    let first = |one: Weight, other: Weight| {
        one.quality > other.quality
            || (one.quality == other.quality
                && (one.precision, other.place) > (other.precision, one.place))
    };
    match (json.quality > 0, graphql.quality > 0) {
        (false, false) => Err(Problem::new(
            Code::NotAcceptable,
            "Accept `application/graphql-response+json` or `application/json`.",
        )),
        (true, true) if first(graphql, json) => Ok(Media::GraphqlResponse),
        (true, _) => Ok(Media::Json),
        (false, true) => Ok(Media::GraphqlResponse),
    }
}

/// One entry of an `Accept` header.
struct Range<'h> {
    kind: &'h str,
    subtype: &'h str,
    /// In thousandths.
    quality: u16,
}

impl<'h> Range<'h> {
    fn read(text: &'h str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let (kind, subtype) = parts.next()?.split_once('/')?;
        let mut quality = 1000;
        for parameter in parts {
            let Some((name, value)) = parameter.split_once('=') else {
                continue;
            };
            if name.trim().eq_ignore_ascii_case("q") {
                quality = thousandths(value.trim())?;
            } else if name.trim().eq_ignore_ascii_case("charset") && !is_utf8(value) {
                return None;
            }
        }
        Some(Self {
            kind,
            subtype,
            quality,
        })
    }

    /// How precisely it names the type: 3 by name, 2 by kind, 1 by `*/*`.
    fn precision(&self, media: Media) -> u8 {
        let kind = self.kind.eq_ignore_ascii_case("application");
        match (self.kind, self.subtype) {
            ("*", "*") => 1,
            (_, "*") if kind => 2,
            (_, subtype) if kind && subtype.eq_ignore_ascii_case(media.subtype()) => 3,
            _ => 0,
        }
    }
}

#[derive(Clone, Copy)]
struct Weight {
    quality: u16,
    precision: u8,
    place: usize,
}

/// How welcome a type is, by the entry that names it most precisely.
fn weigh(ranges: &[Range<'_>], media: Media) -> Weight {
    let mut best = Weight {
        quality: 0,
        precision: 0,
        place: usize::MAX,
    };
    for (place, range) in ranges.iter().enumerate() {
        let precision = range.precision(media);
        if precision > best.precision {
            best = Weight {
                quality: range.quality,
                precision,
                place,
            };
        }
    }
    best
}

fn thousandths(text: &str) -> Option<u16> {
    let quality: f32 = text.parse().ok()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 1000"
    )]
    (0.0..=1.0)
        .contains(&quality)
        .then_some((quality * 1000.0) as u16)
}

fn is_utf8(charset: &str) -> bool {
    let charset = charset.trim().trim_matches('"');
    charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
}

/// Refuses a body that is not JSON in UTF-8. Neither forms nor plain text are read: a page of
/// another site may send those without asking.
pub(super) fn check_content_type(headers: &HeaderMap) -> Result<(), Problem> {
    let refuse = |message: &'static str| Err(Problem::new(Code::UnsupportedMediaType, message));
    let Some(value) = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
    else {
        return refuse("Say `Content-Type: application/json`.");
    };
    let mut parts = value.split(';').map(str::trim);
    if !parts
        .next()
        .is_some_and(|media| media.eq_ignore_ascii_case("application/json"))
    {
        return refuse("Send the request as `application/json`.");
    }
    for parameter in parts {
        if let Some((name, charset)) = parameter.split_once('=')
            && name.trim().eq_ignore_ascii_case("charset")
            && !is_utf8(charset)
        {
            return refuse("Send the request in UTF-8.");
        }
    }
    let encoding = headers.get(header::CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return refuse("Send the request without `Content-Encoding`.");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(accept: &str) -> Option<Media> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().unwrap());
        negotiate(&headers).ok()
    }

    #[test]
    fn the_caller_chooses_the_media_type() {
        let cases = [
            ("application/json", Some(Media::Json)),
            (
                "application/graphql-response+json",
                Some(Media::GraphqlResponse),
            ),
            (
                "application/graphql-response+json; charset=utf-8, application/json; charset=utf-8",
                Some(Media::GraphqlResponse),
            ),
            (
                "application/json, application/graphql-response+json",
                Some(Media::Json),
            ),
            (
                "application/json;q=0.9, application/graphql-response+json;q=1.0",
                Some(Media::GraphqlResponse),
            ),
            (
                "application/graphql-response+json;q=0.5, application/json",
                Some(Media::Json),
            ),
            (
                "application/graphql-response+json, application/json;q=0.9, */*;q=0.1",
                Some(Media::GraphqlResponse),
            ),
            ("*/*", Some(Media::Json)),
            ("application/*", Some(Media::Json)),
            (
                "application/graphql-response+json, */*",
                Some(Media::GraphqlResponse),
            ),
            ("*/*, application/json;q=0", Some(Media::GraphqlResponse)),
            ("text/html, */*;q=0.1", Some(Media::Json)),
            ("Application/JSON", Some(Media::Json)),
            ("text/html", None),
            ("application/json;q=0", None),
            ("application/json;charset=latin1", None),
            ("", None),
        ];
        for (accept, media) in cases {
            assert_eq!(chosen(accept), media, "{accept}");
        }
        assert_eq!(negotiate(&HeaderMap::new()).ok(), Some(Media::Json));
    }

    #[test]
    fn only_json_in_utf8_is_read() {
        let accepted = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, value.parse().unwrap());
            check_content_type(&headers).is_ok()
        };
        for value in [
            "application/json",
            "application/json; charset=utf-8",
            "Application/JSON;charset=\"UTF-8\"",
        ] {
            assert!(accepted(value), "{value}");
        }
        for value in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "application/json; charset=utf-16",
            "application/graphql",
            "",
        ] {
            assert!(!accepted(value), "{value}");
        }
        assert!(check_content_type(&HeaderMap::new()).is_err());
    }
}
