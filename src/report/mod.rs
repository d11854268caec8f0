//! Reports: accepted sealed, kept durably, never opened.

pub mod plain;
pub mod store;
pub mod web;

use actix_web::web::Bytes;

use self::store::{Arrival, Keeper, Kept};
use crate::ambient::Clock;
use crate::casework::procedure::Clocks;
use crate::directory::{Directories, Known};
use crate::keys::Keys;
use crate::protocol::container::{Container, Received, Unacceptable};
use crate::protocol::receipt::Receipt;
use crate::protocol::statement::Statement;
use crate::protocol::{CaseId, Day, Digest, Refused, ServiceId};
use crate::store::Store;
use crate::web::Problem;

/// What receiving a report needs.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    /// Whether reports are taken now.
    pub open: bool,
    /// The database.
    pub store: &'a Store,
    /// The one writer.
    pub keeper: &'a Keeper,
    /// The directories.
    pub directories: &'a Directories,
    /// The service's secrets.
    pub keys: &'a Keys,
    /// How long each clock runs that starts with a report.
    pub clocks: &'a Clocks,
    /// The clock.
    pub clock: &'a Clock,
}

/// A report that is kept, with its receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Whether these bytes came for the first time.
    pub new: bool,
    /// The signed receipt.
    pub receipt: Vec<u8>,
}

/// Receives a container sent to an address: checks it (C1 to C10) and returns when it is durable.
///
/// # Errors
/// The refusals of the protocol's section 7.
pub async fn receive(desk: Desk<'_>, address: CaseId, bytes: Bytes) -> Result<Accepted, Problem> {
    let submission = *Digest::of(&bytes).as_bytes();
    // While the database looks for the id, the report is checked.
    let (found, checked) = tokio::join!(
        store::find(desk.store, address.as_bytes()),
        check(desk, address, &bytes, submission)
    );
    // C10: what is there already is compared before anything else counts.
    if let Some((kept, receipt)) = found? {
        return settle(
            if kept == submission {
                Kept::Same(receipt)
            } else {
                Kept::OtherBytes
            },
            Vec::new(),
        );
    }
    let arrival = checked?;
    let receipt = arrival.receipt.clone();
    settle(desk.keeper.keep(arrival).await?, receipt)
}

/// Checks a container (C1 to C8) and makes the rows that are kept of it.
async fn check(
    desk: Desk<'_>,
    address: CaseId,
    bytes: &Bytes,
    submission: [u8; 32],
) -> Result<Arrival, Problem> {
    if !desk.open {
        return Err(Problem::Closed);
    }
    let current = desk
        .directories
        .current(desk.clock.seconds())
        .await?
        .filter(|current| current.takes_reports())
        .ok_or(Problem::Closed)?;
    let known = Known {
        current: &current,
        directories: desk.directories,
    };
    let today = desk.clock.day();
    let service = desk.directories.service();
    let received = match Received::check(bytes, &address, service, &known, today) {
        Err(Unacceptable::Broken(refused)) if refused == Refused::by("C5") => {
            // Perhaps sealed by an earlier root that is not loaded yet.
            let sections = Container::parse(bytes)?;
            let pin = Statement::read(sections.statement)?.directory;
            desk.directories.at(pin.serial).await?;
            Received::check(bytes, &address, service, &known, today)
        }
        other => other,
    }
    .map_err(|refused| match refused {
        Unacceptable::Broken(refused) => Problem::Invalid(refused),
        Unacceptable::DirectoryStale => Problem::DirectoryStale,
    })?;
    let arrival = arrival(
        &received, bytes, submission, *service, today, &current, desk.keys,
    )?;
    Ok(Arrival {
        clocks: started(desk.clocks, today),
        ..arrival
    })
}

/// The clocks that start on a day, each with the day on which it is due.
fn started(clocks: &Clocks, today: Day) -> Vec<(&'static str, String)> {
    let started = clocks.begin(today).into_iter();
    started
        .map(|(clock, running)| (clock.as_str(), running.due.to_string()))
        .collect()
}

fn settle(kept: Kept, receipt: Vec<u8>) -> Result<Accepted, Problem> {
    match kept {
        Kept::New => Ok(Accepted { new: true, receipt }),
        Kept::Same(receipt) => Ok(Accepted {
            new: false,
            receipt,
        }),
        Kept::OtherBytes => Err(Problem::Conflict),
        Kept::LookupInUse => Err(Problem::LookupInUse),
    }
}

fn arrival(
    received: &Received<'_>,
    bytes: &Bytes,
    submission: [u8; 32],
    service: ServiceId,
    day: Day,
    current: &crate::directory::Published,
    keys: &Keys,
) -> Result<Arrival, Problem> {
    let statement = &received.statement;
    let sections = &received.sections;
    let team = current
        .directory
        .route_team(statement.route)
        .ok_or(Refused::by("C6"))?;
    let receipt = Receipt {
        service,
        case: received.case,
        day,
    }
    .sign(keys.service());
    Ok(Arrival {
        case: *received.case.as_bytes(),
        lookup: *statement.lookup.as_bytes(),
        reporter_key: *statement.reporter_key.as_bytes(),
        submission,
        day: day.to_string(),
        route: statement.route.as_str(),
        team: team.as_str().to_owned(),
        statement: bytes.slice_ref(sections.statement),
        parties: bytes.slice_ref(sections.parties),
        body: bytes.slice_ref(sections.body),
        identity: bytes.slice_ref(sections.identity),
        grants: statement
            .grantees
            .iter()
            .zip(&sections.grants)
            .map(|(grantee, grant)| (*grantee.member.as_bytes(), bytes.slice_ref(grant)))
            .collect(),
        clocks: Vec::new(),
        receipt: receipt.into_bytes(),
    })
}
