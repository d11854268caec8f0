//! Keeping reports.

use rightline::casework;
use rightline::mailbox;
use rightline::on;
use rightline::report::store::{Arrival, BATCH, Keeper, Kept, find, keep_alone};
use rightline::store::{Store, StoreError};

use super::{READERS, arrival, digest};
use crate::both;
use crate::support::sql;

both!(a_new_report_is_kept_whole, |base| {
    let (store, _folder) = base.store().await;
    let keeper = Keeper::start(store.clone());
    let sent = arrival(1);
    assert_eq!(find(&store, &sent.case).await, Ok(None));
    assert_eq!(keeper.keep(arrival(1)).await, Ok(Kept::New));

    let found = find(&store, &sent.case).await.unwrap();
    assert_eq!(found, Some((sent.submission, sent.receipt.clone())));
    let parts = casework::store::parts(&store, &sent.case)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(parts.statement, sent.statement);
    assert_eq!(parts.parties, sent.parties);
    assert_eq!(parts.body, sent.body);
    assert_eq!(parts.identity, sent.identity);
    let grants = casework::store::grants(&store, &sent.case).await.unwrap();
    assert_eq!(grants.len(), READERS.len());
    for (grant, (member, sealed)) in grants.iter().zip(&sent.grants) {
        assert_eq!(
            (&grant.member[..], &grant.sealed[..]),
            (&member[..], &sealed[..])
        );
        assert_eq!((grant.epoch, grant.live, grant.number), (0, 1, 0));
    }
    let chains = mailbox::store::chains(&store, &sent.case)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (chains.stage.as_str(), chains.day.as_str()),
        ("received", "2026-11-23")
    );
    assert_eq!(
        (chains.route.as_str(), chains.team.as_str()),
        ("intake", "dps")
    );
    assert_eq!(
        (
            chains.to_reporter,
            chains.from_reporter,
            chains.words,
            chains.rows_number
        ),
        (0, 0, 0, 0)
    );
    assert_eq!(
        (chains.to_digest, chains.from_digest),
        (vec![0; 32], vec![0; 32])
    );
    // Changes of words and grant rows are chained to the statement, whose digest the case id is.
    assert_eq!(
        (&chains.words_digest, &chains.rows_digest),
        (&sent.case.to_vec(), &sent.case.to_vec())
    );
    assert_eq!(
        (chains.receipt, chains.reporter_key),
        (sent.receipt, sent.reporter_key.to_vec())
    );
});

both!(the_same_bytes_again_get_the_first_receipt, |base| {
    let (store, _folder) = base.store().await;
    let keeper = Keeper::start(store.clone());
    let first = arrival(1).receipt;
    assert_eq!(keeper.keep(arrival(1)).await, Ok(Kept::New));
    // A retry of another day would be signed another receipt.
    let again = Arrival {
        receipt: b"a later receipt".to_vec(),
        day: "2026-11-24".into(),
        ..arrival(1)
    };
    assert_eq!(keeper.keep(again).await, Ok(Kept::Same(first)));
    assert_eq!(sql::count(&store, "cases").await, 1);
    assert_eq!(sql::count(&store, "grants").await, 3);
});

both!(other_bytes_under_the_same_id_overwrite_nothing, |base| {
    let (store, _folder) = base.store().await;
    assert_eq!(keep_alone(&store, arrival(1)).await, Ok(Kept::New));
    let other = Arrival {
        submission: digest(9),
        body: "other".into(),
        lookup: digest(8),
        ..arrival(1)
    };
    assert_eq!(keep_alone(&store, other).await, Ok(Kept::OtherBytes));
    let parts = casework::store::parts(&store, &digest(1))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(parts.body, arrival(1).body);
    assert_eq!(
        find(&store, &digest(1)).await.unwrap().unwrap().0,
        arrival(1).submission
    );
});

both!(a_lookup_leads_to_one_case, |base| {
    let (store, _folder) = base.store().await;
    assert_eq!(keep_alone(&store, arrival(1)).await, Ok(Kept::New));
    let second = Arrival {
        lookup: arrival(1).lookup,
        ..arrival(2)
    };
    assert_eq!(keep_alone(&store, second).await, Ok(Kept::LookupInUse));
    for table in ["cases", "parts"] {
        assert_eq!(sql::count(&store, table).await, 1, "{table}");
    }
    let holder = mailbox::store::holder(&store, &arrival(1).lookup)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(holder.case, digest(1));
});

/// Keeps the writer from beginning a transaction until this is dropped.
enum Held {
    Sqlite(#[expect(dead_code, reason = "held")] sqlx::pool::PoolConnection<sqlx::Sqlite>),
    Postgres(#[expect(dead_code, reason = "held")] Vec<sqlx::pool::PoolConnection<sqlx::Postgres>>),
}

async fn hold(store: &Store) -> Held {
    match store {
        Store::Sqlite { writer, .. } => Held::Sqlite(writer.acquire().await.unwrap()),
        Store::Postgres(pool) => {
            let mut all = Vec::new();
            for _ in 0..pool.options().get_max_connections() {
                all.push(pool.acquire().await.unwrap());
            }
            Held::Postgres(all)
        }
    }
}

/// Sends reports to the writer so that all but the first share a transaction.
async fn together(
    store: &Store,
    keeper: &Keeper,
    arrivals: Vec<Arrival>,
) -> Vec<Result<Kept, StoreError>> {
    let held = hold(store).await;
    let mut sent = Vec::new();
    for arrival in arrivals {
        let keeper = keeper.clone();
        sent.push(tokio::spawn(async move { keeper.keep(arrival).await }));
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    drop(held);
    let mut kept = Vec::new();
    for one in sent {
        kept.push(one.await.unwrap());
    }
    kept
}

both!(
    within_one_transaction_each_report_gets_its_own_outcome,
    |base| {
        let (store, _folder) = base.store().await;
        let keeper = Keeper::start(store.clone());
        let receipt = arrival(1).receipt;
        let outcomes = together(
            &store,
            &keeper,
            vec![
                arrival(0),
                arrival(1),
                arrival(1),
                Arrival {
                    submission: digest(9),
                    ..arrival(1)
                },
                Arrival {
                    lookup: arrival(1).lookup,
                    ..arrival(2)
                },
                arrival(3),
                Arrival {
                    receipt: b"later".to_vec(),
                    ..arrival(0)
                },
            ],
        )
        .await;
        assert_eq!(
            outcomes,
            [
                Ok(Kept::New),
                Ok(Kept::New),
                Ok(Kept::Same(receipt)),
                Ok(Kept::OtherBytes),
                Ok(Kept::LookupInUse),
                Ok(Kept::New),
                Ok(Kept::Same(arrival(0).receipt)),
            ]
        );
        assert_eq!(keeper.commits(), 2);
        assert_eq!(sql::count(&store, "cases").await, 3);
    }
);

both!(
    one_report_that_cannot_be_kept_spoils_none_beside_it,
    |base| {
        let (store, _folder) = base.store().await;
        let keeper = Keeper::start(store.clone());
        // The rules refuse a grantee who comes twice (C6), and so does the table.
        let mut twice = arrival(2);
        twice.grants.push(twice.grants[0].clone());
        let outcomes = together(
            &store,
            &keeper,
            vec![arrival(0), arrival(1), twice, arrival(3)],
        )
        .await;
        assert_eq!(
            outcomes,
            [
                Ok(Kept::New),
                Ok(Kept::New),
                Err(StoreError::Unavailable),
                Ok(Kept::New)
            ]
        );
        assert_eq!(find(&store, &digest(2)).await, Ok(None));
        for (table, rows) in [("cases", 3), ("parts", 3), ("grants", 9)] {
            assert_eq!(sql::count(&store, table).await, rows, "{table}");
        }
    }
);

both!(
    a_thousand_reports_from_64_clients_take_few_commits,
    |base| {
        let (store, _folder) = base.store().await;
        let keeper = Keeper::start(store.clone());
        let clients: Vec<_> = (0..64)
            .map(|client| {
                let keeper = keeper.clone();
                tokio::spawn(async move {
                    for number in (client..1_000).step_by(64) {
                        assert_eq!(keeper.keep(arrival(number)).await, Ok(Kept::New));
                    }
                })
            })
            .collect();
        for client in clients {
            client.await.unwrap();
        }
        let commits = keeper.commits();
        assert!(commits < 500, "{commits} commits");
        assert!(
            commits >= 1_000_u64.div_ceil(BATCH as u64),
            "{commits} commits are too few to be true"
        );
        for (table, rows) in [("cases", 1_000), ("parts", 1_000), ("grants", 3_000)] {
            assert_eq!(sql::count(&store, table).await, rows, "{table}");
        }
        for number in 0..1_000 {
            let found = find(&store, &digest(number)).await.unwrap().unwrap();
            assert_eq!(found, (arrival(number).submission, arrival(number).receipt));
        }
    }
);

both!(without_a_database_nothing_is_kept, |base| {
    let (store, _folder) = base.store().await;
    let keeper = Keeper::start(store.clone());
    store.close().await;
    assert_eq!(keeper.keep(arrival(1)).await, Err(StoreError::Unavailable));
    assert_eq!(find(&store, &digest(1)).await, Err(StoreError::Unavailable));
    assert!(!store.answers().await);
});

both!(acknowledged_means_durable, |base| {
    let (store, _folder) = base.store().await;
    let (setting, expected) = match store {
        Store::Sqlite { .. } => ("PRAGMA synchronous", "2"),
        Store::Postgres(_) => ("SHOW synchronous_commit", "on"),
    };
    let said = match &store {
        Store::Sqlite { writer, .. } => sqlx::query_scalar::<_, i64>(setting)
            .fetch_one(writer)
            .await
            .unwrap()
            .to_string(),
        Store::Postgres(pool) => sqlx::query_scalar::<_, String>(setting)
            .fetch_one(pool)
            .await
            .unwrap(),
    };
    assert_eq!(said, expected);
});

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_from_other_troubles_and_later_reports_are_kept() {
    let (store, _folder) = crate::support::Base::Sqlite.store().await;
    let keeper = Keeper::start(store.clone());
    assert_eq!(keeper.keep(arrival(1)).await, Ok(Kept::New));
    let large = |number| Arrival {
        body: vec![7; 1_000_000].into(),
        ..arrival(number)
    };
    // SQLite refuses to grow as it does when the disk is full.
    sql::execute(&store, "PRAGMA max_page_count = 60").await;
    assert_eq!(keeper.keep(large(2)).await, Err(StoreError::Full));
    assert_eq!(find(&store, &digest(2)).await, Ok(None));
    sql::execute(&store, "PRAGMA max_page_count = 100000").await;
    assert_eq!(keeper.keep(large(2)).await, Ok(Kept::New));
}

both!(readers_cannot_write, |base| {
    let (store, _folder) = base.store().await;
    if let Store::Sqlite { readers, .. } = &store {
        let written = sqlx::query("DELETE FROM cases").execute(readers).await;
        assert!(written.is_err());
    }
    let read = on!(read &store, db => {
        sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM cases").fetch_one(db).await.unwrap()
    });
    assert_eq!(read, 0);
});
