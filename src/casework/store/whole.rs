//! Whole cases as their readers get them, several at once: one statement for each table, however many cases.

use std::collections::{HashMap, HashSet};

use sqlx::{AssertSqlSafe, SqlSafeStr as _, SqlStr};

use crate::casework::store::{Grant, Parts};
use crate::on;
use crate::store::{Store, StoreError};

/// Everything of a case that a reader is served.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The day of acceptance.
    pub day: String,
    /// `intake` or `independent`.
    pub route: String,
    /// The team of the route.
    pub team: String,
    /// The stage in force.
    pub stage: String,
    /// The signed receipt.
    pub receipt: Vec<u8>,
    /// The sealed parts.
    pub parts: Parts,
    /// Every grant, by epoch and member.
    pub grants: Vec<Grant>,
    /// Every grant row with its number, in order.
    pub rows: Vec<(i64, Vec<u8>)>,
    /// Every epoch document, in order.
    pub epochs: Vec<Vec<u8>>,
    /// Every change of words, in order.
    pub changes: Vec<Vec<u8>>,
    /// Every declaration, by member.
    pub declarations: Vec<Vec<u8>>,
    /// Every message: the stub and the case's copy, to the reporter first, each by sequence.
    pub messages: Vec<(Vec<u8>, Vec<u8>)>,
}

/// All rows of a statement about some cases, which stand between its two parts as a list.
macro_rules! of_cases {
    ($store:expr, $cases:expr, $before:literal, $after:literal) => {{
        let cases: &[&[u8]] = $cases;
        match cases.last() {
            None => Vec::new(),
            Some(last) => {
                // The last one is asked for several times, so that few different statements are prepared.
                let count = cases.len().next_power_of_two();
                let asked = $crate::casework::store::whole::among($before, count, $after);
                on!(read $store, db => {
                    let mut query = sqlx::query_as(asked);
                    for case in cases.iter().chain(std::iter::repeat_n(last, count - cases.len())) {
                        query = query.bind(*case);
                    }
                    query.fetch_all(db).await?
                })
            }
        }
    }};
}
pub(super) use of_cases;

/// A statement with a list of so many values in it.
pub(super) fn among(before: &'static str, count: usize, after: &'static str) -> SqlStr {
    let text = format!("{before} IN ({}) {after}", places(1, count));
    AssertSqlSafe(text).into_sql_str()
}

/// So many places for values in a statement, from a number on.
pub(super) fn places(first: usize, count: usize) -> String {
    let places: Vec<String> = (first..first + count)
        .map(|place| format!("${place}"))
        .collect();
    places.join(", ")
}

/// Those of the cases that a member may read: a live grant, and a declaration of no conflict.
///
/// # Errors
/// As the store's.
pub async fn readable(
    store: &Store,
    member: &[u8],
    cases: &[&[u8]],
) -> Result<HashSet<Vec<u8>>, StoreError> {
    // By the latest live grant, as for one case.
    let grants: Vec<(Vec<u8>, Vec<u8>, i64)> = of_cases!(
        store,
        cases,
        "SELECT case_id, member, declared FROM grants WHERE live = 1 AND case_id",
        "ORDER BY case_id, epoch"
    );
    let mut readable = HashSet::new();
    for (case, grantee, declared) in grants {
        if grantee != member {
            continue;
        }
        if declared == 1 {
            readable.insert(case);
        } else {
            readable.remove(&case);
        }
    }
    Ok(readable)
}

type Signed = (Vec<u8>, Vec<u8>);
type Granted = (Vec<u8>, Vec<u8>, i64, i64, i64, Vec<u8>);

/// Reads whole cases; those that are not there are left out.
///
/// # Errors
/// As the store's.
pub async fn whole(store: &Store, cases: &[&[u8]]) -> Result<HashMap<Vec<u8>, Whole>, StoreError> {
    let mut found = bare(store, cases).await?;
    let grants: Vec<Granted> = of_cases!(
        store,
        cases,
        "SELECT case_id, member, epoch, live, number, sealed FROM grants WHERE case_id",
        "ORDER BY case_id, epoch, member"
    );
    for (case, member, epoch, live, number, sealed) in grants {
        let grant = Grant {
            member,
            epoch,
            live,
            number,
            sealed,
        };
        put(&mut found, &case, |whole| whole.grants.push(grant));
    }
    let rows: Vec<(Vec<u8>, i64, Vec<u8>)> = of_cases!(
        store,
        cases,
        "SELECT case_id, number, signed FROM grant_rows WHERE case_id",
        "ORDER BY case_id, number"
    );
    for (case, number, signed) in rows {
        put(&mut found, &case, |whole| whole.rows.push((number, signed)));
    }
    let epochs: Vec<Signed> = of_cases!(
        store,
        cases,
        "SELECT case_id, signed FROM epochs WHERE case_id",
        "ORDER BY case_id, epoch"
    );
    for (case, signed) in epochs {
        put(&mut found, &case, |whole| whole.epochs.push(signed));
    }
    let changes: Vec<Signed> = of_cases!(
        store,
        cases,
        "SELECT case_id, signed FROM word_changes WHERE case_id",
        "ORDER BY case_id, number"
    );
    for (case, signed) in changes {
        put(&mut found, &case, |whole| whole.changes.push(signed));
    }
    let declarations: Vec<Signed> = of_cases!(
        store,
        cases,
        "SELECT case_id, signed FROM declarations WHERE case_id",
        "ORDER BY case_id, member, conflict"
    );
    for (case, signed) in declarations {
        put(&mut found, &case, |whole| whole.declarations.push(signed));
    }
    let messages: Vec<(Vec<u8>, Vec<u8>, Vec<u8>)> = of_cases!(
        store,
        cases,
        "SELECT case_id, stub, case_file FROM messages WHERE case_id",
        "ORDER BY case_id, direction DESC, sequence"
    );
    for (case, stub, file) in messages {
        put(&mut found, &case, |whole| whole.messages.push((stub, file)));
    }
    Ok(found)
}

/// Reads of each case what there is one of.
async fn bare(store: &Store, cases: &[&[u8]]) -> Result<HashMap<Vec<u8>, Whole>, StoreError> {
    type Facts = (Vec<u8>, String, String, String, String, Vec<u8>);
    type Sealed = (Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>);
    let facts: Vec<Facts> = of_cases!(
        store,
        cases,
        "SELECT id, day, route, team, stage, receipt FROM cases WHERE id",
        ""
    );
    let sealed: Vec<Sealed> = of_cases!(
        store,
        cases,
        "SELECT case_id, statement, parties, body, identity FROM parts WHERE case_id",
        ""
    );
    let mut parts: HashMap<Vec<u8>, Parts> = sealed
        .into_iter()
        .map(|(case, statement, parties, body, identity)| {
            let parts = Parts {
                statement,
                parties,
                body,
                identity,
            };
            (case, parts)
        })
        .collect();
    let whole = |(case, day, route, team, stage, receipt): Facts| {
        let parts = parts.remove(&case)?;
        let whole = Whole {
            day,
            route,
            team,
            stage,
            receipt,
            parts,
            grants: Vec::new(),
            rows: Vec::new(),
            epochs: Vec::new(),
            changes: Vec::new(),
            declarations: Vec::new(),
            messages: Vec::new(),
        };
        Some((case, whole))
    };
    Ok(facts.into_iter().filter_map(whole).collect())
}

fn put(found: &mut HashMap<Vec<u8>, Whole>, case: &[u8], how: impl FnOnce(&mut Whole)) {
    if let Some(whole) = found.get_mut(case) {
        how(whole);
    }
}
