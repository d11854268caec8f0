//! Members' accounts, sessions, rings and failed sign-ins.

use rightline::staff::store::{
    Account, account, clear_failures, count_failure, end_session, failures, keep_ring,
    open_account, open_session, present, ring, touch_session,
};
use rightline::store::{Store, StoreError};

use super::digest;
use crate::both;
use crate::support::sql;

fn someone(number: u8) -> Account {
    Account {
        id: vec![number; 16],
        label: format!("Handler-{number}"),
        salt: vec![number; 16],
        login: vec![number; 32],
        vault: vec![number; 100],
    }
}

async fn member(store: &Store, number: u8) -> Vec<u8> {
    open_account(store, &someone(number)).await.unwrap();
    someone(number).id
}

both!(an_account_is_found_by_its_exact_label, |base| {
    let (store, _folder) = base.store().await;
    member(&store, 1).await;
    let found = account(&store, "Handler-1").await.unwrap().unwrap();
    let made = someone(1);
    assert_eq!((found.id, found.label), (made.id, made.label));
    assert_eq!(
        (found.salt, found.login, found.vault),
        (made.salt, made.login, made.vault)
    );
    for other in [
        "handler-1",
        "Handler-1 ",
        "Handler-2",
        "",
        "%",
        "Handler-1\0",
        "' OR ''='",
    ] {
        assert!(account(&store, other).await.unwrap().is_none(), "{other:?}");
    }
});

both!(labels_and_ids_are_taken_once, |base| {
    let (store, _folder) = base.store().await;
    member(&store, 1).await;
    let same_label = Account {
        id: vec![2; 16],
        ..someone(1)
    };
    let same_id = Account {
        label: "Handler-2".to_owned(),
        ..someone(1)
    };
    for taken in [same_label, same_id] {
        assert_eq!(
            open_account(&store, &taken).await,
            Err(StoreError::Conflict)
        );
    }
    assert_eq!(sql::count(&store, "members").await, 1);
});

both!(a_session_lives_while_it_is_used_and_not_too_old, |base| {
    let (store, _folder) = base.store().await;
    let one = member(&store, 1).await;
    let session = digest(1);
    open_session(&store, &session, &one, 1_000, 0)
        .await
        .unwrap();
    let found = present(&store, &session, 999, 999).await.unwrap().unwrap();
    assert_eq!(
        (found.id, found.label.as_str(), found.seen),
        (one.clone(), "Handler-1", 1_000)
    );
    assert!(present(&store, &session, 1_000, 0).await.unwrap().is_none());
    assert!(present(&store, &session, 0, 1_000).await.unwrap().is_none());
    assert!(present(&store, &digest(2), 0, 0).await.unwrap().is_none());
    touch_session(&store, &session, 2_000).await.unwrap();
    let found = present(&store, &session, 1_999, 999)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.seen, 2_000);
    // Being used makes it no younger.
    assert!(
        present(&store, &session, 1_999, 1_000)
            .await
            .unwrap()
            .is_none()
    );
    end_session(&store, &session).await.unwrap();
    end_session(&store, &session).await.unwrap();
    assert!(present(&store, &session, 0, 0).await.unwrap().is_none());
    touch_session(&store, &session, 3_000).await.unwrap();
    assert_eq!(sql::count(&store, "sessions").await, 0);
});

both!(opening_a_session_clears_those_that_are_over, |base| {
    let (store, _folder) = base.store().await;
    let one = member(&store, 1).await;
    for (number, opened) in [(1, 100), (2, 200), (3, 300)] {
        open_session(&store, &digest(number), &one, opened, opened - 150)
            .await
            .unwrap();
    }
    assert_eq!(sql::count(&store, "sessions").await, 2);
    assert!(present(&store, &digest(1), 0, 0).await.unwrap().is_none());
    assert!(present(&store, &digest(2), 0, 0).await.unwrap().is_some());
});

both!(
    a_ring_is_replaced_only_from_the_revision_it_follows,
    |base| {
        let (store, _folder) = base.store().await;
        let (one, two) = (member(&store, 1).await, member(&store, 2).await);
        let conflict = Err(StoreError::Conflict);
        assert_eq!(ring(&store, &one).await, Ok(None));
        assert_eq!(keep_ring(&store, &one, 1, b"early").await, conflict);
        assert_eq!(keep_ring(&store, &one, 0, b"first").await, Ok(()));
        assert_eq!(keep_ring(&store, &one, 0, b"other").await, conflict);
        assert_eq!(keep_ring(&store, &one, 1, b"second").await, Ok(()));
        assert_eq!(keep_ring(&store, &one, 1, b"other").await, conflict);
        assert_eq!(keep_ring(&store, &one, 3, b"other").await, conflict);
        assert_eq!(ring(&store, &one).await, Ok(Some((2, b"second".to_vec()))));
        assert_eq!(ring(&store, &two).await, Ok(None));
    }
);

both!(failures_are_counted_and_forgotten_by_label, |base| {
    let (store, _folder) = base.store().await;
    assert_eq!(failures(&store, &digest(1)).await, Ok((0, 0)));
    count_failure(&store, &digest(1), 10).await.unwrap();
    count_failure(&store, &digest(1), 30).await.unwrap();
    count_failure(&store, &digest(2), 5).await.unwrap();
    assert_eq!(failures(&store, &digest(1)).await, Ok((2, 30)));
    clear_failures(&store, &digest(1)).await.unwrap();
    assert_eq!(failures(&store, &digest(1)).await, Ok((0, 0)));
    assert_eq!(failures(&store, &digest(2)).await, Ok((1, 5)));
});
