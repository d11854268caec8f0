//! A whole case, sealed as it is.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;

use super::{Reader, opened};
use crate::casework::{self, store};
use crate::mailbox;
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
    Ok(HttpResponse::Ok().json(view(&store, &who, case).await?))
}

/// A case as its reader gets it.
pub(super) async fn view(store: &Store, who: &Reader, case: CaseId) -> Result<CaseView, Problem> {
    let id = case.as_bytes();
    let chains = mailbox::store::chains(store, id)
        .await?
        .ok_or(Problem::NotFound)?;
    let parts = store::parts(store, id).await?.ok_or(Problem::NotFound)?;
    let custodian = who.is(Role::Custodian);
    let rows = store::grant_rows(store, id).await?;
    let row_of = |number: i64| {
        let found = rows.iter().find(|(row, _)| *row == number && number > 0);
        found.map(|(_, signed)| Base64(signed.clone()))
    };
    let mut grants: Vec<GrantView> = store::grants(store, id)
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
    let messages = store::messages(store, id).await?;
    Ok(CaseView {
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
        epochs: mailbox::store::epochs(store, id)
            .await?
            .into_iter()
            .map(Base64)
            .collect(),
        changes: mailbox::store::changes(store, id)
            .await?
            .into_iter()
            .map(|(signed, _)| Base64(signed))
            .collect(),
        grants,
        declarations: store::declarations(store, id)
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
    })
}
