//! Signing in and out of the desk, and the ring.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload as Incoming;
use actix_web::web::{Data, Json, Payload};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use futures_util::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::{Limits, store};
use crate::ambient::{Clock, Random};
use crate::keys::Keys;
use crate::protocol::bytes::Blob;
use crate::protocol::{Digest, MemberId, sealing, vault};
use crate::secret::{ExposeSecret as _, Login};
use crate::store::{Store, StoreError};
use crate::web::{Base64, Hex, Problem, read_json};

/// The session's cookie; the prefix keeps other hosts and paths from setting it.
pub const COOKIE: &str = "__Host-rightline";
/// What a browser keeps where a member has signed in before: its wrong tries are counted apart from everybody
/// else's, so that nobody can lock a colleague out.
pub const KNOWN: &str = "__Secure-rightline-known";
/// Rings hold case secrets and summaries: 32 MiB is far above five thousand cases.
const GREATEST_RING: usize = 32 * 1_048_576;
const GREATEST_SIGN_IN: usize = 4_096;
/// A session's last use is noted at most this often, seconds.
const TOUCH_EVERY: i64 = 60;

/// Who is calling: a member with a live session.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The member id.
    pub member: MemberId,
    /// The label.
    pub label: String,
    /// The digest of the session's cookie.
    pub session: [u8; 32],
}

impl FromRequest for SignedIn {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Incoming) -> Self::Future {
        let cookie = request.cookie(COOKIE);
        let store = request.app_data::<Data<Store>>().cloned();
        let clock = request.app_data::<Data<Clock>>().cloned();
        let limits = request.app_data::<Data<Limits>>().cloned();
        Box::pin(async move {
            let (store, clock, limits) = store
                .zip(clock)
                .zip(limits)
                .map(|((s, c), l)| (s, c, l))
                .ok_or(Problem::Fault)?;
            let cookie = cookie.ok_or(Problem::SignedOut)?;
            let session = *Digest::of(cookie.value().as_bytes()).as_bytes();
            let now = clock.seconds();
            let present =
                store::present(&store, &session, now - limits.idle, now - limits.absolute)
                    .await?
                    .ok_or(Problem::SignedOut)?;
            if now - present.seen >= TOUCH_EVERY.min(limits.idle / 2) {
                store::touch_session(&store, &session, now).await?;
            }
            let member = present.id.try_into().map_err(|_| Problem::Fault)?;
            Ok(Self {
                member: MemberId::new(member),
                label: present.label,
                session,
            })
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Label {
    label: String,
}

/// What a browser needs to derive a login secret (A2).
#[derive(Serialize)]
pub struct Parameters {
    member: Hex,
    salt: Hex,
    memory: u32,
    passes: u32,
    lanes: u32,
}

/// `POST /api/1/desk/parameters`.
///
/// # Errors
/// Malformed bodies; the store's.
pub async fn parameters(
    request: HttpRequest,
    payload: Payload,
    store: Data<Store>,
    keys: Data<Keys>,
) -> Result<Json<Parameters>, Problem> {
    let Label { label } = read_json(request.headers(), payload, GREATEST_SIGN_IN).await?;
    let (decoy_member, decoy_salt) = keys.decoy(&label);
    let account = store::account(&store, &label).await?;
    let (member, salt) = account.map_or_else(
        || (decoy_member.to_vec(), decoy_salt.to_vec()),
        |found| (found.id, found.salt),
    );
    Ok(Json(Parameters {
        member: Hex(member),
        salt: Hex(salt),
        memory: vault::MEMORY,
        passes: vault::PASSES,
        lanes: vault::LANES,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    label: String,
    login: Login,
}

/// What a member gets for the right passphrase: the sealed vault, and the pepper that opens it.
#[derive(Serialize)]
pub struct Opened {
    member: Hex,
    label: String,
    vault: Base64,
    pepper: Hex,
}

/// `POST /api/1/desk/sign-in`.
///
/// # Errors
/// [`Problem::SignIn`] whatever is wrong, [`Problem::SlowDown`] after too many tries.
pub async fn sign_in(
    request: HttpRequest,
    payload: Payload,
    store: Data<Store>,
    keys: Data<Keys>,
    clock: Data<Clock>,
    limits: Data<Limits>,
) -> Result<HttpResponse, Problem> {
    let asked: SignIn = read_json(request.headers(), payload, GREATEST_SIGN_IN).await?;
    let account = store::account(&store, &asked.label).await?;
    let known = request.cookie(KNOWN);
    let counted = match &account {
        Some(found) => {
            let member = member_id(&found.id)?;
            let known = known.and_then(|known| keys.acquainted(&member, known.value()));
            known.unwrap_or_else(|| keys.label(&asked.label))
        }
        None => keys.unknown_label(&asked.label),
    };
    let now = clock.seconds();
    let (failed, not_before) = store::failures(&store, &counted).await?;
    if not_before > now {
        return Err(Problem::SlowDown(
            u32::try_from(not_before - now).unwrap_or(u32::MAX),
        ));
    }
    // The same work for a label that nobody has.
    let (id, login) = account.as_ref().map_or_else(
        || (keys.decoy(&asked.label).0.to_vec(), vec![0; 32]),
        |found| (found.id.clone(), found.login.clone()),
    );
    let member = member_id(&id)?;
    let fits = bool::from(keys.login(&member, &asked.login).as_bytes()[..].ct_eq(&login));
    let Some(account) = account.filter(|_| fits) else {
        store::count_failure(&store, &counted, now + super::pause(failed + 1)).await?;
        return Err(Problem::SignIn);
    };
    if failed > 0 {
        store::clear_failures(&store, &counted).await?;
    }
    let cookie = hex::encode(Random.bytes::<32>());
    let digest = *Digest::of(cookie.as_bytes()).as_bytes();
    store::open_session(&store, &digest, &account.id, now, now - limits.absolute).await?;
    let pepper = keys.pepper(&member);
    let known = keys.acquaintance(&member, &Random.bytes());
    Ok(HttpResponse::Ok()
        .cookie(session_cookie(cookie))
        .cookie(known_cookie(known))
        .json(Opened {
            member: Hex(account.id),
            label: account.label,
            vault: Base64(account.vault),
            pepper: Hex(pepper.expose_secret().to_vec()),
        }))
}

fn member_id(bytes: &[u8]) -> Result<MemberId, Problem> {
    bytes
        .try_into()
        .map(MemberId::new)
        .map_err(|_| Problem::Fault)
}

/// Sent to the sign-in call alone, never with a page.
fn known_cookie(value: String) -> Cookie<'static> {
    Cookie::build(KNOWN, value)
        .path("/api/1/desk/sign-in")
        .max_age(Duration::days(180))
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Strict)
        .finish()
}

fn session_cookie(value: String) -> Cookie<'static> {
    Cookie::build(COOKIE, value)
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Strict)
        .finish()
}

/// `POST /api/1/desk/sign-out`.
///
/// # Errors
/// The store's.
pub async fn sign_out(who: SignedIn, store: Data<Store>) -> Result<HttpResponse, Problem> {
    store::end_session(&store, &who.session).await?;
    let mut cookie = session_cookie(String::new());
    cookie.make_removal();
    Ok(HttpResponse::NoContent().cookie(cookie).finish())
}

/// Who is signed in.
#[derive(Serialize)]
pub struct Me {
    member: MemberId,
    label: String,
    idle_minutes: i64,
}

/// `GET /api/1/desk/me`.
///
/// # Errors
/// [`Problem::SignedOut`].
pub async fn me(who: SignedIn, limits: Data<Limits>) -> Result<Json<Me>, Problem> {
    Ok(Json(Me {
        member: who.member,
        label: who.label,
        idle_minutes: limits.idle / 60,
    }))
}

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
    let shape = sealing::shape(&new.ring.0).map_err(|_| super::refused("A4"))?;
    if shape.recipients != 1 {
        return Err(super::refused("A4"));
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
