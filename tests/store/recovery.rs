//! What the recovery holds.

use rightline::recovery::store::{Held, cases, held};

use super::{READERS, kept};
use crate::both;
use crate::support::sql;

both!(what_somebody_holds_is_found_by_case_and_epoch, |base| {
    let (store, _folder) = base.store().await;
    let (one, two) = (kept(&store, 1).await, kept(&store, 2).await);
    let holder = READERS[0];
    assert_eq!(
        cases(&store, &holder).await.unwrap(),
        [one.to_vec(), two.to_vec()]
    );
    assert_eq!(cases(&store, &[9; 16]).await, Ok(Vec::new()));
    sql::execute(
        &store,
        "INSERT INTO grants (case_id, epoch, member, live, declared, day, number, sealed) \
         SELECT case_id, 1, member, live, declared, day, 1, sealed FROM grants",
    )
    .await;
    let all = held(&store, &holder, &one).await.unwrap();
    let epochs: Vec<i64> = all.iter().map(|held| held.epoch).collect();
    assert_eq!(epochs, [0, 1]);
    assert_eq!(
        all[0],
        Held {
            case_id: one.to_vec(),
            epoch: 0,
            sealed: b"grant of 1".to_vec(),
        }
    );
    // What has ended is not held.
    sql::execute(&store, "UPDATE grants SET live = 0 WHERE epoch = 0").await;
    assert_eq!(held(&store, &holder, &one).await.unwrap().len(), 1);
    assert_eq!(cases(&store, &holder).await.unwrap().len(), 2);
    sql::execute(&store, "UPDATE grants SET live = 0").await;
    assert_eq!(cases(&store, &holder).await, Ok(Vec::new()));
});
