//! The work on a case: its records, what was done in its procedure, and what may be done next.

use actix_web::web::{Data, Json, Path};
use serde::Serialize;

use super::{Reader, opened};
use crate::ambient::Clock;
use crate::casework::procedure::View;
use crate::casework::store;
use crate::protocol::CaseId;
use crate::settings::Settings;
use crate::store::Store;
use crate::web::{Base64, Hex, Problem};

#[derive(Serialize)]
struct RecordView {
    record: String,
    stub: Base64,
    file: Base64,
}

#[derive(Serialize)]
struct ActView {
    signed: Base64,
    file: Base64,
}

#[derive(Serialize)]
struct ConflictView {
    member: Hex,
    file: Base64,
}

/// Everything that a desk works with, sealed as it is.
#[derive(Serialize)]
pub struct Work {
    case: CaseId,
    records: Vec<RecordView>,
    acts: Vec<ActView>,
    conflicts: Vec<ConflictView>,
    procedure: View,
}

/// `GET /api/1/desk/cases/{case}/work`.
///
/// # Errors
/// [`Problem::NotFound`], [`Problem::DeclareFirst`]; the store's.
pub async fn work(
    who: Reader,
    case: Path<String>,
    store: Data<Store>,
    settings: Data<Settings>,
    clock: Data<Clock>,
) -> Result<Json<Work>, Problem> {
    let case = opened(&store, &who, &case).await?;
    let work = store::work(&store, case.as_bytes())
        .await?
        .ok_or(Problem::NotFound)?;
    let procedure = who.ruling(&settings, clock.day()).view(&work.facts)?;
    let records = work.records.into_iter().map(|row| RecordView {
        record: row.record,
        stub: Base64(row.stub),
        file: Base64(row.file),
    });
    let acts = work.acts.into_iter().map(|(signed, file)| ActView {
        signed: Base64(signed),
        file: Base64(file),
    });
    let conflicts = work
        .conflicts
        .into_iter()
        .map(|(member, file)| ConflictView {
            member: Hex(member),
            file: Base64(file),
        });
    Ok(Json(Work {
        case,
        records: records.collect(),
        acts: acts.collect(),
        conflicts: conflicts.collect(),
        procedure,
    }))
}

/// `GET /api/1/desk/cases/{case}/procedure`.
///
/// # Errors
/// [`Problem::NotFound`], [`Problem::DeclareFirst`]; the store's.
pub async fn procedure(
    who: Reader,
    case: Path<String>,
    store: Data<Store>,
    settings: Data<Settings>,
    clock: Data<Clock>,
) -> Result<Json<View>, Problem> {
    let case = opened(&store, &who, &case).await?;
    let facts = store::facts(&store, case.as_bytes())
        .await?
        .ok_or(Problem::NotFound)?;
    Ok(Json(who.ruling(&settings, clock.day()).view(&facts)?))
}
