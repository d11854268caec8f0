//! A member's second factors: adding, proving, naming and removing them.

use actix_web::web::{Data, Json, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::passkeys::Nothing;
use super::{GREATEST_CREDENTIAL, GREATEST_SHORT, SignedIn, named};
use crate::ambient::{Clock, Random};
use crate::keys::{Keys, Sealed};
use crate::protocol::MemberId;
use crate::protocol::bytes::Blob;
use crate::settings::Settings;
use crate::staff::passkeys::{Begun, Ceremonies, Created, credential_id};
use crate::staff::store::factors::{self as store, Factor, Removed, Spent};
use crate::staff::store::sessions::end_other_sessions;
use crate::staff::{GREATEST_FACTORS, factor_name, totp};
use crate::store::{Store, StoreError};
use crate::web::{Hex, Problem, read_json};

/// Draws the secret of new one-time codes, which count once one of them was shown.
pub(super) fn draw_codes(
    keys: &Keys,
    member: &MemberId,
    name: &str,
    day: &str,
) -> (Factor, Zeroizing<[u8; totp::SECRET]>) {
    let id: [u8; 16] = Random.bytes();
    let secret = Zeroizing::new(Random.bytes::<{ totp::SECRET }>());
    let about = [id.as_slice(), member.as_bytes()].concat();
    let factor = Factor {
        id: id.to_vec(),
        member: member.as_bytes().to_vec(),
        kind: "totp".to_owned(),
        name: name.to_owned(),
        secret: keys.seal(Sealed::CodeSecret, &about, &Random.bytes(), secret.as_ref()),
        credential: Vec::new(),
        last_step: 0,
        proved: 0,
        added: day.to_owned(),
        used: String::new(),
    };
    (factor, secret)
}

/// Finds which of some factors, proved or not as asked, a code is of, and of which step that was not used.
fn find(
    keys: &Keys,
    factors: &[Factor],
    proved: bool,
    code: &str,
    now: i64,
) -> Option<(Factor, i64)> {
    let mut found = None;
    for factor in factors {
        if !factor.is_totp() || factor.is_proved() != proved {
            continue;
        }
        let secret = keys.open(Sealed::CodeSecret, &factor.about(), &factor.secret);
        // One that was tampered with is none; the others count all the same.
        let Some(secret) = secret
            .as_ref()
            .and_then(|secret| secret.as_slice().try_into().ok())
        else {
            continue;
        };
        let steps = totp::steps_of(secret, code, now);
        let step = steps.into_iter().find(|step| *step > factor.last_step);
        found = found.or(step.map(|step| (factor.clone(), step)));
    }
    found
}

/// Finds which of a member's proved factors a code is of, and of which step that was not used.
pub(super) fn find_code(
    keys: &Keys,
    factors: &[Factor],
    code: &str,
    now: i64,
) -> Option<(Factor, i64)> {
    if !factors.iter().any(Factor::is_totp) {
        // The same work where there is nothing to compare with.
        let _ = totp::steps_of(&[0; totp::SECRET], code, now);
    }
    find(keys, factors, true, code, now)
}

/// Proves one-time codes that were not proved before by one of them.
///
/// # Errors
/// [`Problem::Code`] when it is none, or was used before.
pub(super) async fn prove_codes(
    keys: &Keys,
    kept: &Store,
    factors: &[Factor],
    code: &str,
    clock: &Clock,
) -> Result<(), Problem> {
    let found = find(keys, factors, false, code, clock.seconds());
    let (factor, step) = found.ok_or(Problem::Code)?;
    let day = clock.day().to_string();
    if store::use_step(kept, &factor, step, &day, true).await? {
        Ok(())
    } else {
        Err(Problem::Code)
    }
}

/// The credential ids of a member's passkeys, which make no second one.
pub(super) fn credentials(keys: &Keys, factors: &[Factor]) -> Vec<Vec<u8>> {
    let passkeys = factors.iter().filter(|factor| !factor.is_totp());
    passkeys
        .filter_map(|factor| credential_id(&kept_passkey(keys, factor)?))
        .collect()
}

/// A passkey's public half as the service kept it; nothing of one that it did not write.
pub(super) fn kept_passkey(keys: &Keys, factor: &Factor) -> Option<Zeroizing<Vec<u8>>> {
    keys.open(Sealed::Passkey, &factor.about(), &factor.secret)
}

/// A passkey's public half, as it is kept from now on.
pub(super) fn seal_passkey(keys: &Keys, about: &[u8], public: &[u8]) -> Vec<u8> {
    keys.seal(Sealed::Passkey, about, &Random.bytes(), public)
}

/// A passkey that a browser made, as it is kept from now on.
pub(super) fn passkey(
    keys: &Keys,
    new: &crate::staff::passkeys::New,
    member: &MemberId,
    name: &str,
    day: &str,
) -> Factor {
    let id = Random.bytes::<16>();
    let about = [id.as_slice(), member.as_bytes()].concat();
    Factor {
        id: id.to_vec(),
        member: member.as_bytes().to_vec(),
        kind: "passkey".to_owned(),
        name: name.to_owned(),
        secret: seal_passkey(keys, &about, &new.kept),
        credential: new.credential.to_vec(),
        last_step: 0,
        proved: 1,
        added: day.to_owned(),
        used: String::new(),
    }
}

#[derive(Serialize)]
struct Shown {
    id: Hex,
    kind: String,
    name: String,
    added: String,
    used: String,
    credential: Hex,
}

/// A member's second factors.
#[derive(Serialize)]
pub struct Factors {
    factors: Vec<Shown>,
}

/// `GET /api/1/desk/factors`: those that count.
///
/// # Errors
/// The store's.
pub async fn list(who: SignedIn, kept: Data<Store>) -> Result<Json<Factors>, Problem> {
    let own = store::factors(&kept, who.member.as_bytes()).await?;
    let proved = own.into_iter().filter(Factor::is_proved);
    let shown = proved.map(|factor| Shown {
        id: Hex(factor.id),
        kind: factor.kind,
        name: factor.name,
        added: factor.added,
        used: factor.used,
        credential: Hex(factor.credential),
    });
    Ok(Json(Factors {
        factors: shown.collect(),
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
}

#[derive(Serialize)]
struct NewCodes<'a> {
    id: Hex,
    secret: &'a str,
    uri: &'a str,
}

/// `POST /api/1/desk/factors/totp`.
///
/// # Errors
/// [`Problem::Conflict`] when there are as many factors as can be.
pub async fn add_codes(
    request: HttpRequest,
    payload: Payload,
    who: SignedIn,
    kept: Data<Store>,
    keys: Data<Keys>,
    clock: Data<Clock>,
    settings: Data<Settings>,
) -> Result<HttpResponse, Problem> {
    let asked: Named = read_json(request.headers(), payload, GREATEST_SHORT).await?;
    let name = factor_name(&asked.name)?;
    let day = clock.day().to_string();
    let (factor, secret) = draw_codes(&keys, &who.member, name, &day);
    if !store::add(&kept, &factor, GREATEST_FACTORS, None).await? {
        return Err(Problem::Conflict);
    }
    let uri = totp::uri(&secret, &settings.service.name, &who.label);
    Ok(HttpResponse::Created().json(NewCodes {
        id: Hex(factor.id),
        secret: &totp::base32(&secret),
        uri: &uri,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Code {
    code: String,
}

/// `POST /api/1/desk/factors/{id}/prove`.
///
/// # Errors
/// [`Problem::Code`]; [`Problem::NotFound`] where it is no factor of the member's own that waits for this.
pub async fn prove(
    request: HttpRequest,
    payload: Payload,
    who: SignedIn,
    id: Path<String>,
    kept: Data<Store>,
    keys: Data<Keys>,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let asked: Code = read_json(request.headers(), payload, GREATEST_SHORT).await?;
    let id = named(&id)?;
    let mut own = store::factors(&kept, who.member.as_bytes()).await?;
    own.retain(|factor| factor.id == id && !factor.is_proved());
    if own.is_empty() {
        return Err(Problem::NotFound);
    }
    prove_codes(&keys, &kept, &own, &asked.code, &clock).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /api/1/desk/factors/passkey/options`.
///
/// # Errors
/// [`Problem::NotFound`] where the service's address has no passkeys.
pub async fn passkey_options(
    request: HttpRequest,
    payload: Payload,
    who: SignedIn,
    ceremonies: Data<Ceremonies>,
    kept: Data<Store>,
    keys: Data<Keys>,
    clock: Data<Clock>,
) -> Result<Json<Begun>, Problem> {
    let Nothing {} = read_json(request.headers(), payload, GREATEST_SHORT).await?;
    let own = store::factors(&kept, who.member.as_bytes()).await?;
    let begun = ceremonies.begin_making(
        &keys,
        &Random.bytes(),
        &who.member,
        &who.label,
        credentials(&keys, &own),
        clock.seconds(),
    );
    Ok(Json(begun.map_err(|_| Problem::NotFound)?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPasskey {
    ticket: Blob,
    name: String,
    credential: Created,
}

#[derive(Serialize)]
struct Added {
    id: Hex,
}

/// `POST /api/1/desk/factors/passkey`.
///
/// # Errors
/// [`Problem::Code`] when it does not answer the ticket; [`Problem::Conflict`] when it is a factor already,
/// or there are as many as can be.
pub async fn add_passkey(
    request: HttpRequest,
    payload: Payload,
    who: SignedIn,
    ceremonies: Data<Ceremonies>,
    kept: Data<Store>,
    keys: Data<Keys>,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let asked: NewPasskey = read_json(request.headers(), payload, GREATEST_CREDENTIAL).await?;
    let name = factor_name(&asked.name)?;
    let now = clock.seconds();
    let new = ceremonies
        .make(&keys, &asked.ticket, &who.member, &asked.credential, now)
        .map_err(|_| Problem::Code)?;
    let ticket = new.ticket;
    let factor = passkey(&keys, &new, &who.member, name, &clock.day().to_string());
    let spent = Spent {
        digest: &ticket.digest,
        until: ticket.until,
        now,
    };
    if store::add(&kept, &factor, GREATEST_FACTORS, Some(spent)).await? {
        Ok(HttpResponse::Created().json(Added { id: Hex(factor.id) }))
    } else {
        Err(Problem::Conflict)
    }
}

/// `POST /api/1/desk/factors/{id}/name`.
///
/// # Errors
/// [`Problem::NotFound`] where it is no factor of the member's own.
pub async fn name(
    request: HttpRequest,
    payload: Payload,
    who: SignedIn,
    id: Path<String>,
    kept: Data<Store>,
) -> Result<HttpResponse, Problem> {
    let asked: Named = read_json(request.headers(), payload, GREATEST_SHORT).await?;
    let (id, name) = (named(&id)?, factor_name(&asked.name)?);
    if store::name(&kept, who.member.as_bytes(), &id, name).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(Problem::NotFound)
    }
}

/// `POST /api/1/desk/factors/{id}/remove`. Other sessions end: one of them may have been opened by it.
///
/// # Errors
/// [`Problem::LastFactor`]; [`Problem::NotFound`] where it is no factor of the member's own.
pub async fn remove(
    who: SignedIn,
    id: Path<String>,
    kept: Data<Store>,
) -> Result<HttpResponse, Problem> {
    match store::remove(&kept, who.member.as_bytes(), &named(&id)?).await {
        Ok(Removed::Gone) => {
            end_other_sessions(&kept, who.member.as_bytes(), &who.session).await?;
            Ok(HttpResponse::NoContent().finish())
        }
        Ok(Removed::Missing) => Err(Problem::NotFound),
        Ok(Removed::Last) => Err(Problem::LastFactor),
        Err(StoreError::Conflict) => Err(Problem::Stale),
        Err(error) => Err(error.into()),
    }
}
