//! Grant rows, right and wrong.

use reqwest::Response;
use rightline::protocol::grant::{Act, Grant, GrantRow};
use rightline::protocol::signing::Signed;
use rightline::protocol::{CaseId, Digest, MemberId};
use rightline::secret::{CaseSecret, ExposeSecret as _};
use serde_json::json;

use super::member::{OpenCase, b64, bytes};
use super::{Desk, Site};

/// The grant of a case to a member, sealed to the recipient that the directory lists.
pub fn sealed(desk: &Desk, open: &OpenCase, grantee: MemberId) -> Vec<u8> {
    let grant = Grant {
        anchor: open.case.statement.anchor(),
        epoch: 0,
        grantee,
        secret: CaseSecret::new(*open.secret.expose_secret()),
    };
    grant
        .seal(desk.directory.recipient_of(&grantee).unwrap())
        .unwrap()
}

/// The next row of a case, altered before it is signed, with the sealed grant.
pub fn row(
    site: &Site,
    desk: &Desk,
    open: &OpenCase,
    grantee: MemberId,
    alter: impl FnOnce(&mut GrantRow),
) -> (Signed, Vec<u8>) {
    let sealed = sealed(desk, open, grantee);
    let mut row = next(site, desk, open, grantee);
    row.digest = Digest::of(&sealed);
    alter(&mut row);
    (row.sign(&desk.vault.signing_key()), sealed)
}

/// The row that ends a member's grant.
pub fn end(site: &Site, desk: &Desk, open: &OpenCase, grantee: MemberId) -> Signed {
    let mut row = next(site, desk, open, grantee);
    row.act = Act::End;
    row.sign(&desk.vault.signing_key())
}

fn next(site: &Site, desk: &Desk, open: &OpenCase, grantee: MemberId) -> GrantRow {
    let rows = open.view["grants"].as_array().unwrap().iter();
    let mut rows: Vec<(u64, Digest)> = rows
        .filter(|grant| grant["row"].is_string())
        .map(|grant| {
            let signed = Signed::parse(bytes(&grant["row"])).unwrap();
            let row: GrantRow =
                rightline::protocol::json::read(signed.unverified_payload()).unwrap();
            (row.number, signed.digest())
        })
        .collect();
    rows.sort_unstable();
    let (number, previous) = rows.last().copied().unwrap_or((0, open.case.id.into()));
    GrantRow {
        service: site.id(),
        case: open.case.id,
        number: number + 1,
        previous,
        act: Act::Grant,
        epoch: 0,
        grantee,
        grantor: desk.vault.member,
        digest: Digest::ZERO,
        serial: desk.directory.root().serial,
        day: site.today(),
    }
}

/// Posts a row.
pub async fn post(
    site: &Site,
    desk: &Desk,
    case: CaseId,
    row: &Signed,
    sealed: Option<&[u8]>,
) -> Response {
    let body = json!({ "row": b64(row.as_bytes()), "sealed": sealed.map(b64) });
    desk.post(site, &format!("/api/1/desk/cases/{case}/grants"), body)
        .await
}
