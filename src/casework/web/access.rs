//! Who can open a case, and who has.

use actix_web::web::{Data, Json, Path, Query};
use serde::{Deserialize, Serialize};

use super::{Reader, opened};
use crate::audit;
use crate::casework::store;
use crate::mailbox;
use crate::protocol::audit::Row;
use crate::protocol::{CaseId, Day, MemberId, json};
use crate::store::Store;
use crate::web::{Base64, Hex, Problem};

#[derive(Serialize)]
struct Live {
    member: Hex,
    epoch: i64,
}

#[derive(Serialize)]
struct Sealed {
    epoch: i64,
    sealed: Base64,
}

/// Everything by which a desk finds who can open a case, without what the case says.
#[derive(Serialize)]
pub struct Access {
    case: CaseId,
    statement: Base64,
    team: String,
    stage: String,
    epochs: Vec<Base64>,
    rows: Vec<Base64>,
    declarations: Vec<Base64>,
    changes: Vec<Base64>,
    live: Vec<Live>,
    bars: Vec<Hex>,
    sealed: Vec<Sealed>,
}

fn all(documents: Vec<Vec<u8>>) -> Vec<Base64> {
    documents.into_iter().map(Base64).collect()
}

/// `GET /api/1/desk/cases/{case}/access`.
///
/// # Errors
/// [`Problem::NotFound`], [`Problem::DeclareFirst`]; the store's.
pub async fn access(
    who: Reader,
    case: Path<String>,
    store: Data<Store>,
) -> Result<Json<Access>, Problem> {
    let case = opened(&store, &who, &case).await?;
    let id = case.as_bytes();
    let chains = mailbox::store::chains(&store, id).await?;
    let chains = chains.ok_or(Problem::NotFound)?;
    let statement = mailbox::store::statement(&store, id).await?;
    let rows = store::grant_rows(&store, id).await?;
    let changes = mailbox::store::changes(&store, id).await?;
    let (mut live, mut sealed) = (Vec::new(), Vec::new());
    for grant in store::grants(&store, id).await? {
        if grant.live != 1 {
            continue;
        }
        let epoch = grant.epoch;
        if grant.member == who.member.as_bytes()[..] {
            sealed.push(Sealed {
                epoch,
                sealed: Base64(grant.sealed),
            });
        }
        live.push(Live {
            member: Hex(grant.member),
            epoch,
        });
    }
    Ok(Json(Access {
        case,
        statement: statement.ok_or(Problem::NotFound)?.into(),
        team: chains.team,
        stage: chains.stage,
        epochs: all(mailbox::store::epochs(&store, id).await?),
        rows: all(rows.into_iter().map(|(_, signed)| signed).collect()),
        declarations: all(store::declarations(&store, id).await?),
        changes: all(changes.into_iter().map(|(signed, _)| signed).collect()),
        live,
        bars: store::bars(&store, id)
            .await?
            .into_iter()
            .map(Hex)
            .collect(),
        sealed,
    }))
}

/// Rows of a page of openings, at most.
const GREATEST_PAGE: u32 = 1_000;

/// What part of the openings is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskedOpenings {
    after: Option<u32>,
    limit: Option<u32>,
}

/// What a member did with a case; where it was refused, a second one says that it was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Opening {
    member: MemberId,
    act: String,
    day: Day,
    done: bool,
}

/// Who has done what with a case, by the audit trail.
#[derive(Serialize)]
pub struct Openings {
    openings: Vec<Opening>,
    next: Option<u32>,
}

/// `GET /api/1/desk/cases/{case}/openings`: counted within the case, so that nobody learns from a number how much
/// is done in others.
///
/// # Errors
/// [`Problem::NotFound`], [`Problem::DeclareFirst`]; malformed queries; the store's.
pub async fn openings(
    who: Reader,
    case: Path<String>,
    query: Result<Query<AskedOpenings>, actix_web::Error>,
    store: Data<Store>,
) -> Result<Json<Openings>, Problem> {
    let case = opened(&store, &who, &case).await?;
    let asked = query.map_err(|_| Problem::Malformed)?.into_inner();
    let after = asked.after.unwrap_or(0);
    let limit = asked.limit.unwrap_or(200).clamp(1, GREATEST_PAGE);
    let rows = audit::store::of_case(&store, case.as_bytes(), after.into(), limit.into()).await?;
    let full = u32::try_from(rows.len()) == Ok(limit);
    let rows = rows.iter().filter_map(|row| json::read::<Row>(row).ok());
    Ok(Json(Openings {
        openings: rows.filter_map(told).collect(),
        next: after.checked_add(limit).filter(|_| full),
    }))
}

/// What a row says of a member; nothing where it was the command line.
fn told(row: Row) -> Option<Opening> {
    Some(Opening {
        member: row.who?,
        day: Day::of_second(i64::try_from(row.time).unwrap_or(i64::MAX)),
        done: row.outcome == audit::DONE,
        act: row.act,
    })
}
