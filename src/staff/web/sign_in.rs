//! Signing in with a passphrase and a one-time code.

use actix_web::web::{Data, Json, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::sessions::{KNOWN, known_cookie, session_cookie};
use super::{GREATEST_SHORT, factors, member_id};
use crate::ambient::{Clock, Random};
use crate::audit::{By, DONE, Entry, append};
use crate::keys::Keys;
use crate::protocol::vault;
use crate::secret::{ExposeSecret as _, Login};
use crate::staff::store::factors::{Factor, factors as factors_of, use_step};
use crate::staff::store::sessions::{NewSession, open_session};
use crate::staff::store::tries::{self, Try};
use crate::staff::store::{Account, account};
use crate::staff::{Limits, pause};
use crate::store::{Store, StoreError};
use crate::web::{Base64, Hex, Problem, read_json};

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
    let Label { label } = read_json(request.headers(), payload, GREATEST_SHORT).await?;
    let (decoy_member, decoy_salt) = keys.decoy(&label);
    let found = account(&store, &label).await?;
    let (member, salt) = found.map_or_else(
        || (decoy_member.to_vec(), decoy_salt.to_vec()),
        |found| (found.account.id, found.account.salt),
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
    code: String,
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
    let asked: SignIn = read_json(request.headers(), payload, GREATEST_SHORT).await?;
    let _turn = turn().await;
    let found = account(&store, &asked.label).await?;
    let known = request.cookie(KNOWN);
    let counted = match &found {
        Some(found) => {
            let member = member_id(&found.account.id)?;
            let known = known.and_then(|known| keys.acquainted(&member, known.value()));
            known.unwrap_or_else(|| keys.label(&asked.label))
        }
        None => keys.unknown_label(&asked.label),
    };
    let now = clock.seconds();
    take(&store, &counted, now).await?;
    // The same work for a label that nobody has, and for whichever part is wrong.
    let (id, login) = found.as_ref().map_or_else(
        || (keys.decoy(&asked.label).0.to_vec(), vec![0; 32]),
        |found| (found.account.id.clone(), found.account.login.clone()),
    );
    let member = member_id(&id)?;
    let fits = bool::from(keys.login(&member, &asked.login).as_bytes()[..].ct_eq(&login));
    let own = factors_of(&store, &id).await?;
    let code = factors::find_code(&keys, &own, &asked.code, now);
    let spared = !limits.second_factor && !own.iter().any(Factor::is_proved);
    let Some(found) = found else {
        return Err(Problem::SignIn);
    };
    let entrance = Entrance {
        store: &store,
        keys: &keys,
        now,
        limits: **limits,
    };
    let right = fits && found.may_sign_in() && (code.is_some() || spared);
    if !right {
        return entrance.refuse(&id).await;
    }
    if let Some((factor, step)) = &code
        && !use_step(&store, factor, *step, &clock.day().to_string(), false).await?
    {
        return entrance.refuse(&id).await;
    }
    tries::forget(&store, &counted).await?;
    let entering = Entering {
        account: found.account,
        fresh: code.is_some(),
        with_salt: false,
    };
    entrance.open(entering).await
}

/// So many sign in at the same moment, and others after them: each writes several rows, and reports that arrive
/// meanwhile are not to wait behind a whole shift.
static ENTRANCE: Semaphore = Semaphore::const_new(2);

/// Waits for one's turn to sign in.
pub(super) async fn turn() -> Option<SemaphorePermit<'static>> {
    ENTRANCE.acquire().await.ok()
}

/// Takes one of the tries that are counted under a name.
pub(super) async fn take(store: &Store, name: &[u8; 32], now: i64) -> Result<(), Problem> {
    match tries::take(store, name, now, pause).await? {
        Try::Taken => Ok(()),
        Try::NotBefore(then) => {
            let wait = then.saturating_sub(now).max(1);
            Err(Problem::SlowDown(u32::try_from(wait).unwrap_or(u32::MAX)))
        }
    }
}

/// What a member gets for the right passphrase or passkey: the sealed vault, and the pepper that opens it.
#[derive(Serialize)]
struct Opened {
    member: Hex,
    label: String,
    vault: Base64,
    pepper: Hex,
    #[serde(skip_serializing_if = "Option::is_none")]
    salt: Option<Hex>,
}

/// Where members come in.
pub(super) struct Entrance<'a> {
    pub(super) store: &'a Store,
    pub(super) keys: &'a Keys,
    pub(super) now: i64,
    pub(super) limits: Limits,
}

/// Who comes in.
pub(super) struct Entering {
    pub(super) account: Account,
    /// Whether a second factor was shown just now.
    pub(super) fresh: bool,
    /// Whether the page has to be told the salt, because nobody typed a label.
    pub(super) with_salt: bool,
}

impl Entrance<'_> {
    async fn note(&self, member: &[u8], outcome: &str) -> Result<(), Problem> {
        let entry = Entry {
            time: self.now,
            who: Some(member_id(member)?),
            by: By::Member,
            act: "sign-in",
            case: None,
            about: None,
            outcome,
        };
        append(self.store, self.keys, &entry).await?;
        Ok(())
    }

    /// Notes that somebody was not let in, and refuses them.
    pub(super) async fn refuse(&self, member: &[u8]) -> Result<HttpResponse, Problem> {
        self.note(member, Problem::SignIn.code()).await?;
        Err(Problem::SignIn)
    }

    /// Opens a session under a cookie that is always drawn, never taken from the browser.
    pub(super) async fn open(&self, entering: Entering) -> Result<HttpResponse, Problem> {
        let account = entering.account;
        self.note(&account.id, DONE).await?;
        let member = member_id(&account.id)?;
        let cookie = Keys::cookie(&member, &Random.bytes());
        let (_, tag) = self.keys.session(&cookie).ok_or(Problem::Fault)?;
        let session = NewSession {
            digest: &tag,
            member: &account.id,
            now: self.now,
            fresh: if entering.fresh { self.now } else { 0 },
        };
        match open_session(self.store, session, self.now - self.limits.absolute).await {
            Ok(()) => {}
            Err(StoreError::Conflict) => return self.refuse(&account.id).await,
            Err(error) => return Err(error.into()),
        }
        let pepper = self.keys.pepper(&member);
        let known = self.keys.acquaintance(&member, &Random.bytes());
        Ok(HttpResponse::Ok()
            .cookie(session_cookie(cookie))
            .cookie(known_cookie(known))
            .json(Opened {
                member: Hex(account.id),
                label: account.label,
                vault: Base64(account.vault),
                pepper: Hex(pepper.expose_secret().to_vec()),
                salt: entering.with_salt.then_some(Hex(account.salt)),
            }))
    }
}
