//! The directory's calls (protocol, section 6).

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use super::store::Kind;
use super::{Directories, store};
use crate::ambient::Clock;
use crate::protocol::Digest;
use crate::store::Store;
use crate::web::Problem;

/// `GET /api/1/directory`.
///
/// # Errors
/// [`Problem::NotYetOpen`] while no root is published.
pub async fn current(
    directories: Data<Directories>,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let published = directories.current(clock.seconds()).await?.ok_or(Problem::NotYetOpen)?;
    Ok(HttpResponse::Ok().content_type("application/json").body(published.served.clone()))
}

/// `GET /api/1/directory/documents/{digest}`.
///
/// # Errors
/// [`Problem::NotFound`].
pub async fn document(store: Data<Store>, digest: Path<String>) -> Result<HttpResponse, Problem> {
    let digest: Digest = digest.parse().map_err(|_| Problem::NotFound)?;
    let bytes = store::document(&store, digest.as_bytes()).await?.ok_or(Problem::NotFound)?;
    Ok(HttpResponse::Ok().content_type("application/octet-stream").body(bytes))
}

/// `GET /api/1/directory/roots/{serial}`.
///
/// # Errors
/// [`Problem::NotFound`].
pub async fn root(store: Data<Store>, serial: Path<String>) -> Result<HttpResponse, Problem> {
    let serial: u32 = serial.parse().map_err(|_| Problem::NotFound)?;
    let bytes = store::numbered(&store, Kind::Root, i64::from(serial)).await?.ok_or(Problem::NotFound)?;
    Ok(HttpResponse::Ok().content_type("application/octet-stream").body(bytes))
}
