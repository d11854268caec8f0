//! Many reporters at once, and what must be true of the database whatever happens to the service.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use rightline::on;
use rightline::protocol::container;
use rightline::protocol::directory::Directory;
use rightline::protocol::report::Submission;
use rightline::protocol::statement::Case;
use rightline::protocol::{CaseId, Digest};
use rightline::store::Store;
use serde_json::Value;

use crate::support::reporter::{Report, Reporter};
use crate::support::{Desk, Site};

/// What every report of a load says, before its number.
pub(crate) const SAID: &str = "Report number ";

/// Reports sealed beforehand, and which of them were acknowledged with what receipt.
pub(crate) struct Load {
    pub(crate) reports: Vec<Submission>,
    next: AtomicUsize,
    stopped: AtomicBool,
    acknowledged: Mutex<BTreeMap<usize, Vec<u8>>>,
    refused: Mutex<Vec<u16>>,
}

impl Load {
    /// Seals so many reports, on every core.
    pub(crate) fn seal(site: &Site, directory: &Arc<Directory>, count: usize) -> Self {
        let seal = |number: usize| {
            let report = Report::saying(&format!("{SAID}{number}"));
            Reporter::compose(site, directory, report).submission
        };
        let reports = std::thread::scope(|scope| {
            let halves = [0..count / 2, count / 2..count];
            let sealing = halves.map(|half| scope.spawn(|| half.map(seal).collect::<Vec<_>>()));
            sealing.map(|half| half.join().unwrap()).concat()
        });
        Self {
            reports,
            next: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
            acknowledged: Mutex::default(),
            refused: Mutex::default(),
        }
    }

    /// Lets so many clients send one report after the other, each its own, until they are told to stop, no
    /// report is left, or nothing answers any more.
    pub(crate) async fn send(&self, site: &Site, clients: usize) {
        self.stopped.store(false, Ordering::SeqCst);
        join_all((0..clients).map(|_| self.client(site))).await;
    }

    async fn client(&self, site: &Site) {
        while !self.stopped.load(Ordering::SeqCst) {
            let place = self.next.fetch_add(1, Ordering::SeqCst);
            if place >= self.reports.len() || self.send_one(site, place).await.is_none() {
                return;
            }
        }
    }

    /// Sends one report and notes what came of it; nothing when there was no answer.
    pub(crate) async fn send_one(&self, site: &Site, place: usize) -> Option<u16> {
        let (status, body) = put(site, &self.reports[place]).await?;
        if status == 201 || status == 200 {
            self.acknowledged.lock().unwrap().insert(place, body);
        } else {
            self.refused.lock().unwrap().push(status);
        }
        Some(status)
    }

    /// Tells the clients to send nothing more.
    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
    }

    /// How many reports the clients have sent.
    pub(crate) fn sent(&self) -> usize {
        self.next.load(Ordering::SeqCst).min(self.reports.len())
    }

    pub(crate) fn acknowledged(&self) -> BTreeMap<usize, Vec<u8>> {
        self.acknowledged.lock().unwrap().clone()
    }

    /// Statuses other than 200 and 201.
    pub(crate) fn refused(&self) -> Vec<u16> {
        self.refused.lock().unwrap().clone()
    }

    /// Every report that was acknowledged is there with the receipt that was sent then.
    pub(crate) async fn is_there(&self, site: &Site, acknowledged: &BTreeMap<usize, Vec<u8>>) {
        for (place, receipt) in acknowledged {
            let mut again = put(site, &self.reports[*place]).await;
            if again.is_none() {
                // A connection of before the fault.
                again = put(site, &self.reports[*place]).await;
            }
            assert_eq!(again, Some((200, receipt.clone())), "{SAID}{place}");
        }
    }

    /// A member opens a report and reads what it says.
    pub(crate) async fn opens(&self, site: &Site, desk: &Desk, place: usize) {
        let open = desk.open(site, self.reports[place].case).await;
        assert_eq!(open.body.what_happened, format!("{SAID}{place}"));
    }
}

/// Sends a report: the status and body of the answer, if there is one.
pub(crate) async fn put(site: &Site, report: &Submission) -> Option<(u16, Vec<u8>)> {
    let request = site
        .http
        .put(site.url(&format!("/api/1/cases/{}", report.case)));
    let request = request.header("content-type", "application/octet-stream");
    let answer = request.body(report.bytes.clone()).send().await.ok()?;
    let status = answer.status().as_u16();
    Some((status, answer.bytes().await.ok()?.to_vec()))
}

/// Waits until a condition holds, at most two minutes.
pub(crate) async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..12_000 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{what} did not come about");
}

/// Every case that a member's inbox lists, page by page.
pub(crate) async fn inbox(site: &Site, desk: &Desk) -> Vec<CaseId> {
    let mut listed = Vec::new();
    let mut after = String::new();
    loop {
        let path = format!("/api/1/desk/cases?list=new&limit=200{after}");
        let answer = desk.get(site, &path).await;
        assert_eq!(answer.status(), 200);
        let page: Value = answer.json().await.unwrap();
        let cases = page["cases"].as_array().unwrap();
        listed.extend(
            cases
                .iter()
                .map(|case| case["case"].as_str().unwrap().parse::<CaseId>().unwrap()),
        );
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return listed,
        }
    }
}

type Parts = (Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>);

/// No report is there in part: every case has the very sections that were sent, every row belongs to a case.
/// Returns the cases.
pub(crate) async fn all_whole(store: &Store) -> Vec<CaseId> {
    let cases = on!(read store, db => {
        sqlx::query_as::<_, (Vec<u8>, Vec<u8>)>("SELECT id, submission FROM cases ORDER BY id")
            .fetch_all(db)
            .await
            .unwrap()
    });
    for table in ["parts", "grants"] {
        let strays =
            format!("SELECT COUNT(*) FROM {table} WHERE case_id NOT IN (SELECT id FROM cases)");
        let strays = on!(read store, db => {
            sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(strays)).fetch_one(db).await.unwrap()
        });
        assert_eq!(strays, 0, "{table} without a case");
    }
    let mut whole = Vec::new();
    for (id, submission) in cases {
        let (parts, grants) = on!(read store, db => (
            sqlx::query_as::<_, Parts>(
                "SELECT statement, parties, body, identity FROM parts WHERE case_id = $1",
            )
            .bind(&id)
            .fetch_optional(db)
            .await
            .unwrap(),
            sqlx::query_as::<_, (Vec<u8>, Vec<u8>)>(
                "SELECT member, sealed FROM grants WHERE case_id = $1 AND epoch = 0",
            )
            .bind(&id)
            .fetch_all(db)
            .await
            .unwrap(),
        ));
        let (statement, parties, body, identity) = parts.expect("a case has its parts");
        let case = Case::read(&statement).unwrap();
        let grants: BTreeMap<_, _> = grants.into_iter().collect();
        assert_eq!(grants.len(), case.statement.grantees.len());
        let mut sections: Vec<&[u8]> = vec![&statement, &parties, &body, &identity];
        for grantee in &case.statement.grantees {
            sections.push(&grants[grantee.member.as_bytes().as_slice()]);
        }
        let container = container::write(&sections).unwrap();
        assert_eq!(Digest::of(&container).as_bytes().as_slice(), submission);
        assert_eq!(case.id.as_bytes().as_slice(), id);
        whole.push(case.id);
    }
    whole
}
