//! Reports, sealed before anything is timed.

use std::sync::Arc;

use actix_web::web::Bytes;
use rightline::ambient::Random;
use rightline::keys::Keys;
use rightline::protocol::container::Container;
use rightline::protocol::directory::Directory;
use rightline::protocol::receipt::Receipt;
use rightline::protocol::statement::Statement;
use rightline::protocol::token::Token;
use rightline::protocol::{CaseId, Digest};
use rightline::report::store::Arrival;
use rightline::secret::Entropy;

use crate::client;
use crate::support::Site;
use crate::support::reporter::{Report, Reporter};

/// A report of ordinary length: about 1,500 letters.
const ACCOUNT: &str = "At the end of the late turn he asked her to stay behind, as he had done before. \
    She told me the next morning, and two of us had seen them leave. ";

/// A sealed report, ready to send.
#[derive(Clone)]
pub(crate) struct Ready {
    pub(crate) case: CaseId,
    /// The head of the request that sends it.
    pub(crate) head: Arc<str>,
    pub(crate) bytes: Bytes,
    entropy: [u8; 16],
}

impl Ready {
    fn compose(site: &Site, directory: &Arc<Directory>) -> Self {
        let entropy = Random.bytes();
        let report = Report {
            entropy,
            ..Report::saying(&ACCOUNT.repeat(10))
        };
        let submission = Reporter::compose(site, directory, report).submission;
        let path = format!("/api/1/cases/{}", submission.case);
        Self {
            case: submission.case,
            head: client::head("PUT", &path, "application/octet-stream").into(),
            bytes: submission.bytes.into(),
            entropy,
        }
    }

    /// The token with which the report was filed.
    pub(crate) fn token(&self) -> Token {
        Token::from_entropy(Entropy::new(self.entropy))
    }

    /// The same rows as the service writes for this report.
    pub(crate) fn arrival(&self, site: &Site, keys: &Keys) -> Arrival {
        let sections = Container::parse(&self.bytes).unwrap();
        let signed =
            rightline::protocol::signing::Signed::parse(sections.statement.to_vec()).unwrap();
        let statement = Statement::read(signed.as_bytes()).unwrap();
        let receipt = Receipt {
            service: site.id(),
            case: self.case,
            day: site.today(),
        };
        let slice = |section: &[u8]| self.bytes.slice_ref(section);
        let grants = statement.grantees.iter().zip(&sections.grants);
        Arrival {
            case: *self.case.as_bytes(),
            lookup: *statement.lookup.as_bytes(),
            reporter_key: *statement.reporter_key.as_bytes(),
            submission: *Digest::of(&self.bytes).as_bytes(),
            day: site.today().to_string(),
            route: statement.route.as_str(),
            team: statement.route.as_str().to_owned(),
            statement: slice(sections.statement),
            parties: slice(sections.parties),
            body: slice(sections.body),
            identity: slice(sections.identity),
            grants: grants
                .map(|(grantee, sealed)| (*grantee.member.as_bytes(), slice(sealed)))
                .collect(),
            clocks: Vec::new(),
            receipt: receipt.sign(keys.service()).into_bytes(),
        }
    }
}

/// Seals so many reports, on every core.
pub(crate) fn compose(site: &Site, directory: &Arc<Directory>, count: usize) -> Vec<Ready> {
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        let share = || {
            (0..count.div_ceil(threads))
                .map(|_| Ready::compose(site, directory))
                .collect()
        };
        let sealing: Vec<_> = (0..threads).map(|_| scope.spawn(share)).collect();
        let shares: Vec<Vec<Ready>> = sealing
            .into_iter()
            .map(|share| share.join().unwrap())
            .collect();
        shares.concat()
    })
}
