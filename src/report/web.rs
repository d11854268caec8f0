//! The call that takes a report (protocol, section 7).

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::store::Keeper;
use super::{Desk, receive};
use crate::ambient::Clock;
use crate::directory::Directories;
use crate::keys::Keys;
use crate::protocol::{CaseId, container};
use crate::settings::Settings;
use crate::statistics::{Counted, Counters};
use crate::store::Store;
use crate::web::{Base64, Problem, body, expect_type};

#[derive(Serialize)]
struct Receipt {
    receipt: Base64,
}

/// `PUT /api/1/cases/{case}`.
///
/// # Errors
/// The refusals of the protocol's section 7.
#[expect(
    clippy::too_many_arguments,
    reason = "each is one thing that the routes share"
)]
pub async fn put(
    request: HttpRequest,
    payload: Payload,
    case: Path<String>,
    settings: Data<Settings>,
    store: Data<Store>,
    keeper: Data<Keeper>,
    directories: Data<Directories>,
    keys: Data<Keys>,
    clock: Data<Clock>,
    counters: Data<Counters>,
) -> Result<HttpResponse, Problem> {
    let taken = async {
        let case: CaseId = case.parse().map_err(|_| Problem::Malformed)?;
        expect_type(request.headers(), "application/octet-stream")?;
        let bytes = body(request.headers(), payload, container::GREATEST).await?;
        let desk = Desk {
            open: settings.service.open,
            store: &store,
            keeper: &keeper,
            directories: &directories,
            keys: &keys,
            clocks: &settings.casework.clocks,
            clock: &clock,
        };
        receive(desk, case, bytes).await
    }
    .await;
    counters.count(if taken.is_ok() {
        Counted::Call
    } else {
        Counted::Refusal
    });
    let accepted = taken?;
    let receipt = Receipt {
        receipt: Base64(accepted.receipt),
    };
    Ok(if accepted.new {
        HttpResponse::Created().json(receipt)
    } else {
        HttpResponse::Ok().json(receipt)
    })
}
