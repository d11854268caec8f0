//! A conflict that somebody finds after they declared that they have none.

use rightline::protocol::CaseId;
use rightline::protocol::act::{Act, Part};
use rightline::protocol::conflict::Kind;
use rightline::protocol::grant::Declaration;
use rightline::protocol::message::Stage;
use rightline::protocol::record::Name;
use rightline::protocol::{Digest, json};
use serde_json::{Value, json};

use super::casework_bars::sees_no_case;
use crate::both;
use crate::support::granting::{self, end};
use crate::support::member::signed;
use crate::support::refusal::{broken, not_now, refused};
use crate::support::working::{Office, assign, clock, missing};
use crate::support::{Desk, Reporter, TestApp, sql};

async fn declared(app: &TestApp, desk: &Desk, case: CaseId, conflict: bool) -> Value {
    let answer = desk.declare(app, case, conflict).await;
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

/// What a member has declared of a case, as its readers are served it.
fn declarations(view: &Value, desk: &Desk) -> Vec<bool> {
    let all = view["declarations"].as_array().unwrap().iter();
    let all = all.map(|one| json::read(signed(one).unverified_payload()).unwrap());
    all.filter(|one: &Declaration| one.member == desk.vault.member)
        .map(|one| one.conflict)
        .collect()
}

/// How often the trail says that a member has declared.
async fn trailed(app: &TestApp, reader: &Desk, case: CaseId, of: &Desk) -> usize {
    let path = format!("/api/1/desk/cases/{case}/openings");
    let told: Value = reader.get(app, &path).await.json().await.unwrap();
    let rows = told["openings"].as_array().unwrap().iter();
    let member = of.vault.member.to_string();
    rows.filter(|row| row["act"] == "declare" && row["member"] == member && row["done"] == true)
        .count()
}

both!(a_conflict_that_is_found_ends_all_that_was_given, |base| {
    let app = TestApp::start(base).await;
    let office = Office::open(&app).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let open = office.take(&app, case).await;
    let Office {
        handler,
        authority,
        second_authority,
        ..
    } = &office;
    handler
        .does(&app, &open, assign(Part::Authority, authority.vault.member))
        .await;
    let due_of_theirs = async || {
        let all = sql::due_of(app.store()).await;
        let own = authority.vault.member.as_bytes()[..].to_vec();
        all.into_iter().filter(|row| row.0 == own).count()
    };
    assert!(due_of_theirs().await > 0);
    assert_eq!(trailed(&app, handler, case, authority).await, 1);
    let before = authority.read(&app, case).await;

    let (answer, file) = authority
        .declare_kinds(&app, &open, &[Kind::Friend], "I know him from football.")
        .await;
    assert_eq!(answer.status(), 200);
    let said: Value = answer.json().await.unwrap();
    assert_eq!(said, json!({ "conflict": true, "stranded": false }));
    sees_no_case(&app, authority, &before).await;
    assert_eq!(due_of_theirs().await, 0);
    let sealed = sql::sealed_grant(
        app.store(),
        case.as_bytes(),
        authority.vault.member.as_bytes(),
    )
    .await;
    assert!(sealed.is_empty());

    // The others see both declarations, what kind it is, and that nobody is the authority any more.
    let view = handler.read(&app, case).await.view;
    assert_eq!(declarations(&view, authority), [false, true]);
    assert_eq!(declarations(&view, second_authority), [false]);
    let access: Value = handler
        .get(&app, &format!("/api/1/desk/cases/{case}/access"))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(declarations(&access, authority), [false, true]);
    let work = handler.work(&app, case).await;
    assert_eq!(work["procedure"]["assigned"], json!([]));
    let found = work["conflicts"].as_array().unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(crate::support::member::bytes(&found[0]["file"]), file);
    assert_eq!(trailed(&app, handler, case, authority).await, 2);
    handler
        .does(
            &app,
            &open,
            assign(Part::Authority, second_authority.vault.member),
        )
        .await;

    // Said again it stays said; it is not taken back, and no row brings them back.
    let again = json!({ "conflict": true, "stranded": false });
    assert_eq!(declared(&app, authority, case, true).await, again);
    let back = authority.declare(&app, case, false).await;
    refused(back, 409, "conflict").await;
    let now = handler.read(&app, case).await;
    let member = authority.vault.member;
    let (row, sealed) = granting::row(&app, handler, &now, member, |_| {});
    let answer = granting::post(&app, handler, case, &row, Some(&sealed)).await;
    broken(answer, "K8").await;
    sees_no_case(&app, authority, &before).await;
    assert_eq!(
        sql::count(app.store(), "declarations WHERE conflict = 1").await,
        1
    );
});

both!(
    whom_somebody_let_in_before_they_found_a_conflict_stays,
    |base| {
        let app = TestApp::start(base).await;
        let case = Reporter::file(&app, "It happened.").await.submission.case;
        let first = app.desk("Handler-1").await;
        let new = app.desk("Handler-4").await;
        let colleague = app.desk("Handler-2").await;
        let open = first.open(&app, case).await;
        colleague.open(&app, case).await;
        let (row, sealed) = granting::row(&app, &first, &open, new.vault.member, |_| {});
        let answer = granting::post(&app, &first, case, &row, Some(&sealed)).await;
        assert_eq!(answer.status(), 201);
        declared(&app, &first, case, true).await;
        let seen = new.open(&app, case).await;
        assert_eq!(seen.body.what_happened, "It happened.");
        // And lets others in, as whoever was let in does.
        let third = app.desk("Custodian-1").await;
        let (row, sealed) = granting::row(&app, &new, &seen, third.vault.member, |_| {});
        let answer = granting::post(&app, &new, case, &row, Some(&sealed)).await;
        assert_eq!(answer.status(), 201);
        // With the keys that they kept, whoever has the conflict lets nobody in.
        let now = colleague.read(&app, case).await;
        let fifth = app.desk("Handler-5").await.vault.member;
        let (row, sealed) = granting::row(&app, &first, &now, fifth, |_| {});
        let answer = granting::post(&app, &first, case, &row, Some(&sealed)).await;
        refused(answer, 404, "not-found").await;
    }
);

both!(of_several_conflicts_at_once_one_counts, |base| {
    let app = TestApp::start(base).await;
    let office = Office::open(&app).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let open = office.take(&app, case).await;
    let (desk, reader) = (&office.second_handler, &office.handler);
    // Two that say the same in different words, one that says the opposite, and acts that race them.
    let note = desk.revision_after(
        &app,
        &open,
        rightline::protocol::record::Name::Notes,
        (0, Digest::ZERO),
        |_| {},
    );
    let (one, two, three, back, act, written) = tokio::join!(
        desk.declare_kinds(&app, &open, &[Kind::Friend], "one"),
        desk.declare_kinds(&app, &open, &[Kind::Team], "two"),
        desk.declare(&app, case, true),
        desk.declare(&app, case, false),
        desk.act_if(&app, &open, Act::SetAside {}),
        desk.send_revision(&app, case, &note),
    );
    for answer in [one.0, two.0, three] {
        assert_eq!(answer.status(), 200);
        let said: Value = answer.json().await.unwrap();
        assert_eq!(said, json!({ "conflict": true, "stranded": false }));
    }
    assert!([200, 409].contains(&back.status().as_u16()));
    let late = |status: u16| assert!([201, 404].contains(&status), "{status}");
    late(written.status().as_u16());
    if let Some(act) = act {
        late(act.status().as_u16());
    }
    sees_no_case(&app, desk, &open).await;
    let view = reader.read(&app, case).await.view;
    assert_eq!(declarations(&view, desk), [false, true]);
    assert!(sql::count(app.store(), "conflicts").await <= 1);
});

both!(
    the_last_who_finds_a_conflict_is_told_that_nobody_is_left,
    |base| {
        let app = TestApp::start(base).await;
        let case = Reporter::file(&app, "x").await.submission.case;
        let mut desks = Vec::new();
        for label in ["Handler-1", "Handler-2", "Handler-3"] {
            let desk = app.desk(label).await;
            desk.open(&app, case).await;
            desks.push(desk);
        }
        for (place, desk) in desks.iter().enumerate() {
            let last = place + 1 == desks.len();
            let said = json!({ "conflict": true, "stranded": last });
            assert_eq!(declared(&app, desk, case, true).await, said);
        }
        for desk in &desks {
            let said = json!({ "conflict": true, "stranded": false });
            assert_eq!(declared(&app, desk, case, true).await, said);
        }
        assert!(sql::due_of(app.store()).await.is_empty());
    }
);

both!(whoever_left_a_case_finds_nothing_in_it, |base| {
    let app = TestApp::start(base).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let desk = app.desk("Handler-1").await;
    let open = desk.open(&app, case).await;
    let ended = end(&app, &desk, &open, desk.vault.member);
    let answer = granting::post(&app, &desk, case, &ended, None).await;
    assert_eq!(answer.status(), 201);
    refused(desk.declare(&app, case, true).await, 404, "not-found").await;
    assert_eq!(sql::count(app.store(), "declarations").await, 1);
});

both!(
    what_somebody_signed_who_finds_a_conflict_is_signed_again,
    |base| {
        let app = TestApp::start(base).await;
        let office = Office::open(&app).await;
        let case = Reporter::file(&app, "x").await.submission.case;
        let open = office.take(&app, case).await;
        let Office {
            handler,
            authority,
            second_authority: second,
            ..
        } = &office;
        for desk in [authority, second] {
            handler
                .does(&app, &open, assign(Part::Authority, desk.vault.member))
                .await;
        }
        handler.completes(&app, &open, Name::Danger).await;
        for name in [
            Name::Severity,
            Name::Referral,
            Name::Decisions,
            Name::Failing,
        ] {
            authority.completes(&app, &open, name).await;
        }
        let (revision, digest) = second.head(&app, case, Name::Failing).await;
        let record = Name::Failing;
        second
            .does(
                &app,
                &open,
                Act::Second {
                    record,
                    revision,
                    digest,
                },
            )
            .await;
        let again = async || {
            let all = missing(&handler.procedure(&app, case).await).into_iter();
            let fell = |one: &String| one.starts_with("again") || one.starts_with("second");
            all.filter(fell).collect::<Vec<_>>()
        };
        let outcome = async || {
            let now = handler.read(&app, case).await;
            let written = handler.write(&app, &now, Some(Stage::Outcome), "It is decided.");
            handler.send(&app, case, &written).await
        };
        assert!(again().await.is_empty());
        declared(&app, authority, case, true).await;
        let all = [
            "again failing",
            "again severity",
            "again referral",
            "again decisions",
            "second failing",
        ];
        assert_eq!(again().await, all);
        not_now(outcome().await, "missing").await;
        let told = handler.procedure(&app, case).await;
        // The signature is there, and the clock runs on from its day. What others signed stands.
        let of = |name: &str| {
            let all = told["checkpoints"].as_array().unwrap().iter();
            all.clone().find(|one| one["record"] == name).unwrap()
        };
        let signer = authority.vault.member.to_string();
        assert_eq!(of("severity")["by"], signer);
        assert_eq!(of("severity")["done"], false);
        assert_eq!(of("danger")["done"], true);
        assert_eq!(clock(&told, "severity")["done"], "");
        assert_eq!(clock(&told, "severity")["due"], "2026-11-30");
        assert_eq!(clock(&told, "danger")["done"], "2026-11-23");
        let due = sql::due_of(app.store()).await;
        let own = handler.vault.member.as_bytes()[..].to_vec();
        assert!(due.iter().any(|row| row.0 == own && row.4 == "severity"));

        // Another authority signs it as it stands.
        for name in [Name::Severity, Name::Referral, Name::Decisions] {
            let sign = second.signature(&app, case, name).await;
            second.does(&app, &open, sign).await;
        }
        assert_eq!(again().await, ["again failing", "second failing"]);
        let told = handler.procedure(&app, case).await;
        assert_eq!(clock(&told, "severity")["done"], "2026-11-23");
        assert_eq!(outcome().await.status(), 201);
    }
);
