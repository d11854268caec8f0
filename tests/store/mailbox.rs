//! The mailbox's rows.

use rightline::casework;
use rightline::casework::store::Ruled;
use rightline::mailbox::store::{
    Added, Change, Line, add_from_reporter, chains, change_words, changes, delete_files, epochs,
    files, holder, statement, stubs,
};
use rightline::protocol::directory::Role;
use rightline::protocol::message::Stage;
use rightline::store::{Store, StoreError};

use super::office::Office;
use super::{READERS, arrival, digest, kept};
use crate::both;
use crate::support::sql;

const ZEROS: [u8; 32] = [0; 32];

/// A message with this sequence after the one with that digest.
fn line<'a>(case: &'a [u8], sequence: i64, previous: &'a [u8], own: &'a [u8]) -> Line<'a> {
    Line {
        case,
        sequence,
        previous,
        stub: own,
        digest: own,
        case_file: b"for the case",
        reporter_file: b"for the reporter",
    }
}

/// An office whose handler reads these cases.
async fn office(store: &Store, cases: &[[u8; 32]]) -> Office {
    let office = Office::with(&[(READERS[0], &[Role::Handler])]);
    for case in cases {
        office.reads(store, case, READERS[0]).await;
    }
    office
}

/// Writes that many messages to the reporter.
async fn write(store: &Store, case: &[u8; 32], many: u32) {
    let office = office(store, &[*case]).await;
    let mut previous = ZEROS;
    for sequence in 1..=many {
        let own = digest(500 + sequence);
        let line = line(case, i64::from(sequence), &previous, &own);
        let added = office.tell(store, line, None, READERS[0]).await;
        assert_eq!(added, Ok(Ruled::New));
        previous = own;
    }
}

both!(a_lookup_finds_its_holder_and_nobody_else, |base| {
    let (store, _folder) = base.store().await;
    let case = kept(&store, 1).await;
    let found = holder(&store, &arrival(1).lookup).await.unwrap().unwrap();
    assert_eq!(
        (found.case, found.key),
        (case.to_vec(), arrival(1).reporter_key.to_vec())
    );
    assert!(holder(&store, &arrival(2).lookup).await.unwrap().is_none());
    assert_eq!(
        statement(&store, &case).await.unwrap().unwrap(),
        arrival(1).statement
    );
    assert_eq!(statement(&store, &digest(2)).await, Ok(None));
    assert_eq!(chains(&store, &digest(2)).await, Ok(None));
});

both!(a_message_takes_the_next_place_only, |base| {
    let (store, _folder) = base.store().await;
    let case = kept(&store, 1).await;
    let key = arrival(1).reporter_key;
    let (one, two, other) = (digest(11), digest(12), digest(13));
    let add = |line| add_from_reporter(&store, line, &key);
    // A gap, another beginning and a skipped place.
    assert_eq!(
        add(line(&case, 2, &one, &two)).await,
        Err(StoreError::Conflict)
    );
    assert_eq!(
        add(line(&case, 1, &other, &one)).await,
        Err(StoreError::Conflict)
    );
    assert_eq!(add(line(&case, 1, &ZEROS, &one)).await, Ok(Added::New));
    // The same again is no second message; another in its place is refused.
    assert_eq!(add(line(&case, 1, &ZEROS, &one)).await, Ok(Added::Same));
    assert_eq!(
        add(line(&case, 1, &ZEROS, &other)).await,
        Err(StoreError::Conflict)
    );
    // The next must name the one before.
    assert_eq!(
        add(line(&case, 2, &other, &two)).await,
        Err(StoreError::Conflict)
    );
    assert_eq!(add(line(&case, 2, &one, &two)).await, Ok(Added::New));
    assert_eq!(add(line(&case, 1, &ZEROS, &one)).await, Ok(Added::Same));
    // A case that is not there has no place.
    assert_eq!(
        add(line(&digest(2), 1, &ZEROS, &one)).await,
        Err(StoreError::Conflict)
    );

    assert_eq!(
        stubs(&store, &case, "from_reporter").await.unwrap(),
        [one.to_vec(), two.to_vec()]
    );
    let chains = chains(&store, &case).await.unwrap().unwrap();
    assert_eq!(
        (chains.from_reporter, chains.from_digest),
        (2, two.to_vec())
    );
    assert_eq!((chains.to_reporter, chains.to_digest), (0, ZEROS.to_vec()));
    assert_eq!(sql::count(&store, "messages").await, 2);
});

both!(a_key_that_no_longer_signs_adds_nothing, |base| {
    let (store, _folder) = base.store().await;
    let case = kept(&store, 1).await;
    let added = add_from_reporter(&store, line(&case, 1, &ZEROS, &digest(11)), &digest(99)).await;
    assert_eq!(added, Err(StoreError::Conflict));
    assert_eq!(sql::count(&store, "messages").await, 0);
});

both!(of_many_writers_at_once_one_takes_the_place, |base| {
    let (store, _folder) = base.store().await;
    let case = kept(&store, 1).await;
    let office = std::sync::Arc::new(office(&store, &[case]).await);
    let writers: Vec<_> = (0..16)
        .map(|number| {
            let (store, office) = (store.clone(), office.clone());
            tokio::spawn(async move {
                let own = digest(100 + number);
                let line = line(&case, 1, &ZEROS, &own);
                office.tell(&store, line, None, READERS[0]).await
            })
        })
        .collect();
    let mut won = 0;
    for writer in writers {
        match writer.await.unwrap() {
            Ok(Ruled::New) => won += 1,
            other => assert_eq!(other, Ok(Ruled::Sequence)),
        }
    }
    assert_eq!((won, sql::count(&store, "messages").await), (1, 1));
});

both!(
    both_directions_count_by_themselves_and_a_stage_stays_until_another_comes,
    |base| {
        let (store, _folder) = base.store().await;
        let case = kept(&store, 1).await;
        let office = office(&store, &[case]).await;
        let tell = async |line, stage| office.tell(&store, line, stage, READERS[0]).await;
        let stage = async || chains(&store, &case).await.unwrap().unwrap().stage;
        let (one, two, mine) = (digest(11), digest(12), digest(13));
        let added = tell(line(&case, 1, &ZEROS, &one), Some(Stage::Acknowledged)).await;
        assert_eq!(
            (added, stage().await.as_str()),
            (Ok(Ruled::New), "acknowledged")
        );
        let added = tell(line(&case, 2, &one, &two), None).await;
        assert_eq!(
            (added, stage().await.as_str()),
            (Ok(Ruled::New), "acknowledged")
        );
        // A refused message sets no stage.
        let refused = tell(line(&case, 2, &one, &mine), Some(Stage::Triage)).await;
        assert_eq!(
            (refused, stage().await.as_str()),
            (Ok(Ruled::Sequence), "acknowledged")
        );
        let key = arrival(1).reporter_key;
        assert_eq!(
            add_from_reporter(&store, line(&case, 1, &ZEROS, &mine), &key).await,
            Ok(Added::New)
        );
        let found = messages(&store, &case).await.unwrap();
        let file = b"for the case".to_vec();
        assert_eq!(
            found,
            [
                (one.to_vec(), file.clone()),
                (two.to_vec(), file.clone()),
                (mine.to_vec(), file)
            ]
        );
    }
);

both!(several_whole_cases_are_what_each_is_by_itself, |base| {
    let (store, _folder) = base.store().await;
    let mut cases = Vec::new();
    for number in 1..=3 {
        let case = kept(&store, number).await;
        write(&store, &case, number).await;
        cases.push(case);
    }
    sql::execute(
        &store,
        "INSERT INTO epochs (case_id, epoch, signed) SELECT id, 1, id FROM cases",
    )
    .await;
    for (table, last) in [("grant_rows", "number"), ("word_changes", "number")] {
        let keep = if table == "word_changes" {
            ", keep"
        } else {
            ""
        };
        let kept = if keep.is_empty() { "" } else { ", lookup" };
        let statement = format!(
            "INSERT INTO {table} (case_id, {last}, signed{keep}) SELECT id, 2, lookup{kept} FROM cases \
                 UNION ALL SELECT id, 1, reporter_key{kept} FROM cases"
        );
        assert_eq!(sql::execute(&store, &statement).await, 6);
    }
    sql::execute(
        &store,
        "INSERT INTO declarations (case_id, member, conflict, signed) \
             SELECT case_id, member, 0, sealed FROM grants WHERE epoch = 0 ON CONFLICT DO NOTHING",
    )
    .await;
    let nobodys = digest(9);
    let asked: Vec<&[u8]> = cases
        .iter()
        .chain([&nobodys])
        .map(|case| &case[..])
        .collect();
    let found = casework::store::whole(&store, &asked).await.unwrap();
    assert_eq!(found.len(), 3);
    for (number, case) in (1_u32..).zip(&cases) {
        let whole = &found[&case[..]];
        let grants = casework::store::grants(&store, case).await.unwrap();
        let sealed = |grants: &[casework::store::Grant]| {
            let all = grants
                .iter()
                .map(|one| (one.member.clone(), one.sealed.clone()));
            all.collect::<Vec<_>>()
        };
        assert_eq!(sealed(&whole.grants), sealed(&grants));
        let parts = casework::store::parts(&store, case).await.unwrap().unwrap();
        assert_eq!(
            (&whole.parts.statement, &whole.parts.body),
            (&parts.statement, &parts.body)
        );
        let chains = chains(&store, case).await.unwrap().unwrap();
        assert_eq!(
            (
                &whole.day,
                &whole.route,
                &whole.team,
                &whole.stage,
                &whole.receipt
            ),
            (
                &chains.day,
                &chains.route,
                &chains.team,
                &chains.stage,
                &chains.receipt
            )
        );
        assert_eq!(
            whole.rows,
            casework::store::grant_rows(&store, case).await.unwrap()
        );
        assert_eq!(whole.rows.len(), 2);
        let changes = changes(&store, case).await.unwrap();
        assert_eq!(
            whole.changes,
            changes
                .into_iter()
                .map(|(signed, _)| signed)
                .collect::<Vec<_>>()
        );
        assert_eq!(whole.epochs, epochs(&store, case).await.unwrap());
        let declarations = casework::store::declarations(&store, case).await.unwrap();
        assert_eq!(whole.declarations, declarations);
        let found = messages(&store, case).await.unwrap();
        assert_eq!(whole.messages, found);
        assert!(found.len() >= number as usize);
    }
    assert!(
        casework::store::whole(&store, &[])
            .await
            .unwrap()
            .is_empty()
    );
});

both!(
    only_who_declared_that_there_is_no_conflict_may_read,
    |base| {
        let (store, _folder) = base.store().await;
        let (one, two, three) = (
            kept(&store, 1).await,
            kept(&store, 2).await,
            kept(&store, 3).await,
        );
        let me = READERS[0].as_slice();
        for (case, what) in [
            (&one, "declared = 1"),
            (&two, "declared = 1, live = 0"),
            (&three, "declared = 2"),
        ] {
            let statement = format!("UPDATE grants SET {what} WHERE case_id = $1");
            assert_eq!(sql::execute_with(&store, &statement, case).await, 3);
        }
        let asked = [&one[..], &two[..], &three[..], &[7; 32]];
        let found = casework::store::readable(&store, me, &asked).await.unwrap();
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [one.to_vec()]);
        let found = casework::store::readable(&store, &[9; 16], &asked)
            .await
            .unwrap();
        assert!(found.is_empty());
        // A grant of a later epoch that is not declared stands for the case.
        sql::execute(
            &store,
            "INSERT INTO grants (case_id, epoch, member, live, declared, day, number, sealed) \
         SELECT case_id, 1, member, 1, 0, day, 1, sealed FROM grants",
        )
        .await;
        let found = casework::store::readable(&store, me, &asked).await.unwrap();
        assert!(found.is_empty());
    }
);

both!(
    files_come_in_order_after_a_sequence_and_deleted_ones_are_gone,
    |base| {
        let (store, _folder) = base.store().await;
        let case = kept(&store, 1).await;
        let other = kept(&store, 2).await;
        write(&store, &case, 12).await;
        write(&store, &other, 1).await;
        let sequences = async |after, limit| {
            let found = files(&store, &case, after, limit).await.unwrap();
            found
                .into_iter()
                .map(|(sequence, file)| {
                    assert_eq!(file, b"for the reporter");
                    sequence
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(sequences(0, 5).await, [1, 2, 3, 4, 5]);
        assert_eq!(sequences(10, 5).await, [11, 12]);
        assert_eq!(delete_files(&store, &case, 10).await, Ok(10));
        assert_eq!(delete_files(&store, &case, 10).await, Ok(0));
        assert_eq!(sequences(0, 5).await, [11, 12]);
        // Stubs and the case's copies stay; so do the other case's files.
        assert_eq!(stubs(&store, &case, "to_reporter").await.unwrap().len(), 12);
        assert!(
            messages(&store, &case)
                .await
                .unwrap()
                .iter()
                .all(|(_, file)| !file.is_empty())
        );
        assert_eq!(files(&store, &other, 0, 5).await.unwrap().len(), 1);
        assert_eq!(delete_files(&store, &case, i64::MAX).await, Ok(2));
    }
);

/// A change with this number after the document with that digest.
fn change<'a>(
    case: &'a [u8],
    number: i64,
    previous: &'a [u8],
    own: &'a [u8; 32],
    after: i64,
) -> Change<'a> {
    Change {
        case,
        number,
        previous,
        signed: own,
        digest: own,
        keep: b"keep",
        lookup: own,
        key: own,
        after,
    }
}

both!(new_words_take_the_place_of_the_old, |base| {
    let (store, _folder) = base.store().await;
    let case = kept(&store, 1).await;
    let other = kept(&store, 2).await;
    let (first, second) = (digest(21), digest(22));
    let conflict = Err(StoreError::Conflict);
    // Another number, another chain, another count of messages.
    assert_eq!(
        change_words(&store, change(&case, 2, &case, &first, 0)).await,
        conflict
    );
    assert_eq!(
        change_words(&store, change(&case, 1, &other, &first, 0)).await,
        conflict
    );
    assert_eq!(
        change_words(&store, change(&case, 1, &case, &first, 1)).await,
        conflict
    );
    // A lookup that another case has.
    let taken = Change {
        lookup: &arrival(2).lookup,
        ..change(&case, 1, &case, &first, 0)
    };
    assert_eq!(change_words(&store, taken).await, conflict);
    assert!(changes(&store, &case).await.unwrap().is_empty());
    assert_eq!(
        change_words(&store, change(&case, 1, &case, &first, 0)).await,
        Ok(())
    );

    assert!(holder(&store, &arrival(1).lookup).await.unwrap().is_none());
    let found = holder(&store, &first).await.unwrap().unwrap();
    assert_eq!((found.case, found.key), (case.to_vec(), first.to_vec()));
    let old = add_from_reporter(
        &store,
        line(&case, 1, &ZEROS, &digest(11)),
        &arrival(1).reporter_key,
    )
    .await;
    assert_eq!(old, Err(StoreError::Conflict));
    let new = add_from_reporter(&store, line(&case, 1, &ZEROS, &digest(11)), &first).await;
    assert_eq!(new, Ok(Added::New));

    assert_eq!(
        change_words(&store, change(&case, 2, &first, &second, 0)).await,
        conflict
    );
    assert_eq!(
        change_words(&store, change(&case, 2, &first, &second, 1)).await,
        Ok(())
    );
    let keep = b"keep".to_vec();
    assert_eq!(
        changes(&store, &case).await.unwrap(),
        [(first.to_vec(), keep.clone()), (second.to_vec(), keep)]
    );
});

both!(epochs_come_in_order, |base| {
    let (store, _folder) = base.store().await;
    let case = kept(&store, 1).await;
    assert!(epochs(&store, &case).await.unwrap().is_empty());
    for epoch in [2_u8, 10, 1] {
        let statement =
            format!("INSERT INTO epochs (case_id, epoch, signed) VALUES ($1, {epoch}, $1)");
        assert_eq!(sql::execute_with(&store, &statement, &case).await, 1);
    }
    sql::execute(
        &store,
        "UPDATE epochs SET signed = case_id WHERE epoch < 10",
    )
    .await;
    sql::execute_with(
        &store,
        "UPDATE epochs SET signed = $1 WHERE epoch = 10",
        b"tenth",
    )
    .await;
    let read = epochs(&store, &case).await.unwrap();
    assert_eq!(read, [case.to_vec(), case.to_vec(), b"tenth".to_vec()]);
});

/// Every message of a case as its row holds it: the stub and the case's copy, to the reporter first.
async fn messages(store: &Store, case: &[u8]) -> Result<Vec<(Vec<u8>, Vec<u8>)>, StoreError> {
    Ok(rightline::on!(read store, db => {
        sqlx::query_as::<_, (Vec<u8>, Vec<u8>)>(
            "SELECT stub, case_file FROM messages WHERE case_id = $1 ORDER BY direction DESC, sequence",
        )
        .bind(case)
        .fetch_all(db)
        .await?
    }))
}
