//! Queries worth pasting: each shows one thing that the made-up world has to tell.

/// What a query shows, and the query.
pub const QUERIES: [(&str, &str); 3] = [
    (
        "Who waits for a reply, longest first",
        r"query WhoWaits {
  candidates(filter: { awaitingReply: true }, orderBy: { field: AWAITING_REPLY_SINCE }, first: 5) {
    totalCount
    nodes { name headline awaitingReplySince owner { name } }
    pageInfo { hasNextPage endCursor }
  }
}",
    ),
    (
        "One candidate, by the ATS's own id: what was said last, and whom she sent us",
        r#"query OneCandidate {
  candidate(by: { externalRecord: { system: "greenhouse", type: "candidate", id: "4000020" } }) {
    name turn nextTouchAt
    interactions(first: 10) { nodes { occurredAt channel direction subject body recruiters { name } } }
    referralsMade(first: 5) { nodes { referredAt status referred { name } } }
    referredBy(first: 5) { nodes { hasCredit referrer { name } } }
  }
}"#,
    ),
    (
        "The chain of referrals that grew from following up with her",
        r#"query Chain {
  person(by: { email: "odette.larkmere@example.org" }) {
    name
    referralChain(direction: DOWN, depth: 4) {
      depth
      referral { status referrer { name } referred { name } }
    }
  }
}"#,
    ),
];
