//! The calls of enrolment and of members about themselves and each other.

pub mod accounts;
pub mod enrol;
pub mod factors;
pub mod fresh;
pub mod invitations;
mod order;
pub mod passkeys;
pub mod ring;
pub mod service;
pub mod sessions;
pub mod sign_in;
pub mod vault;

use std::future::{Ready, ready};

use actix_web::dev::Payload as Incoming;
use actix_web::web::{Data, Query};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use serde::Deserialize;

use super::{FRESH, Limits, Standing, store};
use crate::keys::Keys;
use crate::protocol::MemberId;
use crate::store::Store;
use crate::web::Problem;
pub use order::Order;

/// The session's cookie; the prefix keeps other hosts and paths from setting it.
pub const COOKIE: &str = "__Host-rightline";
/// The most bytes of a call that has no documents in it.
const GREATEST_SHORT: usize = 4_096;
/// The most bytes of a call with a credential or a ticket.
const GREATEST_CREDENTIAL: usize = 65_536;
/// The most bytes of a call with a vault.
const GREATEST_VAULT: usize = 262_144;
/// A session's last use is noted at most this often, seconds.
const TOUCH_EVERY: i64 = 60;

/// Who is calling: a member with a live session. The way in puts it there; a call below it only takes it.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The member id.
    pub member: MemberId,
    /// The label.
    pub label: String,
    /// What the account was founded for: `lead`, `administrator` or nothing.
    pub founding: String,
    /// The tag of the session's cookie.
    pub session: [u8; 32],
    /// Whether the session saw a second factor lately, or need not.
    pub fresh: bool,
}

impl SignedIn {
    /// Finds who a request comes from.
    ///
    /// # Errors
    /// [`Problem::SignedOut`] without a live session; the store's.
    pub async fn of(
        request: &HttpRequest,
        store: &Store,
        keys: &Keys,
        now: i64,
        limits: Limits,
    ) -> Result<Self, Problem> {
        let cookie = request.cookie(COOKIE).ok_or(Problem::SignedOut)?;
        let (member, session) = keys.session(cookie.value()).ok_or(Problem::SignedOut)?;
        let present = store::present(store, &session, now - limits.idle, now - limits.absolute)
            .await?
            .filter(|present| present.id == member.as_bytes())
            .ok_or(Problem::SignedOut)?;
        if now - present.seen >= TOUCH_EVERY.min(limits.idle / 2) {
            store::touch_session(store, &session, now).await?;
        }
        let spared = !limits.second_factor && present.factors == 0;
        Ok(Self {
            member,
            label: present.label,
            founding: present.founding,
            session,
            fresh: spared || (present.fresh > 0 && now - present.fresh < FRESH),
        })
    }

    /// Checks that the session saw a second factor lately.
    ///
    /// # Errors
    /// [`Problem::SecondFactor`].
    pub fn ensure_fresh(&self) -> Result<(), Problem> {
        if self.fresh {
            Ok(())
        } else {
            Err(Problem::SecondFactor)
        }
    }
}

impl FromRequest for SignedIn {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Incoming) -> Self::Future {
        let found = request.extensions().get::<Self>().cloned();
        ready(found.ok_or(Problem::SignedOut))
    }
}

impl FromRequest for Standing {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Incoming) -> Self::Future {
        let found = request.extensions().get::<Self>().cloned();
        ready(found.ok_or(Problem::SignedOut))
    }
}

/// Rows of a page of accounts or invitations, at most.
const GREATEST_PAGE: u32 = 200;

/// What part of a list is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    after: Option<String>,
    limit: Option<u32>,
}

/// After which id a page begins, nothing for the first, and how many rows it has.
fn part(query: Result<Query<Page>, actix_web::Error>) -> Result<(Vec<u8>, i64), Problem> {
    let Page { after, limit } = query.map_err(|_| Problem::Malformed)?.into_inner();
    let after = match after {
        None => Vec::new(),
        Some(id) => named(&id).map_err(|_| Problem::Malformed)?.to_vec(),
    };
    let limit = limit.unwrap_or(GREATEST_PAGE).clamp(1, GREATEST_PAGE);
    Ok((after, limit.into()))
}

fn member_id(bytes: &[u8]) -> Result<MemberId, Problem> {
    bytes
        .try_into()
        .map(MemberId::new)
        .map_err(|_| Problem::Fault)
}

/// What an address names as sixteen bytes in hex; anything else is not there.
fn named(text: &str) -> Result<[u8; 16], Problem> {
    let id: MemberId = text.parse().map_err(|_| Problem::NotFound)?;
    Ok(*id.as_bytes())
}

/// The moments after which a session that lives was used and opened.
fn alive(limits: &Data<Limits>, now: i64) -> (i64, i64) {
    (now - limits.idle, now - limits.absolute)
}
