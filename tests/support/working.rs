//! Members at work on a case: records, acts and the procedure, as their desks write and read them.

use reqwest::Response;
use rightline::protocol::act::{Act, ActRow, Part, Words};
use rightline::protocol::conflict::{Conflict, Kind};
use rightline::protocol::directory::Role;
use rightline::protocol::record::{self, Name, Written};
use rightline::protocol::report::Version;
use rightline::protocol::signing::Signed;
use rightline::protocol::{CaseId, Digest, MemberId};
use serde_json::{Map, Value, json};

use super::granting;
use super::member::{OpenCase, b64, signed};
use super::{Desk, Lead, Site, TestApp, sql};

/// Two handlers, an investigator, two authorities and somebody of support, as the demonstration's people.
pub struct Office {
    pub handler: Desk,
    pub second_handler: Desk,
    pub investigator: Desk,
    pub authority: Desk,
    pub second_authority: Desk,
    pub support: Desk,
}

impl Office {
    /// Gives the demonstration's people these roles, and signs them all in.
    pub async fn open(app: &TestApp) -> Self {
        Self::open_with(app, &[]).await
    }

    /// The same, with more roles for some of them.
    pub async fn open_with(app: &TestApp, more: &[(&str, Role)]) -> Self {
        Lead::of(app)
            .publish(app, |_, teams| {
                for member in teams.iter_mut().flat_map(|team| &mut team.members) {
                    match member.label.as_str() {
                        "Handler-3" => member.roles = vec![Role::Investigator],
                        "Handler-4" | "Handler-5" => member.roles = vec![Role::Authority],
                        "Custodian-1" => member.roles.push(Role::Support),
                        _ => {}
                    }
                    let more = more
                        .iter()
                        .filter(|(label, _)| member.label.as_str() == *label);
                    member.roles.extend(more.map(|(_, role)| *role));
                }
            })
            .await;
        Self {
            handler: app.desk("Handler-1").await,
            second_handler: app.desk("Handler-2").await,
            investigator: app.desk("Handler-3").await,
            authority: app.desk("Handler-4").await,
            second_authority: app.desk("Handler-5").await,
            support: app.desk("Custodian-1").await,
        }
    }

    pub fn all(&self) -> [&Desk; 6] {
        [
            &self.handler,
            &self.second_handler,
            &self.investigator,
            &self.authority,
            &self.second_authority,
            &self.support,
        ]
    }

    /// Lets everybody in who is no first reader, and has everybody declare that there is no conflict.
    pub async fn take(&self, site: &Site, case: CaseId) -> OpenCase {
        let open = self.handler.open(site, case).await;
        let declared = self.second_handler.declare(site, case, false).await;
        assert_eq!(declared.status(), 200);
        for desk in [
            &self.investigator,
            &self.authority,
            &self.second_authority,
            &self.support,
        ] {
            desk.let_in(site, case, desk, &self.handler).await;
        }
        open
    }
}

/// A record with one text in it.
pub fn content(text: &str) -> Map<String, Value> {
    let Value::Object(content) = json!({ "text": text }) else {
        unreachable!()
    };
    content
}

/// Where the procedure stands with something that may be asked of it: `""`, or why not.
pub fn why<'a>(procedure: &'a Value, deed: &str) -> &'a str {
    let may = procedure["may"].as_array().unwrap();
    let found = may.iter().find(|one| one["do"] == deed);
    found.unwrap_or_else(|| panic!("{deed} is not told"))["why"]
        .as_str()
        .unwrap()
}

/// The clock of that name.
pub fn clock<'a>(procedure: &'a Value, name: &str) -> &'a Value {
    let clocks = procedure["clocks"].as_array().unwrap();
    clocks.iter().find(|clock| clock["clock"] == name).unwrap()
}

/// What is missing, as `what` or `what of`.
pub fn missing(procedure: &Value) -> Vec<String> {
    let missing = procedure["missing"].as_array().unwrap().iter();
    missing
        .map(|one| {
            let text = |name: &str| one[name].as_str().unwrap();
            format!("{} {}", text("what"), text("of"))
                .trim_end()
                .to_owned()
        })
        .collect()
}

impl Desk {
    /// Is granted a case by a colleague, and declares that there is no conflict.
    pub async fn let_in(&self, site: &Site, case: CaseId, grantee: &Desk, grantor: &Desk) {
        let open = grantor.read(site, case).await;
        let (row, sealed) = granting::row(site, grantor, &open, grantee.vault.member, |_| {});
        let answer = granting::post(site, grantor, case, &row, Some(&sealed)).await;
        assert_eq!(answer.status(), 201);
        assert_eq!(grantee.declare(site, case, false).await.status(), 200);
    }

    pub async fn procedure(&self, site: &Site, case: CaseId) -> Value {
        let path = format!("/api/1/desk/cases/{case}/procedure");
        let answer = self.get(site, &path).await;
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }

    pub async fn work(&self, site: &Site, case: CaseId) -> Value {
        let path = format!("/api/1/desk/cases/{case}/work");
        let answer = self.get(site, &path).await;
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }

    /// The last revision of a record and its digest; 0 and zeros before the first.
    pub async fn head(&self, site: &Site, case: CaseId, name: Name) -> (u64, Digest) {
        self.head_if(site, case, name).await.unwrap()
    }

    /// The same, of a case that may be the member's no more.
    pub async fn head_if(&self, site: &Site, case: CaseId, name: Name) -> Option<(u64, Digest)> {
        let path = format!("/api/1/desk/cases/{case}/work");
        let answer = self.get(site, &path).await;
        if answer.status() != 200 {
            return None;
        }
        let work: Value = answer.json().await.unwrap();
        let records = work["records"].as_array().unwrap();
        let found = records.iter().find(|one| one["record"] == name.as_str());
        Some(found.map_or((0, Digest::ZERO), |one| {
            let stub = signed(&one["stub"]);
            let said: record::Revision =
                rightline::protocol::json::read(stub.unverified_payload()).unwrap();
            (said.revision, stub.digest())
        }))
    }

    /// A revision that follows another, altered before it is written.
    pub fn revision_after(
        &self,
        site: &Site,
        open: &OpenCase,
        name: Name,
        (last, digest): (u64, Digest),
        alter: impl FnOnce(&mut record::Place),
    ) -> Written {
        let mut place = record::Place {
            service: site.id(),
            case: open.case.id,
            epoch: 0,
            record: name,
            revision: last + 1,
            previous: digest,
            author: self.vault.member,
            serial: self.directory.root().serial,
            day: site.today(),
        };
        alter(&mut place);
        let text = content(&format!("{name} {}", place.revision));
        record::write(
            &place,
            &self.vault.signing_key(),
            &open.case.statement.case_recipient,
            &text,
        )
        .unwrap()
    }

    pub async fn send_revision(&self, site: &Site, case: CaseId, written: &Written) -> Response {
        let body = json!({ "stub": b64(written.stub.as_bytes()), "file": b64(&written.file) });
        self.post(site, &format!("/api/1/desk/cases/{case}/records"), body)
            .await
    }

    /// Writes the next revision of a record.
    pub async fn write_record(&self, site: &Site, open: &OpenCase, name: Name) -> Response {
        let head = self.head(site, open.case.id, name).await;
        let written = self.revision_after(site, open, name, head, |_| {});
        self.send_revision(site, open.case.id, &written).await
    }

    /// An act that follows the last one, with its words, altered before it is signed.
    pub async fn next_act(
        &self,
        site: &Site,
        open: &OpenCase,
        act: Act,
        alter: impl FnOnce(&mut ActRow),
    ) -> (Signed, Vec<u8>) {
        let procedure = self.procedure(site, open.case.id).await;
        self.act_after(site, open, &procedure, act, alter)
    }

    /// An act that follows the last one that is told.
    pub fn act_after(
        &self,
        site: &Site,
        open: &OpenCase,
        procedure: &Value,
        act: Act,
        alter: impl FnOnce(&mut ActRow),
    ) -> (Signed, Vec<u8>) {
        let number = procedure["acts"].as_u64().unwrap() + 1;
        let words = Words {
            version: Version,
            service: site.id(),
            case: open.case.id,
            number,
            text: "Because.".to_owned(),
        };
        let file = words.seal(&open.case.statement.case_recipient).unwrap();
        let mut row = ActRow {
            service: site.id(),
            case: open.case.id,
            number,
            previous: procedure["acts_digest"].as_str().unwrap().parse().unwrap(),
            member: self.vault.member,
            serial: self.directory.root().serial,
            day: site.today(),
            file: Digest::of(&file),
            act,
        };
        alter(&mut row);
        (row.sign(&self.vault.signing_key()), file)
    }

    pub async fn send_act(&self, site: &Site, case: CaseId, act: &Signed, file: &[u8]) -> Response {
        let body = json!({ "signed": b64(act.as_bytes()), "file": b64(file) });
        self.post(site, &format!("/api/1/desk/cases/{case}/acts"), body)
            .await
    }

    /// Does something in the procedure.
    pub async fn act(&self, site: &Site, open: &OpenCase, act: Act) -> Response {
        let (signed, file) = self.next_act(site, open, act, |_| {}).await;
        self.send_act(site, open.case.id, &signed, &file).await
    }

    /// Does something in the procedure of a case that may be the member's no more.
    pub async fn act_if(&self, site: &Site, open: &OpenCase, act: Act) -> Option<Response> {
        let path = format!("/api/1/desk/cases/{}/procedure", open.case.id);
        let answer = self.get(site, &path).await;
        if answer.status() != 200 {
            return None;
        }
        let procedure: Value = answer.json().await.unwrap();
        let (signed, file) = self.act_after(site, open, &procedure, act, |_| {});
        Some(self.send_act(site, open.case.id, &signed, &file).await)
    }

    /// Does something in the procedure, and expects that it may.
    #[track_caller]
    pub fn does(&self, site: &Site, open: &OpenCase, act: Act) -> impl Future<Output = ()> {
        let place = std::panic::Location::caller();
        async move {
            let answer = self.act(site, open, act).await;
            let status = answer.status();
            assert_eq!(status, 201, "{place}: {}", answer.text().await.unwrap());
        }
    }

    /// The signature over the last revision of a record.
    pub async fn signature(&self, site: &Site, case: CaseId, record: Name) -> Act {
        let (revision, digest) = self.head(site, case, record).await;
        Act::Sign {
            record,
            revision,
            digest,
        }
    }

    /// Writes a record and signs it.
    pub async fn completes(&self, site: &Site, open: &OpenCase, name: Name) {
        let written = self.write_record(site, open, name).await;
        assert_eq!(written.status(), 201, "{name}");
        self.does(site, open, self.signature(site, open.case.id, name).await)
            .await;
    }

    /// Declares, with what kind of conflict there is under seal.
    pub async fn declare_kinds(
        &self,
        site: &Site,
        open: &OpenCase,
        kinds: &[Kind],
        detail: &str,
    ) -> (Response, Vec<u8>) {
        let case = open.case.id;
        let file = Conflict {
            version: Version,
            service: site.id(),
            case,
            member: self.vault.member,
            serial: self.directory.root().serial,
            day: site.today(),
            kinds: kinds.to_vec(),
            detail: detail.to_owned(),
        }
        .seal(
            &self.vault.signing_key(),
            &open.case.statement.case_recipient,
        )
        .unwrap();
        let conflict = kinds != [Kind::None];
        let signed = self.declaration(site, case, conflict);
        let body = json!({ "signed": b64(signed.as_bytes()), "file": b64(&file) });
        let path = format!("/api/1/desk/cases/{case}/declaration");
        (self.post(site, &path, body).await, file)
    }
}

/// Gives every account a second factor, which no session has shown.
pub async fn give_factors(app: &TestApp) {
    let text = "INSERT INTO factors SELECT id, id, 'totp', 'Phone', salt, salt, 0, 1, '2026-11-23', '' \
         FROM members";
    sql::execute(app.store(), text).await;
    sql::execute(app.store(), "UPDATE sessions SET fresh = 0").await;
}

/// The act that gives a member a part.
pub fn assign(part: Part, member: MemberId) -> Act {
    Act::Assign { part, member }
}

/// The act that routes a case.
pub fn route(teams: &[&str]) -> Act {
    let teams = teams.iter().map(|team| team.parse().unwrap());
    Act::Route {
        teams: teams.collect(),
    }
}
