//! The directory's calls (protocol, section 6).

pub mod desk;

use actix_web::http::header::{
    self, AcceptEncoding, ContentEncoding, Encoding, Header as _, Preference, Quality,
};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::{Directories, DirectoryError, store};
use crate::ambient::Clock;
use crate::protocol::{Digest, Refused};
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
    let published = directories
        .current(clock.seconds())
        .await?
        .ok_or(Problem::NotYetOpen)?;
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .body(published.served.clone()))
}

/// `GET /api/1/directory/documents/{digest}`.
///
/// # Errors
/// [`Problem::NotFound`]; [`Problem::Unavailable`] when the stored bytes are not those asked for.
pub async fn document(
    request: HttpRequest,
    store: Data<Store>,
    directories: Data<Directories>,
    digest: Path<String>,
) -> Result<HttpResponse, Problem> {
    let digest: Digest = digest.parse().map_err(|_| Problem::NotFound)?;
    let bytes = store::document(&store, digest.as_bytes())
        .await?
        .ok_or(Problem::NotFound)?;
    if Digest::of(&bytes) != digest {
        return Err(DirectoryError::from(Refused::by("D4")).into());
    }
    let mut answer = HttpResponse::Ok();
    answer
        .content_type("application/octet-stream")
        .insert_header((header::VARY, "Accept-Encoding"));
    if accepts_gzip(&request) {
        let packed = directories.packed().gzip(digest, &bytes);
        answer.insert_header(ContentEncoding::Gzip);
        return Ok(answer.body(packed.map_err(|_| Problem::Fault)?));
    }
    Ok(answer.body(bytes))
}

fn accepts_gzip(request: &HttpRequest) -> bool {
    let gzip = Preference::Specific(Encoding::gzip());
    AcceptEncoding::parse(request).is_ok_and(|accepted| {
        let named = accepted.iter().find(|one| one.item == gzip);
        named.is_some_and(|one| one.quality > Quality::ZERO)
    })
}

/// `GET /api/1/directory/roots/{serial}`.
///
/// # Errors
/// [`Problem::NotFound`]; [`Problem::Unavailable`] when it does not verify.
pub async fn root(
    directories: Data<Directories>,
    serial: Path<String>,
) -> Result<HttpResponse, Problem> {
    let serial: u32 = serial.parse().map_err(|_| Problem::NotFound)?;
    let published = directories
        .at(u64::from(serial))
        .await?
        .ok_or(Problem::NotFound)?;
    let bytes = published.root.as_bytes().to_vec();
    Ok(HttpResponse::Ok()
        .content_type("application/octet-stream")
        .body(bytes))
}
