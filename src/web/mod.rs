//! What every route shares: headers, limits, problem documents. Knows no concept.

pub mod assets;
pub mod headers;
mod problem;

use std::time::Duration;

use actix_web::ResponseError as _;
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
use tokio::sync::{Semaphore, SemaphorePermit};

pub use problem::Problem;

use crate::protocol::json;

/// All the bodies that are in memory at once, in KiB: 64 MiB.
static ROOM: Semaphore = Semaphore::const_new(65_536);
/// A body is here within this time, or it is cut off.
const WHOLE_BODY: Duration = Duration::from_mins(1);
/// And no part of it takes longer than this.
const NEXT_PART: Duration = Duration::from_secs(10);
const KIB: usize = 1_024;

/// A body with its share of the room, which it gives back when the last slice of it is gone.
struct Roomed {
    bytes: BytesMut,
    _share: SemaphorePermit<'static>,
}

impl AsRef<[u8]> for Roomed {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Reads a body up to a limit, without trusting what its length is said to be. It counts against the room
/// for all bodies until it is dropped, and a slow sender is cut off.
///
/// # Errors
/// [`Problem::TooLarge`] above the limit, [`Problem::Malformed`] when the sender breaks off,
/// [`Problem::Slow`] when it takes too long, [`Problem::Unavailable`] when there is no room.
pub async fn body(headers: &HeaderMap, payload: Payload, most: usize) -> Result<Bytes, Problem> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > most) {
        return Err(Problem::TooLarge);
    }
    let whole = collect(payload, most);
    tokio::time::timeout(WHOLE_BODY, whole)
        .await
        .map_err(|_| Problem::Slow)?
}

async fn collect(mut payload: Payload, most: usize) -> Result<Bytes, Problem> {
    let mut share = take_room(KIB).await?;
    let mut taken = KIB;
    let mut bytes = BytesMut::with_capacity(KIB);
    loop {
        let part = tokio::time::timeout(NEXT_PART, payload.next());
        let Some(part) = part.await.map_err(|_| Problem::Slow)? else {
            break;
        };
        let part = part.map_err(|_| Problem::Malformed)?;
        let length = bytes.len() + part.len();
        if length > most {
            return Err(Problem::TooLarge);
        }
        if length > taken {
            let more = (length - taken).next_multiple_of(KIB);
            share.merge(take_room(more).await?);
            taken += more;
        }
        bytes.extend_from_slice(&part);
    }
    Ok(Bytes::from_owner(Roomed {
        bytes,
        _share: share,
    }))
}

/// Waits for room, as long as a part of a body may take.
async fn take_room(bytes: usize) -> Result<SemaphorePermit<'static>, Problem> {
    let share = u32::try_from(bytes.div_ceil(KIB)).map_err(|_| Problem::TooLarge)?;
    match tokio::time::timeout(NEXT_PART, ROOM.acquire_many(share)).await {
        Ok(Ok(share)) => Ok(share),
        _ => Err(Problem::Unavailable),
    }
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

/// Refuses requests that come from other sites ([`Problem::Foreign`]).
///
/// # Errors
/// Those of the service inside.
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
        Ok(next.call(request).await?.map_into_left_body())
    } else {
        // An answer, not an error, which would pass by the headers that every answer carries.
        Ok(request
            .into_response(Problem::Foreign.error_response())
            .map_into_right_body())
    }
}
