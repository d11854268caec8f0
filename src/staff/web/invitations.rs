//! Inviting somebody to enrol, and taking it back.

use actix_web::web::{Data, Json, Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};

use super::{GREATEST_SHORT, Page, SignedIn, named, part};
use crate::ambient::{Clock, Random};
use crate::keys::Keys;
use crate::protocol::MemberId;
use crate::protocol::directory::Label;
use crate::secret::LinkSecret;
use crate::staff::invitations::{Purpose, invitation};
use crate::staff::store::{account_of, invitations as store};
use crate::store::Store;
use crate::web::{Hex, Problem, read_json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    label: Label,
    replaces: String,
}

/// The one time that the service says a link's secret.
#[derive(Serialize)]
struct Invited<'a> {
    secret: &'a str,
    until: i64,
}

/// `POST /api/1/desk/invitations`.
///
/// # Errors
/// [`Problem::NotFound`] when nobody is there to be replaced.
pub async fn invite(
    request: HttpRequest,
    payload: Payload,
    who: SignedIn,
    kept: Data<Store>,
    keys: Data<Keys>,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let asked: Asked = read_json(request.headers(), payload, GREATEST_SHORT).await?;
    let replaces = match asked.replaces.as_str() {
        "" => None,
        id => Some(id.parse::<MemberId>().map_err(|_| Problem::Malformed)?),
    };
    if let Some(replaced) = &replaces
        && account_of(&kept, replaced.as_bytes()).await?.is_none()
    {
        return Err(Problem::NotFound);
    }
    let now = clock.seconds();
    let secret = LinkSecret::new(Random.bytes());
    let label = asked.label.as_str();
    let mut new = invitation(&keys, &secret, Purpose::Member, replaces, label, now);
    new.invited_by = who.member.as_bytes().to_vec();
    store::invite(&kept, &new, now).await?;
    Ok(HttpResponse::Created().json(Invited {
        secret: &secret.to_hex(),
        until: new.until,
    }))
}

/// An invitation as those who look after accounts see it. Its id is the beginning of the digest of its secret.
#[derive(Serialize)]
struct Open {
    id: Hex,
    label: String,
    purpose: String,
    replaces: Hex,
    until: i64,
    by: Hex,
}

impl From<store::Invitation> for Open {
    fn from(kept: store::Invitation) -> Self {
        Self {
            id: Hex(kept.digest.get(..16).unwrap_or_default().to_vec()),
            label: kept.label,
            purpose: kept.purpose,
            replaces: Hex(kept.replaces),
            until: kept.until,
            by: Hex(kept.invited_by),
        }
    }
}

/// A page of links that somebody may still enrol by.
#[derive(Serialize)]
pub struct Invitations {
    invitations: Vec<Open>,
    next: Option<Hex>,
}

/// `GET /api/1/desk/invitations`.
///
/// # Errors
/// Malformed queries; the store's.
pub async fn list(
    query: Result<Query<Page>, actix_web::Error>,
    kept: Data<Store>,
    clock: Data<Clock>,
) -> Result<Json<Invitations>, Problem> {
    let (after, limit) = part(query)?;
    let found = store::invitations(&kept, clock.seconds(), &after, limit).await?;
    let full = i64::try_from(found.len()) == Ok(limit);
    let invitations: Vec<Open> = found.into_iter().map(Open::from).collect();
    let next = invitations
        .last()
        .filter(|_| full)
        .map(|last| Hex(last.id.0.clone()));
    Ok(Json(Invitations { invitations, next }))
}

/// `POST /api/1/desk/invitations/{id}/withdraw`.
///
/// # Errors
/// [`Problem::NotFound`] when there is none that could still be used.
pub async fn withdraw(
    id: Path<String>,
    kept: Data<Store>,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    if store::withdraw(&kept, &named(&id)?, clock.seconds()).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(Problem::NotFound)
    }
}
