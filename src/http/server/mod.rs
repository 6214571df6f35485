//! Takes connections, and lets them end well: told to stop, the server says so to whoever asks
//! whether it is ready, takes no more, and waits for what is running.

use std::{io, net::IpAddr, sync::Arc, time::Duration};

use axum::Router;
use hyper::{Request, body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulConnection, GracefulShutdown},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    signal::unix::{SignalKind, signal},
    sync::{Semaphore, mpsc},
};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

use super::app::{App, Options};

/// How long a server that stops still takes connections, so that a balancer sees it is stopping
/// before a connection is refused.
const NOTICE: Duration = Duration::from_secs(1);
/// How long to wait when the machine has no room for another connection.
const BREATH: Duration = Duration::from_millis(100);

/// The address at the other end of the connection: a caller's, or that of the proxy before us.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) IpAddr);

/// How a stop was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// By a person at the keyboard, who wants it now.
    Interrupt,
    /// By whoever runs the process.
    Terminate,
}

/// Serves until the first stop, then ends what runs; a second stop ends it at once.
pub async fn serve(
    listener: TcpListener,
    app: Arc<App>,
    router: Router,
    mut stops: mpsc::Receiver<Stop>,
) {
    let graceful = GracefulShutdown::new();
    let limits = Limits::from(&app.options);
    let how = tokio::select! {
        how = stops.recv() => how,
        () = accept(&listener, &limits, &router, &graceful) => return,
    };
    tracing::info!("stopping");
    app.drain();
    if how == Some(Stop::Terminate) {
        let notice = tokio::time::sleep(NOTICE);
        tokio::select! {
            () = notice => {}
            _ = stops.recv() => return,
            () = accept(&listener, &limits, &router, &graceful) => {}
        }
    }
    drop(listener);
    let finished = async {
        graceful.shutdown().await;
        app.all_written().await;
    };
    tokio::select! {
        () = finished => tracing::info!("stopped"),
        () = tokio::time::sleep(app.options.shutdown_grace) => tracing::warn!("stopped with requests still running"),
        _ = stops.recv() => tracing::warn!("stopped at once"),
    }
}

/// What a connection may take.
struct Limits {
    /// One for each connection that may be served now.
    room: Arc<Semaphore>,
    header_timeout: Duration,
    write_timeout: Duration,
}

impl From<&Options> for Limits {
    fn from(options: &Options) -> Self {
        let most = options.max_connections.min(Semaphore::MAX_PERMITS);
        Self {
            room: Arc::new(Semaphore::new(most)),
            header_timeout: options.header_timeout,
            write_timeout: options.write_timeout,
        }
    }
}

/// Takes connections and never ends. When there is no room the next one waits in the system's
/// queue, where it costs us nothing.
async fn accept(
    listener: &TcpListener,
    limits: &Limits,
    router: &Router,
    graceful: &GracefulShutdown,
) {
    loop {
        let Ok(room) = Arc::clone(&limits.room).acquire_owned().await else {
            return;
        };
        match listener.accept().await {
            Ok((stream, peer)) => {
                let _ = stream.set_nodelay(true);
                let served = connection(stream, peer.ip(), router.clone(), limits);
                let served = graceful.watch(served);
                tokio::spawn(async move {
                    if let Err(error) = served.await {
                        tracing::debug!(error = %error, "a connection broke");
                    }
                    drop(room);
                });
            }
            // The caller went away before we took the connection.
            Err(error) if is_of_the_caller(&error) => {}
            Err(error) => {
                tracing::warn!(error = %error, "cannot take a connection");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

fn is_of_the_caller(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}

/// Serves one connection. HTTP/1.1 only: telling the versions apart would mean to wait for the
/// first bytes without a limit of time, and whoever ends TLS before us speaks 1.1 to us.
fn connection(
    stream: TcpStream,
    peer: IpAddr,
    router: Router,
    limits: &Limits,
) -> impl GracefulConnection<Error = hyper::Error> + use<> {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.write_timeout));
    let named = router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        request
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .serve_connection(
            TokioIo::new(Box::pin(stream)),
            TowerToHyperService::new(named),
        )
}

/// The stops that the system sends.
pub fn stops() -> io::Result<mpsc::Receiver<Stop>> {
    let (sender, stops) = mpsc::channel(2);
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::spawn(async move {
        loop {
            let stop = tokio::select! {
                _ = interrupt.recv() => Stop::Interrupt,
                _ = terminate.recv() => Stop::Terminate,
            };
            if sender.send(stop).await.is_err() {
                break;
            }
        }
    });
    Ok(stops)
}

#[cfg(test)]
mod tests;
