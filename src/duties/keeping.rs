//! The way in: every call of the desk and of enrolment passes here, and is held to the table.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage as _, ResponseError as _};

use super::{Audit, Duty, Named, TABLE, Who, matches};
use crate::ambient::Clock;
use crate::audit::{By, DONE, Entry, append};
use crate::directory::Directories;
use crate::keys::Keys;
use crate::protocol::directory::Role;
use crate::protocol::{CaseId, MemberId};
use crate::staff::web::{Order, SignedIn};
use crate::staff::{Limits, Standing};
use crate::store::Store;
use crate::web::Problem;

/// What a call is let in with: its audit row, should it have one.
struct Entered {
    act: &'static str,
    who: MemberId,
    case: Option<CaseId>,
    about: Option<MemberId>,
}

/// Lets a call in that its row of the table allows, after writing what the audit trail gets.
///
/// # Errors
/// Those of the service inside.
pub async fn keep(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let shared = Shared::of(&request);
    let entered = match &shared {
        Some(shared) => enter(&request, shared).await,
        None => Err(Problem::Fault),
    };
    match (entered, shared) {
        (Ok(entered), Some(shared)) => {
            let response = next.call(request).await?;
            if let Some(entered) = entered.filter(|_| refuses(&response)) {
                // What was refused is refused, whether or not the trail can say so now.
                let _ = shared.write(&entered, code(&response)).await;
            }
            Ok(response.map_into_left_body())
        }
        (Err(problem), _) => Ok(request
            .into_response(problem.error_response())
            .map_into_right_body()),
        (Ok(_), None) => Ok(request
            .into_response(Problem::Fault.error_response())
            .map_into_right_body()),
    }
}

fn refuses<B>(response: &ServiceResponse<B>) -> bool {
    response.status().is_client_error() || response.status().is_server_error()
}

/// The code of a refusal.
fn code<B>(response: &ServiceResponse<B>) -> &'static str {
    let error = response.response().error();
    let problem = error.and_then(|error| error.as_error::<Problem>());
    problem.map_or("refused", |problem| problem.code())
}

/// What the way in needs of what the routes share.
struct Shared {
    store: Data<Store>,
    keys: Data<Keys>,
    clock: Data<Clock>,
    directories: Data<Directories>,
    limits: Data<Limits>,
}

impl Shared {
    fn of(request: &ServiceRequest) -> Option<Self> {
        Some(Self {
            store: request.app_data::<Data<Store>>()?.clone(),
            keys: request.app_data::<Data<Keys>>()?.clone(),
            clock: request.app_data::<Data<Clock>>()?.clone(),
            directories: request.app_data::<Data<Directories>>()?.clone(),
            limits: request.app_data::<Data<Limits>>()?.clone(),
        })
    }

    async fn write(&self, entered: &Entered, outcome: &str) -> Result<(), Problem> {
        let entry = Entry {
            time: self.clock.seconds(),
            who: Some(entered.who),
            by: By::Member,
            act: entered.act,
            case: entered.case,
            about: entered.about,
            outcome,
        };
        append(&self.store, &self.keys, &entry).await?;
        Ok(())
    }
}

/// Finds the row of a call, if there is one with its method.
fn duty<'a>(method: &str, path: &'a str) -> Result<(&'static Duty, Named<'a>), Problem> {
    let mut problem = Problem::NotFound;
    // An address that is written out is itself, whatever a place in another could stand for.
    let written_out = TABLE.iter().any(|duty| duty.address == path);
    for duty in TABLE {
        if let Some(named) = matches(duty.address, path)
            && (named.is_empty() || !written_out)
        {
            if duty.method == method {
                return Ok((duty, named));
            }
            problem = Problem::Method;
        }
    }
    Err(problem)
}

async fn enter(request: &ServiceRequest, shared: &Shared) -> Result<Option<Entered>, Problem> {
    let (duty, named) = duty(request.method().as_str(), request.path())?;
    if matches!(duty.who, Who::Anybody | Who::LinkHolder) {
        return Ok(None);
    }
    let now = shared.clock.seconds();
    let who = SignedIn::of(
        request.request(),
        &shared.store,
        &shared.keys,
        now,
        **shared.limits,
    )
    .await?;
    let order = Order::now(&shared.directories, now).await?;
    let standing = order.standing(&who.member, &who.founding);
    if !may(duty.who, &standing) {
        return Err(if duty.is_about_cases() {
            Problem::NotFound
        } else {
            Problem::NotAllowed
        });
    }
    if duty.fresh {
        who.ensure_fresh()?;
    }
    let entered = match duty.audit {
        Audit::Nothing | Audit::Itself(_) => None,
        Audit::Before(act) => Some(Entered {
            act,
            who: who.member,
            case: read(&named, &["case"]),
            about: read(&named, &["member", "id"]),
        }),
    };
    if let Some(entered) = &entered {
        shared.write(entered, DONE).await?;
    }
    request.extensions_mut().insert(standing);
    request.extensions_mut().insert(who);
    Ok(entered)
}

fn may(who: Who, standing: &Standing) -> bool {
    match who {
        Who::Anybody | Who::LinkHolder | Who::Member => true,
        Who::Reader => standing.roles.iter().any(|role| role.may_read()),
        Who::Lead => standing.lead,
        Who::Administrator => standing.administrator,
        Who::LeadOrAdministrator => standing.lead || standing.administrator,
        Who::Auditor => standing.roles.contains(&Role::Auditor),
    }
}

/// What an address names in the first of these places that it has, if it is of its form.
fn read<T: std::str::FromStr>(named: &Named<'_>, places: &[&str]) -> Option<T> {
    let (_, text) = named.iter().find(|(name, _)| places.contains(name))?;
    text.parse().ok()
}
