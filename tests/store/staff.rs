//! Members' accounts, sessions, rings and failed sign-ins.

use rightline::staff::store::sessions::{
    NewSession, end_other_sessions, end_own_session, refresh_session, sessions,
};
use rightline::staff::store::tries::{self, Try};
use rightline::staff::store::{
    Account, account, end_session, end_sessions_of, keep_ring, open_account, open_session, present,
    ring, touch_session,
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
    assert!(found.may_sign_in());
    let found = found.account;
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
    let new = NewSession {
        digest: &session,
        member: &one,
        now: 1_000,
        fresh: 0,
    };
    open_session(&store, new, 0).await.unwrap();
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
        let new = NewSession {
            digest: &digest(number),
            member: &one,
            now: opened,
            fresh: 0,
        };
        open_session(&store, new, opened - 150).await.unwrap();
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

async fn opened(store: &Store, number: u8, member: &[u8]) -> [u8; 32] {
    let session = *rightline::protocol::Digest::of(&[number]).as_bytes();
    let new = NewSession {
        digest: &session,
        member,
        now: 1_000 + i64::from(number),
        fresh: 0,
    };
    open_session(store, new, 0).await.unwrap();
    session
}

both!(a_member_sees_and_ends_their_own_sessions_only, |base| {
    let (store, _folder) = base.store().await;
    let (one, two) = (member(&store, 1).await, member(&store, 2).await);
    let first = opened(&store, 1, &one).await;
    let second = opened(&store, 2, &one).await;
    let theirs = opened(&store, 3, &two).await;
    let seen = sessions(&store, &one, 0, 0).await.unwrap();
    assert_eq!(
        seen.iter()
            .map(|session| &session.digest[..])
            .collect::<Vec<_>>(),
        [&second[..], &first[..]]
    );
    assert!(sessions(&store, &one, 1_002, 0).await.unwrap().is_empty());
    let beginning = |digest: &[u8; 32]| *digest.first_chunk::<16>().unwrap();
    assert!(
        !end_own_session(&store, &one, &beginning(&theirs))
            .await
            .unwrap()
    );
    assert!(
        end_own_session(&store, &one, &beginning(&first))
            .await
            .unwrap()
    );
    assert!(
        !end_own_session(&store, &one, &beginning(&first))
            .await
            .unwrap()
    );
    let third = opened(&store, 4, &one).await;
    end_other_sessions(&store, &one, &third).await.unwrap();
    assert!(present(&store, &second, 0, 0).await.unwrap().is_none());
    assert!(present(&store, &third, 0, 0).await.unwrap().is_some());
    assert!(present(&store, &theirs, 0, 0).await.unwrap().is_some());
    end_sessions_of(&store, &[&one, &two]).await.unwrap();
    assert_eq!(sql::count(&store, "sessions").await, 0);
});

both!(a_session_keeps_when_it_saw_a_second_factor, |base| {
    let (store, _folder) = base.store().await;
    let one = member(&store, 1).await;
    let (session, other) = (opened(&store, 1, &one).await, opened(&store, 2, &one).await);
    refresh_session(&store, &session, 1_500).await.unwrap();
    assert_eq!(
        present(&store, &session, 0, 0)
            .await
            .unwrap()
            .unwrap()
            .fresh,
        1_500
    );
    assert_eq!(
        present(&store, &other, 0, 0).await.unwrap().unwrap().fresh,
        0
    );
});

both!(a_suspended_member_has_no_session_and_opens_none, |base| {
    let (store, _folder) = base.store().await;
    let one = member(&store, 1).await;
    let session = opened(&store, 1, &one).await;
    sql::execute(&store, "UPDATE members SET state = 'suspended'").await;
    assert!(present(&store, &session, 0, 0).await.unwrap().is_none());
    assert!(
        !account(&store, "Handler-1")
            .await
            .unwrap()
            .unwrap()
            .may_sign_in()
    );
    let new = NewSession {
        digest: &digest(2),
        member: &one,
        now: 1,
        fresh: 0,
    };
    assert_eq!(
        open_session(&store, new, 0).await,
        Err(StoreError::Conflict)
    );
    sql::execute(&store, "UPDATE members SET state = 'enrolling'").await;
    assert!(account(&store, "Handler-1").await.unwrap().is_none());
});

both!(tries_are_counted_by_name_before_they_are_made, |base| {
    let (store, _folder) = base.store().await;
    let pause: fn(i64) -> i64 = |count| if count > 2 { 10 * count } else { 0 };
    let take = async |name: u32, now| {
        tries::take(&store, &digest(name), now, pause)
            .await
            .unwrap()
    };
    for _ in 0..3 {
        assert_eq!(take(1, 100).await, Try::Taken);
    }
    assert_eq!(take(1, 100).await, Try::NotBefore(130));
    // Asking in vain makes it no longer.
    assert_eq!(take(1, 129).await, Try::NotBefore(130));
    assert_eq!(take(1, 130).await, Try::Taken);
    assert_eq!(take(1, 130).await, Try::NotBefore(170));
    assert_eq!(take(2, 130).await, Try::Taken);
    tries::forget(&store, &digest(1)).await.unwrap();
    assert_eq!(take(1, 130).await, Try::Taken);
});

both!(many_tries_at_once_are_no_more_than_many_in_a_row, |base| {
    let (store, _folder) = base.store().await;
    let pause: fn(i64) -> i64 = |count| if count > 2 { 10 } else { 0 };
    let tries = (0..12).map(|_| tries::take(&store, &[7; 32], 100, pause));
    let made = futures_util::future::join_all(tries).await;
    let taken = made.iter().filter(|made| **made == Ok(Try::Taken));
    assert_eq!(taken.count(), 3, "{made:?}");
});
