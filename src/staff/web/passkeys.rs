//! Signing in with a passkey, and the tickets for it.

use actix_web::web::{Data, Json, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::factors::{kept_passkey, seal_passkey};
use super::sign_in::{Entering, Entrance, turn};
use super::{GREATEST_CREDENTIAL, GREATEST_SHORT};
use crate::ambient::{Clock, Random};
use crate::keys::Keys;
use crate::protocol::bytes::Blob;
use crate::staff::passkeys::{Asserted, Begun, Ceremonies};
use crate::staff::store::factors::{self, Spent};
use crate::staff::{Limits, store};
use crate::store::{Store, StoreError};
use crate::web::{Problem, read_json};

/// A body without members.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// What a browser shows, with the ticket that asked for it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Showing {
    pub(super) ticket: Blob,
    pub(super) credential: Asserted,
}

/// `POST /api/1/desk/passkey/options`.
///
/// # Errors
/// [`Problem::NotFound`] where the service's address has no passkeys.
pub async fn options(
    request: HttpRequest,
    payload: Payload,
    ceremonies: Data<Ceremonies>,
    keys: Data<Keys>,
    clock: Data<Clock>,
) -> Result<Json<Begun>, Problem> {
    let Nothing {} = read_json(request.headers(), payload, GREATEST_SHORT).await?;
    let begun = ceremonies.begin_asking(&keys, &Random.bytes(), clock.seconds());
    Ok(Json(begun.map_err(|_| Problem::NotFound)?))
}

/// `POST /api/1/desk/passkey/sign-in`.
///
/// # Errors
/// [`Problem::SignIn`] whatever is wrong.
pub async fn sign_in(
    request: HttpRequest,
    payload: Payload,
    ceremonies: Data<Ceremonies>,
    store: Data<Store>,
    keys: Data<Keys>,
    clock: Data<Clock>,
    limits: Data<Limits>,
) -> Result<HttpResponse, Problem> {
    let asked: Showing = read_json(request.headers(), payload, GREATEST_CREDENTIAL).await?;
    let _turn = turn().await;
    let now = clock.seconds();
    let shown = ceremonies
        .shown(&keys, &asked.ticket, &asked.credential, now)
        .map_err(|_| Problem::SignIn)?;
    // Who does not even know a credential id is nobody's failed sign-in: ids of members are public.
    let factor = factors::passkey(&store, &shown.credential)
        .await?
        .filter(|factor| factor.member == shown.member.as_bytes());
    let found = store::account_of(&store, shown.member.as_bytes()).await?;
    let (Some(factor), Some(found)) = (factor, found) else {
        return Err(Problem::SignIn);
    };
    let entrance = Entrance {
        store: &store,
        keys: &keys,
        now,
        limits: **limits,
    };
    let spent = Spent {
        digest: &shown.ticket.digest.clone(),
        until: shown.ticket.until,
        now,
    };
    let verified = kept_passkey(&keys, &factor)
        .and_then(|public| ceremonies.verify(shown, &public).ok())
        .filter(|_| found.may_sign_in());
    let Some(public) = verified else {
        return entrance.refuse(&found.account.id).await;
    };
    let kept = seal_passkey(&keys, &factor.about(), &public);
    let day = clock.day().to_string();
    match factors::use_passkey(&store, &factor, &kept, &day, spent).await {
        Ok(()) => {
            let entering = Entering {
                account: found.account,
                fresh: true,
                with_salt: true,
            };
            entrance.open(entering).await
        }
        Err(StoreError::Conflict) => entrance.refuse(&found.account.id).await,
        Err(error) => Err(error.into()),
    }
}
