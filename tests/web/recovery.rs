//! The recovery drill: everybody who could read a case has lost their keys, and shares on paper give it to
//! somebody new, on a restored copy.

use std::path::Path;
use std::process::{Command, Output};

use rightline::ambient::Random;
use rightline::directory::store::{Document, Kind, publish};
use rightline::keys::Keys;
use rightline::protocol::bytes::Reference;
use rightline::protocol::directory::{
    Directory, Member, Recovery, RecoveryWord, Role, Root, Team, TeamEntry, sign_recovery,
    sign_root, sign_team,
};
use rightline::protocol::hybrid::MemberIdentity;
use rightline::protocol::recovery::PublicHalf;
use rightline::protocol::signing::SigningKey;
use rightline::protocol::vault::{Stretched, Unlock, Vault};
use rightline::protocol::{CaseId, MemberId};
use rightline::secret::{OpenSeed, Passphrase, SignSeed};
use rightline::staff::store::{Account, open_account};
use serde_json::Value;

use crate::both;
use crate::support::reporter::{Report, put};
use crate::support::{Desk, Installation, Reporter, sql};

const PROGRAM: &str = env!("CARGO_BIN_EXE_rightline");
const PASSPHRASE: &str = "six words that nobody else has";

fn run(arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).output().unwrap()
}

/// The code, the standard output and the complaint.
fn ends(arguments: &[&str]) -> (i32, String, String) {
    let output = run(arguments);
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The lines of words among what `recovery new` printed.
fn shares(printed: &str) -> Vec<String> {
    let lines = printed.lines().map(str::to_owned);
    lines
        .filter(|line| line.split(' ').count() == 28 && !line.contains(['.', ',']))
        .collect()
}

/// Publishes the next directory, with a recovery and with readers in the places of those before them.
async fn publish_next(
    installation: &Installation,
    leads: [&SigningKey; 2],
    recovery: &PublicHalf,
    readers: Option<&[Member]>,
) {
    let current = installation.directory().await;
    let store = installation.store().await;
    let word = RecoveryWord {
        service: recovery.service,
        recipient: recovery.recipient.clone(),
        key: recovery.key,
        threshold: recovery.threshold,
        shares: recovery.shares,
        day: installation.today(),
    };
    let teams = current.teams().map(|team| {
        let mut team: Team = team.clone();
        if let Some(readers) = readers.filter(|_| team.team.as_str() == "intake") {
            team.members = readers.to_vec();
        }
        sign_team(leads[0], &team)
    });
    let teams: Vec<_> = teams.collect();
    let root = Root {
        serial: current.root().serial + 1,
        previous: current.pin().digest,
        recovery: Some(Recovery {
            recipient: recovery.recipient.clone(),
            key: recovery.key,
            threshold: recovery.threshold,
            shares: recovery.shares,
            signatures: leads.map(|lead| sign_recovery(lead, &word)).to_vec(),
        }),
        teams: entries(&current, &teams),
        ..current.root().clone()
    };
    let mut documents: Vec<Document> = teams
        .iter()
        .map(|team| Document::new(Kind::Team, 0, team))
        .collect();
    let serial = i64::try_from(root.serial).unwrap();
    documents.push(Document::new(
        Kind::Root,
        serial,
        &sign_root(leads[0], &root),
    ));
    publish(&store, &documents).await.unwrap();
    store.close().await;
    // Until the service looks again.
    for _ in 0..1_200 {
        if installation.directory().await.root().serial == root.serial {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the service does not serve the new directory");
}

fn entries(current: &Directory, teams: &[rightline::protocol::signing::Signed]) -> Vec<TeamEntry> {
    let ids = current.teams().map(|team| team.team.clone());
    ids.zip(teams)
        .map(|(team, signed)| TeamEntry {
            team,
            digest: signed.digest(),
        })
        .collect()
}

/// Opens an account with new keys, and says how a team would list its member.
async fn newcomer(installation: &Installation, label: &str) -> Member {
    let secrets = &installation.settings.secrets;
    let keys = Keys::load(&secrets.service_key, &secrets.pepper).unwrap();
    let (service, id) = (installation.id(), MemberId::new(Random.bytes()));
    let salt: [u8; 16] = Random.bytes();
    let stretched = Stretched::new(&Passphrase::new(PASSPHRASE.to_owned()), &salt);
    let unlock = stretched.identity(&service, &id, &keys.pepper(&id));
    let vault = Vault {
        service,
        member: id,
        label: label.parse().unwrap(),
        open: OpenSeed::new(Random.bytes()),
        sign: SignSeed::new(Random.bytes()),
        unlocks: vec![Unlock::passphrase(&unlock)],
    };
    let login = keys.login(&id, &stretched.login(&service));
    let account = Account {
        id: id.as_bytes().to_vec(),
        label: label.to_owned(),
        salt: salt.to_vec(),
        login: login.as_bytes().to_vec(),
        vault: vault.seal().unwrap(),
    };
    let store = installation.store().await;
    open_account(&store, &account).await.unwrap();
    store.close().await;
    Member {
        member: id,
        label: vault.label.clone(),
        roles: vec![Role::Handler],
        units: Vec::new(),
        recipient: MemberIdentity::new(&vault.open).recipient().clone(),
        key: vault.signing_key().verifying_key(),
        since: installation.today(),
        replaces: None,
    }
}

/// How many rows say who may read which case, and how many the audit trail has.
async fn counts(installation: &Installation) -> [i64; 3] {
    let store = installation.store().await;
    let mut counts = [0; 3];
    for (count, table) in counts.iter_mut().zip(["grants", "grant_rows", "audit"]) {
        *count = sql::count(&store, table).await;
    }
    store.close().await;
    counts
}

fn reference(case: &CaseId) -> Reference {
    case.reference()
}

both!(
    shares_give_lost_cases_to_a_new_reader_on_a_restored_copy,
    |base| {
        let lost = Installation::write(base).await;
        let process = lost.serve().await;
        let config = text(&lost.config).to_owned();

        // Two leads put a recovery into the directory.
        let public = lost.folder.path().join("recovery.json");
        let (code, printed, complaint) = ends(&[
            "recovery",
            "new",
            "--config",
            &config,
            "--to",
            text(&public),
        ]);
        assert_eq!((code, complaint.as_str()), (0, ""));
        let shares = shares(&printed);
        assert_eq!(shares.len(), 5, "{printed}");
        let public: PublicHalf = serde_json::from_slice(&std::fs::read(&public).unwrap()).unwrap();
        assert!(printed.contains(&public.words().join(" ")), "{printed}");
        let leads = [lost.desk("Lead-1").await, lost.desk("Lead-2").await];
        let keys = leads.map(|lead| lead.vault.signing_key());
        publish_next(&lost, [&keys[0], &keys[1]], &public, None).await;

        // Reports come, and are sealed to it; one is read and answered.
        let first = Reporter::file(&lost, "The first account").await;
        let second = Reporter::file(&lost, "The second account").await;
        let handler = lost.desk("Handler-1").await;
        handler.open(&lost, first.submission.case).await;

        // A copy is restored elsewhere, where nobody has the keys of before.
        let backup = lost.folder.path().join("backup.sqlite");
        assert!(lost.run("backup", "--to", &backup).await.status.success());
        process.kill();
        let copy = lost.again(base).await;
        let restored = copy.run("restore", "--from", &backup).await;
        assert!(restored.status.success());
        let process = copy.serve().await;
        let readers = [
            newcomer(&copy, "Handler-9").await,
            newcomer(&copy, "Handler-10").await,
        ];
        publish_next(&copy, [&keys[0], &keys[1]], &public, Some(&readers)).await;

        let config = text(&copy.config).to_owned();
        let file = copy.folder.path().join("shares.txt");
        let open = |lines: &[String], to: &str, which: &[&str]| {
            std::fs::write(&file, lines.join("\n\n") + "\n").unwrap();
            let begin = ["recovery", "open", "--config", &config, "--to", to];
            let end = ["--shares", text(&file)];
            ends(&[&begin[..], which, &end[..]].concat())
        };

        // What does not go together changes nothing.
        let before = counts(&copy).await;
        let mut wrong = shares[..3].to_vec();
        let end = wrong[1].rfind(' ').unwrap();
        wrong[1].truncate(end);
        let other = if shares[1].ends_with("zoo") {
            " zone"
        } else {
            " zoo"
        };
        wrong[1].push_str(other);
        for (lines, code, message) in [
            (
                shares[..2].to_vec(),
                1,
                "2 of the 3 shares that are needed were given",
            ),
            (Vec::new(), 1, "there is no share"),
            (
                wrong,
                3,
                "share 2: one of its words is wrong, or they are in another order",
            ),
            (
                vec![shares[0].clone(), shares[1].clone(), shares[0].clone()],
                3,
                "share 3 is the same share as share 1",
            ),
            (
                vec!["one twoo three".to_owned()],
                3,
                "share 1: word 2 is not in the list of words",
            ),
        ] {
            let ended = open(&lines, "Handler-9", &["--all"]);
            assert_eq!(ended, (code, String::new(), format!("{message}\n")));
        }
        let enough = &shares[2..];
        for (to, which, message) in [
            (
                "Nobody",
                &["--all"][..],
                "the directory lists no reader with the label Nobody",
            ),
            (
                "Handler-1",
                &["--all"],
                "the directory lists no reader with the label Handler-1",
            ),
            (
                "Administrator-1",
                &["--all"],
                "the directory lists no reader with the label Administrator-1",
            ),
            (
                "Handler-9",
                &["--case", "RL-0000-0000"],
                "the recovery holds no case RL-0000-0000",
            ),
        ] {
            let ended = open(enough, to, which);
            assert_eq!(ended, (1, String::new(), format!("{message}\n")));
        }
        assert_eq!(counts(&copy).await, before);

        // One case by its reference, then all of them for two; again adds nothing.
        let [one, two] = [&first, &second].map(|reporter| reference(&reporter.submission.case));
        let by_reference = one.to_string();
        assert_eq!(
            open(enough, "Handler-9", &["--case", &by_reference]),
            (0, format!("{one}: given to Handler-9\n"), String::new())
        );
        let (code, said, complaint) = open(enough, "Handler-9,Handler-10", &["--all"]);
        assert_eq!((code, complaint.as_str()), (0, ""));
        let mut said: Vec<&str> = said.lines().collect();
        said.sort_unstable();
        let mut expected = [
            format!("{one}: Handler-9 has it already"),
            format!("{one}: given to Handler-10"),
            format!("{two}: given to Handler-9"),
            format!("{two}: given to Handler-10"),
        ];
        expected.sort_unstable();
        assert_eq!(said, expected);
        let after = counts(&copy).await;
        assert_eq!(after[1], before[1] + 4);
        // A row of the trail for each, written before it.
        assert_eq!(after[2], before[2] + 4);
        let (code, said, _) = open(enough, "Handler-9,Handler-10", &["--all"]);
        assert_eq!((code, said.matches("has it already").count()), (0, 4));
        assert_eq!(counts(&copy).await, after);

        // The new reader says that there is no conflict, and reads.
        let desk = Desk::sign_in(&copy, "Handler-9", PASSPHRASE).await.unwrap();
        for (reporter, account) in [
            (&first, "The first account"),
            (&second, "The second account"),
        ] {
            let open = desk.open(&copy, reporter.submission.case).await;
            assert_eq!(open.body.what_happened, account);
        }
        let (code, said, _) = ends(&["audit", "verify", "--config", &config]);
        assert!(code == 0 && said.starts_with("intact "), "{said}");
        let store = copy.store().await;
        let noted = rows(&store, &readers[0].member).await;
        store.close().await;
        assert_eq!(noted, 2);
        process.kill();
    }
);

/// How many rows of the trail say that the recovery gave something to a member.
async fn rows(store: &rightline::store::Store, about: &MemberId) -> usize {
    let all = rightline::audit::store::Filter::default();
    let rows = rightline::audit::store::page(store, 0, &all, 1_000)
        .await
        .unwrap();
    let said = rows
        .iter()
        .map(|row| serde_json::from_slice::<Value>(&row.payload).unwrap());
    said.filter(|row| row["act"] == "recovery" && row["by"] == "command" && row["who"] == "")
        .filter(|row| row["about"] == about.to_string() && row["outcome"] == "done")
        .count()
}

both!(the_recovery_hands_on_nothing_that_was_altered, |base| {
    let installation = Installation::write(base).await;
    let process = installation.serve().await;
    let config = text(&installation.config).to_owned();
    let (_, printed, _) = ends(&[
        "recovery",
        "new",
        "--config",
        &config,
        "--shares",
        "2",
        "--threshold",
        "2",
    ]);
    let shares = shares(&printed);
    let public = printed.lines().last().unwrap();
    let public: PublicHalf = serde_json::from_str(public).unwrap();
    let leads = [
        installation.desk("Lead-1").await,
        installation.desk("Lead-2").await,
    ];
    let keys = leads.map(|lead| lead.vault.signing_key());
    publish_next(&installation, [&keys[0], &keys[1]], &public, None).await;
    let directory = installation.directory().await;
    let report = Report {
        // A reader who is given it by the recovery, because the reporter left them out.
        grantees: Some(vec![
            directory.first_readers(rightline::protocol::directory::Route::Intake)[0].member,
        ]),
        ..Report::saying("An account")
    };
    let reporter = Reporter::compose(&installation, &directory, report);
    assert_eq!(put(&installation, &reporter.submission).await.status(), 201);
    let case = reporter.submission.case;

    let file = installation.folder.path().join("shares.txt");
    std::fs::write(&file, shares.join("\n")).unwrap();
    let id = case.to_string();
    let open = |to: &str| {
        ends(&[
            "recovery",
            "open",
            "--config",
            &config,
            "--to",
            to,
            "--case",
            &id,
            "--shares",
            text(&file),
        ])
    };
    // Another's sealed grant in the place of the recovery's.
    let store = installation.store().await;
    sql::execute(
        &store,
        "UPDATE grants SET sealed = body FROM parts WHERE parts.case_id = grants.case_id",
    )
    .await;
    let (code, said, complaint) = open("Handler-2");
    assert_eq!(code, 3, "{complaint}");
    assert_eq!(
        said,
        format!(
            "{}: not given to Handler-2: rule K1 of the protocol is broken\n",
            case.reference()
        )
    );
    assert_eq!(complaint.lines().count(), 1);
    assert_eq!(sql::count(&store, "grant_rows").await, 0);
    store.close().await;
    // Somebody else's shares.
    let (_, others, _) = ends(&["recovery", "new", "--id", &installation.id().to_string()]);
    let others: Vec<String> = self::shares(&others)[..3].to_vec();
    std::fs::write(&file, others.join("\n")).unwrap();
    let (code, said, complaint) = open("Handler-2");
    assert_eq!((code, said.as_str()), (3, ""), "{complaint}");
    assert!(
        complaint.contains("no directory of this service names"),
        "{complaint}"
    );
    process.kill();
});
