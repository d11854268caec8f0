//! A member's lists of cases, paged.

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use serde::{Deserialize, Serialize};

use super::Reader;
use crate::casework::store::{self, NewCase};
use crate::protocol::CaseId;
use crate::store::Store;
use crate::web::{Base64, Hex, Problem};

/// Rows of a list, at most.
const GREATEST_PAGE: u32 = 200;
/// Bytes of statements and parties in one answer, at most, unless the first row alone has more.
const GREATEST_ANSWER: usize = 4_194_304;

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Which {
    New,
    Mine,
}

/// What part of a list is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    list: Which,
    after: Option<String>,
    limit: Option<u32>,
}

#[derive(Serialize)]
struct NewRow {
    case: Hex,
    day: String,
    route: String,
    team: String,
    stage: String,
    epoch: i64,
    statement: Base64,
    parties: Base64,
    brief: Option<Base64>,
}

#[derive(Serialize)]
struct OwnRow {
    case: Hex,
    day: String,
    route: String,
    team: String,
    stage: String,
    epoch: i64,
    to_reporter: i64,
    from_reporter: i64,
    clock: String,
    due: String,
    aside: bool,
    teams: Vec<String>,
}

#[derive(Serialize)]
struct Listed<T> {
    cases: Vec<T>,
    next: Option<Hex>,
}

/// `GET /api/1/desk/cases`.
///
/// # Errors
/// Malformed queries; the store's.
pub async fn list(
    who: Reader,
    query: Result<Query<Asked>, actix_web::Error>,
    store: Data<Store>,
) -> Result<HttpResponse, Problem> {
    let asked = query.map_err(|_| Problem::Malformed)?.into_inner();
    let limit = asked.limit.unwrap_or(50).clamp(1, GREATEST_PAGE);
    let member = who.member.as_bytes();
    let after = match &asked.after {
        None => store::After::default(),
        Some(case) => {
            let case: CaseId = case.parse().map_err(|_| Problem::Malformed)?;
            store::place(&store, member, case.as_bytes()).await?
        }
    };
    let full = usize::try_from(limit).unwrap_or(usize::MAX);
    let limit = i64::from(limit);
    Ok(match asked.list {
        Which::New => {
            let rows = store::new_cases(&store, member, &after, limit).await?;
            let (rows, cut) = within(rows);
            let next = rows
                .last()
                .filter(|_| cut || rows.len() == full)
                .map(|row| Hex(row.id.clone()));
            let cases = rows.into_iter().map(|row| NewRow {
                case: Hex(row.id),
                day: row.day,
                route: row.route,
                team: row.team,
                stage: row.stage,
                epoch: row.epoch,
                statement: Base64(row.statement),
                parties: Base64(row.parties),
                brief: (!row.brief.is_empty()).then_some(Base64(row.brief)),
            });
            HttpResponse::Ok().json(Listed {
                cases: cases.collect(),
                next,
            })
        }
        Which::Mine => {
            let rows = store::own_cases(&store, member, &after, limit).await?;
            let next = rows
                .last()
                .filter(|_| rows.len() == full)
                .map(|row| Hex(row.id.clone()));
            let ids: Vec<&[u8]> = rows.iter().map(|row| row.id.as_slice()).collect();
            let mut teams = store::teams_of(&store, &ids).await?;
            let cases = rows.into_iter().map(|row| {
                let (due, clock) = row.next.split_once(' ').unwrap_or_default();
                OwnRow {
                    teams: teams.remove(&row.id).unwrap_or_default(),
                    clock: clock.to_owned(),
                    due: due.to_owned(),
                    aside: row.aside == 1,
                    case: Hex(row.id),
                    day: row.day,
                    route: row.route,
                    team: row.team,
                    stage: row.stage,
                    epoch: row.epoch,
                    to_reporter: row.to_reporter,
                    from_reporter: row.from_reporter,
                }
            });
            HttpResponse::Ok().json(Listed {
                cases: cases.collect(),
                next,
            })
        }
    })
}

/// Cuts a page where its bytes become too many; says whether it did.
fn within(mut rows: Vec<NewCase>) -> (Vec<NewCase>, bool) {
    let mut bytes = 0;
    let fit = rows.iter().take_while(|row| {
        bytes += row.statement.len() + row.parties.len();
        bytes <= GREATEST_ANSWER
    });
    let fit = fit.count().max(1);
    let cut = fit < rows.len();
    rows.truncate(fit);
    (rows, cut)
}
