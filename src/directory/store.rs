//! The directory's documents, kept for ever.

use std::collections::BTreeSet;

use crate::on;
use crate::protocol::signing::Signed;
use crate::protocol::{Day, MemberId, ServiceId};
use crate::store::{Store, StoreError};

/// What kind of document a row holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A lead list, numbered from 0.
    Leads,
    /// A root, numbered by its serial.
    Root,
    /// A team document, not numbered.
    Team,
}

impl Kind {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Leads => "leads",
            Self::Root => "root",
            Self::Team => "team",
        }
    }
}

/// A document on its way into the store.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its kind.
    pub kind: Kind,
    /// Its number in its chain, 0 for a team document.
    pub number: i64,
    /// Its digest.
    pub digest: [u8; 32],
    /// The signed bytes.
    pub bytes: Vec<u8>,
}

impl Document {
    /// A signed document as a row.
    #[must_use]
    pub fn new(kind: Kind, number: i64, signed: &Signed) -> Self {
        Self {
            kind,
            number,
            digest: *signed.digest().as_bytes(),
            bytes: signed.as_bytes().to_vec(),
        }
    }
}

/// The name under which the database says which service it belongs to.
pub const SERVICE: &str = "service";

/// What founds a service.
#[derive(Debug, Clone)]
pub struct Founding {
    /// The service's id.
    pub service: ServiceId,
    /// The genesis.
    pub genesis: Document,
}

pub(crate) const KEEP: &str =
    "INSERT INTO documents (digest, kind, number, bytes) VALUES ($1, $2, $3, $4)";

/// Keeps a genesis and notes the service that it founds, in a transaction that `on!(begin …)` began: for
/// what is to be founded together with its first account. A conflict when a service was founded before.
macro_rules! keep_founding {
    ($db:expr, $founding:expr) => {{
        let founding: &$crate::directory::store::Founding = $founding;
        let genesis = &founding.genesis;
        sqlx::query("INSERT INTO installation (name, value) VALUES ($1, $2)")
            .bind($crate::directory::store::SERVICE)
            .bind(founding.service.to_string())
            .execute(&mut *$db)
            .await?;
        sqlx::query($crate::directory::store::KEEP)
            .bind(genesis.digest.as_slice())
            .bind(genesis.kind.code())
            .bind(genesis.number)
            .bind(&genesis.bytes)
            .execute(&mut *$db)
            .await?;
    }};
}
pub(crate) use keep_founding;

/// Founds a service, once.
///
/// # Errors
/// [`StoreError::Conflict`] when one was founded before.
pub async fn found(store: &Store, founding: &Founding) -> Result<(), StoreError> {
    on!(begin store, db => self::keep_founding!(db, founding));
    Ok(())
}

/// Keeps a document that is not kept yet.
macro_rules! keep {
    ($db:expr, $document:expr) => {{
        let known =
            sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM documents WHERE digest = $1")
                .bind($document.digest.as_slice())
                .fetch_one(&mut *$db)
                .await?;
        if known == 0 {
            sqlx::query(KEEP)
                .bind($document.digest.as_slice())
                .bind($document.kind.code())
                .bind($document.number)
                .bind(&$document.bytes)
                .execute(&mut *$db)
                .await?;
        }
    }};
}

/// Publishes documents together: all of them, or none.
///
/// # Errors
/// [`StoreError::Conflict`] when another root has that serial.
pub async fn publish(store: &Store, documents: &[Document]) -> Result<(), StoreError> {
    on!(begin store, db => {
        for document in documents {
            keep!(db, document);
        }
    });
    Ok(())
}

/// Checked documents that follow those published, and what follows from them.
#[derive(Debug, Clone)]
pub struct Publication {
    /// The new documents.
    pub documents: Vec<Document>,
    /// How many lead lists there were.
    pub lists: i64,
    /// How many roots there were.
    pub roots: i64,
    /// Whose sessions end.
    pub signed_out: BTreeSet<MemberId>,
    /// Who may be granted a case from now on, when a root is published, and its day: everybody else's grants end.
    pub readers: Option<(BTreeSet<MemberId>, Day)>,
    /// Whether the root settles what leads voted about.
    pub recovery_settled: bool,
}

/// Publishes what follows what is published, ends sessions and grants that it leaves no ground for, and does
/// all of it or nothing.
///
/// # Errors
/// [`StoreError::Conflict`] when another lead published first.
pub async fn publish_next(store: &Store, next: &Publication) -> Result<(), StoreError> {
    // The one row that every publication takes, so that a root never misses the last lead list.
    const LOCK: &str = "UPDATE installation SET value = value WHERE name = $1";
    const COUNT: &str = "SELECT COUNT(*) FROM documents WHERE kind = $1";
    const LOCK_CASES: &str = "UPDATE cases SET rows_number = rows_number WHERE id IN \
         (SELECT case_id FROM grants WHERE member = $1 AND live = 1)";
    const NOTHING: &[u8] = &[];
    on!(begin store, db => {
        sqlx::query(LOCK).bind(SERVICE).execute(&mut *db).await?;
        for (kind, expected) in [(Kind::Leads, next.lists), (Kind::Root, next.roots)] {
            let there = sqlx::query_scalar::<_, i64>(COUNT)
                .bind(kind.code())
                .fetch_one(&mut *db)
                .await?;
            if there != expected {
                return Err(StoreError::Conflict);
            }
        }
        for document in &next.documents {
            keep!(db, document);
        }
        for member in &next.signed_out {
            sqlx::query("DELETE FROM sessions WHERE member = $1")
                .bind(member.as_bytes().as_slice())
                .execute(&mut *db)
                .await?;
        }
        if let Some((readers, day)) = &next.readers {
            let holders = sqlx::query_scalar::<_, Vec<u8>>(
                "SELECT DISTINCT member FROM grants WHERE live = 1",
            )
            .fetch_all(&mut *db)
            .await?;
            let reads = |id: &Vec<u8>| readers.iter().any(|reader| reader.as_bytes()[..] == id[..]);
            for holder in holders.iter().filter(|holder| !reads(holder)) {
                // In turn with whoever writes what is due in these cases.
                sqlx::query(LOCK_CASES).bind(holder).execute(&mut *db).await?;
                sqlx::query("UPDATE grants SET live = 0, sealed = $2, brief = $2 WHERE member = $1 AND live = 1")
                    .bind(holder)
                    .bind(NOTHING)
                    .execute(&mut *db)
                    .await?;
                sqlx::query("DELETE FROM due WHERE member = $1").bind(holder).execute(&mut *db).await?;
                // Whoever is listed again later has no part by it.
                sqlx::query("UPDATE assignments SET until = $2 WHERE member = $1 AND until = ''")
                    .bind(holder)
                    .bind(day.to_string())
                    .execute(&mut *db)
                    .await?;
            }
        }
        if next.recovery_settled {
            sqlx::query("DELETE FROM recovery_votes").execute(&mut *db).await?;
        }
    });
    Ok(())
}

/// The accounts that were founded as administrators.
///
/// # Errors
/// As the store's.
pub async fn founding_administrators(store: &Store) -> Result<Vec<Vec<u8>>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_scalar::<_, Vec<u8>>("SELECT id FROM members WHERE founding = 'administrator'")
            .fetch_all(db)
            .await?
    });
    Ok(rows)
}

/// Every lead's word for a recovery: who gave it, and the signed document.
///
/// # Errors
/// As the store's.
pub async fn votes(store: &Store) -> Result<Vec<(Vec<u8>, Vec<u8>)>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_as::<_, (Vec<u8>, Vec<u8>)>(
            "SELECT member, signed FROM recovery_votes ORDER BY member",
        )
        .fetch_all(db)
        .await?
    });
    Ok(rows)
}

/// Keeps a lead's word for a recovery in the place of an earlier one.
///
/// # Errors
/// As the store's.
pub async fn vote(store: &Store, member: &[u8], signed: &[u8]) -> Result<(), StoreError> {
    on!(write store, db => {
        sqlx::query(
            "INSERT INTO recovery_votes (member, signed) VALUES ($1, $2) \
             ON CONFLICT (member) DO UPDATE SET signed = excluded.signed",
        )
        .bind(member)
        .bind(signed)
        .execute(db)
        .await?;
    });
    Ok(())
}

/// Every document of a chain, in order.
///
/// # Errors
/// As the store's.
pub async fn chain(store: &Store, kind: Kind) -> Result<Vec<Vec<u8>>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_scalar::<_, Vec<u8>>("SELECT bytes FROM documents WHERE kind = $1 ORDER BY number")
            .bind(kind.code())
            .fetch_all(db)
            .await?
    });
    Ok(rows)
}

/// The number of the last root, if any is published.
///
/// # Errors
/// As the store's.
pub async fn last_serial(store: &Store) -> Result<Option<i64>, StoreError> {
    let serial = on!(read store, db => {
        sqlx::query_scalar::<_, Option<i64>>("SELECT MAX(number) FROM documents WHERE kind = 'root'")
            .fetch_one(db)
            .await?
    });
    Ok(serial)
}

/// One document of a chain by its number.
///
/// # Errors
/// As the store's.
pub async fn numbered(
    store: &Store,
    kind: Kind,
    number: i64,
) -> Result<Option<Vec<u8>>, StoreError> {
    let found = on!(read store, db => {
        sqlx::query_scalar::<_, Vec<u8>>("SELECT bytes FROM documents WHERE kind = $1 AND number = $2")
            .bind(kind.code())
            .bind(number)
            .fetch_optional(db)
            .await?
    });
    Ok(found)
}

/// A team or lead document by its digest.
///
/// # Errors
/// As the store's.
pub async fn document(store: &Store, digest: &[u8; 32]) -> Result<Option<Vec<u8>>, StoreError> {
    let found = on!(read store, db => {
        sqlx::query_scalar::<_, Vec<u8>>(
            "SELECT bytes FROM documents WHERE digest = $1 AND kind <> 'root'",
        )
        .bind(digest.as_slice())
        .fetch_optional(db)
        .await?
    });
    Ok(found)
}

/// What an installation's database says about itself.
///
/// # Errors
/// As the store's.
pub async fn installation(store: &Store, name: &str) -> Result<Option<String>, StoreError> {
    let found = on!(read store, db => {
        sqlx::query_scalar::<_, String>("SELECT value FROM installation WHERE name = $1")
            .bind(name)
            .fetch_optional(db)
            .await?
    });
    Ok(found)
}

/// Notes something about the installation, once.
///
/// # Errors
/// [`StoreError::Conflict`] when it is noted already.
pub async fn note_installation(store: &Store, name: &str, value: &str) -> Result<(), StoreError> {
    on!(write store, db => {
        sqlx::query("INSERT INTO installation (name, value) VALUES ($1, $2)")
            .bind(name)
            .bind(value)
            .execute(db)
            .await?;
    });
    Ok(())
}
