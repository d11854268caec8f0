//! Second factors: one-time codes and passkeys.

use crate::on;
use crate::store::{Store, StoreError};

/// A second factor as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Factor {
    /// Its id, drawn.
    pub id: Vec<u8>,
    /// Whose it is.
    pub member: Vec<u8>,
    /// `totp` or `passkey`.
    pub kind: String,
    /// What its member calls it.
    pub name: String,
    /// The secret of one-time codes or a passkey's public half, sealed.
    pub secret: Vec<u8>,
    /// The digest of a passkey's credential id; nothing for one-time codes.
    pub credential: Vec<u8>,
    /// The step of the last one-time code that was used.
    pub last_step: i64,
    /// 1 once it was shown to work.
    pub proved: i64,
    /// The day on which it was added.
    pub added: String,
    /// The day on which it was last used, or nothing.
    pub used: String,
}

impl Factor {
    /// Whether it makes one-time codes.
    #[must_use]
    pub fn is_totp(&self) -> bool {
        self.kind == "totp"
    }

    /// What its secret is sealed about: it opens as no other factor's, and as nobody else's.
    #[must_use]
    pub fn about(&self) -> Vec<u8> {
        [self.id.as_slice(), &self.member].concat()
    }

    /// Whether it was shown to work.
    #[must_use]
    pub fn is_proved(&self) -> bool {
        self.proved == 1
    }
}

/// A member's factors, proved or not, by the day they were added.
///
/// # Errors
/// As the store's.
pub async fn factors(store: &Store, member: &[u8]) -> Result<Vec<Factor>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_as::<_, Factor>(
            "SELECT id, member, kind, name, secret, credential, last_step, proved, added, used \
             FROM factors WHERE member = $1 ORDER BY added, id",
        )
        .bind(member)
        .fetch_all(db)
        .await?
    });
    Ok(rows)
}

/// The passkey with a credential id, by its digest.
///
/// # Errors
/// As the store's.
pub async fn passkey(store: &Store, credential: &[u8; 32]) -> Result<Option<Factor>, StoreError> {
    let found = on!(read store, db => {
        sqlx::query_as::<_, Factor>(
            "SELECT id, member, kind, name, secret, credential, last_step, proved, added, used \
             FROM factors WHERE credential = $1 AND kind = 'passkey'",
        )
        .bind(credential.as_slice())
        .fetch_optional(db)
        .await?
    });
    Ok(found)
}

/// A ticket that is spent by what it was for.
#[derive(Debug, Clone, Copy)]
pub struct Spent<'a> {
    /// The digest of the ticket.
    pub digest: &'a [u8; 32],
    /// Until when it would have been good, Unix seconds.
    pub until: i64,
    /// Now, Unix seconds.
    pub now: i64,
}

/// Adds a factor, unless its member has as many as can be. One-time codes that were never proved make room
/// for new ones.
///
/// # Errors
/// [`StoreError::Conflict`] when the ticket was spent before, the passkey is another factor already, or there is
/// no such member.
pub async fn add(
    store: &Store,
    factor: &Factor,
    most: i64,
    spent: Option<Spent<'_>>,
) -> Result<bool, StoreError> {
    on!(begin store, db => {
        let there = sqlx::query("UPDATE members SET state = state WHERE id = $1")
            .bind(&factor.member)
            .execute(&mut *db)
            .await?;
        if there.rows_affected() == 0 {
            return Err(StoreError::Conflict);
        }
        if let Some(spent) = spent {
            sqlx::query("DELETE FROM spent WHERE until <= $1").bind(spent.now).execute(&mut *db).await?;
            sqlx::query("INSERT INTO spent (digest, until) VALUES ($1, $2)")
                .bind(spent.digest.as_slice())
                .bind(spent.until)
                .execute(&mut *db)
                .await?;
        }
        if factor.is_totp() {
            sqlx::query("DELETE FROM factors WHERE member = $1 AND kind = 'totp' AND proved = 0")
                .bind(&factor.member)
                .execute(&mut *db)
                .await?;
        }
        let has = sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM factors WHERE member = $1")
            .bind(&factor.member)
            .fetch_one(&mut *db)
            .await?;
        if has >= most {
            return Ok(false);
        }
        sqlx::query(
            "INSERT INTO factors (id, member, kind, name, secret, credential, last_step, proved, added, used) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(&factor.id)
        .bind(&factor.member)
        .bind(&factor.kind)
        .bind(&factor.name)
        .bind(&factor.secret)
        .bind(&factor.credential)
        .bind(factor.last_step)
        .bind(factor.proved)
        .bind(&factor.added)
        .bind(&factor.used)
        .execute(&mut *db)
        .await?;
    });
    Ok(true)
}

/// Uses the one-time code of a step, which nobody can do again; says whether it was to be had. `proves` lets a
/// factor be used that was not proved before, and proves it.
///
/// # Errors
/// As the store's.
pub async fn use_step(
    store: &Store,
    factor: &Factor,
    step: i64,
    day: &str,
    proves: bool,
) -> Result<bool, StoreError> {
    let used = on!(write store, db => {
        sqlx::query(
            "UPDATE factors SET last_step = $1, used = $2, proved = 1 \
             WHERE id = $3 AND member = $4 AND kind = 'totp' AND last_step < $1 AND proved >= $5",
        )
        .bind(step)
        .bind(day)
        .bind(&factor.id)
        .bind(&factor.member)
        .bind(i64::from(!proves))
        .execute(db)
        .await?
        .rows_affected()
    });
    Ok(used > 0)
}

/// Notes that a passkey was used: its public half goes on, and the ticket is spent.
///
/// # Errors
/// [`StoreError::Conflict`] when the ticket was spent before, or the passkey was used or removed meanwhile.
pub async fn use_passkey(
    store: &Store,
    factor: &Factor,
    after: &[u8],
    day: &str,
    spent: Spent<'_>,
) -> Result<(), StoreError> {
    on!(begin store, db => {
        sqlx::query("DELETE FROM spent WHERE until <= $1").bind(spent.now).execute(&mut *db).await?;
        sqlx::query("INSERT INTO spent (digest, until) VALUES ($1, $2)")
            .bind(spent.digest.as_slice())
            .bind(spent.until)
            .execute(&mut *db)
            .await?;
        let used = sqlx::query("UPDATE factors SET secret = $1, used = $2 WHERE id = $3 AND secret = $4")
            .bind(after)
            .bind(day)
            .bind(&factor.id)
            .bind(&factor.secret)
            .execute(&mut *db)
            .await?
            .rows_affected();
        if used == 0 {
            return Err(StoreError::Conflict);
        }
    });
    Ok(())
}

/// Names a factor; says whether it was the member's.
///
/// # Errors
/// As the store's.
pub async fn name(store: &Store, member: &[u8], id: &[u8], name: &str) -> Result<bool, StoreError> {
    let named = on!(write store, db => {
        sqlx::query("UPDATE factors SET name = $1 WHERE id = $2 AND member = $3")
            .bind(name)
            .bind(id)
            .bind(member)
            .execute(db)
            .await?
            .rows_affected()
    });
    Ok(named > 0)
}

/// What became of removing a factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removed {
    /// It is gone.
    Gone,
    /// The member has no such factor.
    Missing,
    /// It is the only proved one, and stays.
    Last,
}

/// Removes a factor, unless it is the last that was proved.
///
/// # Errors
/// As the store's.
pub async fn remove(store: &Store, member: &[u8], id: &[u8]) -> Result<Removed, StoreError> {
    on!(begin store, db => {
        // One removal at a time, so that two do not each leave the other's.
        sqlx::query("UPDATE members SET state = state WHERE id = $1")
            .bind(member)
            .execute(&mut *db)
            .await?;
        let proved = sqlx::query_scalar::<_, i64>("SELECT proved FROM factors WHERE id = $1 AND member = $2")
            .bind(id)
            .bind(member)
            .fetch_optional(&mut *db)
            .await?;
        let Some(proved) = proved else {
            return Ok(Removed::Missing);
        };
        let others = sqlx::query_scalar::<_, i64>(
            "SELECT COUNT(*) FROM factors WHERE member = $1 AND proved = 1 AND id <> $2",
        )
        .bind(member)
        .bind(id)
        .fetch_one(&mut *db)
        .await?;
        if proved == 1 && others == 0 {
            return Ok(Removed::Last);
        }
        sqlx::query("DELETE FROM factors WHERE id = $1 AND member = $2")
            .bind(id)
            .bind(member)
            .execute(&mut *db)
            .await?;
    });
    Ok(Removed::Gone)
}
