//! `/api/1/desk/recovery`: leads' words for a recovery, and the root that carries them.

use rightline::protocol::directory::{Lead as Listed, Recovery, RecoveryWord, sign_recovery};
use rightline::protocol::recovery::{Keys, PublicHalf};
use rightline::protocol::signing::{Signed, SigningKey};
use rightline::protocol::{MemberId, ServiceId};
use rightline::secret::{RecoverySeed, SignSeed};
use serde_json::{Value, json};

use crate::both;
use crate::support::member::b64;
use crate::support::publishing::offer;
use crate::support::refusal::{broken, refused};
use crate::support::{Desk, Lead, Reporter, TestApp, granting, sql};

const RECOVERY: &str = "/api/1/desk/recovery";

fn half(app: &TestApp, byte: u8) -> PublicHalf {
    Keys::new(&RecoverySeed::new([byte; 32]), &app.id()).public(&app.id(), 2, 3)
}

fn word(
    app: &TestApp,
    desk: &Desk,
    half: &PublicHalf,
    alter: impl Fn(&mut RecoveryWord),
) -> Signed {
    let mut word = RecoveryWord {
        service: half.service,
        recipient: half.recipient.clone(),
        key: half.key,
        threshold: half.threshold,
        shares: half.shares,
        day: app.today(),
    };
    alter(&mut word);
    sign_recovery(&desk.vault.signing_key(), &word)
}

async fn vote(app: &TestApp, desk: &Desk, signed: &Signed) -> reqwest::Response {
    desk.post(app, RECOVERY, json!({ "signed": b64(signed.as_bytes()) }))
        .await
}

async fn votes(app: &TestApp, desk: &Desk) -> Vec<(MemberId, String)> {
    let answer: Value = desk.get(app, RECOVERY).await.json().await.unwrap();
    let votes = answer["votes"].as_array().unwrap().iter();
    let read = |vote: &Value| {
        let text = |name: &str| vote[name].as_str().unwrap().to_owned();
        (text("lead").parse().unwrap(), text("signed"))
    };
    votes.map(read).collect()
}

both!(two_leads_vote_and_a_root_carries_their_words, |base| {
    let app = TestApp::start(base).await;
    let (one, two) = (app.desk("Lead-1").await, app.desk("Lead-2").await);
    let (first, second) = (half(&app, 1), half(&app, 2));
    assert!(votes(&app, &one).await.is_empty());
    let early = word(&app, &one, &first, |_| {});
    assert_eq!(vote(&app, &one, &early).await.status(), 201);
    // A later word takes the place of the first.
    let late = word(&app, &one, &second, |_| {});
    assert_eq!(vote(&app, &one, &late).await.status(), 201);
    let theirs = word(&app, &two, &second, |_| {});
    assert_eq!(vote(&app, &two, &theirs).await.status(), 201);
    let mut expected = vec![
        (one.vault.member, b64(late.as_bytes())),
        (two.vault.member, b64(theirs.as_bytes())),
    ];
    expected.sort();
    assert_eq!(votes(&app, &two).await, expected);
    // Somebody else's word, put into the database, counts for nobody.
    sql::execute_with(
        app.store(),
        "INSERT INTO recovery_votes VALUES ($1, $1)",
        &[7; 16],
    )
    .await;
    assert_eq!(votes(&app, &two).await.len(), 2);

    let recovery = |signatures: Vec<Signed>| Recovery {
        recipient: second.recipient.clone(),
        key: second.key,
        threshold: second.threshold,
        shares: second.shares,
        signatures,
    };
    // One word, or one twice, or words for different recoveries do not do.
    for signatures in [
        vec![late.clone()],
        vec![late.clone(), late.clone()],
        vec![early.clone(), theirs.clone()],
    ] {
        let (root, teams) = Lead::at(&one)
            .next(&app, |root, _| root.recovery = Some(recovery(signatures)))
            .await;
        broken(offer(&app, &one, &[], &teams, Some(&root)).await, "D6").await;
    }
    // Neither does the word of somebody whom the same publication makes a lead.
    let straw = SigningKey::new(&SignSeed::new([5; 32]));
    let list = Lead::at(&one)
        .next_list(&app, |list| {
            list.leads.push(Listed {
                member: MemberId::new([5; 16]),
                label: "Lead-9".parse().unwrap(),
                key: straw.verifying_key(),
            });
        })
        .await;
    let theirs_too = sign_recovery(
        &straw,
        &RecoveryWord {
            service: second.service,
            recipient: second.recipient.clone(),
            key: second.key,
            threshold: second.threshold,
            shares: second.shares,
            day: app.today(),
        },
    );
    let digest = list.digest();
    let (root, teams) = Lead::at(&one)
        .next(&app, |root, _| {
            root.leads = digest;
            root.recovery = Some(recovery(vec![late.clone(), theirs_too]));
        })
        .await;
    broken(offer(&app, &one, &[list], &teams, Some(&root)).await, "D6").await;

    let both = vec![late, theirs];
    let (root, teams) = Lead::at(&one)
        .next(&app, |root, _| root.recovery = Some(recovery(both)))
        .await;
    assert_eq!(
        offer(&app, &one, &[], &teams, Some(&root)).await.status(),
        201
    );
    assert_eq!(
        app.directory().await.recovery().unwrap().words(),
        second.words()
    );
    // What they voted about is settled.
    assert_eq!(sql::count(app.store(), "recovery_votes").await, 0);
});

/// What makes a word wrong.
type Alter = fn(&mut RecoveryWord);

both!(a_word_that_no_root_could_carry_is_refused, |base| {
    let app = TestApp::start(base).await;
    let lead = app.desk("Lead-1").await;
    let wrong: [Alter; 6] = [
        |word| word.service = ServiceId::ZERO,
        |word| word.threshold = 1,
        |word| word.threshold = 4,
        |word| word.shares = 17,
        |word| word.day = word.day.plus_days(-2),
        |word| word.day = word.day.plus_days(2),
    ];
    for alter in wrong {
        let signed = word(&app, &lead, &half(&app, 1), alter);
        broken(vote(&app, &lead, &signed).await, "D6").await;
    }
    // Another lead's, and one for a member's own key.
    let other = app.desk("Lead-2").await;
    let signed = word(&app, &other, &half(&app, 1), |_| {});
    broken(vote(&app, &lead, &signed).await, "D6").await;
    let key = lead.directory.teams().next().unwrap().members[0].key;
    let mut members = half(&app, 1);
    members.key = key;
    let signed = word(&app, &lead, &members, |_| {});
    broken(vote(&app, &lead, &signed).await, "D4").await;
    for label in ["Handler-1", "Administrator-1", "Auditor-1"] {
        let desk = app.desk(label).await;
        let signed = word(&app, &desk, &half(&app, 1), |_| {});
        refused(vote(&app, &desk, &signed).await, 403, "not-allowed").await;
        refused(desk.get(&app, RECOVERY).await, 403, "not-allowed").await;
    }
    assert_eq!(sql::count(app.store(), "recovery_votes").await, 0);
});

both!(
    a_recovery_is_granted_like_a_reader_until_a_root_names_another,
    |base| {
        let app = TestApp::start(base).await;
        let case = Reporter::file(&app, "x").await.submission.case;
        let (one, two) = (app.desk("Lead-1").await, app.desk("Lead-2").await);
        let publish = async |half: &PublicHalf| {
            let signatures = [&one, &two].map(|lead| word(&app, lead, half, |_| {}));
            let recovery = Recovery {
                recipient: half.recipient.clone(),
                key: half.key,
                threshold: half.threshold,
                shares: half.shares,
                signatures: signatures.to_vec(),
            };
            let (root, teams) = Lead::at(&one)
                .next(&app, |root, _| root.recovery = Some(recovery))
                .await;
            assert_eq!(
                offer(&app, &one, &[], &teams, Some(&root)).await.status(),
                201
            );
        };
        let (first, second) = (half(&app, 1), half(&app, 2));
        publish(&first).await;
        let desk = app.desk("Handler-1").await;
        let open = desk.open(&app, case).await;
        let id = app.directory().await.recovery().unwrap().id();
        let (row, sealed) = granting::row(&app, &desk, &open, id, |_| {});
        let answer = granting::post(&app, &desk, case, &row, Some(&sealed)).await;
        assert_eq!(answer.status(), 201);
        let live = "grants WHERE live = 1 AND number > 0 AND LENGTH(sealed) > 0";
        assert_eq!(sql::count(app.store(), live).await, 1);
        // Publishing something else leaves it; another recovery ends it.
        let renamed = Lead::at(&one)
            .offer(&app, &one, |_, teams| teams[0].name.push('.'))
            .await;
        assert_eq!(renamed.status(), 201);
        assert_eq!(sql::count(app.store(), live).await, 1);
        publish(&second).await;
        assert_eq!(sql::count(app.store(), live).await, 0);
    }
);
