//! Backups, from copied data to a readable case, between both databases.

use rightline::protocol::act::Act;
use rightline::protocol::message::Stage;
use rightline::protocol::record::Name;
use rightline::store::{self, Location, SchemaError, Store, StoreError};

use super::kept;
use crate::both;
use crate::support::working::route;
use crate::support::{Base, Reporter, TestApp, postgres, sql};

/// Backs up a service that runs, restores into an empty database of the other kind, and goes on there.
async fn round_trip(from: Base, to: Base) {
    let mut app = TestApp::start(from).await;
    let reporter = Reporter::file(&app, "It was seen by two.").await;
    let case = reporter.submission.case;
    let desk = app.desk("Handler-1").await;
    desk.open(&app, case).await;
    desk.answer(&app, case, Some(Stage::Acknowledged), "We have it.")
        .await;
    reporter.post(&app, "Thank you.").await;
    let opened = desk.read(&app, case).await;
    desk.completes(&app, &opened, Name::Danger).await;
    desk.does(&app, &opened, route(&["independent"])).await;
    let work = desk.work(&app, case).await;

    let file = app.folder.path().join("backup.sqlite");
    store::back_up(app.store(), &file).await.unwrap();
    // What comes after the backup is not in it.
    let late = Reporter::file(&app, "Too late.").await;
    app.stop().await;

    let empty = match to {
        Base::Sqlite => Location::Sqlite(app.folder.path().join("restored.sqlite")),
        Base::Postgres => Location::Postgres {
            url: postgres::database().await,
            password_file: None,
        },
    };
    let restored = Store::open(&empty).await.unwrap();
    store::restore(&restored, &file).await.unwrap();
    restored.close().await;
    app.settings.database = empty;
    app.restart().await;

    // The session was left behind; the member signs in again with the same passphrase.
    assert_eq!(desk.get(&app, "/api/1/desk/me").await.status(), 401);
    let desk = app.desk("Handler-1").await;
    let open = desk.read(&app, case).await;
    assert_eq!(open.body.what_happened, "It was seen by two.");
    assert_eq!(open.view["messages"].as_array().unwrap().len(), 2);
    assert_eq!(open.view["stage"], "acknowledged");
    // The work on it is as it was, and goes on where it stood.
    assert_eq!(desk.work(&app, case).await, work);
    assert_eq!(
        desk.write_record(&app, &open, Name::Danger).await.status(),
        201
    );
    desk.does(&app, &open, Act::SetAside {}).await;
    // So does another first reader, who had not looked before.
    let other = app.desk("Handler-2").await;
    assert_eq!(
        other.open(&app, case).await.body.what_happened,
        "It was seen by two."
    );

    let opened = reporter.open(&app).await;
    assert_eq!(
        (opened.to_reporter.len(), opened.from_reporter.len()),
        (1, 1)
    );
    assert!(opened.to_reporter[0].file.is_some());
    reporter.post(&app, "Still here.").await;
    desk.answer(&app, case, None, "So are we.").await;
    // The late report can be sent again.
    let again = crate::support::reporter::put(&app, &late.submission).await;
    assert_eq!(again.status(), 201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_sqlite_to_sqlite() {
    round_trip(Base::Sqlite, Base::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_sqlite_to_postgres() {
    round_trip(Base::Sqlite, Base::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_postgres_to_sqlite() {
    round_trip(Base::Postgres, Base::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_postgres_to_postgres() {
    round_trip(Base::Postgres, Base::Postgres).await;
}

both!(
    every_table_but_what_opens_a_session_is_in_a_backup,
    |base| {
        let (store, folder) = base.store().await;
        kept(&store, 1).await;
        for (table, statement) in [
            (
                "installation",
                "INSERT INTO installation VALUES ('service', 'x')",
            ),
            (
                "documents",
                "INSERT INTO documents SELECT id, 'team', 0, receipt FROM cases",
            ),
            (
                "grant_rows",
                "INSERT INTO grant_rows SELECT id, 1, receipt FROM cases",
            ),
            (
                "due",
                "INSERT INTO due SELECT receipt, 'intake', '2026-11-24', id, 'danger' FROM cases",
            ),
            (
                "declarations",
                "INSERT INTO declarations SELECT id, receipt, 0, receipt FROM cases",
            ),
            (
                "epochs",
                "INSERT INTO epochs SELECT id, 1, receipt FROM cases",
            ),
            (
                "messages",
                "INSERT INTO messages SELECT id, 'to_reporter', 1, receipt, receipt, receipt FROM cases",
            ),
            (
                "word_changes",
                "INSERT INTO word_changes SELECT id, 1, receipt, receipt FROM cases",
            ),
            (
                "members",
                "INSERT INTO members SELECT id, 'Handler', receipt, receipt, receipt, 'suspended', \
                 'lead', receipt, receipt, '2026-11-23', receipt FROM cases",
            ),
            (
                "rings",
                "INSERT INTO rings SELECT id, 4, receipt FROM cases",
            ),
            (
                "sessions",
                "INSERT INTO sessions SELECT id, receipt, 1, 1, 1 FROM cases",
            ),
            (
                "failures",
                "INSERT INTO failures SELECT id, 1, 1 FROM cases",
            ),
            (
                "invitations",
                "INSERT INTO invitations SELECT id, 'member', 'x', receipt, receipt, receipt, 5, 1 \
                 FROM cases",
            ),
            (
                "factors",
                "INSERT INTO factors SELECT id, receipt, 'totp', 'Phone', receipt, receipt, 7, 1, \
                 '2026-11-23', '2026-11-24' FROM cases",
            ),
            ("spent", "INSERT INTO spent SELECT id, 9 FROM cases"),
            (
                "recovery_votes",
                "INSERT INTO recovery_votes SELECT id, receipt FROM cases",
            ),
            (
                "audit",
                "INSERT INTO audit SELECT 1, id, 11, receipt, 'act', id, receipt FROM cases",
            ),
            (
                "audit_head",
                "INSERT INTO audit_head SELECT 1, 4, id, receipt FROM cases",
            ),
            (
                "audit_heads",
                "INSERT INTO audit_heads SELECT 4, id, receipt FROM cases",
            ),
            (
                "records",
                "INSERT INTO records SELECT id, 'triage', 2, receipt, receipt FROM cases",
            ),
            (
                "record_heads",
                "INSERT INTO record_heads SELECT id, 'triage', 2, id, receipt FROM cases",
            ),
            (
                "acts",
                "INSERT INTO acts SELECT id, 3, receipt, receipt FROM cases",
            ),
            (
                "checkpoints",
                "INSERT INTO checkpoints SELECT id, 'failing', 2, id, receipt, receipt FROM cases",
            ),
            (
                "assignments",
                "INSERT INTO assignments SELECT id, receipt, 'authority', '2026-11-24', '2026-11-25' \
                 FROM cases",
            ),
            ("bars", "INSERT INTO bars SELECT id, receipt FROM cases"),
            ("routed", "INSERT INTO routed SELECT id, 'diu' FROM cases"),
            (
                "clocks",
                "INSERT INTO clocks SELECT id, 'danger', '2026-11-23', '2026-11-24', '2026-11-23', 5, \
                 '2026-11-26' FROM cases",
            ),
            (
                "conflicts",
                "INSERT INTO conflicts SELECT id, receipt, 1, receipt FROM cases",
            ),
            (
                "codes",
                "INSERT INTO codes VALUES ('reasons', 'fear', 'Fear')",
            ),
            (
                "cases",
                "UPDATE cases SET closed = 1, aside = 1, acts_number = 3, acts_digest = lookup",
            ),
            (
                "grants",
                "UPDATE grants SET brief = member WHERE member = (SELECT member FROM grants ORDER BY member LIMIT 1)",
            ),
        ] {
            assert_eq!(sql::execute(&store, statement).await, 1, "{table}");
        }
        let mut expected = sql::counts(&store).await;
        assert!(expected.iter().all(|(_, rows)| *rows > 0), "{expected:?}");
        let file = folder.path().join("backup.sqlite");
        store::back_up(&store, &file).await.unwrap();
        let copy = Store::open(&Location::Sqlite(file)).await.unwrap();
        for (table, rows) in &mut expected {
            if ["sessions", "failures", "spent"].contains(table) {
                *rows = 0;
            }
        }
        assert_eq!(sql::counts(&copy).await, expected);
        // With every column.
        for row in [
            "members WHERE state = 'suspended' AND founding = 'lead' AND created = '2026-11-23' \
             AND LENGTH(application) = LENGTH(login) AND LENGTH(replaces) = LENGTH(login)",
            "invitations WHERE purpose = 'member' AND label = 'x' AND until = 5 AND used = 1",
            "factors WHERE kind = 'totp' AND name = 'Phone' AND last_step = 7 AND proved = 1 \
             AND added = '2026-11-23' AND used = '2026-11-24'",
            "audit WHERE number = 1 AND time = 11 AND act = 'act' AND digest = case_id",
            "audit_head WHERE id = 1 AND number = 4",
            "audit_heads WHERE number = 4",
            "cases WHERE closed = 1 AND aside = 1 AND acts_number = 3 AND acts_digest = lookup",
            "grants WHERE brief = member",
            "records WHERE record = 'triage' AND revision = 2 AND LENGTH(stub) = LENGTH(file)",
            "record_heads WHERE record = 'triage' AND revision = 2 AND digest = case_id",
            "acts WHERE number = 3 AND signed = file",
            "checkpoints WHERE record = 'failing' AND revision = 2 AND digest = case_id \
             AND member = second",
            "assignments WHERE part = 'authority' AND since = '2026-11-24' AND until = '2026-11-25'",
            "bars WHERE LENGTH(member) > 0",
            "routed WHERE team = 'diu'",
            "clocks WHERE clock = 'danger' AND started = '2026-11-23' AND due = '2026-11-24' \
             AND paused_on = '2026-11-23' AND paused_days = 5 AND done = '2026-11-26'",
            "conflicts WHERE member = file",
            "codes WHERE list = 'reasons' AND code = 'fear' AND label = 'Fear'",
        ] {
            assert_eq!(sql::count(&copy, row).await, 1, "{row}");
        }
    }
);

both!(a_backup_overwrites_no_file_and_a_restore_no_rows, |base| {
    let (store, folder) = base.store().await;
    sql::execute(&store, "INSERT INTO installation VALUES ('service', 'x')").await;
    kept(&store, 1).await;
    let file = folder.path().join("backup.sqlite");
    std::fs::write(&file, "mine").unwrap();
    let conflict = Err(SchemaError::Store(StoreError::Conflict));
    assert_eq!(store::back_up(&store, &file).await, conflict);
    assert_eq!(std::fs::read(&file).unwrap(), b"mine");
    std::fs::remove_file(&file).unwrap();
    store::back_up(&store, &file).await.unwrap();
    assert_eq!(
        std::fs::read_dir(folder.path())
            .unwrap()
            .filter(|entry| {
                entry
                    .as_ref()
                    .unwrap()
                    .file_name()
                    .to_string_lossy()
                    .starts_with("backup")
            })
            .count(),
        1
    );

    let before = std::fs::read(&file).unwrap();
    assert_eq!(store::restore(&store, &file).await, conflict);
    assert_eq!(sql::count(&store, "cases").await, 1);
    assert_eq!(std::fs::read(&file).unwrap(), before);
    // Rows of which the installation was not noted are rows too.
    sql::execute(&store, "DELETE FROM installation").await;
    assert_eq!(store::restore(&store, &file).await, conflict);
    assert_eq!(sql::count(&store, "installation").await, 0);
});

both!(what_is_no_backup_restores_nothing, |base| {
    let (store, folder) = base.store().await;
    let missing = folder.path().join("missing.sqlite");
    let nothing = folder.path().join("nothing.sqlite");
    let text = folder.path().join("text.sqlite");
    std::fs::write(&nothing, "").unwrap();
    std::fs::write(&text, "no database".repeat(1_000)).unwrap();
    assert_eq!(
        store::restore(&store, &missing).await,
        Err(SchemaError::Unreachable)
    );
    assert!(!missing.exists());
    for file in [&nothing, &text] {
        let before = std::fs::read(file).ok();
        let restored = store::restore(&store, file).await;
        assert_eq!(restored, Err(SchemaError::Damaged), "{}", file.display());
        assert_eq!(std::fs::read(file).ok(), before, "{}", file.display());
    }
    // An installation's empty database is none either.
    let (other, elsewhere) = Base::Sqlite.store().await;
    other.close().await;
    let restored = store::restore(&store, &elsewhere.path().join("rightline.sqlite")).await;
    assert_eq!(restored, Err(SchemaError::Damaged));
    // One of a newer version is left alone.
    let (newer, elsewhere) = Base::Sqlite.store().await;
    sql::execute(
        &newer,
        "UPDATE _sqlx_migrations SET version = version + 100",
    )
    .await;
    newer.close().await;
    let restored = store::restore(&store, &elsewhere.path().join("rightline.sqlite")).await;
    assert_eq!(restored, Err(SchemaError::Newer));
    assert!(sql::counts(&store).await.iter().all(|(_, rows)| *rows == 0));
});
