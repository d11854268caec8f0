//! Listening, and stopping without losing what is under way.

use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::middleware::{Next, from_fn};
use actix_web::{App, HttpServer};
use tokio_util::context::TokioContext;

use super::{Service, StartError};
use crate::web::headers::strict;

/// A service that listens.
#[derive(Debug)]
pub struct Running {
    /// What the routes share.
    pub service: Service,
    /// Where it listens.
    pub addresses: Vec<std::net::SocketAddr>,
    handle: ServerHandle,
    ended: tokio::task::JoinHandle<std::io::Result<()>>,
}

/// Slow senders are cut off, so that they cannot keep connections for ever.
const SLOWEST_REQUEST: Duration = Duration::from_secs(30);
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Starts listening.
///
/// # Errors
/// When an address is taken or the certificate cannot be used.
pub fn listen(service: Service) -> Result<Running, StartError> {
    let shared = service.clone();
    // A connection to the database lives in the runtime in which it was opened. Workers have their own, and end
    // one after the other when the service stops: what the last one has to write must not depend on the first.
    let main = tokio::runtime::Handle::current();
    let mut server = HttpServer::new(move || {
        let main = main.clone();
        App::new()
            .wrap(from_fn(move |request, next: Next<_>| {
                TokioContext::new(next.call(request), main.clone())
            }))
            .wrap(from_fn(strict))
            .configure(|config| shared.configure(config))
    })
    .workers(service.settings.server.workers)
    .max_connections(2_048)
    // The end of an answer in several parts does not wait until the parts before it are acknowledged.
    .tcp_nodelay(true)
    .client_request_timeout(SLOWEST_REQUEST)
    .keep_alive(KEEP_ALIVE)
    .shutdown_timeout(20)
    .disable_signals();
    let tls = match &service.settings.server.tls {
        Some(files) => Some(crate::tls::load(files).map_err(|_| StartError::Certificate)?),
        None => None,
    };
    for address in &service.settings.server.listen {
        let bound = match &tls {
            Some(tls) => server.bind_rustls_0_23(address, tls.clone()),
            None => server.bind(address),
        };
        server = bound.map_err(|error| StartError::Listen(*address, error.kind()))?;
    }
    let addresses = server.addrs();
    let server = server.run();
    let handle = server.handle();
    let ended = tokio::spawn(server);
    Ok(Running {
        service,
        addresses,
        handle,
        ended,
    })
}

impl Running {
    /// Answers what is under way, stops, and closes the database.
    ///
    /// # Errors
    /// When the server had stopped by itself.
    pub async fn stop(self, drain: Duration) -> Result<(), StartError> {
        self.service.drain();
        tokio::time::sleep(drain).await;
        self.handle.stop(true).await;
        let ended = self.ended.await;
        self.service.store.close().await;
        match ended {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(StartError::Stopped(error.kind())),
            Err(_) => Err(StartError::Stopped(std::io::ErrorKind::Other)),
        }
    }
}
