//! Finds the token of a request.

use super::Rejected;

/// The token in the values of the `Authorization` headers, if there are any.
///
/// Two headers are refused, not chosen between: a proxy before us may have checked the other.
pub fn bearer<'a>(
    headers: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Option<&'a str>, Rejected> {
    let mut headers = headers.into_iter();
    let Some(header) = headers.next() else {
        return Ok(None);
    };
    if headers.next().is_some() {
        return Err(Rejected("there are several Authorization headers"));
    }
    let header = std::str::from_utf8(header).map_err(|_| Rejected("the header is not text"))?;
    let (scheme, token) = header
        .split_once(' ')
        .ok_or(Rejected("the header is not `Bearer` and a token"))?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Rejected("the scheme is not Bearer"));
    }
    let token = token.trim_matches(' ');
    let is_token_sign = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if token.is_empty() || !token.bytes().all(is_token_sign) {
        return Err(Rejected("the header holds no token, or more than one"));
    }
    Ok(Some(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_may_be_written_in_any_case() {
        for header in ["Bearer a.b.c", "bearer a.b.c", "BEARER  a.b.c"] {
            assert_eq!(bearer([header.as_bytes()]), Ok(Some("a.b.c")), "{header}");
        }
    }

    #[test]
    fn no_header_is_no_token() {
        assert_eq!(bearer([]), Ok(None));
    }

    #[test]
    fn anything_but_one_bearer_token_is_refused() {
        let wrong: [&[&str]; 9] = [
            &["Bearer a.b.c", "Bearer a.b.c"],
            &["Bearer a.b.c, Bearer a.b.c"],
            &["Bearer a.b.c,a.b.c"],
            &["Basic c2FtOnNlc2FtZQ=="],
            &["a.b.c"],
            &["Bearer"],
            &["Bearer "],
            &["Bearer a.b.c x"],
            &[""],
        ];
        for headers in wrong {
            let values = headers.iter().map(|header| header.as_bytes());
            assert!(bearer(values).is_err(), "{headers:?}");
        }
        assert!(bearer([b"Bearer \xff".as_slice()]).is_err());
    }
}
