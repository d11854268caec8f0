//! The desk's calls about cases (protocol, section 12).

mod access;
mod grants;
mod list;
mod reader;

use actix_web::web::{Data, Json, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};

use super::store::Standing;
use super::{Place, ensure_room, store};
use crate::ambient::Clock;
use crate::directory::Directories;
use crate::mailbox;
use crate::protocol::bytes::Blob;
use crate::protocol::directory::Role;
use crate::protocol::grant::Declaration;
use crate::protocol::message::{GREATEST_MESSAGES, Stub};
use crate::protocol::signing::Signed;
use crate::protocol::{CaseId, Refused, json};
use crate::store::{Store, StoreError};
use crate::web::{Base64, Hex, Problem, read_json};
pub use access::{access, openings};
pub use grants::{epoch, grant};
pub use list::list;
pub use reader::Reader;

/// Two sealed messages and a stub, in base64 and JSON, with room.
const GREATEST_MESSAGE: usize = 262_144;
const GREATEST_ROW: usize = 16_384;

/// A case that the member may open: any other does not exist (K7).
async fn opened(store: &Store, who: &Reader, case: &str) -> Result<CaseId, Problem> {
    let case = case.parse::<CaseId>().map_err(|_| Problem::NotFound)?;
    match store::standing(store, who.member.as_bytes(), case.as_bytes()).await? {
        Standing::Reader => Ok(case),
        Standing::Undeclared => Err(Problem::DeclareFirst),
        Standing::Stranger => Err(Problem::NotFound),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignedOnly {
    signed: Signed,
}

/// What was declared.
#[derive(Serialize)]
pub struct Declared {
    conflict: bool,
}

/// `POST /api/1/desk/cases/{case}/declaration`.
///
/// # Errors
/// [`Problem::Conflict`] when the member has declared otherwise before.
pub async fn declare(
    request: HttpRequest,
    payload: Payload,
    who: Reader,
    case: Path<String>,
    store: Data<Store>,
    directories: Data<Directories>,
    clock: Data<Clock>,
) -> Result<Json<Declared>, Problem> {
    let SignedOnly { signed } = read_json(request.headers(), payload, GREATEST_ROW).await?;
    let case = case.parse::<CaseId>().map_err(|_| Problem::NotFound)?;
    let member = who.member.as_bytes();
    let standing = store::standing(&store, member, case.as_bytes()).await?;
    let before = store::declaration(&store, member, case.as_bytes()).await?;
    if standing == Standing::Stranger && before.is_none() {
        return Err(Problem::NotFound);
    }
    let named: Declaration =
        json::read(signed.unverified_payload()).map_err(|_| Refused::by("K8"))?;
    let directory = directories
        .at(named.serial)
        .await?
        .ok_or(Refused::by("D9"))?;
    who.still_signs(&directory.directory)?;
    let declared = Declaration::read(&signed, &case, &who.member, &directory.directory)?;
    super::ensure_today(declared.day, clock.day(), "K8")?;
    let answer = Declared {
        conflict: declared.conflict,
    };
    let filed = if let Some((conflict, _)) = before {
        Some(conflict)
    } else {
        let (id, document) = (case.as_bytes(), signed.as_bytes());
        match store::declare(&store, member, id, declared.conflict, document).await {
            Ok(()) => return Ok(Json(answer)),
            // Perhaps the same, sent twice at once.
            Err(StoreError::Conflict) => store::declaration(&store, member, id)
                .await?
                .map(|(conflict, _)| conflict),
            Err(error) => return Err(error.into()),
        }
    };
    match filed {
        Some(conflict) if conflict == declared.conflict => Ok(Json(answer)),
        Some(_) => Err(Problem::Conflict),
        None => Err(Problem::NotFound),
    }
}

#[derive(Serialize)]
struct GrantView {
    row: Option<Base64>,
    member: Hex,
    epoch: i64,
    live: bool,
    sealed: Option<Base64>,
}

#[derive(Serialize)]
struct MessageView {
    stub: Base64,
    file: Base64,
}

/// A whole case, sealed as it is.
#[derive(Serialize)]
struct CaseView {
    case: CaseId,
    day: String,
    route: String,
    team: String,
    stage: String,
    statement: Base64,
    parties: Base64,
    body: Base64,
    identity: Option<Base64>,
    receipt: Base64,
    epochs: Vec<Base64>,
    changes: Vec<Base64>,
    grants: Vec<GrantView>,
    declarations: Vec<Base64>,
    messages: Vec<MessageView>,
}

/// `GET /api/1/desk/cases/{case}`.
///
/// # Errors
/// [`Problem::NotFound`], [`Problem::DeclareFirst`]; the store's.
pub async fn case(
    who: Reader,
    case: Path<String>,
    store: Data<Store>,
) -> Result<HttpResponse, Problem> {
    let case = opened(&store, &who, &case).await?;
    let id = case.as_bytes();
    let chains = mailbox::store::chains(&store, id)
        .await?
        .ok_or(Problem::NotFound)?;
    let parts = store::parts(&store, id).await?.ok_or(Problem::NotFound)?;
    let custodian = who.is(Role::Custodian);
    let rows = store::grant_rows(&store, id).await?;
    let row_of = |number: i64| {
        let found = rows.iter().find(|(row, _)| *row == number && number > 0);
        found.map(|(_, signed)| Base64(signed.clone()))
    };
    let mut grants: Vec<GrantView> = store::grants(&store, id)
        .await?
        .into_iter()
        .map(|grant| GrantView {
            row: row_of(grant.number),
            sealed: (grant.member == who.member.as_bytes()[..] && grant.live == 1)
                .then_some(Base64(grant.sealed)),
            member: Hex(grant.member),
            epoch: grant.epoch,
            live: grant.live == 1,
        })
        .collect();
    // Rows that no grant stands on any more (ended, or granted again) belong to the chain all the same.
    for (number, signed) in &rows {
        let shown = grants
            .iter()
            .any(|grant| grant.row.as_ref().is_some_and(|row| row.0 == *signed));
        if !shown && let Ok(row) = super::read_row(signed) {
            tracing::trace!(number, "grant row without a standing grant");
            grants.push(GrantView {
                row: Some(Base64(signed.clone())),
                member: Hex(row.grantee.as_bytes().to_vec()),
                epoch: i64::from(row.epoch),
                live: false,
                sealed: None,
            });
        }
    }
    let messages = store::messages(&store, id).await?;
    Ok(HttpResponse::Ok().json(CaseView {
        case,
        day: chains.day,
        route: chains.route,
        team: chains.team,
        stage: chains.stage,
        statement: parts.statement.into(),
        parties: parts.parties.into(),
        body: parts.body.into(),
        identity: custodian.then_some(Base64(parts.identity)),
        receipt: chains.receipt.into(),
        epochs: mailbox::store::epochs(&store, id)
            .await?
            .into_iter()
            .map(Base64)
            .collect(),
        changes: mailbox::store::changes(&store, id)
            .await?
            .into_iter()
            .map(|(signed, _)| Base64(signed))
            .collect(),
        grants,
        declarations: store::declarations(&store, id)
            .await?
            .into_iter()
            .map(Base64)
            .collect(),
        messages: messages
            .into_iter()
            .map(|(stub, file)| MessageView {
                stub: Base64(stub),
                file: Base64(file),
            })
            .collect(),
    }))
}

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
/// [`Problem::Sequence`] when another message has that place; [`Problem::Invalid`] with the rule.
pub async fn write(
    request: HttpRequest,
    payload: Payload,
    who: Reader,
    case: Path<String>,
    store: Data<Store>,
    directories: Data<Directories>,
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
    let stub = super::member_stub(&message.stub, place, &who.member, key)?;
    super::message_file(&message.case_file.0, &stub.files.case)?;
    super::message_file(&message.reporter_file.0, &stub.files.reporter)?;
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
    let stage = stub.stage.map_or("", |stage| stage.as_str());
    let sequence = Sequence {
        sequence: stub.sequence,
    };
    match mailbox::store::add_to_reporter(&store, line, stage).await {
        Ok(mailbox::store::Added::New) => Ok(HttpResponse::Created().json(sequence)),
        Ok(mailbox::store::Added::Same) => Ok(HttpResponse::Ok().json(sequence)),
        Err(StoreError::Conflict) => Err(Problem::Sequence),
        Err(error) => Err(error.into()),
    }
}
