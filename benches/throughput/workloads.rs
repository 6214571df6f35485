//! What is asked: each workload as a query with many sets of variables for Rapport, and as an
//! address with the same wishes for the ceiling.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Which, data::Samples, process::Server};

/// How many people a page has.
pub(crate) const PAGE: i32 = 20;

/// One thing that is asked for.
pub(crate) struct Workload {
    /// Its name, which is also the ceiling's address.
    pub(crate) name: &'static str,
    /// What it is.
    pub(crate) about: &'static str,
    query: &'static str,
    /// The variables for the ceiling and for Rapport.
    variables: Vec<[Value; 2]>,
    /// The part of an answer that must be equal.
    pub(crate) comparable: fn(&Value) -> Value,
}

impl Workload {
    /// How many sets of variables there are.
    pub(crate) fn len(&self) -> usize {
        self.variables.len()
    }

    /// All requests to a server.
    pub(crate) fn requests(&self, server: &Server) -> Vec<Vec<u8>> {
        let all = 0..self.len();
        all.map(|index| self.request(server, index)).collect()
    }

    /// One request to a server.
    pub(crate) fn request(&self, server: &Server, index: usize) -> Vec<u8> {
        let [ceiling, rapport] = &self.variables[index];
        match server.which {
            Which::Ceiling => {
                let path = format!("/{}", self.name);
                post(server, &path, &json!({"variables": ceiling}))
            }
            Which::Rapport => {
                let asked = json!({"query": self.query, "variables": rapport});
                post(server, "/graphql", &asked)
            }
        }
    }
}

/// The bytes of a request.
pub(crate) fn post(server: &Server, path: &str, asked: &Value) -> Vec<u8> {
    let body = asked.to_string();
    format!(
        "POST {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\naccept: application/json\
         \r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        server.address,
        server.token,
        body.len()
    )
    .into_bytes()
}

/// A candidate's id as the API writes it.
fn candidate(id: Uuid) -> String {
    let mut bytes = vec![1];
    bytes.extend_from_slice(id.as_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

const W1: &str = "query Page($after: String) {
  candidates(first: 20, after: $after, orderBy: {field: LAST_TOUCH_AT, direction: DESC}) {
    nodes { id name headline lastTouchAt nextTouchAt turn }
  }
}";

const W2: &str = "query Detail($id: String!) {
  candidate(by: {externalRecord: {system: \"greenhouse\", type: \"candidate\", id: $id}}) {
    id name headline lastTouchAt nextTouchAt turn
    interactions(first: 10) {
      nodes { id channel direction occurredAt subject recruiters { id name } }
    }
    referralsMade(first: 10) { nodes { id status referredAt referred { id name } } }
    referredBy(first: 10) { nodes { id status referredAt referrer { id name } } }
  }
}";

const W3: &str = "query Histories($after: String) {
  candidates(first: 20, after: $after, orderBy: {field: LAST_TOUCH_AT, direction: DESC}) {
    nodes {
      id name
      interactions(first: 5) { nodes { id channel direction occurredAt subject } }
    }
  }
}";

const W4: &str = "mutation Log($input: LogInteractionInput!) {
  logInteraction(input: $input) {
    interaction { id channel direction occurredAt subject }
    userErrors { code message }
  }
}";

const W5: &str = "query Chain($id: ID!) {
  candidate(by: {id: $id}) {
    id name
    referralChain(direction: DOWN, depth: 4) {
      count isTruncated
      links {
        depth
        referral { id status referredAt }
        referrer { id name }
        referred { id name }
      }
    }
  }
}";

const W6: &str = "query Search($text: String!, $tag: String!) {
  candidates(first: 20, filter: {text: $text, tags: [$tag]}) {
    nodes { id name headline place { city country } }
  }
}";

/// All of them, in the order in which they are measured: the one that writes comes last.
pub(crate) fn all(samples: &Samples) -> Vec<Workload> {
    let pages = || {
        let page = |page: &super::data::Position| {
            [
                json!({"at": page.at, "id": page.id}),
                json!({"after": page.cursor}),
            ]
        };
        samples.pages.iter().map(page).collect()
    };
    let by_record = |id: &String| [json!({"id": id}), json!({"id": id})];
    let chain = |id: &Uuid| [json!({"id": id}), json!({"id": candidate(*id)})];
    let search = |(text, tag): &(String, String)| {
        let asked = json!({"text": text, "tag": tag});
        [asked.clone(), asked]
    };
    let workload = |name, about, query, variables| Workload {
        name,
        about,
        query,
        variables,
        comparable: Value::clone,
    };
    let (records, searches) = (&samples.records, &samples.searches);
    let (referrers, candidates) = (&samples.referrers, &samples.candidates);
    vec![
        workload("w1", "page of 20 by last touch", W1, pages()),
        workload(
            "w2",
            "candidate by external record, with ten interactions and both referrals",
            W2,
            records.iter().map(by_record).collect(),
        ),
        workload("w3", "20 people, five interactions each", W3, pages()),
        workload(
            "w5",
            "four levels of referrals",
            W5,
            referrers.iter().map(chain).collect(),
        ),
        workload(
            "w6",
            "text search with a tag",
            W6,
            searches.iter().map(search).collect(),
        ),
        Workload {
            comparable: without_what_is_new,
            ..workload(
                "w4",
                "log an interaction",
                W4,
                candidates.iter().map(logged).collect(),
            )
        },
    ]
}

fn logged(person: &Uuid) -> [Value; 2] {
    let (subject, body) = (
        "Quick question",
        "Asked how the search is going. All is well.",
    );
    let said = |people: Value| {
        json!({"input": {
            "people": people, "channel": "CALL", "subject": subject, "body": body
        }})
    };
    [
        said(json!([{"id": person}])),
        said(json!([{"id": candidate(*person)}])),
    ]
}

/// Two calls log two interactions: each has its own id and time.
fn without_what_is_new(answer: &Value) -> Value {
    let mut answer = answer.clone();
    for field in ["id", "occurredAt"] {
        let path = format!("/data/logInteraction/interaction/{field}");
        if let Some(value) = answer.pointer_mut(&path) {
            *value = Value::Null;
        }
    }
    answer
}
