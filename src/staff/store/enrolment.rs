//! Enrolment: an account from a newcomer's first keys until it is whole. Every write asks again whether the
//! link can still be used.

use crate::directory::store::{Founding, keep_founding};
use crate::on;
use crate::staff::store::Account;
use crate::staff::store::factors::Factor;
use crate::store::{Store, StoreError};

/// Takes the lock on an invitation that can still be used.
const HOLD: &str = "UPDATE invitations SET used = 0 WHERE digest = $1 AND used = 0 AND until > $2";

/// A link, at a moment.
#[derive(Debug, Clone, Copy)]
pub struct Link<'a> {
    /// The digest of its secret.
    pub digest: &'a [u8],
    /// Now, Unix seconds.
    pub now: i64,
}

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It is done.
    Done,
    /// The link can no longer be used.
    NoLink,
    /// The step before it is missing.
    TooEarly,
}

/// What a newcomer begins with.
#[derive(Debug, Clone, Copy)]
pub struct Begun<'a> {
    /// The account.
    pub account: &'a Account,
    /// What is kept of the secret of the browser that goes on with it (A9).
    pub browser: &'a [u8; 32],
    /// `lead`, `administrator` or nothing.
    pub founding: &'a str,
    /// Whose place they take, or nothing.
    pub replaces: &'a [u8],
    /// Today.
    pub day: &'a str,
    /// The one-time codes that they may prove.
    pub totp: &'a Factor,
}

/// Begins an account, in the place of one that was begun by the same link.
///
/// # Errors
/// [`StoreError::Conflict`] when the label is taken.
pub async fn begin(store: &Store, link: Link<'_>, begun: Begun<'_>) -> Result<Step, StoreError> {
    on!(begin store, db => {
        let held = sqlx::query(HOLD).bind(link.digest).bind(link.now).execute(&mut *db).await?;
        if held.rows_affected() == 0 {
            return Ok(Step::NoLink);
        }
        let (account, totp) = (begun.account, begun.totp);
        // Labels that somebody began with and can no longer finish are free again.
        sqlx::query(
            "DELETE FROM members WHERE state = 'enrolling' AND (id = $1 OR id NOT IN \
             (SELECT member FROM invitations WHERE used = 0 AND until > $2))",
        )
        .bind(&account.id)
        .bind(link.now)
        .execute(&mut *db)
        .await?;
        sqlx::query("DELETE FROM factors WHERE member = $1").bind(&account.id).execute(&mut *db).await?;
        sqlx::query(
            "INSERT INTO members (id, label, salt, login, vault, state, founding, replaces, created, browser) \
             VALUES ($1, $2, $3, $4, $5, 'enrolling', $6, $7, $8, $9)",
        )
        .bind(&account.id)
        .bind(&account.label)
        .bind(&account.salt)
        .bind(&account.login)
        .bind(&account.vault)
        .bind(begun.founding)
        .bind(begun.replaces)
        .bind(begun.day)
        .bind(begun.browser.as_slice())
        .execute(&mut *db)
        .await?;
        sqlx::query(
            "INSERT INTO factors (id, member, kind, name, secret, credential, last_step, proved, added, used) \
             VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7, '')",
        )
        .bind(&totp.id)
        .bind(&totp.member)
        .bind(&totp.kind)
        .bind(&totp.name)
        .bind(&totp.secret)
        .bind(&totp.credential)
        .bind(begun.day)
        .execute(&mut *db)
        .await?;
    });
    Ok(Step::Done)
}

/// The account that is being enrolled, if it was begun by this browser.
///
/// # Errors
/// As the store's.
pub async fn enrolling(
    store: &Store,
    member: &[u8],
    browser: &[u8; 32],
) -> Result<Option<Account>, StoreError> {
    let found = on!(read store, db => {
        sqlx::query_as::<_, Account>(
            "SELECT id, label, salt, login, vault FROM members \
             WHERE id = $1 AND browser = $2 AND state = 'enrolling'",
        )
        .bind(member)
        .bind(browser.as_slice())
        .fetch_optional(db)
        .await?
    });
    Ok(found)
}

/// Keeps the vault of an account that is being enrolled.
///
/// # Errors
/// As the store's.
pub async fn keep_vault(
    store: &Store,
    link: Link<'_>,
    member: &[u8],
    browser: &[u8; 32],
    vault: &[u8],
) -> Result<Step, StoreError> {
    on!(begin store, db => {
        let held = sqlx::query(HOLD).bind(link.digest).bind(link.now).execute(&mut *db).await?;
        if held.rows_affected() == 0 {
            return Ok(Step::NoLink);
        }
        let kept = sqlx::query(
            "UPDATE members SET vault = $1 WHERE id = $2 AND browser = $3 AND state = 'enrolling'",
        )
        .bind(vault)
        .bind(member)
        .bind(browser.as_slice())
        .execute(&mut *db)
        .await?;
        if kept.rows_affected() == 0 {
            return Ok(Step::TooEarly);
        }
    });
    Ok(Step::Done)
}

/// Makes an account whole and uses the link up; with it, a founding lead founds the service.
///
/// # Errors
/// [`StoreError::Conflict`] when the service was founded meanwhile.
pub async fn finish(
    store: &Store,
    link: Link<'_>,
    account: &Account,
    browser: &[u8; 32],
    application: &[u8],
    founding: Option<&Founding>,
) -> Result<Step, StoreError> {
    on!(begin store, db => {
        let used = sqlx::query(
            "UPDATE invitations SET used = 1 WHERE digest = $1 AND member = $2 AND used = 0 AND until > $3",
        )
        .bind(link.digest)
        .bind(&account.id)
        .bind(link.now)
        .execute(&mut *db)
        .await?;
        if used.rows_affected() == 0 {
            return Ok(Step::NoLink);
        }
        let proved = sqlx::query_scalar::<_, i64>(
            "SELECT COUNT(*) FROM factors WHERE member = $1 AND proved = 1",
        )
        .bind(&account.id)
        .fetch_one(&mut *db)
        .await?;
        // What was read and checked is what becomes the account.
        let whole = sqlx::query(
            "UPDATE members SET state = 'enrolled', application = $1, browser = $7 \
             WHERE id = $2 AND label = $3 AND vault = $4 AND browser = $6 AND state = 'enrolling' AND $5 > 0",
        )
        .bind(application)
        .bind(&account.id)
        .bind(&account.label)
        .bind(&account.vault)
        .bind(proved)
        .bind(browser.as_slice())
        .bind(Vec::<u8>::new())
        .execute(&mut *db)
        .await?;
        if whole.rows_affected() == 0 {
            // Nothing of this stays: the link can still be used.
            return Ok(Step::TooEarly);
        }
        sqlx::query("DELETE FROM factors WHERE member = $1 AND proved = 0")
            .bind(&account.id)
            .execute(&mut *db)
            .await?;
        if let Some(founding) = founding {
            keep_founding!(db, founding);
        }
    });
    Ok(Step::Done)
}
