//! Cases that nobody is left to work on, for those who can have them opened again.

use actix_web::web::{Data, Json, Query};
use serde::{Deserialize, Serialize};

use crate::ambient::Clock;
use crate::casework::procedure::HANDLING;
use crate::casework::store::{self, After};
use crate::directory::Directories;
use crate::protocol::directory::{Directory, Member, Role};
use crate::protocol::{CaseId, MemberId};
use crate::staff::web::SignedIn;
use crate::store::{Store, StoreError};
use crate::web::{Hex, Problem};

/// Cases of a page, at most.
const GREATEST_PAGE: u32 = 200;

/// What part of the list is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    after: Option<String>,
    limit: Option<u32>,
}

#[derive(Serialize)]
struct Row {
    case: Hex,
    day: String,
}

/// A page of the list.
#[derive(Serialize)]
pub struct Listed {
    cases: Vec<Row>,
    next: Option<Hex>,
}

fn works(role: Role) -> bool {
    HANDLING.contains(&role)
}

/// Whether nobody is left who could work on a case.
///
/// # Errors
/// As the store's.
pub(super) async fn is_stranded(
    store: &Store,
    case: &CaseId,
    directory: &Directory,
) -> Result<bool, StoreError> {
    let left = store::left(store, case.as_bytes()).await?;
    Ok(!left.iter().any(|member| {
        MemberId::try_from(member.as_slice()).is_ok_and(|member| directory.has_role(&member, works))
    }))
}

/// `GET /api/1/desk/stranded`.
///
/// # Errors
/// Malformed queries; the store's.
pub async fn stranded(
    _: SignedIn,
    query: Result<Query<Asked>, actix_web::Error>,
    store: Data<Store>,
    directories: Data<Directories>,
    clock: Data<Clock>,
) -> Result<Json<Listed>, Problem> {
    let asked = query.map_err(|_| Problem::Malformed)?.into_inner();
    let limit = asked.limit.unwrap_or(50).clamp(1, GREATEST_PAGE);
    let after = match &asked.after {
        None => After::default(),
        Some(case) => {
            let case: CaseId = case.parse().map_err(|_| Problem::Malformed)?;
            store::place_of(&store, case.as_bytes()).await?
        }
    };
    // Without a directory nobody can read anything, and its end is told elsewhere.
    let Some(current) = directories.current(clock.seconds()).await? else {
        return Ok(Json(Listed {
            cases: Vec::new(),
            next: None,
        }));
    };
    let members = current.directory.teams().flat_map(|team| &team.members);
    let mut working: Vec<&[u8]> = members
        .filter(|member| member.roles.iter().any(|role| works(*role)))
        .map(|Member { member, .. }| member.as_bytes().as_slice())
        .collect();
    working.sort_unstable();
    working.dedup();
    let rows = store::stranded(&store, &working, &after, i64::from(limit)).await?;
    let full = usize::try_from(limit).unwrap_or(usize::MAX);
    let next = rows
        .last()
        .filter(|_| rows.len() == full)
        .map(|row| Hex(row.id.clone()));
    let cases = rows.into_iter().map(|row| Row {
        case: Hex(row.id),
        day: row.day,
    });
    Ok(Json(Listed {
        cases: cases.collect(),
        next,
    }))
}
