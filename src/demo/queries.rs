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
        "Somebody we let down, by the ATS's own id: whose turn it is, and what was said",
        r#"query LetDown {
  candidate(by: { externalRecord: { system: "greenhouse", type: "candidate", id: "4000017" } }) {
    name turn awaitingReplySince nextTouchAt owner { name }
    interactions(first: 10) {
      nodes { occurredAt channel direction subject body recruiters { name } }
    }
  }
}"#,
    ),
    (
        "The chain of referrals that grew from following up with somebody else",
        r#"query Chain {
  person(by: { email: "odette.larkmere@example.org" }) {
    name
    referralChain(direction: DOWN, depth: 4) {
      count
      links { depth referrer { name } referred { name } referral { status } }
    }
  }
}"#,
    ),
];
