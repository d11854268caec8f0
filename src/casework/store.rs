//! What the desk reads and writes of cases. A case without a live grant of the member does not exist (K7).

mod codes;
pub(crate) mod declaring;
pub(crate) mod due;
pub(crate) mod facts;
mod lists;
mod older;
mod records;
mod rows;
mod ruling;
mod state;
mod stranded;
mod whole;

use crate::on;
use crate::store::{Store, StoreError};

pub use codes::{Code, codes, forget_codes, has_cases, remember_codes};
pub use declaring::{Declaring, declaration, declarations, declare};
pub use due::{AfterDue, AskedDue, Due, DuePage, due, teams_of};
pub use lists::{After, NewCase, OwnCase, new_cases, own_cases, place};
pub use older::start_clocks;
pub use records::{Revision, revisions};
pub use rows::{Added, NewEpoch, Row, add_epoch, add_row, bars, held, holds, shut_out};
pub use ruling::{NewAct, NewRevision, Ruled, Ruling, Work, facts, keep_act, keep_revision, work};
pub use stranded::{Stranded, left, place_of, stranded};
pub use whole::{Whole, readable, whole};

/// How a member stands to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// No live grant: the case does not exist.
    Stranger,
    /// A live grant, and no declaration yet.
    Undeclared,
    /// A live grant, and a declaration of no conflict.
    Reader,
}

/// Says how a member stands to a case.
///
/// # Errors
/// As the store's.
pub async fn standing(store: &Store, member: &[u8], case: &[u8]) -> Result<Standing, StoreError> {
    let declared = on!(read store, db => {
        sqlx::query_scalar::<_, i64>(
            "SELECT declared FROM grants WHERE case_id = $1 AND member = $2 AND live = 1 \
             ORDER BY epoch DESC LIMIT 1",
        )
        .bind(case)
        .bind(member)
        .fetch_optional(db)
        .await?
    });
    Ok(match declared {
        Some(0) => Standing::Undeclared,
        Some(1) => Standing::Reader,
        _ => Standing::Stranger,
    })
}

/// Says whether a member is barred from a case.
///
/// # Errors
/// As the store's.
pub async fn is_barred(store: &Store, member: &[u8], case: &[u8]) -> Result<bool, StoreError> {
    let bars = on!(read store, db => {
        sqlx::query_scalar::<_, i64>(
            "SELECT COUNT(*) FROM bars WHERE case_id = $1 AND member = $2",
        )
        .bind(case)
        .bind(member)
        .fetch_one(db)
        .await?
    });
    Ok(bars > 0)
}

/// The sealed parts of a case.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Parts {
    /// The signed statement.
    pub statement: Vec<u8>,
    /// The sealed parties.
    pub parties: Vec<u8>,
    /// The sealed body.
    pub body: Vec<u8>,
    /// The sealed identity file.
    pub identity: Vec<u8>,
}

/// Reads the sealed parts of a case.
///
/// # Errors
/// As the store's.
pub async fn parts(store: &Store, case: &[u8]) -> Result<Option<Parts>, StoreError> {
    let found = on!(read store, db => {
        sqlx::query_as::<_, Parts>(
            "SELECT statement, parties, body, identity FROM parts WHERE case_id = $1",
        )
        .bind(case)
        .fetch_optional(db)
        .await?
    });
    Ok(found)
}

/// A grant as it stands.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Grant {
    /// The grantee.
    pub member: Vec<u8>,
    /// The epoch whose secret it holds.
    pub epoch: i64,
    /// 1 while it may be used.
    pub live: i64,
    /// The number of its row in the chain, 0 for one of the submission's.
    pub number: i64,
    /// The sealed secret; empty once ended.
    pub sealed: Vec<u8>,
}

/// Every grant of a case, by epoch and member.
///
/// # Errors
/// As the store's.
pub async fn grants(store: &Store, case: &[u8]) -> Result<Vec<Grant>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_as::<_, Grant>(
            "SELECT member, epoch, live, number, sealed FROM grants WHERE case_id = $1 \
             ORDER BY epoch, member",
        )
        .bind(case)
        .fetch_all(db)
        .await?
    });
    Ok(rows)
}

/// Every grant row of a case, in order.
///
/// # Errors
/// As the store's.
pub async fn grant_rows(store: &Store, case: &[u8]) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_as::<_, (i64, Vec<u8>)>(
            "SELECT number, signed FROM grant_rows WHERE case_id = $1 ORDER BY number",
        )
        .bind(case)
        .fetch_all(db)
        .await?
    });
    Ok(rows)
}
