//! Submissions: many clients against the service, and a bare loop against the same kind of database.

#![expect(
    clippy::await_holding_refcell_ref,
    reason = "each task has a connection of its own"
)]

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rightline::keys::Keys;
use rightline::on;
use rightline::report::store::{Arrival, Kept, keep_alone};
use rightline::store::Store;

use crate::client::Connection;
use crate::reports::Ready;
use crate::support::Site;

/// What the clients saw.
#[derive(Default)]
pub(crate) struct Run {
    /// Times of the requests in the window.
    pub(crate) times: Vec<Duration>,
    /// How many reports were acknowledged in the window.
    pub(crate) taken: usize,
    /// How long the window was.
    pub(crate) window: Duration,
    /// Which reports were acknowledged, before the window too.
    pub(crate) acknowledged: Vec<usize>,
    /// Answers other than 201, and none at all.
    pub(crate) refused: usize,
}

/// Sends reports from so many clients, first some to warm up, then for a while or until they run out.
pub(crate) async fn submit(
    address: SocketAddr,
    reports: &[Ready],
    clients: usize,
    window: Duration,
) -> Run {
    let connections = (0..clients).map(|_| async { Connection::open(address).await.unwrap() });
    let connections: Vec<_> = join_all(connections)
        .await
        .into_iter()
        .map(RefCell::new)
        .collect();
    let warm = (100 + 4 * clients).min(reports.len() / 4);
    let next = Cell::new(0);
    let run = RefCell::new(Run::default());
    for (until, window) in [(warm, Duration::MAX), (reports.len(), window)] {
        let earlier = run.borrow().acknowledged.len();
        run.borrow_mut().times.clear();
        let begun = Instant::now();
        let sending = connections.iter().map(|connection| async {
            let mut connection = connection.borrow_mut();
            while begun.elapsed() < window && next.get() < until {
                let place = next.replace(next.get() + 1);
                let report = &reports[place];
                let asked = Instant::now();
                let answer = connection.send(&report.head, &report.bytes).await;
                let mut run = run.borrow_mut();
                run.times.push(asked.elapsed());
                match answer {
                    Ok(answer) if answer.status == 201 => run.acknowledged.push(place),
                    other => {
                        run.refused += 1;
                        drop(run);
                        if other.is_err() {
                            let _ = connection.renew().await;
                        }
                    }
                }
            }
        });
        join_all(sending).await;
        let mut run = run.borrow_mut();
        run.window = begun.elapsed();
        run.taken = run.acknowledged.len() - earlier;
    }
    run.into_inner()
}

/// Writes the rows of reports, one transaction after the other, for a while or until they run out.
pub(crate) async fn bare_loop(
    store: &Store,
    site: &Site,
    keys: &Keys,
    reports: &[Ready],
    window: Duration,
) -> (usize, Duration) {
    let mut written = 0;
    let mut spent = Duration::ZERO;
    // The rows are taken apart between the timed parts.
    for some in reports.chunks(100) {
        let arrivals: Vec<Arrival> = some
            .iter()
            .map(|report| report.arrival(site, keys))
            .collect();
        let begun = Instant::now();
        for arrival in arrivals {
            assert_eq!(keep_alone(store, arrival).await.unwrap(), Kept::New);
            written += 1;
        }
        spent += begun.elapsed();
        if spent >= window {
            break;
        }
    }
    (written, spent)
}

const PARTS: &str = "SELECT statement, parties, body, identity FROM parts WHERE case_id = $1";
const GRANTS: &str = "SELECT member, sealed FROM grants WHERE case_id = $1 ORDER BY member";
const CASE: &str = "SELECT lookup, reporter_key, submission FROM cases WHERE id = $1";

/// Counts the acknowledged reports that are not in the database, byte for byte.
pub(crate) async fn lost(
    store: &Store,
    site: &Site,
    keys: &Keys,
    reports: &[Ready],
    acknowledged: &[usize],
) -> usize {
    let mut lost = 0;
    for report in acknowledged.iter().map(|place| &reports[*place]) {
        let expected = report.arrival(site, keys);
        if !is_kept(store, &expected).await {
            lost += 1;
        }
    }
    lost
}

async fn is_kept(store: &Store, expected: &Arrival) -> bool {
    type Columns = (Vec<u8>, Vec<u8>, Vec<u8>);
    type Parts = (Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>);
    let id = expected.case.as_slice();
    let (case, parts, grants) = on!(read store, db => (
        sqlx::query_as::<_, Columns>(CASE).bind(id).fetch_optional(db).await.unwrap(),
        sqlx::query_as::<_, Parts>(PARTS).bind(id).fetch_optional(db).await.unwrap(),
        sqlx::query_as::<_, (Vec<u8>, Vec<u8>)>(GRANTS).bind(id).fetch_all(db).await.unwrap(),
    ));
    let mut granted: Vec<_> = expected
        .grants
        .iter()
        .map(|(member, sealed)| (member.to_vec(), sealed.to_vec()))
        .collect();
    granted.sort();
    case.is_some_and(|(lookup, key, submission)| {
        lookup == expected.lookup
            && key == expected.reporter_key
            && submission == expected.submission
    }) && parts.is_some_and(|(statement, parties, body, identity)| {
        statement == expected.statement
            && parties == expected.parties
            && body == expected.body
            && identity == expected.identity
    }) && grants == granted
}
