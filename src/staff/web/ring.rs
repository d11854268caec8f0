//! A member's ring: what their desk has opened so far, sealed.

use actix_web::HttpRequest;
use actix_web::web::{Data, Json, Payload};
use serde::{Deserialize, Serialize};

use super::SignedIn;
use crate::protocol::bytes::Blob;
use crate::protocol::sealing;
use crate::staff::{refused, store};
use crate::store::{Store, StoreError};
use crate::web::{Base64, Problem, read_json};

/// Rings hold case secrets and summaries: 32 MiB is far above five thousand cases.
const GREATEST_RING: usize = 32 * 1_048_576;

/// A ring as it is kept.
#[derive(Serialize)]
pub struct Ring {
    revision: i64,
    ring: Option<Base64>,
}

/// `GET /api/1/desk/ring`.
///
/// # Errors
/// The store's.
pub async fn ring(who: SignedIn, store: Data<Store>) -> Result<Json<Ring>, Problem> {
    let kept = store::ring(&store, who.member.as_bytes()).await?;
    let (revision, ring) =
        kept.map_or((0, None), |(revision, ring)| (revision, Some(Base64(ring))));
    Ok(Json(Ring { revision, ring }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewRing {
    revision: u32,
    ring: Blob,
}

/// The revision that a ring now has.
#[derive(Serialize)]
pub struct Revision {
    revision: i64,
}

/// `PUT /api/1/desk/ring`.
///
/// # Errors
/// [`Problem::Stale`] when another browser came first, [`Problem::Invalid`] for anything but one age file.
pub async fn keep_ring(
    request: HttpRequest,
    payload: Payload,
    who: SignedIn,
    store: Data<Store>,
) -> Result<Json<Revision>, Problem> {
    let new: NewRing = read_json(request.headers(), payload, GREATEST_RING).await?;
    let shape = sealing::shape(&new.ring.0).map_err(|_| refused("A4"))?;
    if shape.recipients != 1 {
        return Err(refused("A4"));
    }
    let revision = i64::from(new.revision);
    match store::keep_ring(&store, who.member.as_bytes(), revision, &new.ring.0).await {
        Ok(()) => Ok(Json(Revision {
            revision: revision + 1,
        })),
        Err(StoreError::Conflict) => Err(Problem::Stale),
        Err(error) => Err(error.into()),
    }
}
