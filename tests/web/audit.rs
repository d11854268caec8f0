//! `/api/1/desk/audit`: what auditors read, sign and take away.

use rightline::audit::{Verdict, verify};
use rightline::protocol::audit::{Head, Mark, Row};
use rightline::protocol::signing::Signed;
use rightline::protocol::{CaseId, Digest, MemberId, ServiceId, json};
use serde_json::{Value, json};

use crate::both;
use crate::support::member::{b64, bytes};
use crate::support::refusal::{broken, refused};
use crate::support::{Base, Desk, Reporter, TestApp, sql};

/// What is wrong with a head before it is signed.
type Alteration = Box<dyn Fn(&mut Head)>;

const AUDIT: &str = "/api/1/desk/audit";
const HEADS: &str = "/api/1/desk/audit/heads";
const EXPORT: &str = "/api/1/desk/audit/export";

/// What makes a head wrong.
type Alter = fn(&mut Head);

/// Rows as an auditor reads them, a page at a time, from a mark on.
async fn rows(app: &TestApp, desk: &Desk, query: &str) -> (Vec<Vec<u8>>, Mark) {
    let mut after = 0;
    let mut rows = Vec::new();
    loop {
        let path = format!("{AUDIT}?limit=3&after={after}{query}");
        let answer = desk.get(app, &path).await;
        assert_eq!(answer.status(), 200);
        let page: Value = answer.json().await.unwrap();
        rows.extend(page["rows"].as_array().unwrap().iter().map(bytes));
        match page["next"].as_i64() {
            Some(next) => after = next,
            None => {
                let head = json::read(page["head"].to_string().as_bytes()).unwrap();
                return (rows, head);
            }
        }
    }
}

fn head_of(app: &TestApp, desk: &Desk, mark: Mark, alter: impl Fn(&mut Head)) -> Signed {
    let mut head = Head {
        service: app.id(),
        number: mark.number,
        digest: mark.digest,
        member: desk.vault.member,
        serial: desk.directory.root().serial,
        day: app.today(),
    };
    alter(&mut head);
    head.sign(&desk.vault.signing_key())
}

async fn sign(app: &TestApp, desk: &Desk, head: &Signed) -> reqwest::Response {
    desk.post(app, HEADS, json!({ "signed": b64(head.as_bytes()) }))
        .await
}

async fn verdict(app: &TestApp) -> Verdict {
    let service = &app.service;
    verify(&service.store, &service.keys, &service.directories)
        .await
        .unwrap()
}

/// A service where something happened.
async fn busy(base: Base) -> (TestApp, CaseId, Desk) {
    let app = TestApp::start(base).await;
    let case = Reporter::file(&app, "Nobody audits who says so.")
        .await
        .submission
        .case;
    app.desk("Handler-1").await.open(&app, case).await;
    app.desk("Handler-2").await.open(&app, case).await;
    let auditor = app.desk("Auditor-1").await;
    (app, case, auditor)
}

both!(
    an_auditor_reads_the_whole_trail_and_finds_it_whole,
    |base| {
        let (app, case, auditor) = busy(base).await;
        let (kept, head) = rows(&app, &auditor, "").await;
        let mut mark = Mark::START;
        let said: Vec<Row> = kept.iter().map(|row| mark.add(row).unwrap()).collect();
        assert_eq!(mark, head);
        assert!(said.len() > 6, "{said:?}");
        // What members did is there, what the reporter did is not.
        let handler = app.desk("Handler-1").await.vault.member;
        let opened = said.iter().filter(|row| row.act == "open-case");
        let opened: Vec<_> = opened.map(|row| (row.case, row.who)).collect();
        assert_eq!(opened.len(), 2);
        assert!(opened.contains(&(Some(case), Some(handler))));
        assert!(
            said.iter()
                .all(|row| row.who.is_some() && row.act != "report")
        );
        assert!(matches!(verdict(&app).await, Verdict::Intact(_)));

        // By member, case and act.
        for (query, fits) in [
            (
                format!("&who={handler}"),
                said.iter().filter(|row| row.who == Some(handler)).count(),
            ),
            (
                format!("&case={case}"),
                said.iter().filter(|row| row.case == Some(case)).count(),
            ),
            ("&act=declare".to_owned(), 2),
            (format!("&who={handler}&case={case}&act=open-case"), 1),
            ("&act=nothing".to_owned(), 0),
        ] {
            let (found, _) = rows(&app, &auditor, &query).await;
            let upto = usize::try_from(head.number).unwrap();
            let found = found.iter().map(|row| json::read::<Row>(row).unwrap());
            let found = found
                .filter(|row| usize::try_from(row.number).unwrap() <= upto)
                .count();
            assert_eq!(found, fits, "{query}");
        }
        for query in [
            "?who=x",
            "?case=x",
            "?act=%00",
            "?limit=x",
            "?from=1",
            "?after=-1",
        ] {
            let answer = auditor.get(&app, &format!("{AUDIT}{query}")).await;
            refused(answer, 400, "malformed").await;
        }
    }
);

both!(an_auditor_signs_the_head_that_is_there, |base| {
    let (app, _, auditor) = busy(base).await;
    let (_, mark) = rows(&app, &auditor, "").await;
    let other = app.desk("Handler-1").await.vault.member;
    let wrong: Vec<(&str, Alteration)> = vec![
        ("A7", Box::new(|head| head.service = ServiceId::ZERO)),
        ("A7", Box::new(|head| head.number = 0)),
        ("A7", Box::new(move |head| head.member = other)),
        ("D9", Box::new(|head| head.member = MemberId::new([7; 16]))),
        ("D9", Box::new(|head| head.serial = 2)),
        ("A7", Box::new(|head| head.day = head.day.plus_days(-2))),
    ];
    for (place, (rule, alter)) in wrong.iter().enumerate() {
        println!("{place}");
        let head = head_of(&app, &auditor, mark, alter);
        broken(sign(&app, &auditor, &head).await, rule).await;
    }
    let elsewhere: [Alter; 2] = [
        |head| head.digest = Digest::of(b"another trail"),
        |head| head.number += 1_000,
    ];
    for alter in elsewhere {
        let head = head_of(&app, &auditor, mark, alter);
        refused(sign(&app, &auditor, &head).await, 409, "conflict").await;
    }
    assert_eq!(sql::count(app.store(), "audit_heads").await, 0);
    let head = head_of(&app, &auditor, mark, |_| {});
    for _ in 0..2 {
        assert_eq!(sign(&app, &auditor, &head).await.status(), 201);
    }
    let heads: Value = auditor.get(&app, HEADS).await.json().await.unwrap();
    assert_eq!(heads, json!({ "heads": [b64(head.as_bytes())] }));
    assert!(matches!(verdict(&app).await, Verdict::Intact(_)));
});

both!(
    what_an_auditor_signed_shows_what_was_cut_off_or_written_anew,
    |base| {
        let (app, _, auditor) = busy(base).await;
        let (_, early) = rows(&app, &auditor, "").await;
        // A head and its tag, as they are now, to be put back later.
        let old = rightline::audit::store::end(app.store())
            .await
            .unwrap()
            .unwrap();
        for _ in 0..4 {
            app.desk("Handler-3").await;
        }
        let (_, mark) = rows(&app, &auditor, "").await;
        assert!(mark.number > early.number + 3);
        let head = head_of(&app, &auditor, mark, |_| {});
        assert_eq!(sign(&app, &auditor, &head).await.status(), 201);
        let store = app.store();
        // Turned back to a head that was right once, with all that came after it cut off.
        let cut = format!("DELETE FROM audit WHERE number > {}", old.number);
        sql::execute(store, &cut).await;
        let turned = format!("UPDATE audit_head SET number = {}, tag = $1", old.number);
        sql::execute_with(store, &turned, &old.tag).await;
        sql::execute_with(store, "UPDATE audit_head SET digest = $1", &old.digest).await;
        assert_eq!(verdict(&app).await, Verdict::BrokenAt(old.number + 1));
        // Nor does a trail that goes on from there hide it: at the row that was signed stands another.
        sql::execute(store, "DELETE FROM audit_heads").await;
        assert_eq!(verdict(&app).await, Verdict::Intact(old.number));
        app.clock.turn(1);
        for _ in 0..6 {
            app.desk("Handler-3").await;
        }
        assert!(matches!(verdict(&app).await, Verdict::Intact(_)));
        let number = i64::try_from(mark.number).unwrap();
        let member = auditor.vault.member;
        rightline::audit::store::keep_head(store, number, member.as_bytes(), head.as_bytes())
            .await
            .unwrap();
        assert_eq!(verdict(&app).await, Verdict::BrokenAt(number));
        // A head that is said to be another auditor's is nobody's.
        sql::execute(store, "DELETE FROM audit_heads").await;
        let end = rightline::audit::store::end(store).await.unwrap().unwrap();
        let now = Mark {
            number: u64::try_from(end.number).unwrap(),
            digest: end.digest.as_slice().try_into().unwrap(),
        };
        let head = head_of(&app, &auditor, now, |_| {});
        rightline::audit::store::keep_head(store, end.number, &[9; 16], head.as_bytes())
            .await
            .unwrap();
        assert_eq!(verdict(&app).await, Verdict::BrokenAt(end.number));
    }
);

both!(
    an_export_has_every_row_and_asks_for_a_second_factor,
    |base| {
        let (app, _, auditor) = busy(base).await;
        let answer = auditor.post(&app, EXPORT, json!({})).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "application/x-ndjson");
        let disposition = answer.headers()["content-disposition"]
            .to_str()
            .unwrap()
            .to_owned();
        assert_eq!(disposition, "attachment; filename=\"audit.ndjson\"");
        let text = answer.text().await.unwrap();
        let mut mark = Mark::START;
        let rows: Vec<Row> = text
            .lines()
            .map(|line| mark.add(line.as_bytes()).unwrap())
            .collect();
        // The export itself is the last of them.
        let last = rows.last().unwrap();
        assert_eq!(
            (last.act.as_str(), last.who),
            ("export-audit", Some(auditor.vault.member))
        );
        assert_eq!(
            sql::count(app.store(), "audit").await,
            i64::try_from(rows.len()).unwrap()
        );

        sql::execute_with(
        app.store(),
        "INSERT INTO factors (id, member, kind, name, secret, credential, last_step, proved, added, used) \
         SELECT $1, id, 'totp', 'Phone', $1, $1, 0, 1, '2026-11-23', '' FROM members \
         WHERE label = 'Auditor-1'",
        &[1; 16],
    )
    .await;
        sql::execute(app.store(), "UPDATE sessions SET fresh = 0").await;
        refused(
            auditor.post(&app, EXPORT, json!({})).await,
            403,
            "second-factor",
        )
        .await;
        // Reading goes on without.
        rows_are_read(&app, &auditor).await;
        let now = app.clock.seconds();
        sql::execute(app.store(), &format!("UPDATE sessions SET fresh = {now}")).await;
        assert_eq!(auditor.post(&app, EXPORT, json!({})).await.status(), 200);
    }
);

async fn rows_are_read(app: &TestApp, auditor: &Desk) {
    assert!(!rows(app, auditor, "").await.0.is_empty());
}

both!(nobody_but_auditors_sees_the_trail, |base| {
    let (app, _, auditor) = busy(base).await;
    let (_, mark) = rows(&app, &auditor, "").await;
    for label in ["Handler-1", "Custodian-1", "Lead-1", "Administrator-1"] {
        let desk = app.desk(label).await;
        for path in [AUDIT, HEADS] {
            refused(desk.get(&app, path).await, 403, "not-allowed").await;
        }
        refused(desk.post(&app, EXPORT, json!({})).await, 403, "not-allowed").await;
        let head = head_of(&app, &desk, mark, |_| {});
        refused(sign(&app, &desk, &head).await, 403, "not-allowed").await;
    }
});
