//! `/api/1/desk/cases/{case}/epochs` and `access`: new keys for a case, and who has them.

use reqwest::Response;
use rightline::protocol::act::Act::Bar;
use rightline::protocol::directory::{Directory, Role};
use rightline::protocol::epoch::History;
use rightline::protocol::grant::{Act, Grant};
use rightline::protocol::mailbox::Act as MailboxAct;
use rightline::protocol::statement::Case;
use rightline::protocol::{CaseId, Digest, MemberId, ServiceId};
use serde_json::{Value, json};

use crate::both;
use crate::support::granting;
use crate::support::member::{b64, bytes, signed};
use crate::support::refusal::{broken, not_now, refused};
use crate::support::rekeying::{NewKeys, access};
use crate::support::{Desk, Lead, Reporter, TestApp, sql};

/// What is written of a case before anybody signs it, altered.
type Alter = fn(&mut NewKeys);

async fn epoch(answer: Response, status: u16) -> u64 {
    assert_eq!(answer.status(), status);
    answer.json::<Value>().await.unwrap()["epoch"]
        .as_u64()
        .unwrap()
}

/// What a desk makes of rows and epochs.
fn history(view: &Value, directory: &Directory) -> (Case, History) {
    let case = Case::read(&bytes(&view["statement"])).unwrap();
    let all =
        |name: &str| -> Vec<_> { view[name].as_array().unwrap().iter().map(signed).collect() };
    let (rows, epochs) = (all("rows"), all("epochs"));
    let read = History::read(&case, &rows, &epochs, |serial| {
        (serial == directory.root().serial).then_some(directory)
    });
    (case, read)
}

async fn opened(app: &TestApp, label: &str, case: CaseId) -> Desk {
    let desk = app.desk(label).await;
    desk.open(app, case).await;
    desk
}

both!(a_reader_gives_a_case_new_keys, |base| {
    let app = TestApp::start(base).await;
    let reporter = Reporter::file(&app, "Before.").await;
    let case = reporter.submission.case;
    let author = opened(&app, "Handler-1", case).await;
    let other = opened(&app, "Handler-2", case).await;
    let in_flight = reporter.write(&app, &reporter.open(&app).await, "On its way.");

    let both = [author.vault.member, other.vault.member];
    let new = NewKeys::next(&app, &author, case, &both).await;
    let (document, rows) = new.signed(&author);
    let answer = new.post_signed(&app, &author, &document, &rows).await;
    assert_eq!(epoch(answer, 201).await, 1);
    // The same again is no second epoch.
    let again = new.post_signed(&app, &author, &document, &rows).await;
    assert_eq!(epoch(again, 200).await, 1);

    // Readers find the secret, and the epoch counts.
    for desk in [&author, &other] {
        let view = access(&app, desk, case).await;
        assert_eq!(
            (view["team"].as_str(), view["stage"].as_str()),
            (Some("intake"), Some("received"))
        );
        let (read, found) = history(&view, &desk.directory);
        assert!(found.refusals.is_empty(), "{:?}", found.refusals);
        assert_eq!(found.epochs.latest(), 1);
        let live: Vec<(MemberId, u32)> = found.ledger.members().map(|(m, e)| (*m, e)).collect();
        let mut served: Vec<(MemberId, u32)> = view["live"]
            .as_array()
            .unwrap()
            .iter()
            .map(|live| {
                let epoch = u32::try_from(live["epoch"].as_u64().unwrap()).unwrap();
                (live["member"].as_str().unwrap().parse().unwrap(), epoch)
            })
            .collect();
        served.sort_unstable();
        assert_eq!(served, live);
        let own = view["sealed"].as_array().unwrap();
        assert_eq!(own.len(), 2);
        let secret = Grant::open(
            &bytes(&own[1]["sealed"]),
            &desk.vault.identity(),
            &read.statement.anchor(),
            1,
            &desk.vault.member,
            &new.epoch.recipient,
        );
        assert!(secret.is_ok());
        let listed = desk.list(&app, "mine").await;
        assert_eq!(listed[0]["epoch"], 1);
    }
    // Who was left out reads what was written before, and is granted nothing of the new epoch.
    let third = opened_before(&app, "Handler-3", case).await;
    assert!(
        third["sealed"]
            .as_array()
            .unwrap()
            .iter()
            .all(|own| own["epoch"] == 0)
    );
    // So does the reporter, who learns of the epoch; what they wrote before they knew is taken.
    let (stub, file) = in_flight;
    let sent = reporter
        .act(&app, MailboxAct::Post { stub }, Some(file))
        .await;
    assert_eq!(sent.status(), 200);
    let mailbox = reporter.open(&app).await;
    assert_eq!((mailbox.epochs.len(), mailbox.rows.len()), (1, 2));
    assert_eq!(mailbox.from_reporter.len(), 1);
    // And a third epoch follows the second.
    let next = NewKeys::next(&app, &other, case, &both).await;
    assert_eq!(
        (next.epoch.epoch, next.epoch.previous),
        (2, document.digest())
    );
    assert_eq!(epoch(next.post(&app, &other).await, 201).await, 2);
    let view = access(&app, &author, case).await;
    assert_eq!(history(&view, &author.directory).1.epochs.latest(), 2);
    // The first, sent once more, is still the first.
    let again = new.post_signed(&app, &author, &document, &rows).await;
    assert_eq!(epoch(again, 200).await, 1);
});

async fn opened_before(app: &TestApp, label: &str, case: CaseId) -> Value {
    let desk = app.desk(label).await;
    assert_eq!(desk.declare(app, case, false).await.status(), 200);
    access(app, &desk, case).await
}

const WRONG: &[(&str, Alter)] = &[
    ("K5", |new| new.epoch.service = ServiceId::ZERO),
    ("K5", |new| new.epoch.case = CaseId::new([3; 32])),
    ("K5", |new| new.epoch.author = new.rows[1].grantee),
    ("K5", |new| new.epoch.epoch = 0),
    ("K5", |new| new.epoch.epoch = 101),
    ("K5", |new| new.epoch.day = new.epoch.day.plus_days(-2)),
    ("D9", |new| new.epoch.serial = 2),
    // Without the author's own grant, without any, with one of them twice, or of another epoch.
    ("K5", |new| {
        new.rows.remove(0);
        new.sealed.remove(0);
        new.rows[0].number = 1;
    }),
    ("K5", |new| new.rows.clear()),
    ("K5", |new| {
        let mut twice = new.rows[1].clone();
        twice.number = 3;
        new.rows.push(twice);
        let sealed = new.sealed[1].clone();
        new.sealed.push(sealed);
    }),
    ("K5", |new| new.rows[1].epoch = 0),
    ("K3", |new| new.rows[1].epoch = 2),
    ("K3", |new| {
        new.rows[1].digest = Digest::of(b"another grant")
    }),
    ("K3", |new| new.rows[1].grantor = new.rows[1].grantee),
    ("K3", |new| new.rows[1].act = Act::End),
    ("K3", |new| new.rows[0].case = CaseId::new([3; 32])),
    // To somebody whom nobody lists.
    ("K4", |new| new.rows[1].grantee = MemberId::new([7; 16])),
];

both!(what_breaks_a_rule_gives_no_new_keys, |base| {
    let app = TestApp::start(base).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let other_case = Reporter::file(&app, "y").await.submission.case;
    let author = opened(&app, "Handler-1", case).await;
    author.open(&app, other_case).await;
    let other = opened(&app, "Handler-2", case).await;
    let grantees = [author.vault.member, other.vault.member];
    for (place, (rule, alter)) in WRONG.iter().enumerate() {
        println!("{place}");
        let mut new = NewKeys::next(&app, &author, case, &grantees).await;
        let posted = case;
        alter(&mut new);
        let (document, rows) = new.signed(&author);
        // To the address of the case, whatever the document says.
        new.epoch.case = posted;
        broken(new.post_signed(&app, &author, &document, &rows).await, rule).await;
    }
    // Out of its place in either chain.
    for alter in [(|new: &mut NewKeys| new.epoch.epoch = 2) as Alter, |new| {
        new.epoch.previous = Digest::of(b"another epoch")
    }] {
        let mut new = NewKeys::next(&app, &author, case, &grantees).await;
        alter(&mut new);
        for row in &mut new.rows {
            row.epoch = new.epoch.epoch;
        }
        refused(new.post(&app, &author).await, 409, "sequence").await;
    }
    for alter in [
        (|new: &mut NewKeys| new.rows[0].previous = Digest::ZERO) as Alter,
        |new| new.rows[1].number = 3,
    ] {
        let mut new = NewKeys::next(&app, &author, case, &grantees).await;
        alter(&mut new);
        refused(new.post(&app, &author).await, 409, "sequence").await;
    }
    // Signed by a colleague, or as it was for another case.
    let new = NewKeys::next(&app, &author, case, &grantees).await;
    let (document, rows) = new.signed(&other);
    broken(new.post_signed(&app, &author, &document, &rows).await, "K5").await;
    let (_, theirs) = new.signed(&other);
    let (document, _) = new.signed(&author);
    broken(
        new.post_signed(&app, &author, &document, &theirs).await,
        "K3",
    )
    .await;
    let mut elsewhere = NewKeys::next(&app, &author, other_case, &grantees).await;
    let (document, rows) = elsewhere.signed(&author);
    elsewhere.epoch.case = case;
    broken(
        elsewhere.post_signed(&app, &author, &document, &rows).await,
        "K5",
    )
    .await;
    // A file for each row.
    let (document, rows) = new.signed(&author);
    let path = format!("/api/1/desk/cases/{case}/epochs");
    let row = json!({ "row": b64(rows[0].as_bytes()), "sealed": null });
    let body = json!({ "epoch": b64(document.as_bytes()), "rows": [row] });
    broken(author.post(&app, &path, body).await, "K3").await;
    for table in ["epochs", "grant_rows"] {
        assert_eq!(sql::count(app.store(), table).await, 0, "{table}");
    }
    assert_eq!(
        epoch(new.post_signed(&app, &author, &document, &rows).await, 201).await,
        1
    );
});

both!(only_readers_of_a_case_give_it_new_keys, |base| {
    let app = TestApp::start(base).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let author = opened(&app, "Handler-1", case).await;
    let own = [author.vault.member];
    let new = NewKeys::next(&app, &author, case, &own).await;
    // Not of the case; not a reader at all; not declared yet.
    for label in ["Handler-4", "Lead-1", "Auditor-1", "Administrator-1"] {
        let desk = app.desk(label).await;
        refused(new.post(&app, &desk).await, 404, "not-found").await;
        for path in ["access", "openings"] {
            let path = format!("/api/1/desk/cases/{case}/{path}");
            refused(desk.get(&app, &path).await, 404, "not-found").await;
        }
    }
    let second = app.desk("Handler-2").await;
    refused(new.post(&app, &second).await, 403, "declare-first").await;
    for path in ["access", "openings"] {
        let path = format!("/api/1/desk/cases/{case}/{path}");
        refused(second.get(&app, &path).await, 403, "declare-first").await;
    }
    // Whoever holds no grant of the epoch before: left out of one, they make no next.
    second.open(&app, case).await;
    assert_eq!(epoch(new.post(&app, &author).await, 201).await, 1);
    let shut_out = NewKeys::next(&app, &second, case, &[second.vault.member]).await;
    broken(shut_out.post(&app, &second).await, "K5").await;
    assert_eq!(sql::count(app.store(), "epochs").await, 1);
});

both!(a_leaver_and_who_has_a_conflict_get_no_new_keys, |base| {
    let app = TestApp::start(base).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    opened(&app, "Handler-1", case).await;
    let conflicted = app.desk("Handler-2").await;
    assert_eq!(conflicted.declare(&app, case, true).await.status(), 200);
    let leaver = opened(&app, "Handler-3", case).await.vault.member;
    Lead::of(&app)
        .publish(&app, |_, teams| {
            for team in teams {
                team.members.retain(|member| member.member != leaver);
            }
        })
        .await;
    let author = app.desk("Handler-1").await;
    let me = author.vault.member;
    // Under the root in force, and under the one that listed them.
    for serial in [2, 1] {
        let mut new = NewKeys::next(&app, &author, case, &[me, leaver]).await;
        new.epoch.serial = serial;
        for row in &mut new.rows {
            row.serial = serial;
        }
        broken(new.post(&app, &author).await, "K4").await;
    }
    let new = NewKeys::next(&app, &author, case, &[me, conflicted.vault.member]).await;
    broken(new.post(&app, &author).await, "K8").await;
    assert_eq!(sql::count(app.store(), "grant_rows").await, 0);
    let new = NewKeys::next(&app, &author, case, &[me]).await;
    assert_eq!(epoch(new.post(&app, &author).await, 201).await, 1);
});

both!(of_two_readers_at_once_one_gives_new_keys, |base| {
    let app = TestApp::start(base).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let one = opened(&app, "Handler-1", case).await;
    let two = opened(&app, "Handler-2", case).await;
    let grantees = [one.vault.member, two.vault.member];
    for number in 1..5 {
        let first = NewKeys::next(&app, &one, case, &grantees).await;
        let second = NewKeys::next(&app, &two, case, &grantees).await;
        let (first, second) = tokio::join!(first.post(&app, &one), second.post(&app, &two));
        let mut codes = [first.status().as_u16(), second.status().as_u16()];
        codes.sort_unstable();
        assert_eq!(codes, [201, 409]);
        let view = access(&app, &one, case).await;
        let (_, found) = history(&view, &one.directory);
        assert_eq!(found.epochs.latest(), number);
        assert!(!sql::due_of(app.store()).await.is_empty());
        assert!(found.refusals.is_empty());
    }
    assert_eq!(sql::count(app.store(), "grant_rows").await, 8);
});

both!(readers_see_who_opened_a_case, |base| {
    let app = TestApp::start(base).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let one = opened(&app, "Handler-1", case).await;
    let two = opened(&app, "Handler-2", case).await;
    app.clock.turn(86_400);
    let again = app.desk("Handler-1").await;
    again.read(&app, case).await;
    again.read(&app, case).await;
    let answer = two
        .get(&app, &format!("/api/1/desk/cases/{case}/openings"))
        .await;
    // The session of yesterday is over.
    refused(answer, 401, "signed-out").await;
    let two = app.desk("Handler-2").await;
    let path = format!("/api/1/desk/cases/{case}/openings");
    let page = async |query: &str| -> Value {
        let answer = two.get(&app, &format!("{path}{query}")).await;
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    };
    let whole = page("").await;
    assert_eq!(whole["next"], Value::Null);
    let rows = whole["openings"].as_array().unwrap();
    let opened: Vec<(String, String)> = rows
        .iter()
        .filter(|opening| opening["act"] == "open-case")
        .map(|opening| {
            assert_eq!(opening["done"], true);
            let text = |name: &str| opening[name].as_str().unwrap().to_owned();
            (text("member"), text("day"))
        })
        .collect();
    let (me, other) = (one.vault.member.to_string(), two.vault.member.to_string());
    let (first, second) = ("2026-11-23".to_owned(), "2026-11-24".to_owned());
    let mine = (me.clone(), second);
    assert_eq!(
        opened,
        [
            (me.clone(), first.clone()),
            (other, first),
            mine.clone(),
            mine
        ]
    );
    // What was refused has a second row, which says so.
    assert_eq!(again.declare(&app, case, true).await.status(), 200);
    let refusal = again.declare(&app, case, false).await;
    refused(refusal, 409, "conflict").await;
    let whole = page("").await;
    let rows = whole["openings"].as_array().unwrap();
    let last: Vec<(&Value, &Value)> = rows[rows.len() - 2..]
        .iter()
        .map(|row| (&row["act"], &row["done"]))
        .collect();
    assert_eq!(
        last,
        [
            (&"declare".into(), &true.into()),
            (&"declare".into(), &false.into())
        ]
    );
    let mut found = Vec::new();
    let mut after = 0;
    loop {
        let page = page(&format!("?limit=3&after={after}")).await;
        found.extend(page["openings"].as_array().unwrap().clone());
        match page["next"].as_u64() {
            Some(next) => after = next,
            None => break,
        }
    }
    assert_eq!(&found, rows);
    refused(
        two.get(&app, &format!("{path}?after=x")).await,
        400,
        "malformed",
    )
    .await;
});

both!(
    who_is_outside_of_the_team_is_let_in_after_a_second_factor,
    |base| {
        let app = TestApp::start(base).await;
        let case = Reporter::file(&app, "x").await.submission.case;
        let grantor = opened(&app, "Handler-1", case).await;
        let inside = app.desk("Handler-2").await.vault.member;
        let outside = app.desk("Handler-4").await.vault.member;
        // An account with a second factor, which this session has not shown.
        give_factor(&app).await;
        let open = grantor.read(&app, case).await;
        let (row, sealed) = granting::row(&app, &grantor, &open, outside, |_| {});
        let answer = granting::post(&app, &grantor, case, &row, Some(&sealed)).await;
        refused(answer, 403, "second-factor").await;
        let new = NewKeys::next(&app, &grantor, case, &[grantor.vault.member, outside]).await;
        refused(new.post(&app, &grantor).await, 403, "second-factor").await;
        // A colleague of the team needs none.
        let new = NewKeys::next(&app, &grantor, case, &[grantor.vault.member, inside]).await;
        assert_eq!(epoch(new.post(&app, &grantor).await, 201).await, 1);
        // With one just shown, the other is let in; and once in, is no stranger.
        let now = app.clock.seconds();
        sql::execute(app.store(), &format!("UPDATE sessions SET fresh = {now}")).await;
        let open = grantor.read(&app, case).await;
        let (row, sealed) = granting::row(&app, &grantor, &open, outside, |_| {});
        let answer = granting::post(&app, &grantor, case, &row, Some(&sealed)).await;
        assert_eq!(answer.status(), 201);
        sql::execute(app.store(), "UPDATE sessions SET fresh = 0").await;
        let both = [grantor.vault.member, outside];
        let new = NewKeys::next(&app, &grantor, case, &both).await;
        assert_eq!(epoch(new.post(&app, &grantor).await, 201).await, 2);
    }
);

both!(an_epoch_names_a_root_by_which_its_author_reads, |base| {
    let app = TestApp::start(base).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let author = opened(&app, "Handler-1", case).await.vault.member;
    let colleague = opened(&app, "Handler-2", case).await.vault.member;
    // For one root they read nothing; a service that was not looking gave them the case all the same.
    for roles in [vec![Role::Analyst], vec![Role::Handler]] {
        Lead::of(&app)
            .publish(&app, |_, teams| {
                for listed in teams.iter_mut().flat_map(|team| &mut team.members) {
                    if listed.member == author {
                        listed.roles.clone_from(&roles);
                    }
                }
            })
            .await;
    }
    let desk = app.desk("Handler-1").await;
    let mut keys = NewKeys::next(&app, &desk, case, &[author, colleague]).await;
    let serial = keys.epoch.serial;
    keys.epoch.serial = serial - 1;
    broken(keys.post(&app, &desk).await, "K4").await;
    keys.epoch.serial = serial;
    assert_eq!(epoch(keys.post(&app, &desk).await, 201).await, 1);
});

both!(who_takes_a_readers_place_is_no_stranger, |base| {
    let app = TestApp::start(base).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    opened(&app, "Handler-1", case).await;
    let leaver = opened(&app, "Handler-2", case).await.vault.member;
    let successor = app.desk("Handler-5").await.vault.member;
    Lead::of(&app)
        .publish(&app, |_, teams| {
            for team in teams {
                team.members.retain(|member| member.member != leaver);
                for member in &mut team.members {
                    if member.member == successor {
                        member.replaces = Some(leaver);
                    }
                }
            }
        })
        .await;
    let grantor = app.desk("Handler-1").await;
    give_factor(&app).await;
    let open = grantor.read(&app, case).await;
    let (row, sealed) = granting::row(&app, &grantor, &open, successor, |_| {});
    let answer = granting::post(&app, &grantor, case, &row, Some(&sealed)).await;
    assert_eq!(answer.status(), 201);
});

both!(
    neither_a_bar_nor_a_conflict_is_left_behind_with_ones_keys,
    |base| {
        for conflict in [false, true] {
            let app = TestApp::start(base).await;
            let case = Reporter::file(&app, "x").await.submission.case;
            let handler = app.desk("Handler-1").await;
            let open = handler.open(&app, case).await;
            let former = opened(&app, "Handler-2", case).await;
            let was = former.vault.member;
            let bars = if conflict {
                assert_eq!(former.declare(&app, case, true).await.status(), 200);
                Vec::new()
            } else {
                let bar = Bar { members: vec![was] };
                handler.does(&app, &open, bar).await;
                vec![was.to_string()]
            };
            assert_eq!(access(&app, &handler, case).await["bars"], json!(bars));

            // The same person under other keys, twice removed: listed in the place of whoever was invited in theirs.
            let heir = app.desk("Handler-5").await.vault.member;
            let between = app.desk("Handler-4").await.vault.member;
            let invited = "UPDATE members SET replaces = $1 WHERE label = 'Handler-4'";
            sql::execute_with(app.store(), invited, was.as_bytes()).await;
            Lead::of(&app)
                .publish(&app, |_, teams| {
                    for team in teams {
                        team.members
                            .retain(|one| ![was, between].contains(&one.member));
                        for member in &mut team.members {
                            if member.member == heir {
                                member.replaces = Some(between);
                            }
                        }
                    }
                })
                .await;
            let open = handler.read(&app, case).await;
            let (row, sealed) = granting::row(&app, &handler, &open, heir, |_| {});
            let alone = granting::post(&app, &handler, case, &row, Some(&sealed)).await;
            let both = [handler.vault.member, heir];
            let keys = NewKeys::next(&app, &handler, case, &both).await;
            let with_keys = keys.post(&app, &handler).await;
            for answer in [alone, with_keys] {
                if conflict {
                    broken(answer, "K8").await;
                } else {
                    not_now(answer, "barred").await;
                }
            }
            let held = "SELECT sealed FROM grants WHERE member = $1";
            let held = sql::all_bytes(app.store(), held, heir.as_bytes()).await;
            assert_eq!(held.len(), 0);
        }
    }
);

/// Gives Handler-1 a second factor, which no session of theirs has shown.
async fn give_factor(app: &TestApp) {
    sql::execute_with(
        app.store(),
        "INSERT INTO factors (id, member, kind, name, secret, credential, last_step, proved, added, used) \
         SELECT $1, id, 'totp', 'Phone', $1, $1, 0, 1, '2026-11-23', '' FROM members \
         WHERE label = 'Handler-1'",
        &[1; 16],
    )
    .await;
    sql::execute(app.store(), "UPDATE sessions SET fresh = 0").await;
}
