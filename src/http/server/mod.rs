//! Takes connections, and lets them end well: told to stop, the server says so to whoever asks
//! whether it is ready, takes no more, and waits for what is running.

use std::{io, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    signal::unix::{SignalKind, signal},
    sync::mpsc,
};

use super::app::App;

/// How long a server that stops still takes connections, so that a balancer sees it is stopping
/// before a connection is refused.
const NOTICE: Duration = Duration::from_secs(1);
/// How long to wait when the machine has no room for another connection.
const BREATH: Duration = Duration::from_millis(100);

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
    let header_timeout = app.options.header_timeout;
    let how = tokio::select! {
        how = stops.recv() => how,
        () = accept(&listener, &router, &graceful, header_timeout) => return,
    };
    tracing::info!("stopping");
    app.drain();
    if how == Some(Stop::Terminate) {
        let notice = tokio::time::sleep(NOTICE);
        tokio::select! {
            () = notice => {}
            _ = stops.recv() => return,
            () = accept(&listener, &router, &graceful, header_timeout) => {}
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

/// Takes connections and never ends.
async fn accept(
    listener: &TcpListener,
    router: &Router,
    graceful: &GracefulShutdown,
    header_timeout: Duration,
) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let _ = stream.set_nodelay(true);
                tokio::spawn(connection(
                    stream,
                    router.clone(),
                    graceful.watcher(),
                    header_timeout,
                ));
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
async fn connection(stream: TcpStream, router: Router, watcher: Watcher, header_timeout: Duration) {
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(header_timeout)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    if let Err(error) = watcher.watch(served).await {
        tracing::debug!(error = %error, "a connection broke");
    }
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
