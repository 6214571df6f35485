//! The explorer page: GraphiQL from files inside the program, so that it works without any other
//! host; the page's policy forbids it to ask one.

use std::fmt::Write as _;

use axum::{
    Router,
    body::Bytes,
    extract::Path,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// `'unsafe-inline'` is for styles alone: the menus put a style element into the page to hold its
/// scrolling. Scripts come from files only.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; font-src data:; connect-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

/// The page holds a demo's token, so nothing on the way may keep it.
const NEVER_KEPT: &str = "no-store";
/// For files whose name holds their version: another version has another name.
const KEPT_FOR_GOOD: &str = "public, max-age=31536000, immutable";
/// For our own files, which change under the same name: ask each time, compare by `ETag`.
const ASKED_EACH_TIME: &str = "no-cache";

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

/// One file of the page.
struct Asset {
    name: &'static str,
    content_type: &'static str,
    caching: &'static str,
    content: &'static [u8],
}

macro_rules! asset {
    ($name:literal, $content_type:expr, $caching:expr) => {
        Asset {
            name: $name,
            content_type: $content_type,
            caching: $caching,
            content: include_bytes!(concat!("../../assets/graphiql/", $name)),
        }
    };
}

const ASSETS: [Asset; 6] = [
    asset!("page.js", SCRIPT, ASKED_EACH_TIME),
    asset!("page.css", STYLE, ASKED_EACH_TIME),
    asset!("graphiql-4.1.2.min.js", SCRIPT, KEPT_FOR_GOOD),
    asset!("graphiql-4.1.2.min.css", STYLE, KEPT_FOR_GOOD),
    asset!("react-18.3.1.production.min.js", SCRIPT, KEPT_FOR_GOOD),
    asset!("react-dom-18.3.1.production.min.js", SCRIPT, KEPT_FOR_GOOD),
];

const PAGE: &str = include_str!("../../assets/graphiql/index.html");
const WELCOME: &str = include_str!("../../assets/graphiql/welcome.graphql");

/// Serves the explorer at `/graphiql`. With a demo token the page uses it from the start; without
/// one it asks for the reader's own.
pub(crate) fn routes<S>(demo_token: Option<String>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let page = Bytes::from(page(demo_token));
    Router::new()
        .route(
            "/graphiql",
            get(async move || with_headers(HTML, NEVER_KEPT, None, page).into_response()),
        )
        .route("/graphiql/{file}", get(file))
}

/// The page with its settings. They stand in a script element, which a `<` in them could end.
fn page(demo_token: Option<String>) -> String {
    let config = json!({ "token": Value::from(demo_token), "query": WELCOME }).to_string();
    PAGE.replace("{{config}}", &config.replace('<', "\\u003c"))
}

async fn file(Path(name): Path<String>, request: HeaderMap) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let tag = entity_tag(asset.content);
    let content = if is_known(&request, &tag) {
        (StatusCode::NOT_MODIFIED, Bytes::new())
    } else {
        (StatusCode::OK, Bytes::from_static(asset.content))
    };
    with_headers(asset.content_type, asset.caching, Some(&tag), content).into_response()
}

fn with_headers<B>(
    content_type: &'static str,
    caching: &'static str,
    tag: Option<&str>,
    body: B,
) -> (HeaderMap, B) {
    let mut headers: HeaderMap = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, caching),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ]
    .into_iter()
    .map(|(name, value)| (name, HeaderValue::from_static(value)))
    .collect();
    if let Some(tag) = tag.and_then(|tag| HeaderValue::from_str(tag).ok()) {
        headers.insert(header::ETAG, tag);
    }
    (headers, body)
}

/// Weak, because a compressed answer is the same file in other bytes.
fn entity_tag(content: &[u8]) -> String {
    let mut tag = String::from("W/\"");
    for byte in &Sha256::digest(content)[..12] {
        // Writing to a String cannot fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}

fn is_known(request: &HeaderMap, tag: &str) -> bool {
    request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| known.trim() == tag)
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request};
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;

    async fn fetch(demo_token: Option<&str>, path: &str, known: Option<&str>) -> Response {
        let mut request = Request::get(path);
        if let Some(tag) = known {
            request = request.header(header::IF_NONE_MATCH, tag);
        }
        let app: Router = routes(demo_token.map(String::from));
        app.oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap()
    }

    async fn text(answer: Response) -> String {
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn the_page_names_no_other_host_and_every_file_it_names_is_served() {
        let page = text(fetch(None, "/graphiql", None).await).await;

        assert!(!page.contains("http://") && !page.contains("https://"));
        let files: Vec<_> = page
            .split('"')
            .filter(|part| part.starts_with("graphiql/"))
            .collect();
        assert_eq!(files.len(), ASSETS.len());
        for file in files {
            let answer = fetch(None, &format!("/{file}"), None).await;
            assert_eq!(answer.status(), StatusCode::OK, "{file}");
        }
    }

    #[tokio::test]
    async fn only_a_demo_has_a_token_in_its_page() {
        let plain = text(fetch(None, "/graphiql", None).await).await;
        let demo = text(fetch(Some("a.b.c"), "/graphiql", None).await).await;

        assert!(plain.contains(r#""token":null"#));
        assert!(demo.contains(r#""token":"a.b.c""#));
    }

    #[test]
    fn settings_cannot_end_the_element_they_stand_in() {
        let page = page(Some("</script><script>alert(1)</script>".into()));

        assert!(!page.contains("</script><script>alert"));
        assert!(page.contains("\\u003c/script>"));
    }

    #[tokio::test]
    async fn the_page_is_shut_in_and_never_kept() {
        let answer = fetch(Some("a.b.c"), "/graphiql", None).await;

        let headers = answer.headers();
        assert_eq!(headers[header::CONTENT_SECURITY_POLICY], POLICY);
        assert_eq!(headers[header::X_FRAME_OPTIONS], "DENY");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(headers[header::REFERRER_POLICY], "no-referrer");
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    }

    #[tokio::test]
    async fn a_known_file_is_not_sent_again() {
        let first = fetch(None, "/graphiql/page.js", None).await;
        let tag = first.headers()[header::ETAG].to_str().unwrap().to_owned();

        let again = fetch(None, "/graphiql/page.js", Some(&tag)).await;

        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(text(again).await, "");
    }

    #[tokio::test]
    async fn nothing_beside_the_page_s_files_is_served() {
        for path in [
            "/graphiql/index.html",
            "/graphiql/..%2fCargo.toml",
            "/graphiql/README.md",
        ] {
            let answer = fetch(None, path, None).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }
}
