//! Reading a mailbox with a reporter's keys: whatever does not verify is a warning beside it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::directory::{Directories, Published};
use crate::mailbox::days::Known;
use crate::protocol::epoch::{Epoch, History};
use crate::protocol::grant::GrantRow;
use crate::protocol::hybrid::{Identity, Recipient, ReporterIdentity};
use crate::protocol::mailbox::Opened;
use crate::protocol::message::{
    Conversation, Copy, Entry, Item, Seen, Signers, Stage, Stub, stage_in_force,
};
use crate::protocol::receipt::Receipt;
use crate::protocol::signing::{Context, Signed, VerifyingKey};
use crate::protocol::statement::Case;
use crate::protocol::token::TokenKeys;
use crate::protocol::words::{self, open_keep};
use crate::protocol::{Day, Digest, MemberId, Refused};
use crate::web::Problem;

/// The roots that signatures name (D9).
struct Roots(BTreeMap<u64, Arc<Published>>);

impl Roots {
    async fn load(directories: &Directories, serials: &[u64]) -> Result<Self, Problem> {
        let mut roots = BTreeMap::new();
        for serial in serials {
            if !roots.contains_key(serial)
                && let Some(published) = directories.at(*serial).await?
            {
                roots.insert(*serial, published);
            }
        }
        Ok(Self(roots))
    }
}

/// A case as its reporter sees it.
pub(super) struct Mailbox {
    pub(super) case: Case,
    pub(super) day: Day,
    opened: Opened,
    roots: Roots,
    reporter: words::Reporter,
    /// The epochs of the case that count, from the first on (K5).
    epochs: Vec<Epoch>,
    /// Messages to the reporter, in their order.
    pub(super) to_reporter: Vec<Item>,
    /// The reporter's own, in their order.
    pub(super) from_reporter: Vec<Item>,
    /// Whether the papers of the case do not fit together.
    pub(super) broken_chain: bool,
}

impl Mailbox {
    /// Verifies and opens what was fetched.
    pub(super) async fn read(
        opened: Opened,
        keys: &TokenKeys,
        directories: &Directories,
    ) -> Result<Self, Problem> {
        let case = Case::read(opened.statement.as_bytes()).map_err(|_| Problem::Fault)?;
        if case.id != opened.case || case.statement.service != *directories.service() {
            return Err(Problem::Fault);
        }
        let roots = Roots::load(directories, &serials(&opened)).await?;
        let mut reporter = words::Reporter::begin(&case);
        let changes = opened
            .changes
            .iter()
            .try_for_each(|change| reporter.add(&change.signed).map(drop));
        let (identities, keeps) = identities(&opened, &case, &reporter, keys);
        let history = History::read(&case, &opened.rows, &opened.epochs, |serial| {
            Some(&roots.0.get(&serial)?.directory)
        });
        let mut mailbox = Self {
            day: opened.day,
            to_reporter: Vec::new(),
            from_reporter: Vec::new(),
            broken_chain: changes.is_err() || keeps.is_err() || !history.refusals.is_empty(),
            case,
            opened,
            roots,
            reporter,
            epochs: history.counted,
        };
        let identities: Vec<&Identity> = identities.iter().map(|one| &**one).collect();
        let (to_reporter, from_reporter) = mailbox.conversation(&identities);
        mailbox.to_reporter = to_reporter;
        mailbox.from_reporter = from_reporter;
        Ok(mailbox)
    }

    fn conversation(&self, identities: &[&Identity]) -> (Vec<Item>, Vec<Item>) {
        let epoch_days: Vec<Day> = self.epochs.iter().map(|epoch| epoch.day).collect();
        let conversation = Conversation {
            service: self.case.statement.service,
            case: self.case.id,
            epoch_days: &epoch_days,
            copy: Copy::Reporter,
            identities,
            signers: self,
        };
        let to_reporter = self.opened.to_reporter.iter().map(|one| Entry {
            stub: one.stub.clone(),
            file: one.file.as_ref().map(|file| file.0.clone()),
        });
        let own = self.opened.from_reporter.iter();
        let from_reporter = own.map(|stub| Entry {
            stub: stub.clone(),
            file: None,
        });
        conversation.read(
            &to_reporter.collect::<Vec<_>>(),
            &from_reporter.collect::<Vec<_>>(),
        )
    }

    /// Whether every epoch that was served counts; otherwise nothing is written (K5).
    pub(super) fn can_write(&self) -> bool {
        self.epochs.len() == self.opened.epochs.len()
    }

    /// Whether the last epoch that counts was made by somebody who reads no longer (K5).
    pub(super) fn is_of_departed(&self, current: &Published) -> bool {
        self.epochs.last().is_some_and(|last| {
            let named = self.roots.0.get(&last.serial);
            !named.is_some_and(|named| last.is_by_reader(&named.directory, &current.directory))
        })
    }

    /// The epoch that new messages are sealed under, and its recipient (K6).
    pub(super) fn case_recipient(&self) -> (u32, &Recipient) {
        match self.epochs.last() {
            Some(latest) => (latest.epoch, &latest.recipient),
            None => (0, &self.case.statement.case_recipient),
        }
    }

    /// The place that the next message from the reporter takes.
    pub(super) fn next_sequence(&self) -> u64 {
        self.opened.from_reporter.len() as u64 + 1
    }

    /// The digest of the reporter's last stub (M2).
    pub(super) fn last_own(&self) -> Digest {
        self.opened
            .from_reporter
            .last()
            .map_or(Digest::ZERO, Signed::digest)
    }

    /// The last message to the reporter (M2).
    pub(super) fn seen(&self) -> Seen {
        self.opened
            .to_reporter
            .last()
            .map_or(Seen::NOTHING, |last| Seen {
                sequence: self.opened.to_reporter.len() as u64,
                digest: last.stub.digest(),
            })
    }

    /// The last message to the reporter that can be deleted, 0 for none.
    pub(super) fn deletable(&self) -> u64 {
        let last = self
            .opened
            .to_reporter
            .iter()
            .rposition(|one| one.file.is_some());
        last.map_or(0, |place| place as u64 + 1)
    }

    /// Whether a message to the reporter was deleted.
    pub(super) fn is_deleted(&self, item: &Item) -> bool {
        let mut served = self.opened.to_reporter.iter();
        let served = served.find(|one| one.stub.digest() == item.digest);
        served.is_some_and(|one| one.file.is_none())
    }

    /// How often the words were changed.
    pub(super) fn changes(&self) -> u64 {
        self.reporter.changes()
    }

    /// What the next change of words follows (W1).
    pub(super) fn last_change(&self) -> Digest {
        self.reporter.head()
    }

    /// The stage in force (M7), by stubs that verify.
    pub(super) fn stage(&self) -> Stage {
        stage_in_force(
            self.to_reporter
                .iter()
                .filter_map(|item| item.stub.as_ref()),
        )
    }

    /// Whether the service says that it is set aside (B4).
    pub(super) const fn is_aside(&self) -> bool {
        self.opened.aside
    }

    /// What the days of the case are reckoned from.
    pub(super) fn known(&self, today: Day) -> Known {
        let stubs = self
            .to_reporter
            .iter()
            .filter_map(|item| item.stub.as_ref());
        let tells = |stub: &Stub| matches!(stub.stage, Some(Stage::Outcome | Stage::Closed));
        Known {
            received: self.day,
            written: stubs.clone().map(|stub| stub.day).max(),
            stage: self.stage(),
            told: stubs.clone().any(tells),
            aside: self.is_aside(),
            today,
        }
    }

    /// Whether the survey is asked for: somebody has asked for it, or the case is closed.
    pub(super) fn asks_survey(&self) -> bool {
        let mut said = self
            .to_reporter
            .iter()
            .filter_map(|item| item.content.as_ref());
        self.stage() == Stage::Closed || said.any(|content| content.kind.shown() == "survey")
    }

    /// The receipt, if it is the service's word for this case (V1).
    pub(super) fn receipt(&self, current: &Published) -> Option<&Signed> {
        let directory = &current.directory;
        let key = &directory.root().service_key;
        let receipt = &self.opened.receipt;
        Receipt::read(receipt, directory.service(), &self.case.id, key)
            .ok()
            .map(|_| receipt)
    }

    /// Who wrote a message: label and the name of the first team that lists them.
    pub(super) fn author(&self, item: &Item) -> Option<(&str, &str)> {
        let stub = item.stub.as_ref()?;
        let directory = &self.roots.0.get(&stub.serial)?.directory;
        let (team, member) = directory.listings(stub.author.as_ref()?).next()?;
        Some((member.label.as_str(), directory.team(team)?.name.as_str()))
    }
}

impl Signers for Mailbox {
    fn member(&self, serial: u64, author: &MemberId) -> Option<VerifyingKey> {
        self.roots.0.get(&serial)?.directory.key_of(author).copied()
    }

    fn reporter(&self, sequence: u64) -> VerifyingKey {
        *self.reporter.key_at(sequence)
    }
}

/// Every serial that a signature names.
fn serials(opened: &Opened) -> Vec<u64> {
    let stubs = opened.to_reporter.iter().map(|one| &one.stub);
    let stubs = stubs.filter_map(|stub| stub.unverified::<Stub>(Context::Stub).ok());
    let epochs = opened.epochs.iter();
    let epochs = epochs.filter_map(|epoch| epoch.unverified::<Epoch>(Context::Epoch).ok());
    let rows = opened.rows.iter();
    let rows = rows.filter_map(|row| row.unverified::<GrantRow>(Context::Grant).ok());
    stubs
        .map(|stub| stub.serial)
        .chain(epochs.map(|epoch| epoch.serial))
        .chain(rows.map(|row| row.serial))
        .collect()
}

/// Every identity that the words reach, the latest first (W3).
fn identities(
    opened: &Opened,
    case: &Case,
    reporter: &words::Reporter,
    keys: &TokenKeys,
) -> (Vec<ReporterIdentity>, Result<(), Refused>) {
    let mut identities = vec![keys.identity()];
    let broken = Refused::by("W3");
    let anchor = case.statement.anchor();
    let known = usize::try_from(reporter.changes()).unwrap_or(0);
    if identities[0].recipient() != reporter.recipient() {
        return (identities, Err(broken));
    }
    for change in opened.changes[..known].iter().rev() {
        let latest = &identities[identities.len() - 1];
        let named = change
            .signed
            .unverified::<words::Change>(Context::ChangeWords);
        let keep = &change.keep.0;
        if named.map(|named| named.keep) != Ok(Digest::of(keep)) {
            return (identities, Err(broken));
        }
        match open_keep(keep, latest, &anchor) {
            Ok(seed) => identities.push(ReporterIdentity::new(&seed)),
            Err(refused) => return (identities, Err(refused)),
        }
    }
    (identities, Ok(()))
}
