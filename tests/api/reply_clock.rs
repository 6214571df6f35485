//! Who waits for whom, as the API tells it.

use serde_json::{Value, json};

use crate::support::{Client, apps};

async fn ada(client: &Client) -> Value {
    let made = client
        .mutate(
            "createCandidate",
            json!({ "name": "Ada" }),
            "candidate { id }",
        )
        .await;
    made["candidate"]["id"].clone()
}

/// An e-mail at this hour of the first of March; what else is to be said of it.
fn mail(person: &Value, hour: u32, direction: &str) -> Value {
    json!({ "people": [{ "id": person }], "channel": "EMAIL", "direction": direction,
            "occurredAt": format!("2026-03-01T{hour:02}:00:00Z") })
}

async fn log(client: &Client, input: Value) -> Value {
    let made = client
        .mutate("logInteraction", input, "interaction { id }")
        .await;
    made["interaction"]["id"].clone()
}

/// Hours of the first of March: last touch, last by them, last by us, awaiting since, waiting
/// since; and whose turn it is.
async fn clock(client: &Client, person: &Value) -> (Vec<Option<String>>, String) {
    let seen = client
        .query_with(
            "query ($id: ID!) { person(by: {id: $id}) { lastTouchAt lastInboundAt lastOutboundAt
                awaitingReplySince waitingOnThemSince turn } }",
            json!({ "id": person }),
        )
        .await;
    let person = &seen["person"];
    let hours = [
        "lastTouchAt",
        "lastInboundAt",
        "lastOutboundAt",
        "awaitingReplySince",
        "waitingOnThemSince",
    ];
    let hour = |field: &&str| person[*field].as_str().map(|at| at[11..13].to_owned());
    let turn = person["turn"].as_str().unwrap().to_owned();
    (hours.iter().map(hour).collect(), turn)
}

fn shows(hours: [&str; 5], turn: &str) -> (Vec<Option<String>>, String) {
    let hour = |hour: &str| (!hour.is_empty()).then(|| hour.to_owned());
    (hours.into_iter().map(hour).collect(), turn.to_owned())
}

#[tokio::test]
async fn a_burst_opens_with_their_first_word_and_a_reply_closes_it() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = ada(&sam).await;

        assert_eq!(
            clock(&sam, &ada).await,
            shows(["", "", "", "", ""], "NOBODYS")
        );
        log(&sam, mail(&ada, 8, "INBOUND")).await;
        log(&sam, mail(&ada, 9, "INBOUND")).await;
        assert_eq!(
            clock(&sam, &ada).await,
            shows(["09", "09", "", "08", ""], "OURS")
        );
        log(&sam, mail(&ada, 10, "OUTBOUND")).await;
        log(&sam, mail(&ada, 11, "OUTBOUND")).await;
        assert_eq!(
            clock(&sam, &ada).await,
            shows(["11", "09", "11", "", "10"], "THEIRS")
        );
        log(&sam, mail(&ada, 12, "INBOUND")).await;
        assert_eq!(
            clock(&sam, &ada).await,
            shows(["12", "12", "11", "12", ""], "OURS")
        );
        let mut call = mail(&ada, 13, "MUTUAL");
        call["channel"] = json!("CALL");
        log(&sam, call).await;
        assert_eq!(
            clock(&sam, &ada).await,
            shows(["13", "13", "13", "", ""], "NOBODYS")
        );
    }
}

#[tokio::test]
async fn what_reaches_nobody_stops_no_clock() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = ada(&sam).await;
        log(&sam, mail(&ada, 8, "INBOUND")).await;
        let open = shows(["08", "08", "", "08", ""], "OURS");

        for (field, value) in [
            ("automated", json!(true)),
            ("outcome", json!("NO_ANSWER")),
            ("outcome", json!("BOUNCED")),
            ("direction", json!("INTERNAL")),
            ("visibility", json!("PRIVATE")),
        ] {
            let mut input = mail(&ada, 9, "OUTBOUND");
            input[field] = value;
            log(&sam, input.clone()).await;
            assert_eq!(clock(&sam, &ada).await, open, "{input}");
        }
        let mut message = mail(&ada, 10, "OUTBOUND");
        message["outcome"] = json!("LEFT_MESSAGE");
        log(&sam, message).await;
        assert_eq!(
            clock(&sam, &ada).await,
            shows(["10", "08", "10", "", "10"], "THEIRS")
        );
    }
}

#[tokio::test]
async fn a_late_import_in_any_order_tells_the_same() {
    let history = [
        (8, "INBOUND"),
        (9, "OUTBOUND"),
        (10, "INBOUND"),
        (11, "INBOUND"),
    ];
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        for turned in 0..history.len() {
            let ada = ada(&sam).await;
            let mut order = history;
            order.rotate_left(turned);
            if turned % 2 == 1 {
                order.reverse();
            }
            for (hour, direction) in order {
                log(&sam, mail(&ada, hour, direction)).await;
            }
            let expected = shows(["11", "11", "09", "10", ""], "OURS");
            assert_eq!(clock(&sam, &ada).await, expected, "{order:?}");
        }
    }
}

#[tokio::test]
async fn what_is_removed_or_changed_never_was() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = ada(&sam).await;
        log(&sam, mail(&ada, 8, "INBOUND")).await;
        let open = clock(&sam, &ada).await;
        let reply = log(&sam, mail(&ada, 9, "OUTBOUND")).await;
        assert_ne!(clock(&sam, &ada).await, open);

        let private = json!({ "by": { "id": reply }, "visibility": "PRIVATE" });
        sam.mutate("updateInteraction", private, "interaction { id }")
            .await;
        assert_eq!(clock(&sam, &ada).await, open);
        let team = json!({ "by": { "id": reply }, "visibility": "TEAM",
                           "occurredAt": "2026-03-01T07:00:00Z" });
        sam.mutate("updateInteraction", team, "interaction { id }")
            .await;
        let expected = shows(["08", "08", "07", "08", ""], "OURS");
        assert_eq!(clock(&sam, &ada).await, expected);
        sam.mutate(
            "removeInteraction",
            json!({ "by": { "id": reply } }),
            "removedId",
        )
        .await;

        assert_eq!(clock(&sam, &ada).await, open);
    }
}

#[tokio::test]
async fn everybody_who_took_part_has_their_own_clock() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (one, two) = (ada(&sam).await, ada(&sam).await);
        log(&sam, mail(&one, 8, "INBOUND")).await;
        log(&sam, mail(&two, 9, "INBOUND")).await;

        let mut reply = mail(&one, 10, "OUTBOUND");
        reply["people"] = json!([{ "id": one }, { "id": two }]);
        let reply = log(&sam, reply).await;

        assert_eq!(
            clock(&sam, &one).await,
            shows(["10", "08", "10", "", "10"], "THEIRS")
        );
        assert_eq!(
            clock(&sam, &two).await,
            shows(["10", "09", "10", "", "10"], "THEIRS")
        );
        // The second was not meant after all.
        let fewer = json!({ "by": { "id": reply }, "people": [{ "id": one }] });
        sam.mutate("updateInteraction", fewer, "interaction { id }")
            .await;
        assert_eq!(
            clock(&sam, &two).await,
            shows(["09", "09", "", "09", ""], "OURS")
        );
        let waiting = sam
            .query(
                "{ candidates(filter: {awaitingReply: true},
                     orderBy: {field: AWAITING_REPLY_SINCE}) { nodes { id } } }",
            )
            .await;
        assert_eq!(waiting["candidates"]["nodes"], json!([{ "id": two }]));
    }
}
