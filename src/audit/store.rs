//! The audit trail's rows, each chained to the one before; the head, tagged under a key that the database
//! does not hold; and the heads that auditors signed.

use sqlx::{AssertSqlSafe, SqlSafeStr as _, SqlStr};

use crate::keys::Keys;
use crate::on;
use crate::protocol::audit::{By, Row};
use crate::protocol::{CaseId, Digest, MemberId};
use crate::store::{Store, StoreError};

/// One act, on its way into the trail.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// When, Unix seconds.
    pub time: i64,
    /// Who asked for it; nobody on the command line.
    pub who: Option<MemberId>,
    /// By what way it was asked for.
    pub by: By,
    /// What was asked for.
    pub act: &'a str,
    /// The case that it touches.
    pub case: Option<CaseId>,
    /// The member whom it is about.
    pub about: Option<MemberId>,
    /// `done`, or the code of the refusal.
    pub outcome: &'a str,
}

/// A trail that is whole has its head at its last row, under the right tag.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct End {
    /// The number of the last row.
    pub number: i64,
    /// Its digest.
    pub digest: Vec<u8>,
    /// The tag of both.
    pub tag: Vec<u8>,
}

const BEGIN: &str = "INSERT INTO audit_head (id, number, digest, tag) VALUES (1, 0, $1, $2) \
     ON CONFLICT (id) DO NOTHING";
// Locks the row on PostgreSQL; SQLite has one writer.
const LOCK: &str = "UPDATE audit_head SET id = id WHERE id = 1 RETURNING number, digest, tag";
const LAST: &str = "SELECT number, digest FROM audit ORDER BY number DESC LIMIT 1";

/// Adds a row at the end of the trail, and says which number it has.
///
/// # Errors
/// As [`append_all`].
pub async fn append(store: &Store, keys: &Keys, entry: &Entry<'_>) -> Result<i64, StoreError> {
    append_all(store, keys, std::slice::from_ref(entry)).await
}

/// Adds rows at the end of the trail, all or none, and says which number the last one has.
///
/// A trail whose end does not fit its head goes on, so that nobody is kept from their work; but no head of it
/// gets a right tag again, and a place that is missing stays missing.
///
/// # Errors
/// As the store's: then nothing was added, and what was to be recorded must not be done.
pub async fn append_all(
    store: &Store,
    keys: &Keys,
    entries: &[Entry<'_>],
) -> Result<i64, StoreError> {
    let number = on!(begin store, db => {
        let mut head = sqlx::query_as::<_, End>(LOCK).fetch_optional(&mut *db).await?;
        if head.is_none() {
            sqlx::query(BEGIN)
                .bind(Digest::ZERO.as_bytes().as_slice())
                .bind(keys.audit_tag(0, Digest::ZERO.as_bytes()).as_slice())
                .execute(&mut *db)
                .await?;
            head = sqlx::query_as::<_, End>(LOCK).fetch_optional(&mut *db).await?;
        }
        let head = head.ok_or(StoreError::Unavailable)?;
        let last = sqlx::query_as::<_, (i64, Vec<u8>)>(LAST).fetch_optional(&mut *db).await?;
        let mut next = Next::after(keys, head, last)?;
        for some in entries.chunks(TOGETHER) {
            let mut rows = Vec::with_capacity(some.len());
            for entry in some {
                let payload = next.row(entry)?.bytes();
                let digest = Digest::of(&payload);
                rows.push((next.number, digest, entry, payload));
                next = next.then(digest)?;
            }
            let mut insert = sqlx::query(insertion(rows.len()));
            for (number, digest, entry, payload) in &rows {
                insert = insert
                    .bind(*number)
                    .bind(digest.as_bytes().as_slice())
                    .bind(entry.time)
                    .bind(entry.who.as_ref().map_or(&[][..], |who| who.as_bytes()))
                    .bind(entry.act)
                    .bind(entry.case.as_ref().map_or(&[][..], |case| case.as_bytes()))
                    .bind(payload);
            }
            insert.execute(&mut *db).await?;
        }
        let last = next.number - 1;
        sqlx::query("UPDATE audit_head SET number = $1, digest = $2, tag = $3 WHERE id = 1")
            .bind(last)
            .bind(next.previous.as_bytes().as_slice())
            .bind(next.tag(keys))
            .execute(&mut *db)
            .await?;
        last
    });
    Ok(number)
}

/// So many rows share a statement.
const TOGETHER: usize = 10;
/// Values of a row.
const COLUMNS: usize = 7;

/// The insertion of so many rows.
fn insertion(count: usize) -> SqlStr {
    let row = |first: usize| {
        let places: Vec<String> = (first..first + COLUMNS)
            .map(|place| format!("${place}"))
            .collect();
        format!("({})", places.join(", "))
    };
    let rows: Vec<String> = (0..count).map(|place| row(place * COLUMNS + 1)).collect();
    let columns = "number, digest, time, who, act, case_id, payload";
    let text = format!("INSERT INTO audit ({columns}) VALUES {}", rows.join(", "));
    AssertSqlSafe(text).into_sql_str()
}

/// The place of the next row.
struct Next {
    number: i64,
    previous: Digest,
    sound: bool,
}

impl Next {
    /// After the head or after the last row, whichever is further.
    fn after(keys: &Keys, head: End, last: Option<(i64, Vec<u8>)>) -> Result<Self, StoreError> {
        let tagged = keys.audit_tag(head.number, &head.digest)[..] == head.tag[..];
        let (number, digest) = last.unwrap_or_else(|| (0, Digest::ZERO.as_bytes().to_vec()));
        let sound = tagged && number == head.number && digest == head.digest;
        let (number, digest) = if number > head.number {
            (number, digest)
        } else {
            (head.number, head.digest)
        };
        Ok(Self {
            number: number.checked_add(1).ok_or(StoreError::Unavailable)?,
            previous: digest.as_slice().try_into().unwrap_or(Digest::ZERO),
            sound,
        })
    }

    /// After a row with that digest in this place.
    fn then(self, digest: Digest) -> Result<Self, StoreError> {
        Ok(Self {
            number: self.number.checked_add(1).ok_or(StoreError::Unavailable)?,
            previous: digest,
            sound: self.sound,
        })
    }

    fn row(&self, entry: &Entry<'_>) -> Result<Row, StoreError> {
        let whole = |number: i64| u64::try_from(number).map_err(|_| StoreError::Unavailable);
        Ok(Row {
            number: whole(self.number)?,
            previous: self.previous,
            time: whole(entry.time)?,
            who: entry.who,
            by: entry.by,
            act: entry.act.to_owned(),
            case: entry.case,
            about: entry.about,
            outcome: entry.outcome.to_owned(),
        })
    }

    /// The tag of the row before this place.
    fn tag(&self, keys: &Keys) -> Vec<u8> {
        if self.sound {
            keys.audit_tag(self.number - 1, self.previous.as_bytes())
                .to_vec()
        } else {
            Vec::new()
        }
    }
}

/// A row as it is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Kept {
    /// Its number.
    pub number: i64,
    /// The digest of the payload.
    pub digest: Vec<u8>,
    /// When, Unix seconds.
    pub time: i64,
    /// Who asked for it; empty on the command line.
    pub who: Vec<u8>,
    /// What was asked for.
    pub act: String,
    /// The case; empty where there is none.
    pub case_id: Vec<u8>,
    /// The row as it is chained (A8).
    pub payload: Vec<u8>,
}

/// What rows somebody looks for; what is empty is not looked at.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Rows by this member.
    pub who: Vec<u8>,
    /// Rows of this case.
    pub case: Vec<u8>,
    /// Rows of this act.
    pub act: String,
}

/// The columns, then what is looked for by an index, then the rest.
macro_rules! page {
    ($by:literal) => {
        concat!(
            "SELECT number, digest, time, who, act, case_id, payload FROM audit WHERE ",
            $by,
            " AND number > $1 AND (LENGTH($2) = 0 OR who = $2) AND (LENGTH($3) = 0 OR case_id = $3) \
             AND ($4 = '' OR act = $4) ORDER BY number LIMIT $5"
        )
    };
}

const EVERY: &str = page!("number > 0");
const OF_MEMBER: &str = page!("who = $2");
const OF_CASE: &str = page!("case_id = $3");

/// Rows after a number, in order, at most so many.
///
/// # Errors
/// As the store's.
pub async fn page(
    store: &Store,
    after: i64,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<Kept>, StoreError> {
    let statement = match (filter.case.is_empty(), filter.who.is_empty()) {
        (false, _) => OF_CASE,
        (true, false) => OF_MEMBER,
        (true, true) => EVERY,
    };
    let rows = on!(read store, db => {
        sqlx::query_as::<_, Kept>(statement)
            .bind(after)
            .bind(&filter.who)
            .bind(&filter.case)
            .bind(&filter.act)
            .bind(limit)
            .fetch_all(db)
            .await?
    });
    Ok(rows)
}

/// Rows of a case as they are chained, in order: so many, after the first so many of that case.
///
/// # Errors
/// As the store's.
pub async fn of_case(
    store: &Store,
    case: &[u8],
    after: i64,
    limit: i64,
) -> Result<Vec<Vec<u8>>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_scalar::<_, Vec<u8>>(
            "SELECT payload FROM audit WHERE case_id = $1 ORDER BY number LIMIT $2 OFFSET $3",
        )
        .bind(case)
        .bind(limit)
        .bind(after)
        .fetch_all(db)
        .await?
    });
    Ok(rows)
}

/// The digest of the row with a number, if it is there.
///
/// # Errors
/// As the store's.
pub async fn digest_of(store: &Store, number: i64) -> Result<Option<Vec<u8>>, StoreError> {
    let found = on!(read store, db => {
        sqlx::query_scalar::<_, Vec<u8>>("SELECT digest FROM audit WHERE number = $1")
            .bind(number)
            .fetch_optional(db)
            .await?
    });
    Ok(found)
}

/// The head, if there is one.
///
/// # Errors
/// As the store's.
pub async fn end(store: &Store) -> Result<Option<End>, StoreError> {
    let found = on!(read store, db => {
        sqlx::query_as::<_, End>("SELECT number, digest, tag FROM audit_head WHERE id = 1")
            .fetch_optional(db)
            .await?
    });
    Ok(found)
}

/// A head that an auditor signed (A7).
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SignedHead {
    /// The number of the row that it stands at.
    pub number: i64,
    /// The auditor.
    pub member: Vec<u8>,
    /// The signed document.
    pub signed: Vec<u8>,
}

/// Heads that auditors signed, in order, after the one of a number and member, at most so many.
///
/// # Errors
/// As the store's.
pub async fn heads(
    store: &Store,
    number: i64,
    member: &[u8],
    limit: i64,
) -> Result<Vec<SignedHead>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_as::<_, SignedHead>(
            "SELECT number, member, signed FROM audit_heads \
             WHERE number > $1 OR (number = $1 AND member > $2) ORDER BY number, member LIMIT $3",
        )
        .bind(number)
        .bind(member)
        .bind(limit)
        .fetch_all(db)
        .await?
    });
    Ok(rows)
}

/// The last heads that auditors signed, in order, at most so many.
///
/// # Errors
/// As the store's.
pub async fn last_heads(store: &Store, limit: i64) -> Result<Vec<SignedHead>, StoreError> {
    let mut rows = on!(read store, db => {
        sqlx::query_as::<_, SignedHead>(
            "SELECT number, member, signed FROM audit_heads ORDER BY number DESC, member DESC LIMIT $1",
        )
        .bind(limit)
        .fetch_all(db)
        .await?
    });
    rows.reverse();
    Ok(rows)
}

/// Keeps a head that an auditor signed.
///
/// # Errors
/// [`StoreError::Conflict`] when that auditor signed one of that number before.
pub async fn keep_head(
    store: &Store,
    number: i64,
    member: &[u8],
    signed: &[u8],
) -> Result<(), StoreError> {
    on!(write store, db => {
        sqlx::query("INSERT INTO audit_heads (number, member, signed) VALUES ($1, $2, $3)")
            .bind(number)
            .bind(member)
            .bind(signed)
            .execute(db)
            .await?;
    });
    Ok(())
}
