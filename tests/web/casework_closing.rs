//! A case from its first message to its end, and back.

use rightline::protocol::act::{Act, Clock, Part};
use rightline::protocol::message::Stage;
use rightline::protocol::record::Name;

use crate::both;
use crate::support::refusal::not_now;
use crate::support::working::{Office, assign, clock, missing, route, why};
use crate::support::{Reporter, TestApp, sql};

both!(
    a_case_is_closed_when_nothing_is_missing_and_reopened,
    |base| {
        let app = TestApp::start(base).await;
        let office = Office::open(&app).await;
        let reporter = Reporter::file(&app, "It happened.").await;
        let case = reporter.submission.case;
        let open = office.take(&app, case).await;
        let Office {
            handler,
            authority,
            second_authority,
            ..
        } = &office;
        let close = async || {
            let now = handler.read(&app, case).await;
            let written = handler.write(&app, &now, Some(Stage::Closed), "It is closed.");
            handler.send(&app, case, &written).await
        };
        let says = async || missing(&handler.procedure(&app, case).await);

        let everything = [
            "acknowledge",
            "sign danger",
            "sign triage",
            "sign reporter",
            "sign failing",
            "sign severity",
            "sign referral",
            "sign decisions",
            "sign outcome",
            "sign learning",
            "sign concerns",
            "second failing",
            "authority",
            "team",
        ];
        assert_eq!(says().await, everything);
        not_now(close().await, "missing").await;

        handler
            .answer(&app, case, Some(Stage::Acknowledged), "We have it.")
            .await;
        assert_eq!(says().await, everything[1..]);
        let told = handler.procedure(&app, case).await;
        assert_eq!(clock(&told, "acknowledgement")["done"], "2026-11-23");
        assert_eq!(clock(&told, "update")["due"], "2026-12-21");
        not_now(close().await, "missing").await;

        // A team has it only once it was sorted and routed.
        let with_team = async || {
            let now = handler.read(&app, case).await;
            let written = handler.write(&app, &now, Some(Stage::WithTeam), "A team has it.");
            handler.send(&app, case, &written).await
        };
        not_now(with_team().await, "missing").await;
        handler.completes(&app, &open, Name::Danger).await;
        handler.completes(&app, &open, Name::Triage).await;
        not_now(with_team().await, "missing").await;
        handler.does(&app, &open, route(&["independent"])).await;
        assert_eq!(with_team().await.status(), 201);
        let routed = handler.procedure(&app, case).await;
        assert_eq!(clock(&routed, "referral")["due"], "2026-11-24");
        assert_eq!(routed["teams"], serde_json::json!(["independent"]));

        handler
            .does(&app, &open, assign(Part::Authority, authority.vault.member))
            .await;
        handler.completes(&app, &open, Name::Reporter).await;
        let outcome = async || {
            let now = handler.read(&app, case).await;
            let written = handler.write(&app, &now, Some(Stage::Outcome), "This is the outcome.");
            handler.send(&app, case, &written).await
        };
        for name in [Name::Severity, Name::Referral, Name::Decisions] {
            not_now(outcome().await, "missing").await;
            authority.completes(&app, &open, name).await;
        }
        assert_eq!(outcome().await.status(), 201);
        let told = handler.procedure(&app, case).await;
        assert_eq!(clock(&told, "feedback")["done"], "2026-11-23");
        for name in [Name::Outcome, Name::Learning, Name::Concerns] {
            not_now(close().await, "missing").await;
            authority.completes(&app, &open, name).await;
        }
        not_now(close().await, "missing").await;
        authority.completes(&app, &open, Name::Failing).await;
        // One signature is not enough there.
        assert_eq!(says().await, ["second failing"]);
        not_now(close().await, "missing").await;
        let (revision, digest) = authority.head(&app, case, Name::Failing).await;
        let second = Act::Second {
            record: Name::Failing,
            revision,
            digest,
        };
        not_now(
            authority.act(&app, &open, second.clone()).await,
            "same-person",
        )
        .await;
        not_now(handler.act(&app, &open, second.clone()).await, "role").await;
        second_authority.does(&app, &open, second).await;
        assert!(says().await.is_empty());

        // What changes after it was signed is signed again.
        assert_eq!(
            handler
                .write_record(&app, &open, Name::Severity)
                .await
                .status(),
            201
        );
        assert_eq!(says().await, ["again severity"]);
        let changed = handler.procedure(&app, case).await;
        assert_eq!(clock(&changed, "severity")["done"], "");
        not_now(close().await, "missing").await;
        authority
            .does(
                &app,
                &open,
                authority.signature(&app, case, Name::Severity).await,
            )
            .await;
        assert!(!sql::due_of(app.store()).await.is_empty());
        assert_eq!(close().await.status(), 201);
        assert!(sql::due_of(app.store()).await.is_empty());

        let closed = handler.procedure(&app, case).await;
        assert_eq!(
            (closed["closed"].as_bool(), closed["stage"].as_str()),
            (Some(true), Some("closed"))
        );
        assert_eq!(why(&closed, "write:notes"), "");
        for deed in [
            "write:triage",
            "bar",
            "route",
            "sign:danger",
            "stage:closed",
            "set_aside",
            "pause",
        ] {
            assert_eq!(why(&closed, deed), "closed", "{deed}");
        }
        not_now(
            handler.write_record(&app, &open, Name::Triage).await,
            "closed",
        )
        .await;
        assert_eq!(
            handler
                .write_record(&app, &open, Name::Notes)
                .await
                .status(),
            201
        );
        not_now(handler.act(&app, &open, route(&["intake"])).await, "closed").await;
        not_now(close().await, "closed").await;
        // Messages without a stage are always possible.
        handler.answer(&app, case, None, "Anything more?").await;
        handler
            .does(
                &app,
                &open,
                Act::Done {
                    clock: Clock::Explanation,
                },
            )
            .await;
        not_now(
            office.support.act(&app, &open, Act::Reopen {}).await,
            "role",
        )
        .await;
        handler.does(&app, &open, Act::Reopen {}).await;
        not_now(handler.act(&app, &open, Act::Reopen {}).await, "not-closed").await;
        let again = handler.procedure(&app, case).await;
        assert_eq!(again["closed"], false);
        assert!(missing(&again).is_empty());
        assert!(!sql::due_of(app.store()).await.is_empty());
        assert_eq!(close().await.status(), 201);
        assert!(sql::due_of(app.store()).await.is_empty());
        assert_eq!(reporter.open(&app).await.stage, Stage::Closed);
    }
);

both!(
    what_a_later_triage_alleges_is_due_though_it_was_assessed_before,
    |base| {
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
        handler.completes(&app, &open, Name::Triage).await;
        authority.completes(&app, &open, Name::Severity).await;
        let due = async || {
            let all = sql::due_of(app.store()).await.into_iter();
            let own = authority.vault.member.as_bytes()[..].to_vec();
            let severity = |row: &_| -> bool {
                let (member, team, _, _, clock): &(Vec<u8>, String, String, Vec<u8>, String) = row;
                *member == own && team.is_empty() && clock == "severity"
            };
            all.filter(severity).map(|row| row.2).collect::<Vec<_>>()
        };
        assert!(due().await.is_empty());
        let again = authority.signature(&app, case, Name::Severity).await;
        not_now(authority.act(&app, &open, again.clone()).await, "already").await;

        handler.completes(&app, &open, Name::Triage).await;
        assert_eq!(due().await, ["2026-11-30"]);
        let told = authority.procedure(&app, case).await;
        let severe = |one: &String| one.ends_with("severity");
        assert!(!missing(&told).iter().any(severe), "it is signed as it was");
        assert_eq!(why(&told, "sign:severity"), "");
        authority.does(&app, &open, again.clone()).await;
        assert!(due().await.is_empty());
        not_now(authority.act(&app, &open, again).await, "already").await;
    }
);
