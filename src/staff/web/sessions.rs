//! A member's own sessions: seeing and ending them.

use actix_web::HttpResponse;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::web::{Data, Json, Path};
use serde::Serialize;

use super::{COOKIE, SignedIn, accounts, alive, named};
use crate::ambient::Clock;
use crate::directory::Directories;
use crate::protocol::MemberId;
use crate::protocol::directory::Role;
use crate::settings::Settings;
use crate::staff::store::{accounts as kept, sessions as store};
use crate::staff::{Limits, Standing};
use crate::store::Store;
use crate::web::{Hex, Problem};

/// What a browser keeps where a member has signed in before: its wrong tries are counted apart from everybody
/// else's, so that nobody can lock a colleague out.
pub const KNOWN: &str = "__Secure-rightline-known";

/// The session's cookie, which ends with the browser.
pub(super) fn session_cookie(value: String) -> Cookie<'static> {
    Cookie::build(COOKIE, value)
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Strict)
        .finish()
}

/// Sent to the sign-in call alone, never with a page.
pub(super) fn known_cookie(value: String) -> Cookie<'static> {
    Cookie::build(KNOWN, value)
        .path("/api/1/desk/sign-in")
        .max_age(Duration::days(180))
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

/// Who is signed in, and what they are.
#[derive(Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the members are those of the call"
)]
pub struct Me {
    member: MemberId,
    label: String,
    idle_minutes: i64,
    roles: Vec<Role>,
    lead: bool,
    administrator: bool,
    endorsed: bool,
    fresh: bool,
    pinned: bool,
    demonstration: bool,
}

/// `GET /api/1/desk/me`.
///
/// # Errors
/// [`Problem::SignedOut`]; the store's.
pub async fn me(
    who: SignedIn,
    standing: Standing,
    store: Data<Store>,
    directories: Data<Directories>,
    clock: Data<Clock>,
    limits: Data<Limits>,
    settings: Data<Settings>,
) -> Result<Json<Me>, Problem> {
    let application = kept::application(&store, who.member.as_bytes()).await?;
    let order = super::Order::now(&directories, clock.seconds()).await?;
    Ok(Json(Me {
        endorsed: accounts::is_endorsed(&order, &who.member, application.as_deref()),
        member: who.member,
        label: who.label,
        idle_minutes: limits.idle / 60,
        roles: standing.roles,
        lead: standing.lead,
        administrator: standing.administrator,
        fresh: who.fresh,
        pinned: settings.service.is_pinned(),
        demonstration: settings.service.demonstration,
    }))
}

#[derive(Serialize)]
struct Shown {
    id: Hex,
    opened: i64,
    seen: i64,
    own: bool,
}

/// A member's live sessions.
#[derive(Serialize)]
pub struct Sessions {
    sessions: Vec<Shown>,
}

/// `GET /api/1/desk/sessions`.
///
/// # Errors
/// The store's.
pub async fn list(
    who: SignedIn,
    store: Data<Store>,
    clock: Data<Clock>,
    limits: Data<Limits>,
) -> Result<Json<Sessions>, Problem> {
    let (seen_after, opened_after) = alive(&limits, clock.seconds());
    let member = who.member.as_bytes();
    let sessions = store::sessions(&store, member, seen_after, opened_after).await?;
    let shown = sessions.into_iter().map(|session| Shown {
        own: session.digest == who.session,
        // Whoever knows the beginning of a digest is no nearer to the cookie.
        id: Hex(session.digest.get(..16).unwrap_or_default().to_vec()),
        opened: session.opened,
        seen: session.seen,
    });
    Ok(Json(Sessions {
        sessions: shown.collect(),
    }))
}

/// `POST /api/1/desk/sessions/{id}/end`.
///
/// # Errors
/// [`Problem::NotFound`] where it is no session of the member's own.
pub async fn end(
    who: SignedIn,
    id: Path<String>,
    store: Data<Store>,
) -> Result<HttpResponse, Problem> {
    let id = named(&id)?;
    if store::end_own_session(&store, who.member.as_bytes(), &id).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(Problem::NotFound)
    }
}

/// `POST /api/1/desk/sessions/end-others`.
///
/// # Errors
/// The store's.
pub async fn end_others(who: SignedIn, store: Data<Store>) -> Result<HttpResponse, Problem> {
    store::end_other_sessions(&store, who.member.as_bytes(), &who.session).await?;
    Ok(HttpResponse::NoContent().finish())
}
