//! A whole case, sealed as it is.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;

use super::{Reader, opened};
use crate::casework;
use crate::casework::store::{self, Whole};
use crate::protocol::CaseId;
use crate::protocol::directory::Role;
use crate::store::Store;
use crate::web::{Base64, Hex, Problem};

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
pub(super) struct CaseView {
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
    let id = case.as_bytes().as_slice();
    let found = store::whole(&store, &[id]).await?.remove(id);
    let view = view(&who, case, found.ok_or(Problem::NotFound)?);
    Ok(HttpResponse::Ok().json(view))
}

/// A case as its reader gets it.
pub(super) fn view(who: &Reader, case: CaseId, whole: Whole) -> CaseView {
    let custodian = who.is(Role::Custodian);
    let Whole { rows, parts, .. } = whole;
    let row_of = |number: i64| {
        let found = rows.iter().find(|(row, _)| *row == number && number > 0);
        found.map(|(_, signed)| Base64(signed.clone()))
    };
    let mut grants: Vec<GrantView> = whole
        .grants
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
        if !shown && let Ok(row) = casework::read_row(signed) {
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
    let all = |documents: Vec<Vec<u8>>| documents.into_iter().map(Base64).collect();
    CaseView {
        case,
        day: whole.day,
        route: whole.route,
        team: whole.team,
        stage: whole.stage,
        statement: parts.statement.into(),
        parties: parts.parties.into(),
        body: parts.body.into(),
        identity: custodian.then_some(Base64(parts.identity)),
        receipt: whole.receipt.into(),
        epochs: all(whole.epochs),
        changes: all(whole.changes),
        grants,
        declarations: all(whole.declarations),
        messages: whole
            .messages
            .into_iter()
            .map(|(stub, file)| MessageView {
                stub: Base64(stub),
                file: Base64(file),
            })
            .collect(),
    }
}
