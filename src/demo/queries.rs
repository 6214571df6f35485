//! Queries worth pasting: the scenes of the story that the made-up world has to tell.

/// What a query shows, and the query.
pub const QUERIES: [(&str, &str); 4] = [
    (
        "A lunch, and what was promised over it",
        r#"query Lunch {
  person(by: { externalRecord: { system: "greenhouse", type: "candidate", id: "4000017" } }) {
    name headline
    interactions(filter: { channels: [MEAL] }) { nodes { body recruiters { name } } }
    promises { nodes { kind words state isOverdue closingNote madeIn { channel } } }
  }
}"#,
    ),
    (
        "Silence: what was said since, the latest first, and what it makes of us",
        r#"query Silence {
  person(by: { externalRecord: { system: "greenhouse", type: "candidate", id: "4000017" } }) {
    interactions(first: 5) { nodes { direction channel subject } }
    turn
    leftHanging { reasons { kind } }
    followThrough { kept broken overdue ratio }
  }
}"#,
    ),
    (
        "The cousin, whom nobody referred to us",
        r#"query Cousin {
  person(by: { externalRecord: { system: "greenhouse", type: "candidate", id: "4000017" } }) {
    referralsMade { totalCount }
    relationships(first: 5) {
      nodes {
        kind { name }
        other {
          name headline
          referredBy { totalCount }
          letDownNearby(depth: 1) { people(first: 5) { person { name } reasons { kind } } }
        }
      }
    }
  }
}"#,
    ),
    (
        "The other recruiter: a word every two weeks, promises kept, and what grew from it",
        r#"query FollowedUp {
  person(by: { email: "odette.larkmere@example.org" }) {
    name headline cadenceDays owner { name }
    outreach: interactions(filter: { directions: [OUTBOUND, MUTUAL] }) { totalCount }
    turn leftHanging { reasons { kind } }
    followThrough { kept broken overdue ratio }
    referralTree {
      nodes {
        depth person { name } referral { status }
        subtree { referred hired }
      }
    }
  }
}"#,
    ),
];
