//! `/api/1/desk/cases/{case}/records` and `/work`: who writes which record, in what order, and what is served.

use rightline::protocol::act::Part;
use rightline::protocol::record::{self, Name};
use rightline::protocol::{CaseId, Digest, MemberId, ServiceId, sealing};
use serde_json::{Value, json};

use crate::both;
use crate::support::cast::session_of;
use crate::support::member::{b64, bytes, call};
use crate::support::refusal::{broken, not_now, refused};
use crate::support::rekeying::NewKeys;
use crate::support::working::{Office, assign, why};
use crate::support::{Base, Desk, Reporter, TestApp, sql};

both!(every_role_writes_what_is_theirs, |base| {
    let app = TestApp::start(base).await;
    let office = Office::open(&app).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let open = office.take(&app, case).await;
    let [handler, _, investigator, authority, _, support] = office.all();
    for name in Name::ALL {
        let others = if *name == Name::Decisions { "role" } else { "" };
        for (desk, expected) in [
            (handler, others),
            (investigator, others),
            (
                authority,
                if *name == Name::Decisions {
                    "not-assigned"
                } else {
                    ""
                },
            ),
            (
                support,
                if [Name::Reporter, Name::Notes].contains(name) {
                    ""
                } else {
                    "role"
                },
            ),
        ] {
            let told = desk.procedure(&app, case).await;
            assert_eq!(why(&told, &format!("write:{name}")), expected, "{name}");
            let answer = desk.write_record(&app, &open, *name).await;
            if expected.is_empty() {
                assert_eq!(answer.status(), 201, "{name}");
            } else {
                not_now(answer, expected).await;
            }
        }
    }
    // Decisions are for whoever was made the authority.
    let appoint = assign(Part::Authority, authority.vault.member);
    handler.does(&app, &open, appoint).await;
    let decided = authority.write_record(&app, &open, Name::Decisions).await;
    assert_eq!(decided.status(), 201);
    let work = handler.work(&app, case).await;
    assert_eq!(work["records"].as_array().unwrap().len(), Name::ALL.len());
    assert_eq!(work["acts"].as_array().unwrap().len(), 1);
    assert_eq!(work["procedure"], handler.procedure(&app, case).await);
});

both!(
    a_case_that_is_not_theirs_has_no_records_for_anybody,
    |base| {
        let app = TestApp::start(base).await;
        let office = Office::open(&app).await;
        let case = Reporter::file(&app, "x").await.submission.case;
        let open = office.handler.open(&app, case).await;
        let written = office.handler.write_record(&app, &open, Name::Notes).await;
        assert_eq!(written.status(), 201);
        let nobody = CaseId::new([7; 32]);
        let body = json!({ "stub": "AA==", "file": "AA==" });
        for (desk, status, code) in [
            (&office.authority, 404, "not-found"),
            // A first reader who has not declared.
            (&office.second_handler, 403, "declare-first"),
        ] {
            for path in ["work", "procedure", "records/notes"] {
                let path = format!("/api/1/desk/cases/{case}/{path}");
                refused(desk.get(&app, &path).await, status, code).await;
            }
            let revision = desk.revision_after(&app, &open, Name::Notes, (0, Digest::ZERO), |_| {});
            refused(
                desk.send_revision(&app, case, &revision).await,
                status,
                code,
            )
            .await;
            let (act, file) = office
                .handler
                .next_act(
                    &app,
                    &open,
                    rightline::protocol::act::Act::SetAside {},
                    |row| row.member = desk.vault.member,
                )
                .await;
            refused(desk.send_act(&app, case, &act, &file).await, status, code).await;
        }
        for path in ["work", "procedure", "records/notes"] {
            let path = format!("/api/1/desk/cases/{nobody}/{path}");
            refused(office.handler.get(&app, &path).await, 404, "not-found").await;
        }
        let path = format!("/api/1/desk/cases/{case}/records/other");
        refused(office.handler.get(&app, &path).await, 404, "not-found").await;
        let path = format!("/api/1/desk/cases/{case}/records");
        refused(
            office.handler.post(&app, &path, body).await,
            400,
            "malformed",
        )
        .await;
        // Nor for whoever reads nothing at all.
        let stranger = session_of(&app, MemberId::new([3; 16])).await;
        let path = format!("/api/1/desk/cases/{case}/work");
        let answer = call(&app, &stranger, reqwest::Method::GET, &path, None).await;
        refused(answer, 404, "not-found").await;
    }
);

both!(of_two_revisions_at_once_one_is_kept, |base| {
    let app = TestApp::start(base).await;
    let office = Office::open(&app).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let open = office.take(&app, case).await;
    let (one, two) = (&office.handler, &office.second_handler);
    let first = one.write_record(&app, &open, Name::Triage).await;
    assert_eq!(first.status(), 201);
    let head = one.head(&app, case, Name::Triage).await;
    for _ in 0..4 {
        let head = one.head(&app, case, Name::Triage).await;
        let mine = one.revision_after(&app, &open, Name::Triage, head, |_| {});
        let theirs = two.revision_after(&app, &open, Name::Triage, head, |_| {});
        let answers = tokio::join!(
            one.send_revision(&app, case, &mine),
            two.send_revision(&app, case, &theirs)
        );
        let mut statuses = [answers.0.status().as_u16(), answers.1.status().as_u16()];
        let lost = if statuses[0] == 409 {
            answers.0
        } else {
            answers.1
        };
        refused(lost, 409, "sequence").await;
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
        // The later one still has its text, and writes it after the other.
        let (late, desk) = if one.head(&app, case, Name::Triage).await.1 == mine.stub.digest() {
            (theirs, two)
        } else {
            (mine, one)
        };
        refused(desk.send_revision(&app, case, &late).await, 409, "sequence").await;
        let again = desk.write_record(&app, &open, Name::Triage).await;
        assert_eq!(again.status(), 201);
    }
    let (last, _) = one.head(&app, case, Name::Triage).await;
    assert_eq!((head.0, last), (1, 9));
    // The chain is whole, and paged oldest first.
    let mut seen = Vec::new();
    let mut after = 0;
    loop {
        let path = format!("/api/1/desk/cases/{case}/records/triage?after={after}&limit=4");
        let page: Value = one.get(&app, &path).await.json().await.unwrap();
        for revision in page["revisions"].as_array().unwrap() {
            let stub = crate::support::member::signed(&revision["stub"]);
            let said: record::Revision =
                rightline::protocol::json::read(stub.unverified_payload()).unwrap();
            assert_eq!(said.file, Digest::of(&bytes(&revision["file"])));
            assert_eq!(
                said.previous,
                seen.last().map_or(Digest::ZERO, |(_, own)| *own)
            );
            seen.push((said.revision, stub.digest()));
        }
        match page["next"].as_u64() {
            Some(next) => after = next,
            None => break,
        }
    }
    assert_eq!(
        seen.iter().map(|(number, _)| *number).collect::<Vec<_>>(),
        (1..=9).collect::<Vec<u64>>()
    );
});

type Alter = Box<dyn FnOnce(&mut record::Place)>;

both!(revisions_that_break_a_rule_are_refused, |base| {
    let app = TestApp::start(base).await;
    let office = Office::open(&app).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let other = Reporter::file(&app, "y").await.submission.case;
    let open = office.take(&app, case).await;
    let (desk, colleague) = (&office.handler, &office.second_handler);
    let none = (0, Digest::ZERO);
    let day = app.today();
    let second = colleague.vault.member;
    let alterations: Vec<(&str, Alter)> = vec![
        ("Q1", Box::new(|place| place.service = ServiceId::ZERO)),
        ("Q1", Box::new(move |place| place.case = other)),
        ("Q1", Box::new(move |place| place.author = second)),
        ("Q1", Box::new(|place| place.revision = 1_001)),
        (
            "Q1",
            Box::new(|place| place.previous = Digest::of(b"another")),
        ),
        ("Q1", Box::new(move |place| place.day = day.plus_days(2))),
        ("Q1", Box::new(move |place| place.day = day.plus_days(-2))),
        ("D9", Box::new(|place| place.serial = 9)),
        ("K6", Box::new(|place| place.epoch = 1)),
    ];
    for (rule, alter) in alterations {
        let wrong = desk.revision_after(&app, &open, Name::Danger, none, alter);
        broken(desk.send_revision(&app, case, &wrong).await, rule).await;
    }
    let good = desk.revision_after(&app, &open, Name::Danger, none, |_| {});
    // Out of its place, by somebody else, of another case, with another file.
    let late = desk.revision_after(&app, &open, Name::Danger, (1, Digest::of(b"x")), |_| {});
    refused(desk.send_revision(&app, case, &late).await, 409, "sequence").await;
    broken(colleague.send_revision(&app, case, &good).await, "Q1").await;
    desk.open(&app, other).await;
    broken(desk.send_revision(&app, other, &good).await, "Q1").await;
    let recipient = open.case.statement.case_recipient.clone();
    for (rule, file) in [
        ("Q1", good.file[1..].to_vec()),
        (
            "Q1",
            sealing::seal(&[0; 4_096], std::slice::from_ref(&recipient)).unwrap(),
        ),
    ] {
        let wrong = record::Written {
            file,
            stub: good.stub.clone(),
        };
        broken(desk.send_revision(&app, case, &wrong).await, rule).await;
    }
    for (rule, file) in [
        ("E5", b"plain".to_vec()),
        (
            "F2",
            sealing::seal(&[0; 4_097], std::slice::from_ref(&recipient)).unwrap(),
        ),
        (
            "Q2",
            sealing::seal(&[0; 4_096], &vec![recipient.clone(); 2]).unwrap(),
        ),
    ] {
        // The stub names the file's digest, so that only the file is wrong.
        let mut said: record::Revision =
            rightline::protocol::json::read(good.stub.unverified_payload()).unwrap();
        said.file = Digest::of(&file);
        let stub = rightline::protocol::signing::sign(
            rightline::protocol::signing::Context::Record,
            &desk.vault.signing_key(),
            &said,
        );
        let wrong = record::Written { stub, file };
        broken(desk.send_revision(&app, case, &wrong).await, rule).await;
    }
    let large = json!({ "stub": b64(good.stub.as_bytes()), "file": "A".repeat(1_600_000) });
    let path = format!("/api/1/desk/cases/{case}/records");
    refused(desk.post(&app, &path, large).await, 413, "too-large").await;
    assert_eq!(sql::count(app.store(), "records").await, 0);
    assert_eq!(sql::count(app.store(), "record_heads").await, 0);

    // The same again is no second revision; it stays so when others follow.
    assert_eq!(desk.send_revision(&app, case, &good).await.status(), 201);
    assert_eq!(desk.send_revision(&app, case, &good).await.status(), 200);
    let other_bytes = desk.revision_after(&app, &open, Name::Danger, none, |_| {});
    refused(
        desk.send_revision(&app, case, &other_bytes).await,
        409,
        "sequence",
    )
    .await;
    assert_eq!(
        colleague
            .write_record(&app, &open, Name::Danger)
            .await
            .status(),
        201
    );
    assert_eq!(desk.send_revision(&app, case, &good).await.status(), 200);
    assert_eq!(sql::count(app.store(), "records").await, 2);
});

both!(a_revision_of_half_a_megabyte_is_served_whole, |base| {
    let app = TestApp::start(base).await;
    let office = Office::open(&app).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let open = office.take(&app, case).await;
    let (desk, colleague) = (&office.handler, &office.second_handler);
    // Forty people who may have failed to report, each with a long account.
    let entries = (0..40).map(|n| json!({ "id": n, "account": format!("{n:04} ").repeat(2_500) }));
    let Value::Object(content) = json!({ "entries": entries.collect::<Vec<_>>() }) else {
        unreachable!()
    };
    assert!(serde_json::to_vec(&content).unwrap().len() >= 500_000);
    let place = record::Place {
        service: app.id(),
        case,
        epoch: 0,
        record: Name::Failing,
        revision: 1,
        previous: Digest::ZERO,
        author: desk.vault.member,
        serial: desk.directory.root().serial,
        day: app.today(),
    };
    let key = desk.vault.signing_key();
    let recipient = &open.case.statement.case_recipient;
    let written = record::write(&place, &key, recipient, &content).unwrap();
    assert!(written.file.len() >= 500_000);
    let kept = desk.send_revision(&app, case, &written).await;
    assert_eq!(kept.status(), 201);
    // As the next one is written after it, it is read by a colleague, alone and in its chain.
    let path = format!("/api/1/desk/cases/{case}/records/failing");
    let work = colleague.work(&app, case).await;
    let page: Value = colleague.get(&app, &path).await.json().await.unwrap();
    assert_eq!(page["next"], Value::Null);
    let identity = rightline::protocol::hybrid::CaseIdentity::new(&open.secret);
    for row in [&work["records"][0], &page["revisions"][0]] {
        let file = bytes(&row["file"]);
        assert!(file == written.file);
        let stub = crate::support::member::signed(&row["stub"]);
        let said = record::Revision::read(&stub, &key.verifying_key()).unwrap();
        let read = record::read(&said, &key.verifying_key(), &file, &identity).unwrap();
        assert!(read == content);
    }
    let next = colleague.write_record(&app, &open, Name::Failing).await;
    assert_eq!(next.status(), 201);
    let page: Value = desk.get(&app, &path).await.json().await.unwrap();
    assert!(bytes(&page["revisions"][0]["file"]) == written.file);
    assert_eq!(page["revisions"].as_array().unwrap().len(), 2);
});

both!(a_record_of_an_older_epoch_is_not_taken, |base| {
    let app = TestApp::start(base).await;
    let office = Office::open(&app).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let open = office.take(&app, case).await;
    let desk = &office.handler;
    let old = desk.revision_after(&app, &open, Name::Notes, (0, Digest::ZERO), |_| {});
    let keys = NewKeys::next(&app, desk, case, &[desk.vault.member]).await;
    assert_eq!(keys.post(&app, desk).await.status(), 201);
    broken(desk.send_revision(&app, case, &old).await, "K6").await;
    let new = desk.revision_after(&app, &open, Name::Notes, (0, Digest::ZERO), |place| {
        place.epoch = 1;
    });
    assert_eq!(desk.send_revision(&app, case, &new).await.status(), 201);
});

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_record_is_in_the_clear() {
    let app = TestApp::start(Base::Sqlite).await;
    let office = Office::open(&app).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let open = office.take(&app, case).await;
    let desk: &Desk = &office.handler;
    let written = desk.revision_after(&app, &open, Name::Notes, (0, Digest::ZERO), |_| {});
    assert_eq!(desk.send_revision(&app, case, &written).await.status(), 201);
    let head = desk.head(&app, case, Name::Notes).await;
    assert_eq!(head, (1, written.stub.digest()));
    // Its reader opens it, from what the service gave back.
    let work = desk.work(&app, case).await;
    let row = &work["records"][0];
    let stub = crate::support::member::signed(&row["stub"]);
    let key = desk.vault.signing_key().verifying_key();
    let said = record::Revision::read(&stub, &key).unwrap();
    let identity = rightline::protocol::hybrid::CaseIdentity::new(&open.secret);
    let content = record::read(&said, &key, &bytes(&row["file"]), &identity).unwrap();
    assert_eq!(content["text"], "notes 1");
    for column in ["stub", "file"] {
        let kept = sql::all_bytes(
            app.store(),
            &format!("SELECT {column} FROM records WHERE case_id = $1"),
            case.as_bytes(),
        )
        .await;
        let text = String::from_utf8_lossy(&kept[0]).into_owned();
        assert!(!text.contains("notes 1"), "{column}");
    }
    // What somebody did is in the trail, and says nothing else.
    let acts = sql::acts_of(app.store(), desk.vault.member.as_bytes()).await;
    for act in ["keep-record", "open-record"] {
        assert!(
            acts.contains(&(act.to_owned(), "done".to_owned())),
            "{acts:?}"
        );
    }
}
