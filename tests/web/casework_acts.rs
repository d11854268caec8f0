//! `/api/1/desk/cases/{case}/acts`: what each role may do, every cause why not, and the chain of acts.

use rightline::protocol::act::{Act, ActRow, Clock, Part, Words};
use rightline::protocol::directory::Role;
use rightline::protocol::message::Stage;
use rightline::protocol::record::Name;
use rightline::protocol::{Digest, MemberId, ServiceId, sealing};
use serde_json::json;

use crate::both;
use crate::support::granting;
use crate::support::member::bytes;
use crate::support::refusal::{broken, not_now, refused};
use crate::support::working::{Office, assign, clock, give_factors, missing, route, why};
use crate::support::{Desk, Lead, Reporter, TestApp, sql};

both!(every_act_is_for_some_roles_only, |base| {
    let app = TestApp::start(base).await;
    let office = Office::open(&app).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let open = office.take(&app, case).await;
    let [handler, second, investigator, authority, _, support] = office.all();
    let nobody = MemberId::new([7; 16]);
    // By the handler, the investigator, the authority without the part, and support.
    let acts: Vec<(&str, Act, [&str; 4])> = vec![
        (
            "bar",
            Act::Bar {
                members: vec![nobody],
            },
            ["", "role", "", "role"],
        ),
        (
            "lift",
            Act::Lift {
                members: vec![nobody],
            },
            ["role", "role", "not-assigned", "role"],
        ),
        ("route", route(&["independent"]), ["", "role", "", "role"]),
        (
            "assign:authority",
            assign(Part::Authority, authority.vault.member),
            ["", "role", "", "role"],
        ),
        (
            "assign:investigator",
            assign(Part::Investigator, investigator.vault.member),
            ["", "role", "", "role"],
        ),
        (
            "assign:support",
            assign(Part::Support, support.vault.member),
            ["", "role", "", "role"],
        ),
        ("set_aside", Act::SetAside {}, ["", "role", "", "role"]),
        (
            "pause",
            Act::Pause {
                clock: Clock::Feedback,
            },
            ["", "", "", "role"],
        ),
    ];
    let desks = [handler, investigator, authority, support];
    for (deed, act, expected) in acts {
        for (desk, expected) in desks.iter().zip(expected) {
            let told = desk.procedure(&app, case).await;
            if deed != "lift" {
                assert_eq!(why(&told, deed), expected, "{deed}");
            }
            if !expected.is_empty() {
                not_now(desk.act(&app, &open, act.clone()).await, expected).await;
            }
        }
    }
    // Nothing of it happened.
    assert_eq!(handler.procedure(&app, case).await["acts"], 0);
    for name in Name::checkpoints() {
        let writer = if name == Name::Decisions {
            authority
        } else {
            second
        };
        if name == Name::Decisions {
            handler
                .does(&app, &open, assign(Part::Authority, authority.vault.member))
                .await;
        }
        assert_eq!(writer.write_record(&app, &open, name).await.status(), 201);
    }
    handler
        .does(
            &app,
            &open,
            Act::Release {
                part: Part::Authority,
                member: authority.vault.member,
            },
        )
        .await;
    for name in Name::checkpoints() {
        let expected = match name {
            Name::Danger | Name::Triage => ["", "role", "", "role"],
            Name::Reporter => ["", "role", "", ""],
            Name::Learning | Name::Concerns => ["", "", "", "role"],
            _ => ["role", "role", "not-assigned", "role"],
        };
        for (desk, expected) in desks.iter().zip(expected) {
            let told = desk.procedure(&app, case).await;
            assert_eq!(why(&told, &format!("sign:{name}")), expected, "{name}");
            let signature = desk.signature(&app, case, name).await;
            if !expected.is_empty() {
                not_now(desk.act(&app, &open, signature).await, expected).await;
            }
        }
    }
});

both!(every_cause_why_not_is_told, |base| {
    let app = TestApp::start(base).await;
    let office = Office::open(&app).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let open = office.take(&app, case).await;
    let Office {
        handler,
        second_handler,
        investigator,
        authority,
        second_authority,
        support,
    } = &office;
    let id = |desk: &Desk| desk.vault.member;
    let refuses = async |desk: &Desk, act: Act, why: &str| {
        not_now(desk.act(&app, &open, act).await, why).await;
    };

    // Parts: of readers with the role, once, and never both of deciding and finding out.
    refuses(handler, assign(Part::Authority, id(investigator)), "role").await;
    refuses(handler, assign(Part::Support, id(handler)), "role").await;
    refuses(
        handler,
        assign(Part::Authority, MemberId::new([7; 16])),
        "not-reader",
    )
    .await;
    refuses(
        handler,
        Act::Release {
            part: Part::Authority,
            member: id(authority),
        },
        "not-there",
    )
    .await;
    handler
        .does(&app, &open, assign(Part::Investigator, id(investigator)))
        .await;
    refuses(
        handler,
        assign(Part::Investigator, id(investigator)),
        "already",
    )
    .await;
    handler
        .does(&app, &open, assign(Part::Investigator, id(second_handler)))
        .await;
    refuses(
        second_handler,
        assign(Part::Authority, id(authority)),
        "authority-investigates",
    )
    .await;
    handler
        .does(&app, &open, assign(Part::Authority, id(authority)))
        .await;
    handler
        .does(&app, &open, assign(Part::Support, id(support)))
        .await;
    // Whoever once investigated, decides in this case never.
    let release = Act::Release {
        part: Part::Investigator,
        member: id(second_handler),
    };
    handler.does(&app, &open, release).await;
    refuses(
        second_handler,
        assign(Part::Authority, id(authority)),
        "authority-investigates",
    )
    .await;
    // One's own part can be given up.
    let give_up = Act::Release {
        part: Part::Support,
        member: id(support),
    };
    support.does(&app, &open, give_up).await;

    // Records.
    let never = Act::Sign {
        record: Name::Danger,
        revision: 1,
        digest: Digest::ZERO,
    };
    refuses(handler, never, "no-record").await;
    assert_eq!(
        handler
            .write_record(&app, &open, Name::Danger)
            .await
            .status(),
        201
    );
    let stale = handler.signature(&app, case, Name::Danger).await;
    assert_eq!(
        handler
            .write_record(&app, &open, Name::Danger)
            .await
            .status(),
        201
    );
    refuses(handler, stale, "stale-revision").await;
    let (revision, _) = handler.head(&app, case, Name::Danger).await;
    let other = Act::Sign {
        record: Name::Danger,
        revision,
        digest: Digest::of(b"another"),
    };
    refuses(handler, other, "stale-revision").await;
    let current = handler.signature(&app, case, Name::Danger).await;
    handler.does(&app, &open, current.clone()).await;
    refuses(handler, current.clone(), "already").await;
    // A new revision takes the signature away, and the day on which it was due stays.
    let due = clock(&handler.procedure(&app, case).await, "danger")["due"].clone();
    assert_eq!(
        handler
            .write_record(&app, &open, Name::Danger)
            .await
            .status(),
        201
    );
    let told = handler.procedure(&app, case).await;
    let danger = &told["checkpoints"][0];
    assert_eq!(
        (&danger["revision"], &danger["signed"], &danger["done"]),
        (&3.into(), &2.into(), &false.into())
    );
    assert_eq!(
        (
            &clock(&told, "danger")["due"],
            &clock(&told, "danger")["done"]
        ),
        (&due, &"".into())
    );
    assert!(missing(&told).contains(&"again danger".to_owned()));
    refuses(handler, current, "stale-revision").await;

    // The second signature: over what is signed, by another authority.
    assert_eq!(
        handler
            .write_record(&app, &open, Name::Failing)
            .await
            .status(),
        201
    );
    let second = async || {
        let (revision, digest) = handler.head(&app, case, Name::Failing).await;
        Act::Second {
            record: Name::Failing,
            revision,
            digest,
        }
    };
    refuses(second_authority, second().await, "unsigned").await;
    let signature = authority.signature(&app, case, Name::Failing).await;
    authority.does(&app, &open, signature).await;
    refuses(authority, second().await, "same-person").await;
    refuses(investigator, second().await, "role").await;
    second_authority.does(&app, &open, second().await).await;
    refuses(second_authority, second().await, "already").await;
    // And both are over when it changes.
    assert_eq!(
        handler
            .write_record(&app, &open, Name::Failing)
            .await
            .status(),
        201
    );
    refuses(second_authority, second().await, "unsigned").await;
    let told = handler.procedure(&app, case).await;
    assert_eq!(why(&told, "stage:closed"), "missing");

    // Routes and clocks.
    refuses(handler, route(&["nowhere"]), "unknown-team").await;
    handler
        .does(&app, &open, route(&["intake", "independent"]))
        .await;
    refuses(handler, route(&["independent", "intake"]), "already").await;
    refuses(
        handler,
        Act::Resume {
            clock: Clock::Feedback,
        },
        "not-paused",
    )
    .await;
    refuses(
        handler,
        Act::Pause {
            clock: Clock::Referral,
        },
        "unknown-clock",
    )
    .await;
    handler
        .does(
            &app,
            &open,
            Act::Pause {
                clock: Clock::Feedback,
            },
        )
        .await;
    refuses(
        handler,
        Act::Pause {
            clock: Clock::Feedback,
        },
        "paused",
    )
    .await;
    let told = handler.procedure(&app, case).await;
    assert_eq!(clock(&told, "feedback")["paused"], true);
    handler
        .does(
            &app,
            &open,
            Act::Done {
                clock: Clock::Feedback,
            },
        )
        .await;
    refuses(
        handler,
        Act::Done {
            clock: Clock::Feedback,
        },
        "already",
    )
    .await;

    // Aside, and back.
    refuses(handler, Act::TakeUp {}, "not-aside").await;
    refuses(handler, Act::Reopen {}, "not-closed").await;
    authority.does(&app, &open, Act::SetAside {}).await;
    refuses(handler, Act::SetAside {}, "aside").await;
    not_now(
        handler.write_record(&app, &open, Name::Triage).await,
        "aside",
    )
    .await;
    assert_eq!(
        handler
            .write_record(&app, &open, Name::Notes)
            .await
            .status(),
        201
    );
    handler.does(&app, &open, Act::TakeUp {}).await;
    assert_eq!(
        handler
            .write_record(&app, &open, Name::Triage)
            .await
            .status(),
        201
    );
});

both!(a_case_with_an_authority_is_theirs_to_set_aside, |base| {
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
    // Before there is one, whoever handles it may.
    for desk in [handler, second_authority] {
        desk.does(&app, &open, Act::SetAside {}).await;
        handler.does(&app, &open, Act::TakeUp {}).await;
    }
    let part = Part::Authority;
    let member = authority.vault.member;
    handler.does(&app, &open, assign(part, member)).await;
    for desk in [handler, second_authority] {
        let told = desk.procedure(&app, case).await;
        assert_eq!(why(&told, "set_aside"), "not-assigned");
        not_now(
            desk.act(&app, &open, Act::SetAside {}).await,
            "not-assigned",
        )
        .await;
    }
    authority.does(&app, &open, Act::SetAside {}).await;
    handler.does(&app, &open, Act::TakeUp {}).await;
    // And once there is none any more.
    authority
        .does(&app, &open, Act::Release { part, member })
        .await;
    handler.does(&app, &open, Act::SetAside {}).await;
});

both!(
    a_clock_stands_still_for_working_days_or_for_days_as_it_counts,
    |base| {
        let app = TestApp::start(base).await;
        let office = Office::open(&app).await;
        let case = Reporter::file(&app, "x").await.submission.case;
        let open = office.take(&app, case).await;
        let both = [Clock::Severity, Clock::Feedback];
        // From Wednesday the 25th of November on, before Monday the 30th.
        app.clock.turn(2 * 86_400);
        let desk = app.desk("Handler-1").await;
        for clock in both {
            desk.does(&app, &open, Act::Pause { clock }).await;
        }
        app.clock.turn(5 * 86_400);
        let desk = app.desk("Handler-1").await;
        for clock in both {
            desk.does(&app, &open, Act::Resume { clock }).await;
        }
        let told = desk.procedure(&app, case).await;
        assert_eq!(clock(&told, "severity")["due"], "2026-12-03");
        assert_eq!(clock(&told, "feedback")["due"], "2027-02-28");
    }
);

both!(a_clock_that_stood_still_is_due_so_many_days_later, |base| {
    let app = TestApp::start(base).await;
    let office = Office::open(&app).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let open = office.take(&app, case).await;
    let desk = &office.handler;
    let due = async || clock(&desk.procedure(&app, case).await, "severity")["due"].clone();
    assert_eq!(due().await, "2026-11-30");
    desk.does(
        &app,
        &open,
        Act::Pause {
            clock: Clock::Severity,
        },
    )
    .await;
    app.clock.turn(3 * 86_400);
    let desk = &app.desk("Handler-1").await;
    desk.does(
        &app,
        &open,
        Act::Resume {
            clock: Clock::Severity,
        },
    )
    .await;
    let told = desk.procedure(&app, case).await;
    assert_eq!(clock(&told, "severity")["due"], "2026-12-03");
    // The next message is due four weeks after the last.
    desk.answer(&app, case, Some(Stage::Acknowledged), "We have it.")
        .await;
    let told = desk.procedure(&app, case).await;
    assert_eq!(clock(&told, "update")["due"], "2026-12-24");
    assert_eq!(clock(&told, "explanation")["due"], "2027-11-23");
    desk.does(
        &app,
        &open,
        Act::Done {
            clock: Clock::Explanation,
        },
    )
    .await;
    let told = desk.procedure(&app, case).await;
    // Early as it was, the next one follows the day on which this one was due.
    assert_eq!(clock(&told, "explanation")["due"], "2028-05-23");
});

type Alter = Box<dyn FnOnce(&mut ActRow)>;

both!(acts_that_break_a_rule_are_refused, |base| {
    let app = TestApp::start(base).await;
    let office = Office::open(&app).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let elsewhere = Reporter::file(&app, "y").await.submission.case;
    let open = office.take(&app, case).await;
    let (desk, colleague) = (&office.handler, &office.second_handler);
    let day = app.today();
    let other = colleague.vault.member;
    let alterations: Vec<(&str, Alter)> = vec![
        ("Q4", Box::new(|row| row.service = ServiceId::ZERO)),
        ("Q4", Box::new(move |row| row.case = elsewhere)),
        ("Q4", Box::new(move |row| row.member = other)),
        ("Q4", Box::new(|row| row.number = 0)),
        ("Q4", Box::new(|row| row.number = 2_001)),
        ("Q4", Box::new(move |row| row.day = day.plus_days(2))),
        ("Q4", Box::new(|row| row.file = Digest::of(b"another"))),
        (
            "Q4",
            Box::new(|row| {
                row.act = Act::Bar {
                    members: Vec::new(),
                }
            }),
        ),
        (
            "Q4",
            Box::new(|row| {
                row.act = Act::Done {
                    clock: Clock::Danger,
                }
            }),
        ),
        ("D9", Box::new(|row| row.serial = 9)),
    ];
    for (rule, alter) in alterations {
        let (wrong, file) = desk.next_act(&app, &open, Act::SetAside {}, alter).await;
        broken(desk.send_act(&app, case, &wrong, &file).await, rule).await;
    }
    let recipient = open.case.statement.case_recipient.clone();
    for (rule, file) in [
        ("E5", b"plain".to_vec()),
        (
            "F2",
            sealing::seal(&[0; 32_768], std::slice::from_ref(&recipient)).unwrap(),
        ),
        (
            "F2",
            sealing::seal(&[0; 100], std::slice::from_ref(&recipient)).unwrap(),
        ),
        (
            "Q4",
            sealing::seal(&[0; 4_096], &vec![recipient.clone(); 2]).unwrap(),
        ),
    ] {
        let (wrong, _) = desk
            .next_act(&app, &open, Act::SetAside {}, |row| {
                row.file = Digest::of(&file)
            })
            .await;
        broken(desk.send_act(&app, case, &wrong, &file).await, rule).await;
    }
    // Out of its place; on another chain.
    let wrong_places: [fn(&mut ActRow); 3] = [
        |row| row.number = 2,
        |row| row.previous = Digest::ZERO,
        |row| row.previous = Digest::of(b"another chain"),
    ];
    for alter in wrong_places {
        let (wrong, file) = desk.next_act(&app, &open, Act::SetAside {}, alter).await;
        refused(
            desk.send_act(&app, case, &wrong, &file).await,
            409,
            "sequence",
        )
        .await;
    }
    let (good, file) = desk.next_act(&app, &open, Act::SetAside {}, |_| {}).await;
    broken(colleague.send_act(&app, case, &good, &file).await, "Q4").await;
    desk.open(&app, elsewhere).await;
    broken(desk.send_act(&app, elsewhere, &good, &file).await, "Q4").await;
    assert_eq!(sql::count(app.store(), "acts").await, 0);
    // The same again is no second act, and another in its place is none at all.
    let (rival, rival_file) = colleague
        .next_act(&app, &open, Act::SetAside {}, |_| {})
        .await;
    assert_eq!(desk.send_act(&app, case, &good, &file).await.status(), 201);
    assert_eq!(desk.send_act(&app, case, &good, &file).await.status(), 200);
    refused(
        colleague.send_act(&app, case, &rival, &rival_file).await,
        409,
        "sequence",
    )
    .await;
    // Its words are for readers of the case.
    let work = desk.work(&app, case).await;
    let key = desk.vault.signing_key().verifying_key();
    let row = ActRow::read(
        &crate::support::member::signed(&work["acts"][0]["signed"]),
        &key,
    )
    .unwrap();
    let identity = rightline::protocol::hybrid::CaseIdentity::new(&open.secret);
    let words = Words::open(&row, &bytes(&work["acts"][0]["file"]), &identity).unwrap();
    assert_eq!(words.text, "Because.");
});

both!(
    what_widens_who_may_have_a_case_needs_a_fresh_second_factor,
    |base| {
        let app = TestApp::start(base).await;
        let office = Office::open(&app).await;
        let case = Reporter::file(&app, "x").await.submission.case;
        let open = office.take(&app, case).await;
        let Office {
            handler, authority, ..
        } = &office;
        let members = vec![office.support.vault.member];
        let barred = Act::Bar {
            members: members.clone(),
        };
        handler.does(&app, &open, barred).await;
        handler
            .does(&app, &open, assign(Part::Authority, authority.vault.member))
            .await;
        give_factors(&app).await;
        let lift = Act::Lift { members };
        refused(
            handler.act(&app, &open, route(&["independent"])).await,
            403,
            "second-factor",
        )
        .await;
        refused(authority.act(&app, &open, lift).await, 403, "second-factor").await;
        // What does not, needs none.
        authority.does(&app, &open, Act::SetAside {}).await;
    }
);

both!(a_part_ends_with_the_last_grant, |base| {
    let app = TestApp::start(base).await;
    let office = Office::open(&app).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let open = office.take(&app, case).await;
    let handler = &office.handler;
    let member = office.authority.vault.member;
    handler
        .does(&app, &open, assign(Part::Authority, member))
        .await;
    // They read nothing for a while, and then are listed and let in as before.
    let lead = app.desk("Lead-1").await;
    for roles in [vec![Role::Analyst], vec![Role::Authority]] {
        let answer = Lead::at(&lead)
            .offer(&app, &lead, |_, teams| {
                for listed in teams.iter_mut().flat_map(|team| &mut team.members) {
                    if listed.member == member {
                        listed.roles.clone_from(&roles);
                    }
                }
            })
            .await;
        assert_eq!(answer.status(), 201);
    }
    let now = handler.read(&app, case).await;
    let (row, sealed) = granting::row(&app, handler, &now, member, |_| {});
    let answer = granting::post(&app, handler, case, &row, Some(&sealed)).await;
    assert_eq!(answer.status(), 201);
    let back = app.desk("Handler-4").await;
    assert_eq!(back.read(&app, case).await.case.id, case);
    let told = handler.procedure(&app, case).await;
    assert_eq!(told["assigned"], json!([]));
});
