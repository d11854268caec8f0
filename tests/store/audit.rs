//! The audit trail: what was written is found whole, and what somebody did to it is named.

use std::collections::BTreeSet;

use rightline::audit::store::{Filter, end, keep_head, of_case, page};
use rightline::audit::{By, Entry, Verdict, append, verify};
use rightline::directory::Directories;
use rightline::keys::Keys;
use rightline::protocol::audit::{Mark, Row};
use rightline::protocol::{CaseId, MemberId, ServiceId, json};
use rightline::secret::{PepperSecret, SignSeed};
use rightline::store::{Store, StoreError};

use crate::both;
use crate::support::{Base, sql};

fn keys(byte: u8) -> Keys {
    Keys::new(&SignSeed::new([byte; 32]), PepperSecret::new([2; 32]))
}

fn entry(number: u8) -> Entry<'static> {
    Entry {
        time: 1_795_435_200 + i64::from(number),
        who: Some(MemberId::new([number % 3; 16])),
        by: By::Member,
        act: if number.is_multiple_of(2) {
            "open-case"
        } else {
            "grant"
        },
        case: Some(CaseId::new([number % 2; 32])),
        about: None,
        outcome: "done",
    }
}

/// A trail of so many rows.
async fn trail(base: Base, rows: u8) -> (Store, tempfile::TempDir) {
    let (store, folder) = base.store().await;
    for number in 1..=rows {
        let kept = append(&store, &keys(1), &entry(number)).await;
        assert_eq!(kept, Ok(i64::from(number)));
    }
    (store, folder)
}

async fn verdict(store: &Store) -> Verdict {
    let directories = Directories::new(ServiceId::ZERO, store.clone());
    verify(store, &keys(1), &directories).await.unwrap()
}

both!(rows_are_chained_and_the_head_is_tagged, |base| {
    let (store, _folder) = trail(base, 0).await;
    assert_eq!(verdict(&store).await, Verdict::Intact(0));
    assert_eq!(end(&store).await, Ok(None));
    let (store, _folder) = trail(base, 5).await;
    assert_eq!(verdict(&store).await, Verdict::Intact(5));
    let rows = page(&store, 0, &Filter::default(), 10).await.unwrap();
    let mut mark = Mark::START;
    for (number, row) in (1..).zip(&rows) {
        let said = mark.add(&row.payload).unwrap();
        assert_eq!(
            (said.number, i64::try_from(said.time)),
            (number, Ok(row.time))
        );
        let made = entry(u8::try_from(number).unwrap());
        let written = (
            said.who,
            said.act.as_str(),
            said.case,
            said.outcome.as_str(),
        );
        assert_eq!(written, (made.who, made.act, made.case, "done"));
    }
    let head = end(&store).await.unwrap().unwrap();
    assert_eq!(
        (head.number, &head.digest),
        (5, &mark.digest.as_bytes().to_vec())
    );
    assert_eq!(head.tag, keys(1).audit_tag(5, &head.digest));
    // What nobody asked for: the command line, and an act about nobody's case.
    let bare = Entry {
        who: None,
        case: None,
        by: By::Command,
        act: "backup",
        ..entry(6)
    };
    append(&store, &keys(1), &bare).await.unwrap();
    let kept = page(&store, 5, &Filter::default(), 10).await.unwrap();
    let said = String::from_utf8(kept[0].payload.clone()).unwrap();
    assert!(
        said.contains(r#""who":"","by":"command","act":"backup","case":"","about":"""#),
        "{said}"
    );
    assert_eq!(verdict(&store).await, Verdict::Intact(6));
});

both!(rows_are_found_by_member_case_and_act, |base| {
    let (store, _folder) = trail(base, 12).await;
    let numbers = async |filter: Filter, after: i64, limit: i64| {
        let rows = page(&store, after, &filter, limit).await.unwrap();
        rows.iter().map(|row| row.number).collect::<Vec<_>>()
    };
    let who = || vec![1; 16];
    let case = || vec![0; 32];
    assert_eq!(numbers(Filter::default(), 4, 3).await, [5, 6, 7]);
    assert_eq!(
        numbers(
            Filter {
                who: who(),
                ..Filter::default()
            },
            0,
            9
        )
        .await,
        [1, 4, 7, 10]
    );
    assert_eq!(
        numbers(
            Filter {
                case: case(),
                ..Filter::default()
            },
            2,
            9
        )
        .await,
        [4, 6, 8, 10, 12]
    );
    assert_eq!(
        numbers(
            Filter {
                act: "grant".to_owned(),
                ..Filter::default()
            },
            0,
            3
        )
        .await,
        [1, 3, 5]
    );
    let all = Filter {
        who: who(),
        case: case(),
        act: "open-case".to_owned(),
    };
    assert_eq!(numbers(all, 0, 9).await, [4, 10]);
    let of_case = async |after: i64, limit: i64| -> Vec<u64> {
        let rows = of_case(&store, &[1; 32], after, limit).await.unwrap();
        rows.iter()
            .map(|row| json::read::<Row>(row).unwrap().number)
            .collect()
    };
    assert_eq!(of_case(0, 9).await, [1, 3, 5, 7, 9, 11]);
    assert_eq!(of_case(2, 3).await, [5, 7, 9]);
    assert_eq!(of_case(6, 3).await, Vec::<u64>::new());
});

/// What somebody does with a database of eight rows, and the first row that is then wrong or missing.
const DAMAGES: &[(&[&str], i64)] = &[
    // A column, the payload, or its digest is altered.
    (&["UPDATE audit SET time = time + 1 WHERE number = 3"], 3),
    (&["UPDATE audit SET act = 'sign-in' WHERE number = 4"], 4),
    (&["UPDATE audit SET who = case_id WHERE number = 2"], 2),
    (&["UPDATE audit SET case_id = who WHERE number = 8"], 8),
    (&["UPDATE audit SET digest = who WHERE number = 5"], 5),
    (
        &[
            "UPDATE audit SET payload = (SELECT payload FROM audit WHERE number = 2) WHERE number = 4",
        ],
        4,
    ),
    // Dropped: the first, one between, the last, and all.
    (&["DELETE FROM audit WHERE number = 1"], 1),
    (&["DELETE FROM audit WHERE number = 6"], 6),
    (&["DELETE FROM audit WHERE number = 8"], 8),
    (&["DELETE FROM audit WHERE number > 5"], 6),
    (&["DELETE FROM audit"], 1),
    // Reordered.
    (
        &[
            "UPDATE audit SET number = 100 WHERE number = 3",
            "UPDATE audit SET number = 3 WHERE number = 4",
            "UPDATE audit SET number = 4 WHERE number = 100",
        ],
        3,
    ),
    // Closed up after one was dropped.
    (
        &[
            "DELETE FROM audit WHERE number = 5",
            "UPDATE audit SET number = 5 WHERE number = 6",
        ],
        5,
    ),
    // Cut off, with a head that says so.
    (
        &[
            "DELETE FROM audit WHERE number > 6",
            "UPDATE audit_head SET number = 6, digest = (SELECT digest FROM audit WHERE number = 6)",
        ],
        6,
    ),
    (
        &[
            "DELETE FROM audit",
            "UPDATE audit_head SET number = 0, digest = tag",
        ],
        1,
    ),
    // The head is gone, is another, or its tag is.
    (&["DELETE FROM audit_head"], 1),
    (&["UPDATE audit_head SET number = 7"], 8),
    (&["UPDATE audit_head SET number = 9"], 9),
    (&["UPDATE audit_head SET digest = tag"], 8),
    (&["UPDATE audit_head SET tag = digest"], 8),
];

both!(whatever_was_done_to_a_trail_is_named, |base| {
    for (statements, expected) in DAMAGES {
        let (store, _folder) = trail(base, 8).await;
        for statement in *statements {
            assert!(sql::execute(&store, statement).await > 0, "{statement}");
        }
        assert_eq!(
            verdict(&store).await,
            Verdict::BrokenAt(*expected),
            "{statements:?}"
        );
        // It goes on, and stays as broken as it is.
        append(&store, &keys(1), &entry(9)).await.unwrap();
        let Verdict::BrokenAt(later) = verdict(&store).await else {
            panic!("{statements:?} was mended")
        };
        assert!(later >= 1, "{statements:?}");
    }
});

/// Writes a row of one's own, which is whole in itself, in the place of another.
async fn forge(store: &Store, number: i64, change: impl FnOnce(&mut Row)) -> Vec<u8> {
    let kept = page(store, number - 1, &Filter::default(), 1)
        .await
        .unwrap();
    let mut row: Row = json::read(&kept[0].payload).unwrap();
    change(&mut row);
    let payload = row.bytes();
    let digest = rightline::protocol::Digest::of(&payload);
    let statement = format!("UPDATE audit SET payload = $1 WHERE number = {number}");
    sql::execute_with(store, &statement, &payload).await;
    let statement = format!("UPDATE audit SET digest = $1 WHERE number = {number}");
    sql::execute_with(store, &statement, digest.as_bytes()).await;
    let statement = format!(
        "UPDATE audit SET time = {} WHERE number = {number}",
        row.time
    );
    sql::execute(store, &statement).await;
    digest.as_bytes().to_vec()
}

both!(a_row_that_was_written_anew_is_named_itself, |base| {
    for number in [1, 4, 8] {
        let (store, _folder) = trail(base, 8).await;
        forge(&store, number, |row| row.time += 1).await;
        assert_eq!(verdict(&store).await, Verdict::BrokenAt(number));
    }
    // Two of them: what lies between is not to be trusted, and the first link that breaks is named.
    let (store, _folder) = trail(base, 8).await;
    for number in [3, 6] {
        forge(&store, number, |row| row.time += 1).await;
    }
    assert_eq!(verdict(&store).await, Verdict::BrokenAt(4));
    // All from one on, chained again, with a head to match: the tag cannot be made.
    let (store, _folder) = trail(base, 8).await;
    let mut previous = None;
    for number in 5..=8 {
        let before = previous;
        let digest = forge(&store, number, |row| {
            row.time += 1;
            if let Some(before) = before {
                row.previous = before;
            }
        })
        .await;
        previous = Some(digest.as_slice().try_into().unwrap());
        sql::execute_with(&store, "UPDATE audit_head SET digest = $1", &digest).await;
    }
    assert_eq!(verdict(&store).await, Verdict::BrokenAt(8));
    let tag = keys(9).audit_tag(8, previous.unwrap_or_default().as_bytes());
    sql::execute_with(&store, "UPDATE audit_head SET tag = $1", &tag).await;
    assert_eq!(verdict(&store).await, Verdict::BrokenAt(8));
});

both!(a_missing_end_stays_missing_when_the_trail_goes_on, |base| {
    let (store, _folder) = trail(base, 8).await;
    sql::execute(&store, "DELETE FROM audit WHERE number > 5").await;
    assert_eq!(append(&store, &keys(1), &entry(9)).await, Ok(9));
    assert_eq!(append(&store, &keys(1), &entry(10)).await, Ok(10));
    assert_eq!(verdict(&store).await, Verdict::BrokenAt(6));
    // Neither does a head that was turned back hide what came after it.
    let (store, _folder) = trail(base, 5).await;
    let old = end(&store).await.unwrap().unwrap();
    for number in 6..=8 {
        append(&store, &keys(1), &entry(number)).await.unwrap();
    }
    sql::execute_with(
        &store,
        "UPDATE audit_head SET number = 5, tag = $1",
        &old.tag,
    )
    .await;
    sql::execute_with(&store, "UPDATE audit_head SET digest = $1", &old.digest).await;
    assert_eq!(verdict(&store).await, Verdict::BrokenAt(6));
    assert_eq!(append(&store, &keys(1), &entry(9)).await, Ok(9));
    assert_eq!(verdict(&store).await, Verdict::BrokenAt(9));
});

both!(a_signed_head_that_nobody_can_have_signed_is_named, |base| {
    for (number, expected) in [(0, 1), (3, 3), (8, 8), (9, 9)] {
        let (store, _folder) = trail(base, 8).await;
        keep_head(&store, number, &[1; 16], b"no signature")
            .await
            .unwrap();
        assert_eq!(verdict(&store).await, Verdict::BrokenAt(expected));
    }
    let (store, _folder) = trail(base, 1).await;
    keep_head(&store, 1, &[1; 16], b"one").await.unwrap();
    assert_eq!(
        keep_head(&store, 1, &[1; 16], b"two").await,
        Err(StoreError::Conflict)
    );
});

both!(rows_that_come_at_once_stand_one_after_the_other, |base| {
    let (store, _folder) = base.store().await;
    let tasks = (1..=40).map(|number| {
        let store = store.clone();
        tokio::spawn(async move { append(&store, &keys(1), &entry(number)).await })
    });
    let mut numbers = BTreeSet::new();
    for task in tasks.collect::<Vec<_>>() {
        numbers.insert(task.await.unwrap().unwrap());
    }
    assert_eq!(numbers, (1..=40).collect());
    assert_eq!(verdict(&store).await, Verdict::Intact(40));
    // More than one page.
    for number in 41..=250 {
        append(&store, &keys(1), &entry(number)).await.unwrap();
    }
    for number in 0..=250 {
        append(&store, &keys(1), &entry(number)).await.unwrap();
    }
    assert_eq!(verdict(&store).await, Verdict::Intact(501));
});

both!(another_installations_key_fits_no_trail, |base| {
    let (store, _folder) = trail(base, 3).await;
    let directories = Directories::new(ServiceId::ZERO, store.clone());
    let verdict = verify(&store, &keys(3), &directories).await.unwrap();
    assert_eq!(verdict, Verdict::BrokenAt(3));
});
