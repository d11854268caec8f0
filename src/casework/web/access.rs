//! Who can open a case, and who has.

use actix_web::web::{Data, Json, Path};
use serde::Serialize;

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
        sealed,
    }))
}

/// What a member did with a case on a day, once for each day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Opening {
    member: MemberId,
    act: String,
    day: Day,
}

/// Who has done what with a case, by the audit trail.
#[derive(Serialize)]
pub struct Openings {
    openings: Vec<Opening>,
}

/// `GET /api/1/desk/cases/{case}/openings`.
///
/// # Errors
/// [`Problem::NotFound`], [`Problem::DeclareFirst`]; the store's.
pub async fn openings(
    who: Reader,
    case: Path<String>,
    store: Data<Store>,
) -> Result<Json<Openings>, Problem> {
    let case = opened(&store, &who, &case).await?;
    let rows = audit::store::of_case(&store, case.as_bytes()).await?;
    let rows = rows.iter().filter_map(|row| json::read::<Row>(row).ok());
    Ok(Json(Openings {
        openings: told(rows),
    }))
}

/// What was done, in its order: an act that was refused has a second row, which takes back the last one.
fn told(rows: impl Iterator<Item = Row>) -> Vec<Opening> {
    let mut acts: Vec<Opening> = Vec::new();
    for row in rows {
        let Some(member) = row.who else { continue };
        let day = Day::of_second(i64::try_from(row.time).unwrap_or(i64::MAX));
        if row.outcome == audit::DONE {
            acts.push(Opening {
                member,
                act: row.act,
                day,
            });
        } else if let Some(refused) = acts
            .iter()
            .rposition(|act| act.member == member && act.act == row.act)
        {
            acts.remove(refused);
        }
    }
    let mut told: Vec<Opening> = Vec::new();
    for act in acts {
        if !told.contains(&act) {
            told.push(act);
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Digest;
    use crate::protocol::audit::By;

    fn row(who: u8, act: &str, time: u64, outcome: &str) -> Row {
        Row {
            number: 1,
            previous: Digest::ZERO,
            time,
            who: (who > 0).then_some(MemberId::new([who; 16])),
            by: By::Member,
            act: act.to_owned(),
            case: None,
            about: None,
            outcome: outcome.to_owned(),
        }
    }

    #[test]
    fn a_day_counts_once_and_what_was_refused_not_at_all() {
        let day = 86_400;
        let rows = [
            row(1, "open-case", 10, "done"),
            row(1, "open-case", 20, "done"),
            row(2, "open-case", 30, "done"),
            row(2, "open-case", 30, "not-found"),
            row(1, "grant", 40, "done"),
            row(1, "grant", 40, "sequence"),
            row(1, "open-case", day, "done"),
            // The command line has no member.
            row(0, "recover", day, "done"),
        ];
        let told: Vec<(u8, String, String)> = told(rows.into_iter())
            .into_iter()
            .map(|act| (act.member.as_bytes()[0], act.act, act.day.to_string()))
            .collect();
        let opened = |day: &str| (1, "open-case".to_owned(), day.to_owned());
        assert_eq!(told, [opened("1970-01-01"), opened("1970-01-02")]);
    }
}
