//! The directory's documents.

use rightline::directory::store::{
    Document, Kind, chain, document, installation, last_serial, note_installation, numbered,
    publish,
};
use rightline::store::StoreError;

use super::digest;
use crate::both;
use crate::support::sql;

fn row(kind: Kind, number: u32, id: u32) -> Document {
    let bytes = format!("{kind:?} {number} {id}").into_bytes();
    Document {
        kind,
        number: i64::from(number),
        digest: digest(id),
        bytes,
    }
}

both!(
    documents_are_kept_for_ever_and_found_by_number_and_digest,
    |base| {
        let (store, _folder) = base.store().await;
        assert_eq!(last_serial(&store).await, Ok(None));
        assert!(chain(&store, Kind::Leads).await.unwrap().is_empty());
        let first = [
            row(Kind::Leads, 0, 1),
            row(Kind::Team, 0, 2),
            row(Kind::Team, 0, 3),
            row(Kind::Root, 1, 4),
        ];
        publish(&store, &first).await.unwrap();
        let second = [
            row(Kind::Leads, 1, 5),
            row(Kind::Team, 0, 3),
            row(Kind::Root, 2, 6),
        ];
        publish(&store, &second).await.unwrap();

        assert_eq!(last_serial(&store).await, Ok(Some(2)));
        let bytes = |document: &Document| document.bytes.clone();
        assert_eq!(
            chain(&store, Kind::Leads).await.unwrap(),
            [bytes(&first[0]), bytes(&second[0])]
        );
        assert_eq!(
            chain(&store, Kind::Root).await.unwrap(),
            [bytes(&first[3]), bytes(&second[2])]
        );
        assert_eq!(
            numbered(&store, Kind::Root, 1).await,
            Ok(Some(bytes(&first[3])))
        );
        assert_eq!(numbered(&store, Kind::Root, 3).await, Ok(None));
        assert_eq!(
            document(&store, &digest(2)).await,
            Ok(Some(bytes(&first[1])))
        );
        assert_eq!(
            document(&store, &digest(5)).await,
            Ok(Some(bytes(&second[0])))
        );
        // A root is asked for by its serial, not by digest.
        assert_eq!(document(&store, &digest(4)).await, Ok(None));
        assert_eq!(sql::count(&store, "documents").await, 6);
    }
);

both!(
    a_serial_is_taken_once_and_nothing_is_half_published,
    |base| {
        let (store, _folder) = base.store().await;
        publish(&store, &[row(Kind::Root, 1, 4)]).await.unwrap();
        let forked = [row(Kind::Team, 0, 7), row(Kind::Root, 1, 8)];
        assert_eq!(publish(&store, &forked).await, Err(StoreError::Conflict));
        assert_eq!(document(&store, &digest(7)).await, Ok(None));
        assert_eq!(
            numbered(&store, Kind::Root, 1).await,
            Ok(Some(row(Kind::Root, 1, 4).bytes))
        );
        // The same again is no trouble.
        assert_eq!(publish(&store, &[row(Kind::Root, 1, 4)]).await, Ok(()));
    }
);

both!(an_installation_is_noted_once, |base| {
    let (store, _folder) = base.store().await;
    assert_eq!(installation(&store, "service").await, Ok(None));
    note_installation(&store, "service", "one").await.unwrap();
    assert_eq!(
        note_installation(&store, "service", "two").await,
        Err(StoreError::Conflict)
    );
    assert_eq!(
        installation(&store, "service").await,
        Ok(Some("one".to_owned()))
    );
});
