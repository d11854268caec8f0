//! SQLite's write-ahead log, and what the order of its rows tells.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rightline::report::store::{Kept, keep_alone};
use rightline::store::{self, Location, Store};
use sqlx::Row as _;

use super::{arrival, digest, kept};
use crate::both;
use crate::support::Base;

async fn opened() -> (Store, PathBuf, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rightline.sqlite");
    let store = Store::open(&Location::Sqlite(path.clone())).await.unwrap();
    (store, path, folder)
}

fn log_of(path: &Path) -> PathBuf {
    path.with_extension("sqlite-wal")
}

fn length(path: &Path) -> u64 {
    std::fs::metadata(path).unwrap().len()
}

fn holds(path: &Path, what: &[u8]) -> bool {
    let bytes = std::fs::read(path).unwrap();
    bytes.windows(what.len()).any(|window| window == what)
}

async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..2_400 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what}: not in two minutes");
}

/// Before 3.51.3 a log that one connection folds while another writes it anew could damage the file
/// (<https://sqlite.org/wal.html>, the WAL-reset bug).
#[tokio::test]
async fn the_sqlite_that_is_built_in_folds_a_log_beside_a_writer_safely() {
    let (store, _path, _folder) = opened().await;
    let Store::Sqlite { readers, .. } = &store else {
        panic!("another database");
    };
    let version: String = sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(readers)
        .await
        .unwrap();
    let numbers: Vec<u32> = version
        .split('.')
        .map(|part| part.parse().unwrap())
        .collect();
    assert!(numbers >= vec![3, 51, 3], "{version}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_is_folded_beside_the_writer_and_cut_off_when_nothing_is_written() {
    let (store, path, _folder) = opened().await;
    let log = log_of(&path);
    let tended = store.clone();
    let tending = tokio::spawn(async move { tended.tend_log().await });
    // As long as something is written every second the log is not cut off, and still folded.
    let first = kept(&store, 0).await;
    let mut later = 0;
    while !holds(&path, &first) {
        assert!(length(&log) > 0);
        later += 1;
        assert!(later < 120, "not in the file after 120 more reports");
        kept(&store, later).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    until("cut off", || length(&log) == 0).await;
    // And once more, from an empty log.
    let last = kept(&store, later + 1).await;
    until("cut off again", || length(&log) == 0).await;
    assert!(holds(&path, &last));
    store.close().await;
    tending.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_anybody_who_tends_it_the_log_is_folded_by_whoever_asks() {
    let (store, path, _folder) = opened().await;
    let case = kept(&store, 1).await;
    assert!(!holds(&path, &case));
    assert!(length(&log_of(&path)) > 0);
    store.fold().await.unwrap();
    assert!(holds(&path, &case));
    assert_eq!(length(&log_of(&path)), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn folding_waits_for_a_reader_and_keeps_no_report_waiting() {
    let (store, path, _folder) = opened().await;
    kept(&store, 1).await;
    let Store::Sqlite { readers, .. } = &store else {
        unreachable!()
    };
    let mut reading = readers.begin().await.unwrap();
    sqlx::query("SELECT COUNT(*) FROM cases")
        .fetch_one(&mut *reading)
        .await
        .unwrap();
    let folded = store.clone();
    let mut folding = tokio::spawn(async move { folded.fold().await });
    // The writer is held for as long as folding waits for readers at a time, again and again.
    for number in 2..5 {
        let report = keep_alone(&store, arrival(number));
        tokio::select! {
            kept = report => assert_eq!(kept, Ok(Kept::New)),
            ended = &mut folding => panic!("folding ended while a reader was there: {ended:?}"),
        }
    }
    reading.rollback().await.unwrap();
    folding.await.unwrap().unwrap();
    assert_eq!(length(&log_of(&path)), 0);
}

/// The reports as SQLite has them, one after the other.
async fn in_places(store: &Store) -> Vec<Vec<u8>> {
    let Store::Sqlite { readers, .. } = store else {
        unreachable!()
    };
    let rows = sqlx::query("SELECT case_id FROM parts ORDER BY rowid")
        .fetch_all(readers)
        .await
        .unwrap();
    rows.iter().map(|row| row.get::<Vec<u8>, _>(0)).collect()
}

async fn table_names(store: &Store, which: &str) -> Vec<String> {
    let Store::Sqlite { readers, .. } = store else {
        unreachable!()
    };
    let names =
        format!("SELECT name FROM sqlite_master WHERE type = 'table' AND {which} ORDER BY name");
    sqlx::query_scalar(sqlx::AssertSqlSafe(names))
        .fetch_all(readers)
        .await
        .unwrap()
}

both!(no_row_shows_in_which_order_reports_came, |base| {
    const REPORTS: u32 = 30;
    let (source, folder) = base.store().await;
    // Their ids grow with the time of their arrival, which no real ones do.
    let came: Vec<Vec<u8>> = (0..REPORTS).map(|number| digest(number).to_vec()).collect();
    for number in 0..REPORTS {
        kept(&source, number).await;
    }
    let backup = folder.path().join("backup.sqlite");
    store::back_up(&source, &backup).await.unwrap();
    let copy = Store::open(&Location::Sqlite(backup.clone()))
        .await
        .unwrap();
    let (restored, _other) = Base::Sqlite.store().await;
    store::restore(&restored, &backup).await.unwrap();
    let of_source = matches!(base, Base::Sqlite).then_some(&source);
    for store in [&copy, &restored].into_iter().chain(of_source) {
        let mut places = in_places(store).await;
        assert_ne!(places, came);
        places.sort();
        assert_eq!(places, came);
        // No other table has row ids at all.
        let with = table_names(store, "sql NOT LIKE '%WITHOUT ROWID%'").await;
        assert_eq!(with, ["_sqlx_migrations", "parts"]);
    }
});
