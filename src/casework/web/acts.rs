//! What members do in the procedure of a case (Q4).

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};

use super::reader::named;
use super::{Reader, opened, ruled};
use crate::ambient::Clock;
use crate::casework::store::{self, NewAct};
use crate::casework::{self, Place};
use crate::directory::Directories;
use crate::protocol::Refused;
use crate::protocol::act::{Act, ActRow};
use crate::protocol::bytes::Blob;
use crate::protocol::signing::{Context, Signed};
use crate::settings::Settings;
use crate::store::Store;
use crate::web::{Problem, read_json};

/// An act with its words, in base64 and JSON, with room.
const GREATEST_ACT: usize = 65_536;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    signed: Signed,
    file: Blob,
}

#[derive(Serialize)]
struct Number {
    number: u64,
}

/// `POST /api/1/desk/cases/{case}/acts`.
///
/// # Errors
/// [`Problem::Sequence`] when another act came first; [`Problem::Procedure`] with why not;
/// [`Problem::Invalid`] with the rule; [`Problem::SecondFactor`] for what widens who may have the case.
#[expect(
    clippy::too_many_arguments,
    reason = "each is one thing that the routes share"
)]
pub async fn act(
    request: HttpRequest,
    payload: Payload,
    who: Reader,
    case: Path<String>,
    store: Data<Store>,
    directories: Data<Directories>,
    settings: Data<Settings>,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let New { signed, file } = read_json(request.headers(), payload, GREATEST_ACT).await?;
    let case = opened(&store, &who, &case).await?;
    let said: ActRow = signed
        .unverified(Context::Act)
        .map_err(|_| Refused::by("Q4"))?;
    let signed_by = named(&directories, &who, said.serial).await?;
    let key = signed_by
        .directory
        .key_of(&who.member)
        .ok_or(Refused::by("D9"))?;
    let today = clock.day();
    let place = Place {
        service: directories.service(),
        case: &case,
        epoch: 0,
        today,
    };
    let row = casework::act(&signed, &file.0, place, &who.member, key)?;
    if matches!(row.act, Act::Route { .. } | Act::Lift { .. }) {
        who.signed_in.ensure_fresh()?;
    }
    let digest = signed.digest();
    let new = NewAct {
        case: &case,
        row: &row,
        signed: signed.as_bytes(),
        digest: &digest,
        file: &file.0,
    };
    let ruling = who.ruling(&settings, today);
    ruled(
        store::keep_act(&store, &new, &ruling).await,
        Number { number: row.number },
    )
}
