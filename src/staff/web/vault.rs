//! A member's vault: reading it again and putting another in its place.

use actix_web::web::{Data, Json, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::sign_in::take;
use super::{GREATEST_VAULT, SignedIn};
use crate::ambient::Clock;
use crate::keys::Keys;
use crate::protocol::bytes::Blob;
use crate::protocol::{Digest, MemberId};
use crate::secret::{ExposeSecret as _, Login};
use crate::staff::store::{self, NewVault, tries};
use crate::staff::vault_file;
use crate::store::{Store, StoreError};
use crate::web::{Base64, Hex, Problem, read_json};

/// A vault with what opens it, but for the passphrase.
#[derive(Serialize)]
pub struct Kept {
    vault: Base64,
    salt: Hex,
    pepper: Hex,
}

/// `GET /api/1/desk/vault`.
///
/// # Errors
/// The store's.
pub async fn read(
    who: SignedIn,
    store: Data<Store>,
    keys: Data<Keys>,
) -> Result<Json<Kept>, Problem> {
    let found = store::account_of(&store, who.member.as_bytes())
        .await?
        .ok_or(Problem::SignedOut)?;
    let pepper = keys.pepper(&who.member);
    Ok(Json(Kept {
        vault: Base64(found.account.vault),
        salt: Hex(found.account.salt),
        pepper: Hex(pepper.expose_secret().to_vec()),
    }))
}

/// A value that is there or the empty text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Optional<T> {
    There(T),
    Empty(Nothing),
}

impl<T> Optional<T> {
    fn there(self) -> Option<T> {
        match self {
            Self::There(value) => Some(value),
            Self::Empty(Nothing::Empty) => None,
        }
    }
}

#[derive(Deserialize)]
enum Nothing {
    #[serde(rename = "")]
    Empty,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    replaces: Digest,
    vault: Blob,
    salt: Optional<MemberId>,
    login: Optional<Login>,
    current: Optional<Login>,
}

/// `PUT /api/1/desk/vault`.
///
/// # Errors
/// [`Problem::Stale`] when another browser came first; [`Problem::SignIn`] when the passphrase so far is not
/// the right one, [`Problem::SlowDown`] after too many tries; [`Problem::Invalid`] for what is no vault.
pub async fn replace(
    request: HttpRequest,
    payload: Payload,
    who: SignedIn,
    store: Data<Store>,
    keys: Data<Keys>,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let asked: Asked = read_json(request.headers(), payload, GREATEST_VAULT).await?;
    vault_file(&asked.vault.0)?;
    let new = match (
        asked.salt.there(),
        asked.login.there(),
        asked.current.there(),
    ) {
        (None, None, None) => None,
        (Some(salt), Some(login), Some(current)) => Some((salt, login, current)),
        _ => return Err(Problem::Malformed),
    };
    let found = store::account_of(&store, who.member.as_bytes())
        .await?
        .ok_or(Problem::SignedOut)?;
    let before = found.account.vault;
    if Digest::of(&before) != asked.replaces {
        return Err(Problem::Stale);
    }
    if let Some((_, _, current)) = &new {
        let counted = keys.showing(&who.member);
        take(&store, &counted, clock.seconds()).await?;
        let shown = keys.login(&who.member, current);
        if !bool::from(shown.as_bytes()[..].ct_eq(&found.account.login)) {
            return Err(Problem::SignIn);
        }
        tries::forget(&store, &counted).await?;
    }
    let login = new.map(|(salt, login, _)| (*salt.as_bytes(), keys.login(&who.member, &login)));
    let replaced = store::replace_vault(
        &store,
        NewVault {
            member: who.member.as_bytes(),
            before: &before,
            vault: &asked.vault.0,
            passphrase: login
                .as_ref()
                .map(|(salt, login)| (salt.as_slice(), login.as_bytes().as_slice())),
            session: &who.session,
        },
    );
    match replaced.await {
        Ok(()) => Ok(HttpResponse::NoContent().finish()),
        Err(StoreError::Conflict) => Err(Problem::Stale),
        Err(error) => Err(error.into()),
    }
}
