//! Everybody's accounts, for those who look after them.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};
use serde::Serialize;

use super::{Order, Page, SignedIn, alive, member_id, named, part};
use crate::ambient::Clock;
use crate::directory::Directories;
use crate::protocol::directory::Role;
use crate::protocol::enrolment::Application;
use crate::protocol::signing::{Context, Signed};
use crate::protocol::{MemberId, TeamId};
use crate::staff::Limits;
use crate::staff::store::accounts::{self as store, Suspended};
use crate::staff::store::{account_of, end_sessions_of};
use crate::store::Store;
use crate::web::{Base64, Hex, Problem};

#[derive(Serialize)]
struct Account {
    member: MemberId,
    label: String,
    state: String,
    founding: String,
    endorsed: bool,
    lead: bool,
    roles: Vec<Role>,
    teams: Vec<TeamId>,
    factors: i64,
    sessions: i64,
    created: String,
    replaces: Hex,
    application: Option<Base64>,
}

/// A page of accounts.
#[derive(Serialize)]
pub struct Accounts {
    accounts: Vec<Account>,
    next: Option<MemberId>,
}

/// Whether a member is endorsed: listed, under the key that they applied with if they did.
pub(super) fn is_endorsed(order: &Order, member: &MemberId, application: Option<&[u8]>) -> bool {
    let Some(application) = application else {
        return order.endorses(member, None);
    };
    // It was verified when it was kept; whoever endorses verifies it again.
    let signed = Signed::parse(application.to_vec());
    let named = signed.map(|signed| signed.unverified::<Application>(Context::Enrol));
    matches!(named, Ok(Ok(named)) if order.endorses(member, Some(&named.key)))
}

/// `GET /api/1/desk/accounts`.
///
/// # Errors
/// Malformed queries; the store's.
pub async fn list(
    query: Result<Query<Page>, actix_web::Error>,
    kept: Data<Store>,
    directories: Data<Directories>,
    clock: Data<Clock>,
    limits: Data<Limits>,
) -> Result<Json<Accounts>, Problem> {
    let (after, limit) = part(query)?;
    let now = clock.seconds();
    let order = Order::now(&directories, now).await?;
    let (seen_after, opened_after) = alive(&limits, now);
    let mut accounts = Vec::new();
    let listed = store::accounts(&kept, seen_after, opened_after, &after, limit).await?;
    for account in listed {
        let member = member_id(&account.id)?;
        let application = Some(account.application).filter(|bytes| !bytes.is_empty());
        accounts.push(Account {
            endorsed: is_endorsed(&order, &member, application.as_deref()),
            lead: order.is_lead(&member),
            roles: order.roles(&member),
            teams: order.teams(&member),
            member,
            label: account.label,
            state: account.state,
            founding: account.founding,
            factors: account.factors,
            sessions: account.sessions,
            created: account.created,
            replaces: Hex(account.replaces),
            application: application.map(Base64),
        });
    }
    let full = i64::try_from(accounts.len()) == Ok(limit);
    let next = accounts.last().filter(|_| full).map(|last| last.member);
    Ok(Json(Accounts { accounts, next }))
}

/// `POST /api/1/desk/accounts/{member}/suspend`.
///
/// # Errors
/// [`Problem::NotAllowed`] for one's own account, [`Problem::LastAdministrator`], [`Problem::NotFound`].
pub async fn suspend(
    who: SignedIn,
    member: Path<String>,
    kept: Data<Store>,
    directories: Data<Directories>,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let member = named(&member)?;
    if *who.member.as_bytes() == member {
        return Err(Problem::NotAllowed);
    }
    let order = Order::now(&directories, clock.seconds()).await?;
    let administrators = order.administrators(store::founding_administrators(&kept).await?);
    match store::suspend(&kept, &member, &administrators).await? {
        Suspended::Done => Ok(HttpResponse::NoContent().finish()),
        Suspended::Missing => Err(Problem::NotFound),
        Suspended::Last => Err(Problem::LastAdministrator),
    }
}

/// `POST /api/1/desk/accounts/{member}/restore`.
///
/// # Errors
/// [`Problem::NotFound`] when there is no such account.
pub async fn restore(member: Path<String>, kept: Data<Store>) -> Result<HttpResponse, Problem> {
    if store::reinstate(&kept, &named(&member)?).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(Problem::NotFound)
    }
}

/// `POST /api/1/desk/accounts/{member}/end-sessions`.
///
/// # Errors
/// [`Problem::NotFound`] when there is no such account.
pub async fn end_sessions(
    member: Path<String>,
    kept: Data<Store>,
) -> Result<HttpResponse, Problem> {
    let member = named(&member)?;
    if account_of(&kept, &member).await?.is_none() {
        return Err(Problem::NotFound);
    }
    end_sessions_of(&kept, &[member.as_slice()]).await?;
    Ok(HttpResponse::NoContent().finish())
}
