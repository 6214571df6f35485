//! Slow callers, callers who hang up, and the two ways to stop, over real sockets.

use std::time::Instant;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpSocket,
};

use super::*;
use crate::http::{router::router, testing};

struct Running {
    address: std::net::SocketAddr,
    stop: mpsc::Sender<Stop>,
    done: tokio::task::JoinHandle<()>,
}

async fn start() -> Running {
    serve_at(TcpListener::bind("127.0.0.1:0").await.unwrap())
}

fn serve_at(listener: TcpListener) -> Running {
    let app = testing::app(testing::options());
    let address = listener.local_addr().unwrap();
    let (stop, stops) = mpsc::channel(2);
    let router = router(&app, Router::new());
    let done = tokio::spawn(serve(listener, app, router, stops));
    Running {
        address,
        stop,
        done,
    }
}

/// Sends text and reads until the server closes.
async fn say(address: std::net::SocketAddr, text: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    answer
}

fn post(query: &str, more: &str) -> String {
    let body = serde_json::json!({"query": query}).to_string();
    format!(
        "POST /graphql HTTP/1.1\r\nhost: a\r\nauthorization: Bearer good\r\ncontent-type: application/json\r\n{more}content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[tokio::test]
async fn slow_heads_and_slow_bodies_are_not_waited_for() {
    let server = start().await;
    let start = Instant::now();

    let head = say(server.address, "GET /healthz HTTP/1.1\r\nhost:").await;
    let silent = say(server.address, "").await;
    let body = say(
        server.address,
        &post("{ __typename }", "").replace("content-length: ", "content-length: 9"),
    )
    .await;

    assert!(start.elapsed() < Duration::from_secs(4));
    assert!(!head.contains("200 OK") && silent.is_empty());
    assert!(
        body.starts_with("HTTP/1.1 408 ") && body.contains("REQUEST_TIMEOUT"),
        "{body}"
    );
}

#[tokio::test]
async fn what_runs_ends_before_the_server_does() {
    let server = start().await;
    let slow = tokio::spawn(say_owned(
        server.address,
        post("{ slow }", "connection: close\r\n"),
    ));
    tokio::time::sleep(Duration::from_millis(100)).await;

    server.stop.send(Stop::Interrupt).await.unwrap();

    // The small server gives an operation half a second; the answer is whole.
    assert!(slow.await.unwrap().starts_with("HTTP/1.1 504 "));
    server.done.await.unwrap();
    assert!(TcpStream::connect(server.address).await.is_err());
}

async fn say_owned(address: std::net::SocketAddr, text: String) -> String {
    say(address, &text).await
}

#[tokio::test]
async fn a_server_that_is_told_to_end_says_so_first() {
    let server = start().await;
    server.stop.send(Stop::Terminate).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;

    let ready = say(server.address, "GET /readyz HTTP/1.1\r\nhost: a\r\n\r\n").await;

    assert!(
        ready.starts_with("HTTP/1.1 503 ") && ready.contains("stopping"),
        "{ready}"
    );
    server.done.await.unwrap();
}

#[tokio::test]
async fn a_second_stop_ends_it_at_once() {
    let server = start().await;
    let _slow = tokio::spawn(say_owned(server.address, post("{ slow }", "")));
    tokio::time::sleep(Duration::from_millis(100)).await;
    let start = Instant::now();

    server.stop.send(Stop::Terminate).await.unwrap();
    server.stop.send(Stop::Interrupt).await.unwrap();

    server.done.await.unwrap();
    assert!(start.elapsed() < Duration::from_millis(300));
}

#[tokio::test]
async fn a_write_whose_caller_hung_up_runs_to_its_end() {
    let server = start().await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream
        .write_all(post("mutation { linger }", "").as_bytes())
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    drop(stream);

    server.stop.send(Stop::Interrupt).await.unwrap();
    server.done.await.unwrap();

    assert_eq!(
        crate::graphql::guard::testing::LINGERED.load(std::sync::atomic::Ordering::SeqCst),
        1
    );
}

#[tokio::test]
async fn answers_that_nobody_reads_are_not_kept_for_ever() {
    // Small buffers, or the system would take megabytes before anybody had to wait.
    let ours = TcpSocket::new_v4().unwrap();
    ours.set_send_buffer_size(4_096).unwrap();
    ours.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let server = serve_at(ours.listen(8).unwrap());
    let theirs = TcpSocket::new_v4().unwrap();
    theirs.set_recv_buffer_size(4_096).unwrap();
    let mut stream = theirs.connect(server.address).await.unwrap();
    let many = "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n".repeat(1_000);

    let deaf = async { while stream.write_all(many.as_bytes()).await.is_ok() {} };

    let hung_up = tokio::time::timeout(Duration::from_secs(20), deaf).await;
    assert!(hung_up.is_ok(), "the server still waits for us to read");
}

#[tokio::test]
async fn more_connections_than_there_is_room_for_wait_for_one_to_end() {
    let server = start().await;
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(TcpStream::connect(server.address).await.unwrap());
    }
    tokio::time::sleep(Duration::from_millis(50)).await;

    let asked = "GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".to_owned();
    let mut waits = tokio::spawn(say_owned(server.address, asked));

    let early = tokio::time::timeout(Duration::from_millis(100), &mut waits).await;
    assert!(early.is_err());
    held.clear();
    assert!(waits.await.unwrap().starts_with("HTTP/1.1 200 "));
}
