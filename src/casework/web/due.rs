//! What is due: a member's own list, and those of teams.

use actix_web::web::{Data, Json, Query};
use serde::{Deserialize, Serialize};

use super::Reader;
use crate::ambient::Clock;
use crate::casework::store::{self, AfterDue, AskedDue, DuePage};
use crate::protocol::{CaseId, Day, TeamId};
use crate::settings::Settings;
use crate::store::Store;
use crate::web::{Hex, Problem};

/// Rows of a page, at most.
const GREATEST_PAGE: u32 = 200;
/// Days ahead, at most.
const GREATEST_WITHIN: i32 = 3_660;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Which {
    Mine,
    Team,
}

/// What part of which list is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    list: Which,
    team: Option<String>,
    within: Option<u16>,
    after: Option<String>,
    limit: Option<u32>,
}

#[derive(Serialize)]
struct Row {
    case: Hex,
    clock: String,
    due: String,
    stage: String,
    team: String,
    teams: Vec<String>,
}

/// A page of running clocks.
#[derive(Serialize)]
pub struct Listed {
    rows: Vec<Row>,
    next: Option<String>,
    overdue: i64,
    soon: i64,
}

/// `GET /api/1/desk/due`.
///
/// # Errors
/// Malformed queries; the store's.
pub async fn due(
    who: Reader,
    query: Result<Query<Asked>, actix_web::Error>,
    store: Data<Store>,
    clock: Data<Clock>,
    settings: Data<Settings>,
) -> Result<Json<Listed>, Problem> {
    let asked = query.map_err(|_| Problem::Malformed)?.into_inner();
    let team = match (asked.list, asked.team) {
        (Which::Mine, None) => String::new(),
        (Which::Team, Some(team)) => {
            let team: TeamId = team.parse().map_err(|_| Problem::Malformed)?;
            team.as_str().to_owned()
        }
        _ => return Err(Problem::Malformed),
    };
    let after = asked
        .after
        .as_deref()
        .map_or(Ok(AfterDue::default()), place)?;
    let limit = asked.limit.unwrap_or(50).clamp(1, GREATEST_PAGE);
    let within = asked
        .within
        .map_or_else(|| i32::from(settings.casework.clocks.due_soon), i32::from)
        .min(GREATEST_WITHIN);
    let today = clock.day();
    let wanted = AskedDue {
        member: who.member.as_bytes(),
        team: &team,
        until: &today.plus_days(within).to_string(),
    };
    let page = store::due(&store, wanted, &after, i64::from(limit), &today.to_string()).await?;
    let DuePage {
        rows,
        next,
        overdue,
        soon,
    } = page;
    let ids: Vec<&[u8]> = rows.iter().map(|row| row.id.as_slice()).collect();
    let teams = store::teams_of(&store, &ids).await?;
    let next = next.map(|last| format!("{}.{}.{}", last.due, hex::encode(&last.case), last.clock));
    let rows = rows.into_iter().map(|row| Row {
        teams: teams.get(&row.id).cloned().unwrap_or_default(),
        case: Hex(row.id),
        clock: row.clock,
        due: row.due,
        stage: row.stage,
        team: row.team,
    });
    Ok(Json(Listed {
        rows: rows.collect(),
        next,
        overdue,
        soon,
    }))
}

/// Reads where the last page ended: its day, case and clock.
fn place(text: &str) -> Result<AfterDue, Problem> {
    let mut parts = text.split('.');
    let (Some(due), Some(case), Some(clock), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Problem::Malformed);
    };
    let due = Day::parse(due).map_err(|_| Problem::Malformed)?;
    let case: CaseId = case.parse().map_err(|_| Problem::Malformed)?;
    if clock.len() > 40 {
        return Err(Problem::Malformed);
    }
    Ok(AfterDue {
        due: due.to_string(),
        case: case.as_bytes().to_vec(),
        clock: clock.to_owned(),
    })
}
