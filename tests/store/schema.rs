//! Versions of the schema: older ones migrate, newer ones are left untouched.

use std::path::{Path, PathBuf};

use rightline::protocol::Digest;
use rightline::store::{Location, SchemaError, Store};
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;

use super::{digest, kept};
use crate::both;
use crate::support::{Base, postgres, sql};

/// A place for a database, with the folder it may need.
async fn place(base: Base) -> (Location, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let location = match base {
        Base::Sqlite => Location::Sqlite(folder.path().join("rightline.sqlite")),
        Base::Postgres => Location::Postgres {
            url: postgres::database().await,
            password_file: None,
        },
    };
    (location, folder)
}

/// The files there, by digest.
fn files(folder: &tempfile::TempDir) -> Vec<(PathBuf, Digest)> {
    let mut files: Vec<(PathBuf, Digest)> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), Digest::of(&std::fs::read(path).unwrap())))
        .collect();
    files.sort();
    files
}

both!(a_newer_database_is_refused_untouched, |base| {
    let (location, folder) = place(base).await;
    let store = Store::open(&location).await.unwrap();
    kept(&store, 1).await;
    sql::execute(
        &store,
        "UPDATE _sqlx_migrations SET version = version + 100",
    )
    .await;
    let rows = sql::counts(&store).await;
    store.close().await;
    let before = files(&folder);
    assert_eq!(
        Store::open(&location).await.unwrap_err(),
        SchemaError::Newer
    );
    assert_eq!(files(&folder), before);
    if base == Base::Sqlite {
        assert_eq!(before.len(), 1);
    }
    // What it was before it became newer is all there.
    let Location::Postgres { url, .. } = &location else {
        return;
    };
    let pool = sqlx::PgPool::connect(url).await.unwrap();
    let store = Store::Postgres(pool);
    assert_eq!(sql::counts(&store).await, rows);
    assert_eq!(
        sql::count(&store, "_sqlx_migrations WHERE version > 100").await,
        6
    );
});

#[tokio::test]
async fn a_newer_database_in_another_journal_mode_is_left_as_it_is() {
    use sqlx::ConnectOptions as _;
    let (location, folder) = place(Base::Sqlite).await;
    let Location::Sqlite(path) = &location else {
        unreachable!()
    };
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true);
    let mut connection = options.connect().await.unwrap();
    for statement in [
        "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, \
         installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, \
         checksum BLOB NOT NULL, execution_time BIGINT NOT NULL)",
        "INSERT INTO _sqlx_migrations VALUES (900, 'later', 0, 1, x'00', 0)",
    ] {
        sqlx::query(statement)
            .execute(&mut connection)
            .await
            .unwrap();
    }
    sqlx::Connection::close(connection).await.unwrap();
    let before = files(&folder);
    assert_eq!(
        Store::open(&location).await.unwrap_err(),
        SchemaError::Newer
    );
    assert_eq!(files(&folder), before);
}

both!(an_older_database_is_brought_up_to_date, |base| {
    let (location, _folder) = place(base).await;
    // Version 0: nothing but an empty list of migrations.
    let store = Store::open(&location).await.unwrap();
    for table in sql::TABLES {
        sql::execute(&store, &format!("DROP TABLE {table}")).await;
    }
    sql::execute(&store, "DELETE FROM _sqlx_migrations").await;
    store.close().await;
    let store = Store::open(&location).await.unwrap();
    kept(&store, 1).await;
    store.close().await;
    // And once it is, opening it again changes no row.
    let store = Store::open(&location).await.unwrap();
    assert_eq!(sql::count(&store, "cases").await, 1);
    assert_eq!(sql::count(&store, "_sqlx_migrations").await, 6);
});

/// The migrations up to a version, in a folder of their own.
async fn up_to(version: i64, base: Base) -> (Migrator, tempfile::TempDir) {
    let kind = match base {
        Base::Sqlite => "sqlite",
        Base::Postgres => "postgres",
    };
    let all = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("migrations")
        .join(kind);
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(all).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name[..4].parse::<i64>().unwrap() <= version {
            std::fs::copy(&path, folder.path().join(name)).unwrap();
        }
    }
    (Migrator::new(folder.path()).await.unwrap(), folder)
}

both!(what_the_first_schema_kept_is_there_in_this_one, |base| {
    let (location, _folder) = place(base).await;
    let (first, _steps) = up_to(1, base).await;
    // As the first version left it: connections that know nothing of ours.
    let old = match &location {
        Location::Sqlite(path) => {
            let options = SqliteConnectOptions::new()
                .filename(path)
                .create_if_missing(true);
            let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
            first.run(&pool).await.unwrap();
            Store::Sqlite {
                writer: pool.clone(),
                readers: pool.clone(),
                log: pool,
            }
        }
        Location::Postgres { url, .. } => {
            let pool = sqlx::PgPool::connect(url).await.unwrap();
            first.run(&pool).await.unwrap();
            Store::Postgres(pool)
        }
    };
    let report = digest(1);
    for statement in [
        "INSERT INTO cases (id, lookup, reporter_key, submission, day, route, team, stage, epoch, \
         to_reporter, to_digest, from_reporter, from_digest, words, words_digest, rows_number, \
         rows_digest, receipt) SELECT $1, $1, $1, $1, '2026-11-20', 'intake', 'dps', 'received', 0, \
         0, $1, 0, $1, 0, $1, 0, $1, $1",
        "INSERT INTO parts (case_id, statement, parties, body, identity) \
         SELECT $1, CAST('st' AS BYTES), CAST('pa' AS BYTES), CAST('bo' AS BYTES), CAST('id' AS BYTES)",
        "INSERT INTO grants (case_id, epoch, member, live, declared, day, number, sealed) \
         SELECT $1, 0, $1, 1, 0, '2026-11-20', 0, $1",
    ] {
        let bytes = match base {
            Base::Sqlite => "BLOB",
            Base::Postgres => "BYTEA",
        };
        sql::execute_with(&old, &statement.replace("BYTES", bytes), &report).await;
    }
    for statement in [
        "INSERT INTO members (id, label, salt, login, vault) SELECT $1, 'Handler-1', $1, $1, $1",
        "INSERT INTO rings (member, revision, ring) SELECT $1, 3, $1",
        "INSERT INTO sessions (digest, member, opened, seen) SELECT $1, $1, 10, 20",
    ] {
        sql::execute_with(&old, statement, &[7; 16]).await;
    }
    for conflict in [0, 1] {
        let statement = "INSERT INTO declarations (case_id, member, conflict, signed) SELECT $1, $1, CONFLICT, $1";
        let statement = statement.replace("CONFLICT", &conflict.to_string());
        sql::execute_with(&old, &statement, &[8 + conflict; 32]).await;
    }
    assert_eq!(sql::count(&old, "_sqlx_migrations").await, 1);
    old.close().await;

    let store = Store::open(&location).await.unwrap();
    assert_eq!(sql::count(&store, "_sqlx_migrations").await, 6);
    for table in [
        // No act yet: the chain begins with the case.
        "cases WHERE closed = 0 AND aside = 0 AND acts_number = 0 AND acts_digest = id",
        "parts WHERE statement <> parties AND parties <> body AND body <> identity AND statement <> body",
        "grants WHERE live = 1 AND LENGTH(brief) = 0",
        "rings WHERE revision = 3",
        // Whoever had an account goes on; what nobody asked for then is empty.
        "members WHERE label = 'Handler-1' AND state = 'enrolled' AND founding = '' AND created = '' \
         AND LENGTH(application) = 0 AND LENGTH(replaces) = 0",
        // Each declaration is its member's only one still.
        "declarations WHERE conflict = 0 AND signed = case_id AND member = case_id",
        "declarations WHERE conflict = 1 AND signed = case_id AND member = case_id",
        // No session has seen a second factor.
        "sessions WHERE opened = 10 AND seen = 20 AND fresh = 0",
    ] {
        assert_eq!(sql::count(&store, table).await, 1, "{table}");
    }
    for table in [
        "invitations",
        "factors",
        "audit",
        "audit_head",
        "audit_heads",
        "records",
        "record_heads",
        "acts",
        "checkpoints",
        "assignments",
        "bars",
        "routed",
        "conflicts",
        "codes",
    ] {
        assert_eq!(sql::count(&store, table).await, 0, "{table}");
    }
});

both!(what_was_due_before_there_was_a_list_is_in_it, |base| {
    let (location, _folder) = place(base).await;
    let store = Store::open(&location).await.unwrap();
    kept(&store, 1).await;
    kept(&store, 2).await;
    sql::execute(&store, "UPDATE grants SET declared = 1").await;
    sql::execute(
        &store,
        "UPDATE cases SET aside = 1 WHERE id = (SELECT id FROM cases ORDER BY id LIMIT 1)",
    )
    .await;
    sql::execute(
        &store,
        "INSERT INTO clocks SELECT id, 'danger', day, '2026-11-24', '', 0, '' FROM cases",
    )
    .await;
    sql::execute(
        &store,
        "INSERT INTO clocks SELECT id, 'triage', day, '2026-11-24', '', 0, day FROM cases",
    )
    .await;
    // As the version before left it.
    sql::execute(&store, "DROP TABLE due").await;
    sql::execute(&store, "DELETE FROM _sqlx_migrations WHERE version = 5").await;
    store.close().await;
    let store = Store::open(&location).await.unwrap();
    let due = sql::due_of(&store).await;
    assert!(!due.is_empty());
    assert!(due.iter().all(|row| row.4 == "danger" && row.3 == due[0].3));
});

both!(a_kind_of_conflict_stays_with_its_declaration, |base| {
    let (location, _folder) = place(base).await;
    let store = Store::open(&location).await.unwrap();
    // As the version before left it.
    let bytes = match base {
        Base::Sqlite => "BLOB",
        Base::Postgres => "BYTEA",
    };
    for statement in [
        "DROP TABLE declarations",
        "DROP TABLE conflicts",
        "CREATE TABLE declarations (case_id BYTES NOT NULL, member BYTES NOT NULL, conflict BIGINT NOT NULL, \
         signed BYTES NOT NULL, PRIMARY KEY (case_id, member))",
        "CREATE TABLE conflicts (case_id BYTES NOT NULL, member BYTES NOT NULL, file BYTES NOT NULL, \
         PRIMARY KEY (case_id, member))",
        "DELETE FROM _sqlx_migrations WHERE version = 6",
    ] {
        sql::execute(&store, &statement.replace("BYTES", bytes)).await;
    }
    for (conflict, member) in [("0", [1; 16]), ("1", [2; 16])] {
        for statement in [
            "INSERT INTO declarations SELECT $1, $1, CONFLICT, $1",
            "INSERT INTO conflicts SELECT $1, $1, $1",
        ] {
            sql::execute_with(&store, &statement.replace("CONFLICT", conflict), &member).await;
        }
    }
    store.close().await;
    let store = Store::open(&location).await.unwrap();
    assert_eq!(sql::count(&store, "conflicts WHERE file = member").await, 2);
    for table in ["declarations", "conflicts"] {
        let select = format!("SELECT member FROM {table} WHERE conflict = 1 AND member = $1");
        assert_eq!(sql::all_bytes(&store, &select, &[2; 16]).await.len(), 1);
        assert_eq!(sql::all_bytes(&store, &select, &[1; 16]).await.len(), 0);
    }
});

both!(a_migration_that_was_altered_is_refused, |base| {
    let (location, _folder) = place(base).await;
    let store = Store::open(&location).await.unwrap();
    sql::execute_with(
        &store,
        "UPDATE _sqlx_migrations SET checksum = $1",
        b"other",
    )
    .await;
    store.close().await;
    assert_eq!(
        Store::open(&location).await.unwrap_err(),
        SchemaError::Failed
    );
});

#[tokio::test]
async fn what_is_no_database_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(
        &path,
        "not a database at all, but long enough to be read as one".repeat(100),
    )
    .unwrap();
    let before = files(&folder);
    assert_eq!(
        Store::open(&Location::Sqlite(path)).await.unwrap_err(),
        SchemaError::Damaged
    );
    assert_eq!(files(&folder), before);
    let nowhere = Location::Sqlite(folder.path().join("missing/rightline.sqlite"));
    assert_eq!(
        Store::open(&nowhere).await.unwrap_err(),
        SchemaError::Unreachable
    );
    let port = postgres::free_port();
    let silent = Location::Postgres {
        url: format!("postgres://a@127.0.0.1:{port}/b"),
        password_file: None,
    };
    assert_eq!(
        Store::open(&silent).await.unwrap_err(),
        SchemaError::Unreachable
    );
    let missing = Location::Postgres {
        url: "postgres://a@127.0.0.1/b".to_owned(),
        password_file: Some(folder.path().join("none")),
    };
    assert_eq!(
        Store::open(&missing).await.unwrap_err(),
        SchemaError::Password
    );
}
