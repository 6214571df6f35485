//! The client: HTTP/1.1 over connections that are kept, and as little else as can be, since it
//! runs on the machine that it measures.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// One connection.
pub(crate) struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            answer: Vec::with_capacity(64 * 1024),
        })
    }

    /// Sends a request and reads the body of its answer, which must be a good one.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> anyhow::Result<&[u8]> {
        self.stream.write_all(request).await?;
        self.answer.clear();
        let mut whole: Option<(usize, usize)> = None;
        loop {
            if let Some((head, end)) = whole
                && self.answer.len() >= end
            {
                let text = &self.answer[head..end];
                let is_good = self.answer.starts_with(b"HTTP/1.1 200")
                    && text.starts_with(b"{\"data\":{")
                    && !text.ends_with(b"}]}");
                ensure!(is_good, "{}", String::from_utf8_lossy(&self.answer));
                return Ok(&self.answer[head..end]);
            }
            let read = self.stream.read_buf(&mut self.answer).await?;
            ensure!(read > 0, "the server hung up");
            if whole.is_none() {
                whole = extent(&self.answer)?;
            }
        }
    }
}

/// Where the body begins and ends, once the head is there.
fn extent(answer: &[u8]) -> anyhow::Result<Option<(usize, usize)>> {
    let Some(head) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = std::str::from_utf8(&answer[..head])?;
    for line in text.lines() {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            let length: usize = value.trim().parse().context("content-length")?;
            return Ok(Some((head + 4, head + 4 + length)));
        }
    }
    bail!("the answer has no length: {text}")
}

/// The requests of one workload to one server.
pub(crate) struct Load {
    address: SocketAddr,
    requests: Arc<[Vec<u8>]>,
}

/// What a round brought.
pub(crate) struct Answered {
    /// How long it took in all.
    pub(crate) time: Duration,
    /// How long each answer took.
    pub(crate) latencies: Vec<Duration>,
}

impl Load {
    pub(crate) fn new(address: SocketAddr, requests: Vec<Vec<u8>>) -> Self {
        Self {
            address,
            requests: requests.into(),
        }
    }

    /// Asks over so many connections for so long. Each begins elsewhere among the requests, and
    /// each round too, so that no two ask for the same at the same time.
    pub(crate) async fn run(
        &self,
        connections: u32,
        time: Duration,
        round: usize,
    ) -> anyhow::Result<Answered> {
        let start = Instant::now();
        let mut asking = Vec::new();
        for index in 0..connections as usize {
            let mut connection = Connection::open(self.address).await?;
            let requests = Arc::clone(&self.requests);
            let first = requests.len() * index / connections as usize + round * 97;
            asking.push(tokio::spawn(async move {
                let mut latencies = Vec::new();
                for request in requests.iter().cycle().skip(first % requests.len()) {
                    let sent = Instant::now();
                    connection.exchange(request).await?;
                    latencies.push(sent.elapsed());
                    if start.elapsed() >= time {
                        break;
                    }
                }
                anyhow::Ok(latencies)
            }));
        }
        let mut latencies = Vec::new();
        for asked in asking {
            latencies.append(&mut asked.await??);
        }
        Ok(Answered {
            time: start.elapsed(),
            latencies,
        })
    }
}
