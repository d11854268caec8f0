//! Cases that nobody is left to work on: every handler and authority has declared a conflict, was barred, or has gone.

use sqlx::{AssertSqlSafe, SqlSafeStr as _};

use crate::casework::store::After;
use crate::casework::store::whole::places;
use crate::on;
use crate::store::{Store, StoreError};

/// An open case without anybody who could work on it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Stranded {
    /// The case id.
    pub id: Vec<u8>,
    /// The day of acceptance.
    pub day: String,
}

/// Those of the members whose grants of a case are live, and who have not declared a conflict.
const LEFT: &str = "SELECT g.member FROM grants g JOIN cases c ON c.id = g.case_id AND c.epoch = g.epoch \
     WHERE g.case_id = $1 AND g.live = 1 AND g.declared < 2";

/// Who is left to work on a case.
///
/// # Errors
/// As the store's.
pub async fn left(store: &Store, case: &[u8]) -> Result<Vec<Vec<u8>>, StoreError> {
    let members = on!(read store, db => {
        sqlx::query_scalar::<_, Vec<u8>>(LEFT)
            .bind(case)
            .fetch_all(db)
            .await?
    });
    Ok(members)
}

/// Finds the place in the list after a case; the beginning if there is no such case.
///
/// # Errors
/// As the store's.
pub async fn place_of(store: &Store, case: &[u8]) -> Result<After, StoreError> {
    let day = on!(read store, db => {
        sqlx::query_scalar::<_, String>("SELECT day FROM cases WHERE id = $1")
            .bind(case)
            .fetch_optional(db)
            .await?
    });
    Ok(day.map_or_else(After::default, |day| After {
        day,
        case: case.to_vec(),
    }))
}

/// Open cases that none of these members can work on, by day, then id. Goes through all cases that are open. Accounts
/// that are suspended count: whoever suspends would learn by it who reads which case.
///
/// # Errors
/// As the store's.
pub async fn stranded(
    store: &Store,
    working: &[&[u8]],
    after: &After,
    limit: i64,
) -> Result<Vec<Stranded>, StoreError> {
    let left = if working.is_empty() {
        "0 = 1".to_owned()
    } else {
        format!(
            "EXISTS (SELECT 1 FROM grants g WHERE g.case_id = c.id AND g.epoch = c.epoch AND g.live = 1 \
             AND g.declared < 2 AND g.member IN ({}))",
            places(4, working.len())
        )
    };
    let statement = AssertSqlSafe(format!(
        "SELECT c.id, c.day FROM cases c WHERE c.closed = 0 \
         AND (c.day > $1 OR (c.day = $1 AND c.id > $2)) AND NOT ({left}) ORDER BY c.day, c.id LIMIT $3"
    ))
    .into_sql_str();
    let rows = on!(read store, db => {
        let mut asked = sqlx::query_as::<_, Stranded>(statement)
            .bind(&after.day)
            .bind(&after.case)
            .bind(limit);
        for member in working {
            asked = asked.bind(*member);
        }
        asked.fetch_all(db).await?
    });
    Ok(rows)
}
