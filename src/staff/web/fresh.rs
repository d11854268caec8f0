//! Showing a second factor again, before something that matters.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::passkeys::Showing;
use super::sign_in::take;
use super::{GREATEST_CREDENTIAL, SignedIn, factors};
use crate::ambient::Clock;
use crate::keys::Keys;
use crate::staff::passkeys::Ceremonies;
use crate::staff::store::factors::{Spent, factors as factors_of, passkey, use_passkey, use_step};
use crate::staff::store::sessions::refresh_session;
use crate::staff::store::tries;
use crate::store::{Store, StoreError};
use crate::web::{Problem, read_json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Asked {
    Code(Code),
    Passkey(Showing),
}

/// `POST /api/1/desk/fresh`.
///
/// # Errors
/// [`Problem::WrongFactor`], [`Problem::SlowDown`] after too many tries.
pub async fn show(
    request: HttpRequest,
    payload: Payload,
    who: SignedIn,
    ceremonies: Data<Ceremonies>,
    store: Data<Store>,
    keys: Data<Keys>,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let asked: Asked = read_json(request.headers(), payload, GREATEST_CREDENTIAL).await?;
    let now = clock.seconds();
    let counted = keys.showing(&who.member);
    take(&store, &counted, now).await?;
    let day = clock.day().to_string();
    match asked {
        Asked::Code(Code { code }) => {
            let own = factors_of(&store, who.member.as_bytes()).await?;
            let found = factors::find_code(&keys, &own, &code, now);
            let (factor, step) = found.ok_or(Problem::WrongFactor)?;
            if !use_step(&store, &factor, step, &day, false).await? {
                return Err(Problem::WrongFactor);
            }
        }
        Asked::Passkey(Showing { ticket, credential }) => {
            let wrong = |_| Problem::WrongFactor;
            let shown = ceremonies
                .shown(&keys, &ticket, &credential, now)
                .map_err(wrong)?;
            let factor = passkey(&store, &shown.credential).await?.filter(|factor| {
                factor.member == who.member.as_bytes() && shown.member == who.member
            });
            let factor = factor.ok_or(Problem::WrongFactor)?;
            let digest = shown.ticket.digest;
            let spent = Spent {
                digest: &digest,
                until: shown.ticket.until,
                now,
            };
            let public = factors::kept_passkey(&keys, &factor).ok_or(Problem::WrongFactor)?;
            let public = ceremonies.verify(shown, &public).map_err(wrong)?;
            let kept = factors::seal_passkey(&keys, &factor.about(), &public);
            match use_passkey(&store, &factor, &kept, &day, spent).await {
                Ok(()) => {}
                Err(StoreError::Conflict) => return Err(Problem::WrongFactor),
                Err(error) => return Err(error.into()),
            }
        }
    }
    tries::forget(&store, &counted).await?;
    refresh_session(&store, &who.session, now).await?;
    Ok(HttpResponse::NoContent().finish())
}
