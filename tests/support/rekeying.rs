//! New keys for a case, right and wrong.

use reqwest::Response;
use rightline::ambient::Random;
use rightline::protocol::epoch::{Epoch, Reason};
use rightline::protocol::grant::{Act, Grant, GrantRow};
use rightline::protocol::hybrid::CaseIdentity;
use rightline::protocol::signing::Signed;
use rightline::protocol::statement::Case;
use rightline::protocol::{CaseId, Digest, MemberId};
use rightline::secret::{CaseSecret, ExposeSecret as _};
use serde_json::{Value, json};

use super::member::{b64, bytes};
use super::{Desk, Site};

/// An epoch with its rows, to be altered before it is signed.
pub struct NewKeys {
    pub epoch: Epoch,
    pub rows: Vec<GrantRow>,
    pub sealed: Vec<Vec<u8>>,
}

/// What a desk reads of who can open a case.
pub async fn access(site: &Site, desk: &Desk, case: CaseId) -> Value {
    let path = format!("/api/1/desk/cases/{case}/access");
    let answer = desk.get(site, &path).await;
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

impl NewKeys {
    /// The next epoch of a case, granted to these.
    pub async fn next(site: &Site, desk: &Desk, case: CaseId, grantees: &[MemberId]) -> Self {
        let access = access(site, desk, case).await;
        let statement = Case::read(&bytes(&access["statement"])).unwrap();
        let digests = |name: &str| -> Vec<Digest> {
            let documents = access[name].as_array().unwrap().iter();
            documents
                .map(|document| Digest::of(&bytes(document)))
                .collect()
        };
        let (epochs, rows) = (digests("epochs"), digests("rows"));
        let secret = CaseSecret::new(Random.bytes());
        let number = u32::try_from(epochs.len()).unwrap() + 1;
        let serial = desk.directory.root().serial;
        let epoch = Epoch {
            service: site.id(),
            case,
            epoch: number,
            recipient: CaseIdentity::new(&secret).recipient().clone(),
            previous: epochs.last().copied().unwrap_or(case.into()),
            author: desk.vault.member,
            serial,
            reason: Reason::Leaver,
            day: site.today(),
        };
        let seal = |grantee: &MemberId| {
            let grant = Grant {
                anchor: statement.statement.anchor(),
                epoch: number,
                grantee: *grantee,
                secret: CaseSecret::new(*secret.expose_secret()),
            };
            let recipient = desk.directory.recipient_of(grantee);
            grant.seal(recipient.unwrap_or(&epoch.recipient)).unwrap()
        };
        let sealed: Vec<Vec<u8>> = grantees.iter().map(seal).collect();
        let first = rows.len() as u64 + 1;
        let row = |(number, (grantee, sealed)): (u64, (&MemberId, &Vec<u8>))| GrantRow {
            service: site.id(),
            case,
            number,
            previous: rows.last().copied().unwrap_or(case.into()),
            act: Act::Grant,
            epoch: epoch.epoch,
            grantee: *grantee,
            grantor: desk.vault.member,
            digest: Digest::of(sealed),
            serial,
            day: site.today(),
        };
        let rows = (first..)
            .zip(grantees.iter().zip(&sealed))
            .map(row)
            .collect();
        Self {
            epoch,
            rows,
            sealed,
        }
    }

    /// Signs all of it, each row after the one before.
    pub fn signed(&self, desk: &Desk) -> (Signed, Vec<Signed>) {
        let key = desk.vault.signing_key();
        let mut rows: Vec<Signed> = Vec::new();
        for row in &self.rows {
            let mut row = row.clone();
            if let Some(last) = rows.last() {
                row.previous = last.digest();
            }
            rows.push(row.sign(&key));
        }
        (self.epoch.sign(&key), rows)
    }

    /// Signs and posts all of it.
    pub async fn post(&self, site: &Site, desk: &Desk) -> Response {
        let (epoch, rows) = self.signed(desk);
        self.post_signed(site, desk, &epoch, &rows).await
    }

    /// Posts what was signed.
    pub async fn post_signed(
        &self,
        site: &Site,
        desk: &Desk,
        epoch: &Signed,
        rows: &[Signed],
    ) -> Response {
        let rows: Vec<Value> = rows
            .iter()
            .zip(&self.sealed)
            .map(|(row, sealed)| json!({ "row": b64(row.as_bytes()), "sealed": b64(sealed) }))
            .collect();
        let path = format!("/api/1/desk/cases/{}/epochs", self.epoch.case);
        let body = json!({ "epoch": b64(epoch.as_bytes()), "rows": rows });
        desk.post(site, &path, body).await
    }
}
