//! The records of a case: reading their revisions, and writing the next one.

use actix_web::web::{Data, Json, Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};

use super::reader::named;
use super::ruled;
use super::{Reader, opened};
use crate::ambient::Clock;
use crate::casework::store::{self, NewRevision};
use crate::casework::{self, Place};
use crate::directory::Directories;
use crate::protocol::Refused;
use crate::protocol::bytes::Blob;
use crate::protocol::record::{Name, Revision};
use crate::protocol::signing::{Context, Signed};
use crate::settings::Settings;
use crate::store::Store;
use crate::web::{Base64, Problem, read_json};

/// A revision of the greatest frame with its stub, in base64 and JSON, with room.
const GREATEST_REVISION: usize = 1_572_864;
/// Revisions of a page, at most.
const GREATEST_PAGE: u32 = 50;
/// Bytes of the revisions of one page, at most, unless the first alone has more.
const GREATEST_ANSWER: usize = 8 * 1_048_576;

/// What part of a record's chain is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    after: Option<u32>,
    limit: Option<u32>,
}

/// A revision as it is served.
#[derive(Serialize)]
pub(super) struct RevisionView {
    pub(super) stub: Base64,
    pub(super) file: Base64,
}

/// A page of a record's chain.
#[derive(Serialize)]
pub struct Listed {
    revisions: Vec<RevisionView>,
    next: Option<i64>,
}

/// `GET /api/1/desk/cases/{case}/records/{record}`.
///
/// # Errors
/// [`Problem::NotFound`], [`Problem::DeclareFirst`]; malformed queries; the store's.
pub async fn revisions(
    who: Reader,
    path: Path<(String, String)>,
    query: Result<Query<Asked>, actix_web::Error>,
    store: Data<Store>,
) -> Result<Json<Listed>, Problem> {
    let (case, record) = path.into_inner();
    let case = opened(&store, &who, &case).await?;
    let record: Name = record.parse().map_err(|_| Problem::NotFound)?;
    let asked = query.map_err(|_| Problem::Malformed)?.into_inner();
    let limit = asked.limit.unwrap_or(20).clamp(1, GREATEST_PAGE);
    let after = i64::from(asked.after.unwrap_or(0));
    let (id, record) = (case.as_bytes(), record.as_str());
    let mut rows = store::revisions(&store, id, record, after, i64::from(limit)).await?;
    let full = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut bytes = 0;
    let fit = rows.iter().take_while(|row| {
        bytes += row.stub.len() + row.file.len();
        bytes <= GREATEST_ANSWER
    });
    let fit = fit.count().max(1);
    let cut = fit < rows.len() || rows.len() == full;
    rows.truncate(fit);
    Ok(Json(Listed {
        next: rows.last().filter(|_| cut).map(|row| row.revision),
        revisions: rows
            .into_iter()
            .map(|row| RevisionView {
                stub: Base64(row.stub),
                file: Base64(row.file),
            })
            .collect(),
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    stub: Signed,
    file: Blob,
}

#[derive(Serialize)]
struct Number {
    revision: u64,
}

/// `POST /api/1/desk/cases/{case}/records`.
///
/// # Errors
/// [`Problem::Sequence`] when another revision came first; [`Problem::Procedure`] with why not;
/// [`Problem::Invalid`] with the rule.
#[expect(
    clippy::too_many_arguments,
    reason = "each is one thing that the routes share"
)]
pub async fn keep(
    request: HttpRequest,
    payload: Payload,
    who: Reader,
    case: Path<String>,
    store: Data<Store>,
    directories: Data<Directories>,
    settings: Data<Settings>,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let New { stub, file } = read_json(request.headers(), payload, GREATEST_REVISION).await?;
    let case = opened(&store, &who, &case).await?;
    let said: Revision = stub
        .unverified(Context::Record)
        .map_err(|_| Refused::by("Q1"))?;
    let signed_by = named(&directories, &who, said.serial).await?;
    let key = signed_by
        .directory
        .key_of(&who.member)
        .ok_or(Refused::by("D9"))?;
    let today = clock.day();
    let place = Place {
        service: directories.service(),
        case: &case,
        epoch: said.epoch,
        today,
    };
    let revision = casework::revision(&stub, &file.0, place, &who.member, key)?;
    let digest = stub.digest();
    let new = NewRevision {
        case: &case,
        revision: &revision,
        stub: stub.as_bytes(),
        digest: &digest,
        file: &file.0,
    };
    let ruling = who.ruling(&settings, today);
    let number = Number {
        revision: revision.revision,
    };
    ruled(store::keep_revision(&store, &new, &ruling).await, number)
}
