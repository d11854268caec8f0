//! Members' accounts and rings; beside it sessions, tries, invitations, enrolment and second factors.

pub mod accounts;
pub mod enrolment;
pub mod factors;
pub mod invitations;
pub mod sessions;
pub mod tries;

use crate::on;
use crate::store::{Store, StoreError};

pub use sessions::{Present, end_session, end_sessions_of, open_session, present, touch_session};

/// A member's account: what sign-in needs.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Account {
    /// The member id.
    pub id: Vec<u8>,
    /// The label, never a name.
    pub label: String,
    /// The salt of the passphrase.
    pub salt: Vec<u8>,
    /// The HMAC of the login secret (A3).
    pub login: Vec<u8>,
    /// The sealed vault (A1).
    pub vault: Vec<u8>,
}

/// An account that was enrolled, and whether it may be used.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Found {
    /// The account.
    #[sqlx(flatten)]
    pub account: Account,
    /// `enrolled`, or `suspended`.
    pub state: String,
}

impl Found {
    /// Whether its member may sign in.
    #[must_use]
    pub fn may_sign_in(&self) -> bool {
        self.state == "enrolled"
    }
}

/// Finds an account by its label; one that is still being enrolled is not there.
///
/// # Errors
/// As the store's.
pub async fn account(store: &Store, label: &str) -> Result<Option<Found>, StoreError> {
    // No label has a zero byte, and PostgreSQL takes no text with one.
    if label.contains('\0') {
        return Ok(None);
    }
    let found = on!(read store, db => {
        sqlx::query_as::<_, Found>(
            "SELECT id, label, salt, login, vault, state FROM members \
             WHERE label = $1 AND state <> 'enrolling'",
        )
        .bind(label)
        .fetch_optional(db)
        .await?
    });
    Ok(found)
}

/// Finds an account by its member.
///
/// # Errors
/// As the store's.
pub async fn account_of(store: &Store, member: &[u8]) -> Result<Option<Found>, StoreError> {
    let found = on!(read store, db => {
        sqlx::query_as::<_, Found>(
            "SELECT id, label, salt, login, vault, state FROM members \
             WHERE id = $1 AND state <> 'enrolling'",
        )
        .bind(member)
        .fetch_optional(db)
        .await?
    });
    Ok(found)
}

/// Opens an account that is enrolled from the first, as those of a demonstration are.
///
/// # Errors
/// [`StoreError::Conflict`] when the label or the id is taken.
pub async fn open_account(store: &Store, account: &Account) -> Result<(), StoreError> {
    on!(write store, db => {
        sqlx::query("INSERT INTO members (id, label, salt, login, vault) VALUES ($1, $2, $3, $4, $5)")
            .bind(&account.id)
            .bind(&account.label)
            .bind(&account.salt)
            .bind(&account.login)
            .bind(&account.vault)
            .execute(db)
            .await?;
    });
    Ok(())
}

/// What takes the place of a vault, and perhaps of the passphrase that opens it.
#[derive(Debug, Clone, Copy)]
pub struct NewVault<'a> {
    /// The member.
    pub member: &'a [u8],
    /// The vault that is replaced.
    pub before: &'a [u8],
    /// The new one.
    pub vault: &'a [u8],
    /// Salt and the HMAC of the login secret, where the passphrase is new.
    pub passphrase: Option<(&'a [u8], &'a [u8])>,
    /// The session that may go on; the member's others end with the old passphrase.
    pub session: &'a [u8],
}

/// Puts a vault in the place of another.
///
/// # Errors
/// [`StoreError::Conflict`] when another browser of the member came first.
pub async fn replace_vault(store: &Store, new: NewVault<'_>) -> Result<(), StoreError> {
    on!(begin store, db => {
        let kept = sqlx::query("UPDATE members SET vault = $1 WHERE id = $2 AND vault = $3")
            .bind(new.vault)
            .bind(new.member)
            .bind(new.before)
            .execute(&mut *db)
            .await?
            .rows_affected();
        if kept == 0 {
            return Err(StoreError::Conflict);
        }
        if let Some((salt, login)) = new.passphrase {
            sqlx::query("UPDATE members SET salt = $1, login = $2 WHERE id = $3")
                .bind(salt)
                .bind(login)
                .bind(new.member)
                .execute(&mut *db)
                .await?;
            sqlx::query("DELETE FROM sessions WHERE member = $1 AND digest <> $2")
                .bind(new.member)
                .bind(new.session)
                .execute(&mut *db)
                .await?;
        }
    });
    Ok(())
}

/// A member's ring with its revision.
///
/// # Errors
/// As the store's.
pub async fn ring(store: &Store, member: &[u8]) -> Result<Option<(i64, Vec<u8>)>, StoreError> {
    let found = on!(read store, db => {
        sqlx::query_as::<_, (i64, Vec<u8>)>("SELECT revision, ring FROM rings WHERE member = $1")
            .bind(member)
            .fetch_optional(db)
            .await?
    });
    Ok(found)
}

/// Puts a ring in the place of the given revision (0 for none).
///
/// # Errors
/// [`StoreError::Conflict`] when another browser of the member came first.
pub async fn keep_ring(
    store: &Store,
    member: &[u8],
    revision: i64,
    ring: &[u8],
) -> Result<(), StoreError> {
    if revision == 0 {
        on!(write store, db => {
            sqlx::query("INSERT INTO rings (member, revision, ring) VALUES ($1, 1, $2)")
                .bind(member)
                .bind(ring)
                .execute(db)
                .await?;
        });
        return Ok(());
    }
    let kept = on!(write store, db => {
        sqlx::query("UPDATE rings SET revision = $3, ring = $4 WHERE member = $1 AND revision = $2")
            .bind(member)
            .bind(revision)
            .bind(revision + 1)
            .bind(ring)
            .execute(db)
            .await?
            .rows_affected()
    });
    if kept == 0 {
        Err(StoreError::Conflict)
    } else {
        Ok(())
    }
}
