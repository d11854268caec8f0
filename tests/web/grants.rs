//! `/api/1/desk/cases/{case}`: declarations and grants.

use rightline::protocol::directory::{Directory, Role};
use rightline::protocol::grant::{Act, Declaration, GrantRow, Ledger};
use rightline::protocol::signing::{Context, Signed, sign};
use rightline::protocol::{CaseId, Digest, MemberId, ServiceId, json, sealing};
use serde_json::Value;

use crate::both;
use crate::support::granting::{self, end, post, row};
use crate::support::member::{OpenCase, b64, signed};
use crate::support::refusal::{broken, refused};
use crate::support::{Base, Desk, Lead, Reporter, TestApp, sql};

/// What makes a row wrong.
type Alter = Box<dyn FnOnce(&mut GrantRow)>;

async fn number(answer: reqwest::Response, status: u16) -> u64 {
    assert_eq!(answer.status(), status);
    answer.json::<Value>().await.unwrap()["number"]
        .as_u64()
        .unwrap()
}

/// Reads every grant row as a desk does, in its order: whoever can read must come out as the service says.
fn ledger(open: &OpenCase, directory: &Directory) -> Ledger {
    let mut ledger = Ledger::begin(&open.case);
    let views = open.view["grants"].as_array().unwrap().iter();
    let mut rows: Vec<Signed> = views
        .filter(|view| view["row"].is_string())
        .map(|view| signed(&view["row"]))
        .collect();
    rows.sort_by_key(|row| {
        json::read::<GrantRow>(row.unverified_payload())
            .unwrap()
            .number
    });
    for row in rows {
        ledger.add(&row, directory).unwrap();
    }
    ledger
}

both!(
    a_declaration_is_the_members_own_word_about_this_case,
    |base| {
        let app = TestApp::start(base).await;
        let case = Reporter::file(&app, "x").await.submission.case;
        let other_case = Reporter::file(&app, "y").await.submission.case;
        let desk = app.desk("Handler-1").await;
        let colleague = app.desk("Handler-2").await;
        let path = format!("/api/1/desk/cases/{case}/declaration");
        let send = |document: Signed| {
            desk.post(
                &app,
                &path,
                serde_json::json!({ "signed": b64(document.as_bytes()) }),
            )
        };
        let right: Declaration =
            json::read(desk.declaration(&app, case, false).unverified_payload()).unwrap();
        let key = desk.vault.signing_key();
        let wrong = |alter: fn(&mut Declaration)| {
            let mut said = right.clone();
            alter(&mut said);
            said.sign(&key)
        };
        for document in [
            wrong(|said| said.service = ServiceId::ZERO),
            wrong(|said| said.case = CaseId::new([7; 32])),
            wrong(|said| said.member = MemberId::new([7; 16])),
            desk.declaration(&app, other_case, false),
            colleague.declaration(&app, case, false),
            right.sign(&colleague.vault.signing_key()),
            sign(Context::Stub, &key, &right),
            sign(
                Context::Declaration,
                &key,
                &serde_json::json!({ "conflict": false }),
            ),
        ] {
            broken(send(document).await, "K8").await;
        }
        broken(send(wrong(|said| said.serial = 2)).await, "D9").await;
        assert_eq!(sql::count(app.store(), "declarations").await, 0);

        // Sent several times at once, and once more later.
        let same = || desk.declare(&app, case, false);
        let answers = tokio::join!(same(), same(), same(), same());
        for answer in [answers.0, answers.1, answers.2, answers.3, same().await] {
            assert_eq!(answer.status(), 200);
            assert_eq!(
                answer.json::<Value>().await.unwrap(),
                serde_json::json!({ "conflict": false, "stranded": false })
            );
        }
        desk.read(&app, case).await;
        assert_eq!(sql::count(app.store(), "declarations").await, 1);
    }
);

both!(a_conflict_ends_a_members_grants_for_good, |base| {
    let app = TestApp::start(base).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let desk = app.desk("Handler-1").await;
    let colleague = app.desk("Handler-2").await;
    assert_eq!(desk.declare(&app, case, true).await.status(), 200);
    let nowhere = format!("/api/1/desk/cases/{case}");
    refused(desk.get(&app, &nowhere).await, 404, "not-found").await;
    for list in ["new", "mine"] {
        assert!(desk.list(&app, list).await.is_empty());
    }
    // Said again it stays said; that there is none is not taken any more.
    assert_eq!(desk.declare(&app, case, true).await.status(), 200);
    refused(desk.declare(&app, case, false).await, 409, "conflict").await;
    refused(desk.get(&app, &nowhere).await, 404, "not-found").await;
    assert!(sql::due_of(app.store()).await.is_empty());
    // The sealed secret is gone from the database.
    assert_eq!(
        sql::count(app.store(), "grants WHERE LENGTH(sealed) = 0").await,
        1
    );

    // No later row brings the member back (K8), and the refused one leaves the chain as it was.
    let open = colleague.open(&app, case).await;
    let (again, sealed) = row(&app, &colleague, &open, desk.vault.member, |_| {});
    broken(
        post(&app, &colleague, case, &again, Some(&sealed)).await,
        "K8",
    )
    .await;
    refused(desk.get(&app, &nowhere).await, 404, "not-found").await;
    let (other, sealed) = row(
        &app,
        &colleague,
        &open,
        app.desk("Handler-4").await.vault.member,
        |_| {},
    );
    assert_eq!(
        number(
            post(&app, &colleague, case, &other, Some(&sealed)).await,
            201
        )
        .await,
        1
    );
});

both!(
    a_grant_lets_a_member_in_and_its_end_shuts_them_out,
    |base| {
        let app = TestApp::start(base).await;
        let reporter = Reporter::file(&app, "It happened.").await;
        let case = reporter.submission.case;
        let grantor = app.desk("Handler-1").await;
        let new = app.desk("Handler-4").await;
        let open = grantor.open(&app, case).await;
        let (first, sealed) = row(&app, &grantor, &open, new.vault.member, |_| {});
        assert_eq!(
            number(post(&app, &grantor, case, &first, Some(&sealed)).await, 201).await,
            1
        );
        // The same again is no second row.
        assert_eq!(
            number(post(&app, &grantor, case, &first, Some(&sealed)).await, 200).await,
            1
        );

        let seen = new.open(&app, case).await;
        assert_eq!(seen.body.what_happened, "It happened.");
        assert!(ledger(&seen, &new.directory).is_live(&new.vault.member, 0));
        // Who was let in lets others in.
        let third = app.desk("Custodian-1").await;
        let (second, sealed) = row(&app, &new, &seen, third.vault.member, |_| {});
        assert_eq!(
            number(post(&app, &new, case, &second, Some(&sealed)).await, 201).await,
            2
        );

        // Nobody ends another's grant in this version; one's own, yes.
        let open = grantor.read(&app, case).await;
        let shut_out = end(&app, &grantor, &open, new.vault.member);
        broken(post(&app, &grantor, case, &shut_out, None).await, "K3").await;
        let ended = end(&app, &new, &new.read(&app, case).await, new.vault.member);
        assert_eq!(
            number(post(&app, &new, case, &ended, None).await, 201).await,
            3
        );
        refused(
            new.get(&app, &format!("/api/1/desk/cases/{case}")).await,
            404,
            "not-found",
        )
        .await;
        assert!(new.list(&app, "mine").await.is_empty());
        // And cannot write or grant any more.
        let written = new.write(&app, &seen, None, "Am I in?");
        refused(new.send(&app, case, &written).await, 404, "not-found").await;
        let (late, sealed) = row(&app, &new, &seen, third.vault.member, |_| {});
        refused(
            post(&app, &new, case, &late, Some(&sealed)).await,
            404,
            "not-found",
        )
        .await;

        // The chain as served gives every reader the same answer, and the reporter the same chain.
        assert_eq!(reporter.open(&app).await.rows.len(), 3);
        let open = grantor.read(&app, case).await;
        let rows = ledger(&open, &grantor.directory);
        assert_eq!(rows.head().0, 3);
        assert!(!rows.is_live(&new.vault.member, 0) && rows.is_live(&third.vault.member, 0));
        for view in open.view["grants"].as_array().unwrap() {
            let member: MemberId = view["member"].as_str().unwrap().parse().unwrap();
            assert_eq!(view["live"].as_bool().unwrap(), rows.is_live(&member, 0));
        }
        // Let in again, without a second declaration.
        let (back, sealed) = row(&app, &grantor, &open, new.vault.member, |_| {});
        assert_eq!(
            number(post(&app, &grantor, case, &back, Some(&sealed)).await, 201).await,
            4
        );
        let seen = new.read(&app, case).await;
        assert!(ledger(&seen, &new.directory).is_live(&new.vault.member, 0));
    }
);

both!(rows_that_break_a_rule_are_refused, |base| {
    let app = TestApp::start(base).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let other_case = Reporter::file(&app, "y").await.submission.case;
    let grantor = app.desk("Handler-1").await;
    let colleague = app.desk("Handler-2").await;
    colleague.open(&app, case).await;
    let grantee = app.desk("Handler-4").await.vault.member;
    let open = grantor.open(&app, case).await;
    let day = app.today();
    let alterations: Vec<(&str, Alter)> = vec![
        ("K3", Box::new(|row| row.service = ServiceId::ZERO)),
        ("K3", Box::new(move |row| row.case = other_case)),
        ("K3", Box::new(|row| row.number = 0)),
        ("K3", Box::new(|row| row.act = Act::End)),
        ("K3", Box::new(|row| row.epoch = 1)),
        ("K4", Box::new(|row| row.grantee = MemberId::new([7; 16]))),
        (
            "K3",
            Box::new(move |row| row.grantor = colleague.vault.member),
        ),
        (
            "K3",
            Box::new(|row| row.digest = Digest::of(b"another grant")),
        ),
        ("K3", Box::new(|row| row.digest = Digest::ZERO)),
        ("D9", Box::new(|row| row.serial = 2)),
        ("K3", Box::new(move |row| row.day = day.plus_days(2))),
        ("K3", Box::new(move |row| row.day = day.plus_days(-2))),
    ];
    for (rule, alter) in alterations {
        let (wrong, sealed) = row(&app, &grantor, &open, grantee, alter);
        broken(
            post(&app, &grantor, case, &wrong, Some(&sealed)).await,
            rule,
        )
        .await;
    }
    // Out of its place in the chain.
    for alter in [
        (|row: &mut GrantRow| row.number = 2) as fn(&mut GrantRow),
        |row| row.previous = Digest::ZERO,
        |row| row.previous = Digest::of(b"another chain"),
    ] {
        let (wrong, sealed) = row(&app, &grantor, &open, grantee, alter);
        refused(
            post(&app, &grantor, case, &wrong, Some(&sealed)).await,
            409,
            "sequence",
        )
        .await;
    }
    // Signed by another member, or as something else.
    let colleague = app.desk("Handler-2").await;
    let (good, sealed) = row(&app, &grantor, &open, grantee, |_| {});
    let said: GrantRow = json::read(good.unverified_payload()).unwrap();
    for document in [
        said.sign(&colleague.vault.signing_key()),
        sign(Context::Stub, &grantor.vault.signing_key(), &said),
    ] {
        broken(
            post(&app, &grantor, case, &document, Some(&sealed)).await,
            "K3",
        )
        .await;
    }
    // Somebody else's row does not become one's own by sending it.
    broken(
        post(&app, &colleague, case, &good, Some(&sealed)).await,
        "K3",
    )
    .await;
    // With a file where none belongs, and without one.
    let ended = end(&app, &grantor, &open, grantor.vault.member);
    broken(
        post(&app, &grantor, case, &ended, Some(&sealed)).await,
        "K3",
    )
    .await;
    let own = row(&app, &grantor, &open, grantee, |row| row.act = Act::End).0;
    broken(post(&app, &grantor, case, &own, None).await, "K3").await;
    broken(post(&app, &grantor, case, &good, None).await, "K3").await;
    assert_eq!(sql::count(app.store(), "grant_rows").await, 0);
    assert_eq!(sql::count(app.store(), "grants").await, 6);
    assert_eq!(
        number(post(&app, &grantor, case, &good, Some(&sealed)).await, 201).await,
        1
    );
});

#[tokio::test(flavor = "multi_thread")]
async fn only_what_can_be_a_grant_is_stored() {
    let app = TestApp::start(Base::Sqlite).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let grantor = app.desk("Handler-1").await;
    let grantee = app.desk("Handler-4").await.vault.member;
    let open = grantor.open(&app, case).await;
    let recipient = grantor
        .directory
        .member(&grantee)
        .unwrap()
        .recipient
        .clone();
    let seal =
        |length, many| sealing::seal(&vec![0; length], &vec![recipient.clone(); many]).unwrap();
    let classical = age::x25519::Identity::generate().to_public();
    for (rule, file) in [
        ("E5", b"plain".to_vec()),
        ("E5", Vec::new()),
        ("E5", age::encrypt(&classical, &[0; 102]).unwrap()),
        ("K1", seal(101, 1)),
        ("K1", seal(4_096, 1)),
        ("K1", seal(102, 2)),
    ] {
        let (wrong, _) = row(&app, &grantor, &open, grantee, |row| {
            row.digest = Digest::of(&file);
        });
        broken(post(&app, &grantor, case, &wrong, Some(&file)).await, rule).await;
    }
    assert_eq!(sql::count(app.store(), "grant_rows").await, 0);
}

/// Makes somebody of the independent team what is asked, in a new root.
async fn with_role(app: &TestApp, label: &str, roles: &[Role]) {
    let roles = roles.to_vec();
    Lead::of(app)
        .publish(app, |_, teams| {
            for team in teams {
                let members = team.members.iter_mut();
                for member in members.filter(|member| member.label.as_str() == label) {
                    member.roles.clone_from(&roles);
                }
            }
        })
        .await;
}

both!(only_reading_roles_are_granted_anything, |base| {
    let app = TestApp::start(base).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let desk = app.desk("Handler-1").await;
    desk.open(&app, case).await;
    let grantee = app.desk("Handler-4").await.vault.member;
    for role in [
        Role::Analyst,
        Role::Auditor,
        Role::Caller,
        Role::Administrator,
    ] {
        with_role(&app, "Handler-4", &[role]).await;
        let grantor = app.desk("Handler-1").await;
        let open = grantor.read(&app, case).await;
        let (wrong, sealed) = row(&app, &grantor, &open, grantee, |_| {});
        broken(
            post(&app, &grantor, case, &wrong, Some(&sealed)).await,
            "K4",
        )
        .await;
        // Nor under an earlier root, in which they still could.
        let (old, sealed) = row(&app, &grantor, &open, grantee, |row| row.serial = 1);
        broken(post(&app, &grantor, case, &old, Some(&sealed)).await, "K4").await;
    }
    for role in [Role::Investigator, Role::Authority, Role::Support] {
        with_role(&app, "Handler-4", &[role]).await;
        let grantor: Desk = app.desk("Handler-1").await;
        let open = grantor.read(&app, case).await;
        let (good, sealed) = row(&app, &grantor, &open, grantee, |_| {});
        number(post(&app, &grantor, case, &good, Some(&sealed)).await, 201).await;
    }
});

both!(a_grantee_is_listed_in_the_root_that_the_row_names, |base| {
    let app = TestApp::start(base).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    with_role(&app, "Handler-4", &[Role::Auditor]).await;
    with_role(&app, "Handler-4", &[Role::Investigator]).await;
    let grantor = app.desk("Handler-1").await;
    let open = grantor.open(&app, case).await;
    let grantee = app.desk("Handler-4").await.vault.member;
    // Readers would check the chain by the second root, and stop there.
    let (wrong, sealed) = row(&app, &grantor, &open, grantee, |row| row.serial = 2);
    broken(
        post(&app, &grantor, case, &wrong, Some(&sealed)).await,
        "K4",
    )
    .await;
    let (good, sealed) = granting::row(&app, &grantor, &open, grantee, |row| row.serial = 3);
    number(post(&app, &grantor, case, &good, Some(&sealed)).await, 201).await;
});
