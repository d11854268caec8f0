//! `/api/1/directory`: what is served verifies, whatever stands in the database.

use std::io::Read as _;

use rightline::app::{Service, StartError};
use rightline::directory::DirectoryError;
use rightline::directory::store::{Document, Kind, publish};
use rightline::protocol::directory::{Pin, Root, sign_root};
use rightline::protocol::signing::{Signed, SigningKey};
use rightline::protocol::{Digest, json};
use rightline::secret::SignSeed;

use crate::both;
use crate::support::lead::document;
use crate::support::refusal::{refused, strict};
use crate::support::reporter::{Report, put};
use crate::support::{Base, Lead, Reporter, TestApp, sql};

const DIRECTORY: &str = "/api/1/directory";

async fn get(app: &TestApp, path: &str) -> reqwest::Response {
    app.http.get(app.url(path)).send().await.unwrap()
}

async fn bytes(app: &TestApp, path: &str) -> Vec<u8> {
    let answer = get(app, path).await;
    assert_eq!(answer.status(), 200, "{path}");
    strict(answer.headers());
    answer.bytes().await.unwrap().to_vec()
}

both!(documents_are_served_by_digest_and_roots_by_serial, |base| {
    let app = TestApp::start(base).await;
    let first = app.directory().await;
    let second = Lead::of(&app)
        .publish(&app, |root, _| root.issued = root.issued.plus_days(1))
        .await;
    assert_eq!((first.root().serial, second.root().serial), (1, 2));
    for (serial, directory) in [(1, &first), (2, &second)] {
        let root = bytes(&app, &format!("{DIRECTORY}/roots/{serial}")).await;
        assert_eq!(Digest::of(&root), directory.pin().digest);
    }
    for entry in &second.root().teams {
        let path = format!("{DIRECTORY}/documents/{}", entry.digest);
        assert_eq!(Digest::of(&bytes(&app, &path).await), entry.digest);
        assert_eq!(
            get(&app, &path).await.headers()["content-type"],
            "application/octet-stream"
        );
    }
    // Whoever takes gzip is given the same bytes, packed; whoever forbids it is not.
    let entry = &second.root().teams[0];
    let path = format!("{DIRECTORY}/documents/{}", entry.digest);
    for (accepted, packed) in [
        ("gzip, deflate, br", true),
        ("gzip;q=0, identity", false),
        ("br", false),
    ] {
        for _ in 0..2 {
            let asked = app.http.get(app.url(&path));
            let answer = asked.header("accept-encoding", accepted).send().await;
            let answer = answer.unwrap();
            strict(answer.headers());
            assert_eq!(answer.headers()["vary"], "Accept-Encoding");
            let encoding = answer.headers().get("content-encoding").cloned();
            let mut bytes = answer.bytes().await.unwrap().to_vec();
            assert_eq!(
                encoding.is_some_and(|one| one == "gzip"),
                packed,
                "{accepted}"
            );
            if packed {
                let mut unpacked = Vec::new();
                let mut gzip = flate2::read::GzDecoder::new(bytes.as_slice());
                gzip.read_to_end(&mut unpacked).unwrap();
                bytes = unpacked;
            }
            assert_eq!(Digest::of(&bytes), entry.digest, "{accepted}");
        }
    }
    // The genesis is the document that the service is named by.
    let genesis = bytes(&app, &format!("{DIRECTORY}/documents/{}", app.id())).await;
    assert_eq!(Digest::of(&genesis).to_string(), app.id().to_string());
    // A client that remembers the first follows to the second, and not back.
    let roots = [Signed::parse(bytes(&app, &format!("{DIRECTORY}/roots/1")).await).unwrap()];
    assert_eq!(second.follows(&first.pin(), &roots), Ok(()));
    assert!(first.follows(&second.pin(), &roots).is_err());
});

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_not_found() {
    let app = TestApp::start(Base::Sqlite).await;
    let root = app.directory().await.pin().digest;
    let zeros = "0".repeat(64);
    let paths = [
        format!("documents/{zeros}"),
        // Roots have serials.
        format!("documents/{root}"),
        "documents/x".to_owned(),
        "documents/%ff".to_owned(),
        "documents/".to_owned(),
        "roots/0".to_owned(),
        "roots/2".to_owned(),
        "roots/-1".to_owned(),
        "roots/99999999999999999999".to_owned(),
        "roots/1x".to_owned(),
    ];
    for path in paths {
        refused(
            get(&app, &format!("{DIRECTORY}/{path}")).await,
            404,
            "not-found",
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn before_a_root_is_published_nothing_can_be_sealed() {
    let mut app = TestApp::start(Base::Sqlite).await;
    let directory = app.directory().await;
    let early = Reporter::compose(&app, &directory, Report::saying("Too early."));
    let kept: Vec<Document> = {
        let root = bytes(&app, &format!("{DIRECTORY}/roots/1")).await;
        vec![document(Kind::Root, 1, Signed::parse(root).unwrap())]
    };
    sql::execute(app.store(), "DELETE FROM documents WHERE kind = 'root'").await;
    app.restart().await;
    refused(get(&app, DIRECTORY).await, 404, "not-yet-open").await;
    refused(put(&app, &early.submission).await, 403, "closed").await;
    publish(app.store(), &kept).await.unwrap();
    app.clock.turn(10);
    assert_eq!(put(&app, &early.submission).await.status(), 201);
}

/// Where a refused directory must show: nothing is served by it, and nothing is taken in its name.
async fn is_refused(app: &TestApp, waiting: &Reporter) {
    app.clock.turn(10);
    refused(get(app, DIRECTORY).await, 503, "unavailable").await;
    refused(put(app, &waiting.submission).await, 503, "unavailable").await;
    let page = get(app, "/report").await;
    assert_eq!(page.status(), 503);
    let again = Service::prepare(app.settings.clone(), app.clock.clone()).await;
    assert!(
        matches!(
            again,
            Err(StartError::Directory(DirectoryError::Refused(_)))
        ),
        "a fresh start must refuse it too"
    );
}

/// A root that stands in the database although no lead would have signed it there.
enum Wrong {
    Unsigned,
    ByAStranger,
    ForAnotherPurpose,
    Forked,
    Skipping,
    Repeating,
    Garbage,
    TeamMissing,
}

async fn put_in(app: &TestApp, wrong: Wrong) {
    let lead = Lead::of(app);
    let stranger = SigningKey::new(&SignSeed::new([7; 32]));
    let Pin { serial, digest } = app.directory().await.pin();
    let (good, teams) = lead
        .next(app, |root, _| {
            root.good_until = root.good_until.plus_days(1);
        })
        .await;
    let mut root: Root = json::read(good.unverified_payload()).unwrap();
    assert_eq!((root.serial, root.previous), (serial + 1, digest));
    let mut number = serial + 1;
    let signed = match wrong {
        Wrong::Unsigned => {
            let mut bytes = good.into_bytes();
            bytes[33..97].fill(0);
            Signed::parse(bytes).unwrap()
        }
        Wrong::ByAStranger => sign_root(&stranger, &root),
        Wrong::ForAnotherPurpose => {
            let context = rightline::protocol::signing::Context::Team;
            rightline::protocol::signing::sign_bytes(context, &lead.key, good.unverified_payload())
        }
        Wrong::Forked => {
            root.previous = Digest::of(b"another root");
            sign_root(&lead.key, &root)
        }
        Wrong::Skipping => {
            root.serial += 1;
            number += 1;
            sign_root(&lead.key, &root)
        }
        // The first root's serial again, under the next number.
        Wrong::Repeating => {
            root.serial -= 1;
            root.previous = Digest::ZERO;
            sign_root(&lead.key, &root)
        }
        Wrong::Garbage => Signed::parse([&[1][..], &[9; 200]].concat()).unwrap(),
        Wrong::TeamMissing => {
            root.teams[0].digest = Digest::of(b"a team that nobody has");
            sign_root(&lead.key, &root)
        }
    };
    let mut documents: Vec<Document> = teams
        .into_iter()
        .map(|team| document(Kind::Team, 0, team))
        .collect();
    documents.push(document(Kind::Root, i64::try_from(number).unwrap(), signed));
    publish(app.store(), &documents).await.unwrap();
}

async fn a_wrong_root(base: Base, wrong: Wrong) {
    let app = TestApp::start(base).await;
    let waiting = Reporter::compose(&app, &app.directory().await, Report::saying("x"));
    put_in(&app, wrong).await;
    is_refused(&app, &waiting).await;
}

both!(a_root_without_a_signature_is_not_served, |base| {
    a_wrong_root(base, Wrong::Unsigned).await;
});
both!(a_root_by_somebody_else_is_not_served, |base| a_wrong_root(
    base,
    Wrong::ByAStranger
)
.await);
both!(a_root_signed_as_something_else_is_not_served, |base| {
    a_wrong_root(base, Wrong::ForAnotherPurpose).await;
});
both!(a_forked_root_is_not_served, |base| a_wrong_root(
    base,
    Wrong::Forked
)
.await);
both!(a_root_that_skips_a_serial_is_not_served, |base| {
    a_wrong_root(base, Wrong::Skipping).await;
});
both!(a_root_that_repeats_a_serial_is_not_served, |base| {
    a_wrong_root(base, Wrong::Repeating).await;
});
both!(garbage_in_the_place_of_a_root_is_not_served, |base| {
    a_wrong_root(base, Wrong::Garbage).await;
});
both!(a_root_without_its_teams_is_not_served, |base| a_wrong_root(
    base,
    Wrong::TeamMissing
)
.await);

both!(an_older_root_is_not_gone_back_to, |base| {
    let app = TestApp::start(base).await;
    Lead::of(&app)
        .publish(&app, |root, _| {
            root.good_until = root.good_until.plus_days(1);
        })
        .await;
    let waiting = Reporter::compose(&app, &app.directory().await, Report::saying("x"));
    sql::execute(
        app.store(),
        "DELETE FROM documents WHERE kind = 'root' AND number = 2",
    )
    .await;
    app.clock.turn(10);
    refused(get(&app, DIRECTORY).await, 503, "unavailable").await;
    refused(put(&app, &waiting.submission).await, 503, "unavailable").await;
    // It stays refused, not only at the first look.
    app.clock.turn(10);
    refused(get(&app, DIRECTORY).await, 503, "unavailable").await;
});

both!(a_swapped_team_document_is_not_served, |base| {
    let app = TestApp::start(base).await;
    let directory = app.directory().await;
    let entry = |name: &str| {
        directory
            .root()
            .teams
            .iter()
            .find(|entry| entry.team.as_str() == name)
            .unwrap()
            .digest
    };
    let (intake, independent) = (entry("intake"), entry("independent"));
    let other = bytes(&app, &format!("{DIRECTORY}/documents/{independent}")).await;
    // The other team's members, under the digest that the root names for intake.
    let statement = match base {
        Base::Sqlite => format!("UPDATE documents SET bytes = $1 WHERE digest = x'{intake}'"),
        Base::Postgres => format!("UPDATE documents SET bytes = $1 WHERE digest = '\\x{intake}'"),
    };
    assert_eq!(sql::execute_with(app.store(), &statement, &other).await, 1);
    refused(
        get(&app, &format!("{DIRECTORY}/documents/{intake}")).await,
        503,
        "unavailable",
    )
    .await;
    assert_eq!(
        bytes(&app, &format!("{DIRECTORY}/documents/{independent}")).await,
        other
    );
    let again = Service::prepare(app.settings.clone(), app.clock.clone()).await;
    assert!(matches!(
        again,
        Err(StartError::Directory(DirectoryError::Refused(_)))
    ));
});

both!(another_services_genesis_is_not_served, |base| {
    let app = TestApp::start(base).await;
    let other = TestApp::start(Base::Sqlite).await;
    let mut settings = app.settings.clone();
    settings.service.id = other.id();
    let again = Service::prepare(settings, app.clock.clone()).await;
    assert!(matches!(again, Err(StartError::Foreign)));
    // Not even where the database has not noted whose it is.
    sql::execute(app.store(), "DELETE FROM installation").await;
    let mut settings = app.settings.clone();
    settings.service.id = other.id();
    let again = Service::prepare(settings, app.clock.clone()).await;
    assert!(matches!(again, Err(StartError::Directory(_))));
    // And the attempt leaves no mark by which the right one would be refused.
    assert!(
        Service::prepare(app.settings.clone(), app.clock.clone())
            .await
            .is_ok()
    );
});

#[tokio::test(flavor = "multi_thread")]
async fn the_key_that_signs_receipts_is_the_one_that_the_root_names() {
    let app = TestApp::start(Base::Sqlite).await;
    let other = SigningKey::new(&SignSeed::new([8; 32])).verifying_key();
    Lead::of(&app)
        .publish(&app, |root, _| root.service_key = other)
        .await;
    let again = Service::prepare(app.settings.clone(), app.clock.clone()).await;
    assert!(matches!(again, Err(StartError::ServiceKey)));
}
