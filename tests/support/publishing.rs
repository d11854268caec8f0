//! What leads send to be published, right and wrong.

use reqwest::Response;
use rightline::protocol::directory::{LeadList, Root, Team, sign_leads};
use rightline::protocol::signing::{Context, Signed};
use serde_json::json;

use super::member::b64;
use super::{Desk, Lead, TestApp};

/// Posts documents as somebody's desk does.
pub async fn offer(
    app: &TestApp,
    desk: &Desk,
    leads: &[Signed],
    teams: &[Signed],
    root: Option<&Signed>,
) -> Response {
    let all = |documents: &[Signed]| {
        let documents = documents.iter();
        documents
            .map(|signed| b64(signed.as_bytes()))
            .collect::<Vec<_>>()
    };
    let root = root.map(|root| b64(root.as_bytes()));
    let body = json!({ "leads": all(leads), "teams": all(teams), "root": root });
    desk.post(app, "/api/1/desk/directory", body).await
}

impl Lead {
    /// The lead who signs in at a desk.
    pub fn at(desk: &Desk) -> Self {
        Self {
            key: desk.vault.signing_key(),
        }
    }

    /// Signs the next root and offers it with all its teams.
    pub async fn offer(
        &self,
        app: &TestApp,
        desk: &Desk,
        change: impl FnOnce(&mut Root, &mut Vec<Team>),
    ) -> Response {
        let (root, teams) = self.next(app, change).await;
        offer(app, desk, &[], &teams, Some(&root)).await
    }

    /// Signs the next lead list, as the one before but for the change.
    pub async fn next_list(&self, app: &TestApp, change: impl FnOnce(&mut LeadList)) -> Signed {
        let last = last_list(app).await;
        let mut list: LeadList = last.unverified(Context::Leads).unwrap();
        list.service = app.id();
        list.number += 1;
        list.previous = last.digest();
        change(&mut list);
        sign_leads(&self.key, &list)
    }
}

/// The last lead list, as the database has it.
pub async fn last_list(app: &TestApp) -> Signed {
    use rightline::directory::store::{Kind, chain};
    let mut lists = chain(app.store(), Kind::Leads).await.unwrap();
    Signed::parse(lists.pop().unwrap()).unwrap()
}
