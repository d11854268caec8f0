//! What every route shares: headers, limits, problem documents. Knows no concept.

pub mod assets;
pub mod headers;
mod problem;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap};
use actix_web::middleware::Next;
use actix_web::web::{Bytes, BytesMut, Payload};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::StreamExt as _;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use problem::Problem;

use crate::protocol::json;

/// Reads a body up to a limit, without trusting what its length is said to be.
///
/// # Errors
/// [`Problem::TooLarge`] above the limit, [`Problem::Malformed`] when the sender breaks off.
pub async fn body(
    headers: &HeaderMap,
    mut payload: Payload,
    most: usize,
) -> Result<Bytes, Problem> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > most) {
        return Err(Problem::TooLarge);
    }
    let mut bytes = BytesMut::with_capacity(announced.unwrap_or(0).min(most));
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Problem::Malformed)?;
        if bytes.len() + chunk.len() > most {
            return Err(Problem::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

/// Checks that a body is announced as what the call takes.
///
/// # Errors
/// [`Problem::UnsupportedMediaType`].
pub fn expect_type(headers: &HeaderMap, media_type: &str) -> Result<(), Problem> {
    let announced = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(str::trim);
    match announced {
        Some(announced) if announced.eq_ignore_ascii_case(media_type) => Ok(()),
        _ => Err(Problem::UnsupportedMediaType),
    }
}

/// Reads a JSON body by the protocol's strict rules (N5).
///
/// # Errors
/// [`Problem::UnsupportedMediaType`], [`Problem::TooLarge`] or [`Problem::Malformed`].
pub async fn read_json<T: DeserializeOwned>(
    headers: &HeaderMap,
    payload: Payload,
    most: usize,
) -> Result<T, Problem> {
    expect_type(headers, "application/json")?;
    let bytes = body(headers, payload, most).await?;
    json::read(&bytes).map_err(|_| Problem::Malformed)
}

/// Bytes on their way out, as base64 (N3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base64(pub Vec<u8>);

impl Serialize for Base64 {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl From<Vec<u8>> for Base64 {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

/// Bytes on their way out, as hex (N3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hex(pub Vec<u8>);

impl Serialize for Hex {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(&self.0))
    }
}

impl From<Vec<u8>> for Hex {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

/// The service's own origin.
#[derive(Debug, Clone)]
pub struct OwnOrigin(pub String);

/// The header that a page of another site cannot send without asking first, which nothing here allows.
pub const DESK_HEADER: &str = "rightline-desk";

/// Refuses requests that come from other sites.
///
/// # Errors
/// [`Problem::Foreign`]; those of the service inside.
pub async fn own_pages_only(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let headers = request.headers();
    let text = |name: &str| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or("unreadable"))
    };
    let own = request.app_data::<actix_web::web::Data<OwnOrigin>>();
    let same_site = text("sec-fetch-site").is_none_or(|site| site == "same-origin");
    let same_origin = text("origin").is_none_or(|origin| own.is_some_and(|own| own.0 == origin));
    if text(DESK_HEADER) == Some("1") && same_site && same_origin {
        next.call(request).await
    } else {
        Err(Problem::Foreign.into())
    }
}
