//! `/api/1/desk/cases`: every call about a case, for whoever may know of it and whoever may not.

use reqwest::{Method, Response};
use rightline::protocol::CaseId;
use rightline::protocol::report::codes::Mode;
use rightline::protocol::report::{IdentityContent, Part, open_part};
use rightline::protocol::statement::Case;
use serde_json::{Value, json};

use crate::both;
use crate::support::member::{b64, bytes, call};
use crate::support::refusal::{refused, whole};
use crate::support::reporter::{Report, put};
use crate::support::{Desk, Reporter, TestApp, granting};

/// Every call about one case.
const CALLS: [(Method, &str); 7] = [
    (Method::GET, "/api/1/desk/cases/CASE"),
    (Method::POST, "/api/1/desk/cases/CASE/declaration"),
    (Method::POST, "/api/1/desk/cases/CASE/messages"),
    (Method::POST, "/api/1/desk/cases/CASE/grants"),
    (Method::GET, "/api/1/desk/cases/CASE/access"),
    (Method::POST, "/api/1/desk/cases/CASE/epochs"),
    (Method::GET, "/api/1/desk/cases/CASE/openings"),
];

/// What a call would take of a reader of this case.
fn body(app: &TestApp, desk: &Desk, case: CaseId, path: &str) -> Option<Value> {
    let stub = b64(desk.declaration(app, case, false).as_bytes());
    Some(match path.rsplit('/').next().unwrap() {
        "declaration" => json!({ "signed": stub }),
        "messages" => json!({ "stub": stub, "case_file": "AA==", "reporter_file": "AA==" }),
        "grants" => json!({ "row": stub, "sealed": null }),
        "epochs" => json!({ "epoch": stub, "rows": [{ "row": stub, "sealed": "AA==" }] }),
        _ => return None,
    })
}

async fn ask(app: &TestApp, desk: &Desk, method: &Method, path: &str, case: CaseId) -> Response {
    let path = path.replace("CASE", &case.to_string());
    let body = body(app, desk, case, &path).filter(|_| *method != Method::GET);
    call(app, &desk.cookie, method.clone(), &path, body).await
}

both!(nobody_sees_anything, |base| {
    let app = TestApp::start(base).await;
    let desk = app.desk("Handler-1").await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let signed_out = Desk {
        cookie: String::new(),
        ..app.desk("Handler-2").await
    };
    let mut answers = Vec::new();
    for (method, path) in &CALLS {
        answers.push(whole(ask(&app, &signed_out, method, path, case).await).await);
        // A case that is there, and one that is not.
        answers.push(whole(ask(&app, &signed_out, method, path, CaseId::new([7; 32])).await).await);
    }
    assert_eq!(answers[0].0, 401);
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(desk.list(&app, "new").await.len(), 1);
});

both!(to_a_member_without_a_grant_a_case_is_not_there, |base| {
    let app = TestApp::start(base).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let reader = app.desk("Handler-1").await;
    reader.open(&app, case).await;
    for label in ["Handler-4", "Custodian-1"] {
        let desk = app.desk(label).await;
        for list in ["new", "mine"] {
            assert!(desk.list(&app, list).await.is_empty());
        }
        for (method, path) in &CALLS {
            let there = whole(ask(&app, &desk, method, path, case).await).await;
            let nowhere = whole(ask(&app, &desk, method, path, CaseId::new([7; 32])).await).await;
            assert_eq!(there.0, 404, "{path}");
            assert_eq!(there, nowhere, "{path}");
        }
        // Neither is what is no case id at all.
        let none = desk.get(&app, "/api/1/desk/cases/x").await;
        let other = desk.get(&app, &format!("/api/1/desk/cases/{case}")).await;
        assert_eq!(whole(none).await, whole(other).await);
    }
});

both!(
    a_member_who_has_not_declared_sees_the_parties_only,
    |base| {
        let app = TestApp::start(base).await;
        let case = Reporter::file(&app, "x").await.submission.case;
        let desk = app.desk("Handler-1").await;
        for (method, path) in &CALLS {
            if path.ends_with("declaration") {
                continue;
            }
            refused(
                ask(&app, &desk, method, path, case).await,
                403,
                "declare-first",
            )
            .await;
        }
        assert!(desk.list(&app, "mine").await.is_empty());
        let listed = desk.list(&app, "new").await;
        let mut names: Vec<&String> = listed[0].as_object().unwrap().keys().collect();
        names.sort();
        assert_eq!(
            names,
            [
                "brief",
                "case",
                "day",
                "epoch",
                "parties",
                "route",
                "stage",
                "statement",
                "team"
            ]
        );
        assert_eq!(listed[0]["case"], case.to_string());
        // Which open with the member's own key.
        let anchor = Case::read(&bytes(&listed[0]["statement"]))
            .unwrap()
            .statement
            .anchor();
        let parties = open_part::<rightline::protocol::report::Parties>(
            &bytes(&listed[0]["parties"]),
            &desk.vault.identity(),
            &app.id(),
            &anchor,
        );
        assert!(matches!(parties, Ok(Part::Good(_))));
    }
);

/// A report by somebody whom only custodians shall know.
async fn confidential(app: &TestApp) -> Reporter {
    let mut report = Report::saying("In confidence.");
    report.body.mode = Mode::known("confidential").unwrap();
    report.identity = Some(IdentityContent {
        name: "A. Reporter".to_owned(),
        ..IdentityContent::default()
    });
    let reporter = Reporter::compose(app, &app.directory().await, report);
    assert_eq!(put(app, &reporter.submission).await.status(), 201);
    reporter
}

both!(the_identity_is_for_custodians_with_a_grant, |base| {
    let app = TestApp::start(base).await;
    let case = confidential(&app).await.submission.case;
    let handler = app.desk("Handler-1").await;
    let custodian = app.desk("Custodian-1").await;
    let open = handler.open(&app, case).await;
    assert_eq!(open.view["identity"], Value::Null);
    assert_eq!(open.body.name, "");
    refused(
        custodian
            .get(&app, &format!("/api/1/desk/cases/{case}"))
            .await,
        404,
        "not-found",
    )
    .await;

    let (row, sealed) = granting::row(&app, &handler, &open, custodian.vault.member, |_| {});
    assert_eq!(
        granting::post(&app, &handler, case, &row, Some(&sealed))
            .await
            .status(),
        201
    );
    assert_eq!(custodian.list(&app, "new").await.len(), 1);
    assert_eq!(custodian.declare(&app, case, false).await.status(), 200);
    let seen = custodian.read(&app, case).await;
    assert_eq!(seen.body.what_happened, "In confidence.");
    let anchor = seen.case.statement.anchor();
    let identity = open_part::<IdentityContent>(
        &bytes(&seen.view["identity"]),
        &custodian.vault.identity(),
        &app.id(),
        &anchor,
    );
    let Ok(Part::Good(identity)) = identity else {
        panic!("the identity does not open")
    };
    assert_eq!(identity.name, "A. Reporter");
    // Sealed grants are served to their own grantee only.
    for desk in [&handler, &custodian] {
        let view = desk.read(&app, case).await.view;
        for grant in view["grants"].as_array().unwrap() {
            let own = grant["member"] == desk.vault.member.to_string();
            assert_eq!(grant["sealed"].is_string(), own);
        }
        assert_eq!(view["grants"].as_array().unwrap().len(), 4);
    }
});

both!(a_reader_sees_all_that_belongs_to_the_case, |base| {
    let app = TestApp::start(base).await;
    let reporter = Reporter::file(&app, "x").await;
    let case = reporter.submission.case;
    let desk = app.desk("Handler-1").await;
    let open = desk.open(&app, case).await;
    let mut names: Vec<&String> = open.view.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(
        names,
        [
            "body",
            "case",
            "changes",
            "day",
            "declarations",
            "epochs",
            "grants",
            "identity",
            "messages",
            "parties",
            "receipt",
            "route",
            "stage",
            "statement",
            "team"
        ]
    );
    assert_eq!(open.view["declarations"].as_array().unwrap().len(), 1);
    assert_eq!(open.view["stage"], "received");
    assert_eq!(
        (open.view["route"].as_str(), open.view["team"].as_str()),
        (Some("intake"), Some("intake"))
    );
    let receipt = crate::support::member::signed(&open.view["receipt"]);
    let key = desk.directory.root().service_key;
    rightline::protocol::receipt::Receipt::read(&receipt, &app.id(), &case, &key).unwrap();
    let mine = desk.list(&app, "mine").await;
    assert_eq!(
        (
            mine[0]["to_reporter"].as_u64(),
            mine[0]["from_reporter"].as_u64()
        ),
        (Some(0), Some(0))
    );
    reporter.post(&app, "More.").await;
    assert_eq!(desk.list(&app, "mine").await[0]["from_reporter"], 1);
    assert!(desk.list(&app, "new").await.is_empty());
});
