//! Bars, briefs and conflicts: who is kept out of a case, and what the service learns of why.

use rightline::protocol::act::{Act, Part};
use rightline::protocol::brief::{Brief, Exclude, Named, Part as Whose};
use rightline::protocol::conflict::{Conflict, Kind};
use rightline::protocol::hybrid::CaseIdentity;
use rightline::protocol::record::Name;
use rightline::protocol::recovery;
use rightline::protocol::report::Version;
use rightline::protocol::{CaseId, Digest, MemberId, sealing};
use serde_json::{Value, json};

use crate::both;
use crate::support::granting::{self, end};
use crate::support::member::{OpenCase, b64, bytes};
use crate::support::recovery::publish_recovery;
use crate::support::refusal::{broken, not_now, refused};
use crate::support::working::{Office, assign, give_factors, route};
use crate::support::{Desk, Reporter, TestApp, sql};

fn bar(members: &[&Desk]) -> Act {
    Act::Bar {
        members: members.iter().map(|desk| desk.vault.member).collect(),
    }
}

/// Expects that for this member the case does not exist, and never did.
async fn sees_nothing(app: &TestApp, desk: &Desk, open: &OpenCase) {
    sees_no_case(app, desk, open).await;
    for conflict in [false, true] {
        let answer = desk.declare(app, open.case.id, conflict).await;
        refused(answer, 404, "not-found").await;
    }
}

/// Expects that a member can read and write nothing of a case.
pub(super) async fn sees_no_case(app: &TestApp, desk: &Desk, open: &OpenCase) {
    let case = open.case.id;
    for path in [
        "",
        "/access",
        "/openings",
        "/work",
        "/procedure",
        "/records/notes",
    ] {
        let path = format!("/api/1/desk/cases/{case}{path}");
        refused(desk.get(app, &path).await, 404, "not-found").await;
    }
    for list in ["new", "mine"] {
        let listed = desk.list(app, list).await;
        assert!(
            listed
                .iter()
                .all(|row| row["case"] != case.to_string().as_str()),
            "{list}"
        );
    }
    let due: Value = desk
        .get(app, "/api/1/desk/due?list=mine&within=3000")
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(
        due,
        json!({ "rows": [], "next": null, "overdue": 0, "soon": 0 })
    );
    let several = json!({ "cases": [case] });
    let opened: Value = desk
        .post(app, "/api/1/desk/cases/open", several)
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(opened, json!({ "cases": [] }));
    let revision = desk.revision_after(app, open, Name::Notes, (0, Digest::ZERO), |_| {});
    refused(
        desk.send_revision(app, case, &revision).await,
        404,
        "not-found",
    )
    .await;
    let written = desk.write(app, open, None, "Am I in?");
    refused(desk.send(app, case, &written).await, 404, "not-found").await;
}

both!(
    a_bar_ends_grants_and_parts_and_nothing_is_left_to_see,
    |base| {
        let app = TestApp::start(base).await;
        let office = Office::open(&app).await;
        let case = Reporter::file(&app, "x").await.submission.case;
        let open = office.take(&app, case).await;
        let Office {
            handler,
            second_handler,
            investigator,
            authority,
            ..
        } = &office;
        handler
            .does(&app, &open, assign(Part::Authority, authority.vault.member))
            .await;
        handler
            .does(
                &app,
                &open,
                assign(Part::Investigator, investigator.vault.member),
            )
            .await;
        not_now(handler.act(&app, &open, bar(&[handler])).await, "own-bar").await;
        handler
            .does(&app, &open, bar(&[investigator, second_handler]))
            .await;
        sees_nothing(&app, investigator, &open).await;
        sees_nothing(&app, second_handler, &open).await;
        let told = handler.procedure(&app, case).await;
        let assigned = told["assigned"].as_array().unwrap();
        assert_eq!(assigned.len(), 1);
        assert_eq!(assigned[0]["as"], "authority");
        assert_eq!(told["bars"].as_array().unwrap().len(), 2);
        // What was sealed to them is gone from the database.
        let kept = sql::sealed_grant(
            app.store(),
            case.as_bytes(),
            second_handler.vault.member.as_bytes(),
        )
        .await;
        assert!(kept.is_empty());

        // No grant, no part.
        let now = handler.read(&app, case).await;
        let (row, sealed) = granting::row(&app, handler, &now, investigator.vault.member, |_| {});
        not_now(
            granting::post(&app, handler, case, &row, Some(&sealed)).await,
            "barred",
        )
        .await;
        let again = assign(Part::Investigator, investigator.vault.member);
        not_now(handler.act(&app, &open, again).await, "barred").await;
        not_now(
            handler.act(&app, &open, bar(&[investigator])).await,
            "already",
        )
        .await;

        // Nor a new epoch.
        let keys = crate::support::rekeying::NewKeys::next(
            &app,
            handler,
            case,
            &[handler.vault.member, investigator.vault.member],
        )
        .await;
        not_now(keys.post(&app, handler).await, "barred").await;
        assert_eq!(sql::count(app.store(), "epochs").await, 0);

        // The authority lifts it, and nothing comes back by itself.
        let lift = Act::Lift {
            members: vec![investigator.vault.member],
        };
        not_now(handler.act(&app, &open, lift.clone()).await, "role").await;
        authority.does(&app, &open, lift.clone()).await;
        not_now(authority.act(&app, &open, lift).await, "not-there").await;
        let nowhere = format!("/api/1/desk/cases/{case}");
        refused(investigator.get(&app, &nowhere).await, 404, "not-found").await;
        let now = handler.read(&app, case).await;
        let (row, sealed) = granting::row(&app, handler, &now, investigator.vault.member, |_| {});
        assert_eq!(
            granting::post(&app, handler, case, &row, Some(&sealed))
                .await
                .status(),
            201
        );
        investigator.read(&app, case).await;
        // Having investigated is not forgotten.
        let told = handler.procedure(&app, case).await;
        assert_eq!(told["assigned"].as_array().unwrap().len(), 1);
    }
);

both!(a_bar_leaves_somebody_who_can_work, |base| {
    let app = TestApp::start(base).await;
    let office = Office::open(&app).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let open = office.take(&app, case).await;
    let Office {
        handler,
        second_handler,
        authority,
        second_authority,
        ..
    } = &office;
    // The signer always stays: they cannot bar themselves. Two who bar each other at once: one of them stays.
    handler
        .does(&app, &open, bar(&[authority, second_authority]))
        .await;
    let (one, one_file) = handler
        .next_act(&app, &open, bar(&[second_handler]), |_| {})
        .await;
    let (two, two_file) = second_handler
        .next_act(&app, &open, bar(&[handler]), |_| {})
        .await;
    let answers = tokio::join!(
        handler.send_act(&app, case, &one, &one_file),
        second_handler.send_act(&app, case, &two, &two_file)
    );
    let mut statuses = [answers.0.status().as_u16(), answers.1.status().as_u16()];
    statuses.sort_unstable();
    // The other is a stranger by then, whether it was seen before or within the transaction.
    assert_eq!(statuses, [201, 404]);
    let live = "(SELECT DISTINCT member FROM grants WHERE live = 1 AND declared = 1) AS readers";
    assert_eq!(sql::count(app.store(), live).await, 3);
});

both!(bars_grants_and_parts_take_turns, |base| {
    let app = TestApp::start(base).await;
    let office = Office::open(&app).await;
    for _ in 0..4 {
        let case = Reporter::file(&app, "x").await.submission.case;
        let open = office.take(&app, case).await;
        let Office {
            handler,
            second_handler,
            investigator,
            ..
        } = &office;
        let now = second_handler.read(&app, case).await;
        let member = investigator.vault.member;
        let (row, sealed) = granting::row(&app, second_handler, &now, member, |_| {});
        let (barring, file) = handler
            .next_act(&app, &open, bar(&[investigator]), |_| {})
            .await;
        let part = assign(Part::Investigator, member);
        let (assigning, words) = second_handler.next_act(&app, &open, part, |_| {}).await;
        let _ = tokio::join!(
            granting::post(&app, second_handler, case, &row, Some(&sealed)),
            handler.send_act(&app, case, &barring, &file),
            second_handler.send_act(&app, case, &assigning, &words)
        );
        if handler.procedure(&app, case).await["bars"]
            .as_array()
            .unwrap()
            .is_empty()
        {
            handler.does(&app, &open, bar(&[investigator])).await;
        }
        let told = handler.procedure(&app, case).await;
        assert!(told["assigned"].as_array().unwrap().is_empty());
        let live = sql::all_bytes(
            app.store(),
            "SELECT case_id FROM grants WHERE live = 1 AND member = $1",
            member.as_bytes(),
        )
        .await;
        assert!(!live.contains(&case.as_bytes().to_vec()));
    }
});

both!(a_conflict_or_an_ended_grant_takes_the_part_too, |base| {
    let app = TestApp::start(base).await;
    let office = Office::open(&app).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let open = office.take(&app, case).await;
    let Office {
        handler, authority, ..
    } = &office;
    handler
        .does(&app, &open, assign(Part::Authority, authority.vault.member))
        .await;
    let theirs = authority.read(&app, case).await;
    let ended = end(&app, authority, &theirs, authority.vault.member);
    assert_eq!(
        granting::post(&app, authority, case, &ended, None)
            .await
            .status(),
        201
    );
    let told = handler.procedure(&app, case).await;
    assert!(told["assigned"].as_array().unwrap().is_empty());
    let listed = sql::due_of(app.store()).await;
    let theirs = authority.vault.member;
    assert!(listed.iter().all(|row| row.0 != theirs.as_bytes()));
    // Let in again, the part is not.
    let now = handler.read(&app, case).await;
    let (row, sealed) = granting::row(&app, handler, &now, authority.vault.member, |_| {});
    assert_eq!(
        granting::post(&app, handler, case, &row, Some(&sealed))
            .await
            .status(),
        201
    );
    let told = authority.procedure(&app, case).await;
    assert!(told["assigned"].as_array().unwrap().is_empty());
    // Nobody takes a part in a case that they cannot read.
    let gone = assign(Part::Authority, authority.vault.member);
    handler.does(&app, &open, gone).await;
});

both!(what_kind_of_conflict_it_is_only_readers_learn, |base| {
    let app = TestApp::start(base).await;
    let office = Office::open(&app).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let open = office.handler.open(&app, case).await;
    let Office {
        handler,
        second_handler,
        ..
    } = &office;
    let kinds = [Kind::Family, Kind::Command];
    let (answer, file) = second_handler
        .declare_kinds(&app, &open, &kinds, "My sister is named in it.")
        .await;
    assert_eq!(answer.status(), 200);
    let nowhere = format!("/api/1/desk/cases/{case}");
    refused(second_handler.get(&app, &nowhere).await, 404, "not-found").await;
    let work = handler.work(&app, case).await;
    let found = work["conflicts"].as_array().unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["member"], second_handler.vault.member.to_string());
    assert_eq!(bytes(&found[0]["file"]), file);
    let key = second_handler.vault.signing_key().verifying_key();
    let identity = CaseIdentity::new(&open.secret);
    let opened = Conflict::open(
        &file,
        &identity,
        &open.case.statement.service,
        &case,
        &second_handler.vault.member,
        |_, _| Some(&key),
    );
    assert_eq!(opened.unwrap().kinds, kinds);
    // The database has nothing of it in clear, and no file differs in size from one that says nothing.
    for (table, column) in [("conflicts", "file"), ("declarations", "signed")] {
        let select = format!("SELECT {column} FROM {table} WHERE case_id = $1");
        for row in sql::all_bytes(app.store(), &select, case.as_bytes()).await {
            let text = String::from_utf8_lossy(&row).into_owned();
            for word in ["family", "command", "sister"] {
                assert!(!text.contains(word), "{table}");
            }
        }
    }
    let other = Reporter::file(&app, "y").await.submission.case;
    let quiet = handler.open(&app, other).await;
    let (answer, nothing) = second_handler
        .declare_kinds(&app, &quiet, &[Kind::None], "")
        .await;
    assert_eq!(answer.status(), 200);
    assert_eq!(nothing.len(), file.len());
    // Another size is not taken, nor what is sealed to several.
    let third = Reporter::file(&app, "z").await.submission.case;
    let recipient = open.case.statement.case_recipient.clone();
    for (rule, file) in [
        ("E5", b"family".to_vec()),
        (
            "F2",
            sealing::seal(&[0; 16_384], std::slice::from_ref(&recipient)).unwrap(),
        ),
        (
            "Q6",
            sealing::seal(&[0; 4_096], &vec![recipient.clone(); 2]).unwrap(),
        ),
    ] {
        let signed = handler.declaration(&app, third, false);
        let body = json!({ "signed": b64(signed.as_bytes()), "file": b64(&file) });
        let path = format!("/api/1/desk/cases/{third}/declaration");
        broken(handler.post(&app, &path, body).await, rule).await;
    }
    assert_eq!(sql::count(app.store(), "conflicts").await, 2);
});

/// A brief for a grantee of a case.
fn brief(app: &TestApp, case: CaseId, grantor: &Desk, grantee: &Desk, who: &str) -> Vec<u8> {
    let recipient = grantor
        .directory
        .recipient_of(&grantee.vault.member)
        .unwrap();
    Brief {
        version: Version,
        service: app.id(),
        case,
        grantee: grantee.vault.member,
        grantor: grantor.vault.member,
        serial: grantor.directory.root().serial,
        day: app.today(),
        people: vec![Named {
            who: who.to_owned(),
            unit: "Central West BCU".to_owned(),
            part: Whose::Subject,
        }],
        exclude: Exclude::default(),
    }
    .seal(&grantor.vault.signing_key(), recipient)
    .unwrap()
}

both!(
    a_brief_comes_with_the_grant_until_its_reader_has_declared,
    |base| {
        let app = TestApp::start(base).await;
        let office = Office::open(&app).await;
        let case = Reporter::file(&app, "x").await.submission.case;
        let Office {
            handler, authority, ..
        } = &office;
        handler.open(&app, case).await;
        let grant = async |who: &str, file: Option<Vec<u8>>| {
            let now = handler.read(&app, case).await;
            let (row, sealed) = granting::row(&app, handler, &now, authority.vault.member, |_| {});
            let file = file.unwrap_or_else(|| brief(&app, case, handler, authority, who));
            let body =
                json!({ "row": b64(row.as_bytes()), "sealed": b64(&sealed), "brief": b64(&file) });
            (
                handler
                    .post(&app, &format!("/api/1/desk/cases/{case}/grants"), body)
                    .await,
                file,
            )
        };
        let own = authority
            .directory
            .recipient_of(&authority.vault.member)
            .unwrap()
            .clone();
        for (rule, file) in [
            ("E5", b"PS Vane".to_vec()),
            (
                "F2",
                sealing::seal(&[0; 32_768], std::slice::from_ref(&own)).unwrap(),
            ),
            (
                "Q5",
                sealing::seal(&[0; 4_096], &vec![own.clone(); 2]).unwrap(),
            ),
        ] {
            broken(grant("", Some(file)).await.0, rule).await;
        }
        let listed = async || {
            let rows = authority.list(&app, "new").await;
            rows.iter()
                .find(|row| row["case"] == case.to_string().as_str())
                .map(|row| row["brief"].clone())
        };
        assert_eq!(listed().await, None);
        let (answer, first) = grant("PS Vane", None).await;
        assert_eq!(answer.status(), 201);
        assert_eq!(bytes(&listed().await.unwrap()), first);
        // A later one takes its place; a grant without one leaves it.
        let (answer, second) = grant("PS Vane, known as Red", None).await;
        assert_eq!(answer.status(), 201);
        let now = handler.read(&app, case).await;
        let (row, sealed) = granting::row(&app, handler, &now, authority.vault.member, |_| {});
        assert_eq!(
            granting::post(&app, handler, case, &row, Some(&sealed))
                .await
                .status(),
            201
        );
        assert_eq!(bytes(&listed().await.unwrap()), second);
        let key = handler.vault.signing_key().verifying_key();
        let opened = Brief::open(
            &second,
            &authority.vault.identity(),
            &now.case.statement.service,
            &case,
            &authority.vault.member,
            |_, _| Some(&key),
        );
        assert_eq!(opened.unwrap().people[0].who, "PS Vane, known as Red");
        // First readers have none.
        assert_eq!(
            office.second_handler.list(&app, "new").await[0]["brief"],
            Value::Null
        );
        assert_eq!(authority.declare(&app, case, false).await.status(), 200);
        assert_eq!(
            sql::count(app.store(), "grants WHERE LENGTH(brief) > 0").await,
            0
        );
    }
);

both!(
    a_grant_to_a_team_that_works_on_it_needs_no_fresh_factor,
    |base| {
        let app = TestApp::start(base).await;
        let office = Office::open(&app).await;
        let case = Reporter::file(&app, "x").await.submission.case;
        let Office {
            handler,
            authority,
            support,
            ..
        } = &office;
        let open = handler.open(&app, case).await;
        handler.does(&app, &open, route(&["independent"])).await;
        give_factors(&app).await;
        let grant = async |grantee: &Desk| {
            let now = handler.read(&app, case).await;
            let (row, sealed) = granting::row(&app, handler, &now, grantee.vault.member, |_| {});
            granting::post(&app, handler, case, &row, Some(&sealed)).await
        };
        refused(grant(support).await, 403, "second-factor").await;
        assert_eq!(grant(authority).await.status(), 201);
    }
);

both!(
    a_bar_keeps_out_members_who_are_listed_and_never_the_recovery,
    |base| {
        let app = TestApp::start(base).await;
        let keys = publish_recovery(&app, (2, 3)).await;
        let recovery = recovery::id(keys.identity().recipient());
        let office = Office::open(&app).await;
        let case = Reporter::file(&app, "x").await.submission.case;
        let open = office.take(&app, case).await;
        let handler = &office.handler;
        for nobody in [recovery, MemberId::new([9; 16])] {
            let members = vec![office.second_handler.vault.member, nobody];
            not_now(
                handler.act(&app, &open, Act::Bar { members }).await,
                "unlisted",
            )
            .await;
        }
        let kept = sql::sealed_grant(app.store(), case.as_bytes(), recovery.as_bytes()).await;
        assert!(!kept.is_empty());
    }
);
