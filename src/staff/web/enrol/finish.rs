//! The end of an enrolment: the application, and perhaps the genesis of the service.

use actix_web::HttpRequest;
use actix_web::web::{Data, Json, Payload};
use serde::{Deserialize, Serialize};

use super::Holder;
use super::steps::stepped;
use crate::ambient::Clock;
use crate::directory::Directories;
use crate::directory::founding::{self, Expected};
use crate::directory::store::Founding;
use crate::keys::Keys;
use crate::protocol::enrolment::Application;
use crate::protocol::signing::Signed;
use crate::protocol::{Day, Refused, ServiceId, json};
use crate::secret::{BrowserSecret, LinkSecret};
use crate::settings::Settings;
use crate::staff::invitations::Purpose;
use crate::staff::store::{Account, enrolment as store};
use crate::store::{Store, StoreError};
use crate::web::{Problem, read_json};

/// Room for an application and a genesis.
const GREATEST_FINISH: usize = 524_288;
/// How far a newcomer's clock may be from the service's, days.
const CLOCKS_APART: i32 = 1;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Finish {
    secret: LinkSecret,
    browser: BrowserSecret,
    application: Signed,
    #[serde(deserialize_with = "json::required")]
    genesis: Option<Signed>,
}

/// The service that the newcomer now belongs to.
#[derive(Serialize)]
pub struct Finished {
    service: ServiceId,
}

/// `POST /api/1/enrol/finish`.
///
/// # Errors
/// [`Problem::Invalid`] with the rule; [`Problem::Stale`] without keys or a proved factor, or when another
/// lead founded the service meanwhile.
pub async fn finish(
    request: HttpRequest,
    payload: Payload,
    kept: Data<Store>,
    keys: Data<Keys>,
    clock: Data<Clock>,
    directories: Data<Directories>,
    settings: Data<Settings>,
) -> Result<Json<Finished>, Problem> {
    let asked: Finish = read_json(request.headers(), payload, GREATEST_FINISH).await?;
    let holder = Holder::of(&kept, &keys, &clock, &asked.secret).await?;
    let account = holder.begun(&asked.browser).await?;
    let founded = directories.founded().await?.copied();
    let work = async {
        let founding = found(&holder, &asked, founded, &settings, clock.day())?;
        let named = founding
            .as_ref()
            .map(|founding| founding.service)
            .or(founded);
        let service = named.ok_or(Problem::NotYetOpen)?;
        let applied = Application::read(&asked.application, &service)?;
        check(&applied, &holder, &account, clock.day())?;
        let tag = keys.browser(&holder.member, &asked.browser);
        let finished = store::finish(
            &kept,
            holder.link(),
            &account,
            &tag,
            asked.application.as_bytes(),
            founding.as_ref(),
        );
        match finished.await {
            Ok(step) => stepped(step)?,
            Err(StoreError::Conflict) => return Err(Problem::Stale),
            Err(error) => return Err(error.into()),
        }
        if founding.is_some() {
            directories.found(service);
        }
        Ok(service)
    };
    let service = holder.audited("enrol", work).await?;
    Ok(Json(Finished { service }))
}

/// What a newcomer founds, if nothing is founded and they are to.
fn found(
    holder: &Holder<'_>,
    asked: &Finish,
    founded: Option<ServiceId>,
    settings: &Settings,
    today: Day,
) -> Result<Option<Founding>, Problem> {
    let Some(genesis) = &asked.genesis else {
        return Ok(None);
    };
    if founded.is_some() {
        return Err(Problem::Stale);
    }
    if holder.purpose != Purpose::Lead {
        return Err(Problem::NotYetOpen);
    }
    let applied = Application::read(&asked.application, &ServiceId::of(genesis))?;
    let expected = Expected {
        founder: &holder.member,
        key: &applied.key,
        name: &settings.service.name,
        origin: &settings.service.origin,
        today,
    };
    Ok(Some(founding::check(genesis, expected)?))
}

/// Checks that an application is of whoever holds the link, as the account says.
fn check(
    applied: &Application,
    holder: &Holder<'_>,
    account: &Account,
    today: Day,
) -> Result<(), Refused> {
    let replaces = applied
        .replaces
        .map_or_else(Vec::new, |replaced| replaced.as_bytes().to_vec());
    let own = applied.member == holder.member
        && applied.label.as_str() == account.label
        && replaces == holder.invitation.replaces;
    if own && applied.day.days_since(today).abs() <= CLOCKS_APART {
        Ok(())
    } else {
        Err(Refused::by("A5"))
    }
}
