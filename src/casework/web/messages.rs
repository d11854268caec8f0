//! Writing to the reporter.

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};

use super::{Reader, opened, ruled};
use crate::ambient::Clock;
use crate::casework::{self, Place, ensure_room};
use crate::directory::Directories;
use crate::mailbox;
use crate::protocol::bytes::Blob;
use crate::protocol::message::{GREATEST_MESSAGES, Stub};
use crate::protocol::signing::Signed;
use crate::protocol::{Refused, json};
use crate::settings::Settings;
use crate::store::Store;
use crate::web::{Problem, read_json};

/// Two sealed messages and a stub, in base64 and JSON, with room.
const GREATEST_MESSAGE: usize = 262_144;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewMessage {
    stub: Signed,
    case_file: Blob,
    reporter_file: Blob,
}

#[derive(Serialize)]
struct Sequence {
    sequence: u64,
}

/// `POST /api/1/desk/cases/{case}/messages`.
///
/// # Errors
/// [`Problem::Sequence`] when another message has that place; [`Problem::Procedure`] with why not;
/// [`Problem::Invalid`] with the rule.
#[expect(
    clippy::too_many_arguments,
    reason = "each is one thing that the routes share"
)]
pub async fn write(
    request: HttpRequest,
    payload: Payload,
    who: Reader,
    case: Path<String>,
    store: Data<Store>,
    directories: Data<Directories>,
    settings: Data<Settings>,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let message: NewMessage = read_json(request.headers(), payload, GREATEST_MESSAGE).await?;
    let case = opened(&store, &who, &case).await?;
    let named: Stub =
        json::read(message.stub.unverified_payload()).map_err(|_| Refused::by("M2"))?;
    let directory = directories
        .at(named.serial)
        .await?
        .ok_or(Refused::by("D9"))?;
    who.still_signs(&directory.directory)?;
    let key = directory
        .directory
        .key_of(&who.member)
        .ok_or(Refused::by("D9"))?;
    let chains = mailbox::store::chains(&store, case.as_bytes())
        .await?
        .ok_or(Problem::NotFound)?;
    let place = Place {
        service: directories.service(),
        case: &case,
        epoch: u32::try_from(chains.epoch).unwrap_or(u32::MAX),
        today: clock.day(),
    };
    ensure_room(named.sequence, GREATEST_MESSAGES, "M1")?;
    casework::ensure_short(&message.stub)?;
    let stub = casework::member_stub(&message.stub, place, &who.member, key)?;
    casework::message_file(&message.case_file.0, &stub.files.case)?;
    casework::message_file(&message.reporter_file.0, &stub.files.reporter)?;
    let digest = message.stub.digest();
    let line = mailbox::store::Line {
        case: case.as_bytes(),
        sequence: i64::try_from(stub.sequence).map_err(|_| Refused::by("M1"))?,
        previous: stub.previous.as_bytes(),
        stub: message.stub.as_bytes(),
        digest: digest.as_bytes(),
        case_file: &message.case_file.0,
        reporter_file: &message.reporter_file.0,
    };
    let ruling = who.ruling(&settings, place.today);
    let sequence = Sequence {
        sequence: stub.sequence,
    };
    let added = mailbox::store::add_to_reporter(&store, line, stub.stage, &ruling).await;
    ruled(added, sequence)
}
