//! What the desk reads and writes of cases.

use rightline::casework::procedure::Clocks;
use rightline::casework::store::{
    Added, After, Code, Declaring, Row, Standing, add_row, codes, declaration, declarations,
    declare, facts, forget_codes, grant_rows, grants, has_cases, holds, new_cases, own_cases,
    place, remember_codes, standing, start_clocks,
};
use rightline::protocol::signing::{Context, SigningKey, sign_bytes};
use rightline::report::store::{Arrival, Kept, keep_alone};
use rightline::secret::SignSeed;
use rightline::store::{Store, StoreError};

use super::{READERS, arrival, digest, kept};
use crate::both;
use crate::support::sql;

const STRANGER: [u8; 16] = [9; 16];
const TODAY: &str = "2026-11-23";

/// Files a declaration without a conflict file.
async fn declared(
    store: &Store,
    member: &[u8],
    case: &[u8],
    conflict: bool,
    signed: &[u8],
) -> Result<(), StoreError> {
    let declaring = Declaring {
        case,
        member,
        conflict,
        signed,
        file: None,
        day: TODAY,
    };
    declare(store, declaring).await
}

async fn ids(store: &Store, member: &[u8; 16], list: &str) -> Vec<Vec<u8>> {
    let all = After::default();
    match list {
        "new" => new_cases(store, member, &all, 1_000)
            .await
            .unwrap()
            .into_iter()
            .map(|row| row.id)
            .collect(),
        _ => own_cases(store, member, &all, 1_000)
            .await
            .unwrap()
            .into_iter()
            .map(|row| row.id)
            .collect(),
    }
}

both!(lists_hold_what_a_member_may_see_by_day_then_id, |base| {
    let (store, _folder) = base.store().await;
    for (number, day) in [
        (3, "2026-11-24"),
        (2, "2026-11-23"),
        (1, "2026-11-24"),
        (4, "2026-11-22"),
    ] {
        let dated = Arrival {
            day: day.to_owned(),
            ..arrival(number)
        };
        assert_eq!(keep_alone(&store, dated).await, Ok(Kept::New));
    }
    let [reader, other, _] = READERS;
    let by_day = [4, 2, 1, 3].map(|number| digest(number).to_vec());
    assert_eq!(ids(&store, &reader, "new").await, by_day);
    assert!(ids(&store, &reader, "mine").await.is_empty());
    assert!(ids(&store, &STRANGER, "new").await.is_empty());

    for number in [4, 1] {
        declared(&store, &reader, &digest(number), false, b"signed")
            .await
            .unwrap();
    }
    declared(&store, &reader, &digest(2), true, b"signed")
        .await
        .unwrap();
    assert_eq!(ids(&store, &reader, "new").await, [digest(3).to_vec()]);
    assert_eq!(
        ids(&store, &reader, "mine").await,
        [digest(4).to_vec(), digest(1).to_vec()]
    );
    assert_eq!(ids(&store, &other, "new").await, by_day);

    let rows = new_cases(&store, &reader, &After::default(), 10)
        .await
        .unwrap();
    assert_eq!(
        (rows[0].day.as_str(), rows[0].route.as_str()),
        ("2026-11-24", "intake")
    );
    assert_eq!(
        (rows[0].team.as_str(), rows[0].stage.as_str(), rows[0].epoch),
        ("dps", "received", 0)
    );
    assert_eq!(
        (&rows[0].statement[..], &rows[0].parties[..]),
        (&arrival(3).statement[..], &arrival(3).parties[..])
    );
    let rows = own_cases(&store, &reader, &After::default(), 10)
        .await
        .unwrap();
    assert_eq!((rows[0].to_reporter, rows[0].from_reporter), (0, 0));
});

both!(a_list_goes_on_where_it_stopped, |base| {
    let (store, _folder) = base.store().await;
    for number in 0..23 {
        let day = format!("2026-11-{:02}", 10 + number % 5);
        assert_eq!(
            keep_alone(
                &store,
                Arrival {
                    day,
                    ..arrival(number)
                }
            )
            .await,
            Ok(Kept::New)
        );
    }
    let reader = READERS[1];
    let whole = ids(&store, &reader, "new").await;
    assert_eq!(whole.len(), 23);
    let mut read: Vec<Vec<u8>> = Vec::new();
    let mut after = After::default();
    loop {
        let rows = new_cases(&store, &reader, &after, 4).await.unwrap();
        let Some(last) = rows.last() else { break };
        after = place(&store, &reader, &last.id).await.unwrap();
        assert_eq!(
            (after.day.as_str(), &after.case),
            (last.day.as_str(), &last.id)
        );
        // What was declared meanwhile moves nothing else.
        declared(&store, &reader, &last.id, false, b"signed")
            .await
            .unwrap();
        read.extend(rows.into_iter().map(|row| row.id));
    }
    assert_eq!(read, whole);
    // A case that is not the member's is the beginning.
    let unknown = place(&store, &STRANGER, &digest(1)).await.unwrap();
    assert!(unknown.day.is_empty() && unknown.case.is_empty());
});

both!(how_a_member_stands_to_a_case, |base| {
    let (store, _folder) = base.store().await;
    let case = kept(&store, 1).await;
    let [free, conflicted, undecided] = READERS;
    let stands = async |member| standing(&store, member, &case).await.unwrap();
    assert_eq!(stands(&STRANGER).await, Standing::Stranger);
    assert_eq!(stands(&undecided).await, Standing::Undeclared);
    declared(&store, &free, &case, false, b"free")
        .await
        .unwrap();
    declared(&store, &conflicted, &case, true, b"conflicted")
        .await
        .unwrap();
    assert_eq!(stands(&free).await, Standing::Reader);
    assert_eq!(stands(&conflicted).await, Standing::Stranger);
    assert_eq!(
        standing(&store, &free, &digest(2)).await,
        Ok(Standing::Stranger)
    );

    assert_eq!(declaration(&store, &free, &case).await, Ok(Some(false)));
    assert_eq!(
        declaration(&store, &conflicted, &case).await,
        Ok(Some(true))
    );
    assert_eq!(declaration(&store, &undecided, &case).await, Ok(None));
    assert_eq!(
        declarations(&store, &case).await.unwrap(),
        [b"free".to_vec(), b"conflicted".to_vec()]
    );

    // The conflicted member's sealed secret is forgotten, the others' are not.
    for grant in grants(&store, &case).await.unwrap() {
        let ended = grant.member == conflicted;
        assert_eq!((grant.live == 0, grant.sealed.is_empty()), (ended, ended));
    }
    assert_eq!(holds(&store, &free, &case, 0).await, Ok(true));
    assert_eq!(holds(&store, &free, &case, 1).await, Ok(false));
    assert_eq!(holds(&store, &conflicted, &case, 0).await, Ok(false));
});

both!(
    a_member_declares_once_and_a_conflict_that_is_found_later,
    |base| {
        let (store, _folder) = base.store().await;
        let case = kept(&store, 1).await;
        let reader = READERS[0];
        let conflict = Err(StoreError::Conflict);
        assert_eq!(
            declared(&store, &STRANGER, &case, false, b"a").await,
            conflict
        );
        assert_eq!(declared(&store, &reader, &case, false, b"a").await, Ok(()));
        assert_eq!(
            declared(&store, &reader, &case, false, b"a").await,
            conflict
        );
        assert_eq!(standing(&store, &reader, &case).await, Ok(Standing::Reader));
        assert_eq!(declared(&store, &reader, &case, true, b"b").await, Ok(()));
        let stranger = Ok(Standing::Stranger);
        for (again, signed) in [(true, b"b"), (true, b"c"), (false, b"a")] {
            let refused = declared(&store, &reader, &case, again, signed).await;
            assert_eq!(refused, conflict);
            assert_eq!(standing(&store, &reader, &case).await, stranger);
        }
        // Both stay, in the order in which they were made.
        assert_eq!(
            declarations(&store, &case).await.unwrap(),
            [b"a".to_vec(), b"b".to_vec()]
        );
        // Nobody's row counts whose grant has ended meanwhile, and no row brings them back.
        let (one, two) = (digest(31), digest(32));
        assert_eq!(
            add_row(&store, row(&case, 1, &case, &one, &STRANGER)).await,
            Err(StoreError::Conflict)
        );
        let back = Row {
            grantor: &READERS[1],
            ..row(&case, 1, &case, &two, &reader)
        };
        assert_eq!(add_row(&store, back).await, Ok(Added::Conflicted));
        assert_eq!(standing(&store, &reader, &case).await, stranger);
    }
);

/// A row with this number after the document with that digest.
fn row<'a>(
    case: &'a [u8],
    number: i64,
    previous: &'a [u8],
    own: &'a [u8; 32],
    grantee: &'a [u8; 16],
) -> Row<'a> {
    Row {
        case,
        number,
        previous,
        signed: own,
        digest: own,
        epoch: 0,
        grantor: &READERS[0],
        grantee,
        sealed: Some(b"sealed"),
        brief: b"",
        day: TODAY,
    }
}

both!(rows_are_chained_and_carried_out, |base| {
    let (store, _folder) = base.store().await;
    let case = kept(&store, 1).await;
    let other = kept(&store, 2).await;
    let (one, two, three) = (digest(31), digest(32), digest(33));
    let conflict = Err(StoreError::Conflict);
    assert_eq!(
        add_row(&store, row(&case, 2, &one, &two, &STRANGER)).await,
        conflict
    );
    assert_eq!(
        add_row(&store, row(&case, 1, &other, &one, &STRANGER)).await,
        conflict
    );
    assert_eq!(
        add_row(&store, row(&case, 1, &case, &one, &STRANGER)).await,
        Ok(Added::New)
    );
    assert_eq!(
        add_row(&store, row(&case, 1, &case, &one, &STRANGER)).await,
        Ok(Added::Same)
    );
    assert_eq!(
        add_row(&store, row(&case, 1, &case, &two, &STRANGER)).await,
        conflict
    );
    assert_eq!(
        standing(&store, &STRANGER, &case).await,
        Ok(Standing::Undeclared)
    );
    assert_eq!(ids(&store, &STRANGER, "new").await, [case.to_vec()]);
    let held = |member: [u8; 16]| {
        let store = store.clone();
        async move {
            let all = grants(&store, &case).await.unwrap();
            all.into_iter()
                .find(|grant| grant.member == member)
                .unwrap()
        }
    };
    assert_eq!(
        (held(STRANGER).await.number, held(STRANGER).await.sealed),
        (1, b"sealed".to_vec())
    );

    let end = Row {
        sealed: None,
        ..row(&case, 2, &one, &two, &STRANGER)
    };
    assert_eq!(add_row(&store, end).await, Ok(Added::New));
    assert_eq!(
        standing(&store, &STRANGER, &case).await,
        Ok(Standing::Stranger)
    );
    assert!(held(STRANGER).await.sealed.is_empty());
    // And again, from the start.
    assert_eq!(
        add_row(&store, row(&case, 3, &two, &three, &STRANGER)).await,
        Ok(Added::New)
    );
    assert_eq!(held(STRANGER).await.number, 3);
    assert_eq!(
        standing(&store, &STRANGER, &case).await,
        Ok(Standing::Undeclared)
    );
    let rows = grant_rows(&store, &case).await.unwrap();
    assert_eq!(
        rows,
        [(1, one.to_vec()), (2, two.to_vec()), (3, three.to_vec())]
    );
    assert!(grant_rows(&store, &other).await.unwrap().is_empty());
});

both!(a_declaration_outlives_the_grant_it_was_made_under, |base| {
    let (store, _folder) = base.store().await;
    let case = kept(&store, 1).await;
    let (one, two, three, four) = (digest(31), digest(32), digest(33), digest(34));
    let [free, conflicted, third] = READERS;
    declared(&store, &free, &case, false, b"free")
        .await
        .unwrap();
    declared(&store, &conflicted, &case, true, b"conflicted")
        .await
        .unwrap();
    // A conflict ends grants for good (K8), and the refused row leaves the chain as it was.
    assert_eq!(
        add_row(&store, row(&case, 1, &case, &one, &conflicted)).await,
        Ok(Added::Conflicted)
    );
    assert!(grant_rows(&store, &case).await.unwrap().is_empty());
    assert_eq!(
        standing(&store, &conflicted, &case).await,
        Ok(Standing::Stranger)
    );
    // Ending and granting again asks for no second declaration.
    let end = Row {
        sealed: None,
        ..row(&case, 1, &case, &two, &free)
    };
    assert_eq!(add_row(&store, end).await, Ok(Added::New));
    let again = Row {
        grantor: &third,
        ..row(&case, 2, &two, &three, &free)
    };
    assert_eq!(add_row(&store, again).await, Ok(Added::New));
    assert_eq!(standing(&store, &free, &case).await, Ok(Standing::Reader));
    // Neither does a grant of a later epoch.
    sql::execute(&store, "UPDATE grants SET epoch = 1 WHERE declared = 0").await;
    let later = Row {
        epoch: 1,
        grantor: &third,
        ..row(&case, 3, &three, &four, &free)
    };
    assert_eq!(add_row(&store, later).await, Ok(Added::New));
    sql::execute(&store, "UPDATE cases SET epoch = 1").await;
    assert_eq!(ids(&store, &free, "mine").await, [case.to_vec()]);
    assert_eq!(holds(&store, &free, &case, 1).await, Ok(true));
});

both!(cases_that_are_older_than_clocks_get_theirs_once, |base| {
    let (store, _folder) = base.store().await;
    let (silent, answered, new) = (
        kept(&store, 1).await,
        kept(&store, 2).await,
        kept(&store, 3).await,
    );
    let clocks = Clocks::default();
    sql::execute_with(
        &store,
        "INSERT INTO clocks SELECT $1, 'danger', '2026-11-23', '2026-11-24', '', 0, '2026-11-23'",
        &new,
    )
    .await;
    for (sequence, day, stage) in [
        (1, "2026-11-24", "acknowledged"),
        (2, "2026-12-01", "outcome"),
    ] {
        let stub = format!(
            "{{\"service\":\"{zeros}\",\"case\":\"{case}\",\"epoch\":0,\"direction\":\"to_reporter\",\
             \"sequence\":{sequence},\"previous\":\"{zeros}\",\"seen\":{{\"sequence\":0,\
             \"digest\":\"{zeros}\"}},\"stage\":\"{stage}\",\"author\":\"{member}\",\"serial\":1,\
             \"day\":\"{day}\",\"files\":{{\"case\":\"{zeros}\",\"reporter\":\"{zeros}\"}}}}",
            zeros = "0".repeat(64),
            case = hex::encode(answered),
            member = "1".repeat(32),
        );
        let signed = sign_bytes(
            Context::Stub,
            &SigningKey::new(&SignSeed::new([7; 32])),
            stub.as_bytes(),
        );
        let insert = format!(
            "INSERT INTO messages SELECT id, 'to_reporter', {sequence}, $1, $1, $1 FROM cases \
             WHERE receipt = (SELECT receipt FROM cases ORDER BY receipt LIMIT 1 OFFSET 1)"
        );
        assert_eq!(
            sql::execute_with(&store, &insert, signed.as_bytes()).await,
            1
        );
    }
    assert_eq!(start_clocks(&store, &clocks).await, Ok(2));
    assert_eq!(start_clocks(&store, &clocks).await, Ok(0));
    sql::due_of(&store).await;
    let stands = async |case: [u8; 32]| {
        let facts = facts(&store, &case).await.unwrap().unwrap();
        let mut clocks: Vec<(String, String, String)> = facts
            .clocks
            .into_iter()
            .map(|clock| (clock.clock, clock.due, clock.done))
            .collect();
        clocks.sort();
        clocks
    };
    let own =
        |clock: &str, due: &str, done: &str| (clock.to_owned(), due.to_owned(), done.to_owned());
    assert_eq!(
        stands(silent).await,
        [
            own("acknowledgement", "2026-11-24", ""),
            own("danger", "2026-11-23", ""),
            own("explanation", "2027-11-23", ""),
            own("feedback", "2027-02-23", ""),
            own("severity", "2026-11-30", ""),
            own("triage", "2026-11-24", ""),
            own("update", "2026-12-21", ""),
        ]
    );
    assert_eq!(
        stands(answered).await,
        [
            own("acknowledgement", "2026-11-24", "2026-11-24"),
            own("danger", "2026-11-23", ""),
            own("explanation", "2027-11-23", ""),
            own("feedback", "2027-02-23", "2026-12-01"),
            own("severity", "2026-11-30", ""),
            own("triage", "2026-11-24", ""),
            own("update", "2026-12-29", ""),
        ]
    );
    assert_eq!(
        stands(new).await,
        [own("danger", "2026-11-24", "2026-11-23")]
    );
});

both!(codes_are_remembered_with_their_last_label, |base| {
    let (store, _folder) = base.store().await;
    let code = |code: &str, label: &str| Code {
        list: "reasons".to_owned(),
        code: code.to_owned(),
        label: label.to_owned(),
    };
    assert_eq!(codes(&store).await, Ok(Vec::new()));
    assert_eq!(has_cases(&store).await, Ok(false));
    remember_codes(&store, &[code("grass", "Fear"), code("career", "Career")])
        .await
        .unwrap();
    remember_codes(&store, &[code("grass", "Fear of being shunned")])
        .await
        .unwrap();
    let known = [
        code("career", "Career"),
        code("grass", "Fear of being shunned"),
    ];
    assert_eq!(codes(&store).await.unwrap(), known);
    forget_codes(&store, &known[..1]).await.unwrap();
    assert_eq!(codes(&store).await.unwrap(), known[1..]);
    kept(&store, 1).await;
    assert_eq!(has_cases(&store).await, Ok(true));
    // A closed case can be opened again.
    sql::execute(&store, "UPDATE cases SET closed = 1").await;
    assert_eq!(has_cases(&store).await, Ok(true));
});

both!(a_conflict_and_a_grant_row_take_turns, |base| {
    let (store, _folder) = base.store().await;
    let case = kept(&store, 1).await;
    let member = READERS[0];
    let declaring = || {
        let store = store.clone();
        tokio::spawn(async move { declared(&store, &member, &case, true, b"signed").await })
    };
    // While a grant row is being written, a conflict waits, so that it ends that grant too.
    let moment = std::time::Duration::from_millis(300);
    let declared = match &store {
        Store::Sqlite { writer, .. } => {
            let held = writer.begin_with("BEGIN IMMEDIATE").await.unwrap();
            let declared = declaring();
            tokio::time::sleep(moment).await;
            assert!(!declared.is_finished());
            held.commit().await.unwrap();
            declared
        }
        Store::Postgres(pool) => {
            let mut held = pool.begin().await.unwrap();
            sqlx::query("UPDATE cases SET rows_number = 0 WHERE id = $1")
                .bind(case.as_slice())
                .execute(&mut *held)
                .await
                .unwrap();
            let declared = declaring();
            tokio::time::sleep(moment).await;
            assert!(!declared.is_finished());
            held.commit().await.unwrap();
            declared
        }
    };
    assert_eq!(declared.await.unwrap(), Ok(()));
    assert_eq!(
        standing(&store, &member, &case).await,
        Ok(Standing::Stranger)
    );
});
