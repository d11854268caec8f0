//! Epochs: a case's recipient is replaced (section 9).

use serde::{Deserialize, Serialize};

use super::bytes::{CaseId, Day, Digest, MemberId, ServiceId};
use super::directory::{Directory, Role};
use super::grant::{GrantRow, Ledger};
use super::hybrid::Recipient;
use super::signing::{Context, Signed, SigningKey, sign};
use super::statement::Case;
use super::text::named;
use super::{Refused, ensure};

/// The most epochs of a case after the first (K5).
pub const GREATEST_EPOCHS: u32 = 100;

named!(
    /// Why a case gets a new recipient (K5).
    Reason, "reason" {
        /// A member left.
        Leaver = "leaver",
        /// A key was lost or stolen.
        Compromise = "compromise",
        /// A member must not read on.
        Exclusion = "exclusion",
        /// A member's keys were replaced.
        Replaced = "replaced",
    }
);

/// The payload of an epoch document (K5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of K5")]
pub struct Epoch {
    pub service: ServiceId,
    pub case: CaseId,
    pub epoch: u32,
    pub recipient: Recipient,
    pub previous: Digest,
    pub author: MemberId,
    pub serial: u64,
    pub reason: Reason,
    pub day: Day,
}

impl Epoch {
    /// Signs the document with its author's key.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> Signed {
        sign(Context::Epoch, key, self)
    }

    /// Whether its author still reads cases: the current root lists them with the key by which the root that
    /// it names knew them, and a role that may read (K5).
    #[must_use]
    pub fn is_by_reader(&self, named: &Directory, current: &Directory) -> bool {
        let key = named.key_of(&self.author);
        key.is_some()
            && current.key_of(&self.author) == key
            && current.has_role(&self.author, Role::may_read)
    }
}

/// The recipients that a case has had, the latest last.
#[derive(Clone, Debug)]
pub struct Epochs {
    service: ServiceId,
    case: CaseId,
    last: Digest,
    recipients: Vec<Recipient>,
}

impl Epochs {
    /// Begins with the recipient of the statement, epoch 0.
    #[must_use]
    pub fn begin(case: &Case) -> Self {
        Self {
            service: case.statement.service,
            case: case.id,
            last: case.id.into(),
            recipients: vec![case.statement.case_recipient.clone()],
        }
    }

    /// Adds the next epoch, verified under the directory whose serial it names.
    ///
    /// # Errors
    /// Names K5 when it is malformed, out of place, by the recovery, or its author holds no live grant of the
    /// epoch before; D9 when the directory is another; K4 when it lists the author with no role that may read.
    pub fn add(
        &mut self,
        document: &Signed,
        directory: &Directory,
        ledger: &Ledger,
    ) -> Result<Epoch, Refused> {
        let named: Epoch = document
            .unverified(Context::Epoch)
            .map_err(|_| Refused::by("K5"))?;
        ensure(named.epoch <= GREATEST_EPOCHS, "K5")?;
        ensure(named.serial == directory.root().serial, "D9")?;
        ensure(!directory.is_recovery(&named.author), "K5")?;
        let key = directory.key_of(&named.author).ok_or(Refused::by("D9"))?;
        ensure(directory.has_role(&named.author, Role::may_read), "K4")?;
        let epoch: Epoch = document
            .verify_as(Context::Epoch, key)
            .map_err(|_| Refused::by("K5"))?;
        ensure(
            epoch.service == self.service && epoch.case == self.case,
            "K5",
        )?;
        ensure(
            epoch.epoch == self.latest() + 1 && epoch.previous == self.last,
            "K5",
        )?;
        ensure(ledger.is_live(&epoch.author, self.latest()), "K5")?;
        self.recipients.push(epoch.recipient.clone());
        self.last = document.digest();
        Ok(epoch)
    }

    /// The number of the latest epoch (K6).
    #[must_use]
    pub fn latest(&self) -> u32 {
        u32::try_from(self.recipients.len() - 1).unwrap_or(u32::MAX)
    }

    /// The recipient of an epoch.
    #[must_use]
    pub fn recipient(&self, epoch: u32) -> Option<&Recipient> {
        self.recipients.get(usize::try_from(epoch).ok()?)
    }

    /// What the next epoch document must name as `previous`.
    #[must_use]
    pub fn head(&self) -> Digest {
        self.last
    }
}

/// What the grant rows and epoch documents of a case lead to, read in one order (K5).
#[derive(Clone, Debug)]
pub struct History {
    /// Who can read the case.
    pub ledger: Ledger,
    /// The recipients of the epochs that count.
    pub epochs: Epochs,
    /// The epochs that count, from the first document on.
    pub counted: Vec<Epoch>,
    /// Why rows and epochs were refused.
    pub refusals: Vec<Refused>,
}

impl History {
    /// Reads rows and epoch documents as served, with the directories whose serials they name.
    ///
    /// An epoch begins just before the first row that names it or a later one, and after all rows when none
    /// does. From the first that is refused on, none counts.
    #[must_use]
    pub fn read<'d>(
        case: &Case,
        rows: &[Signed],
        documents: &[Signed],
        directory: impl Fn(u64) -> Option<&'d Directory>,
    ) -> Self {
        let mut history = Self {
            ledger: Ledger::begin(case),
            epochs: Epochs::begin(case),
            counted: Vec::new(),
            refusals: Vec::new(),
        };
        let mut waiting = documents;
        for row in rows {
            let named = row.unverified::<GrantRow>(Context::Grant);
            if let Ok(named) = &named {
                waiting = history.begin(waiting, named.epoch, &directory);
            }
            let directory = named
                .map_err(|_| Refused::by("K3"))
                .and_then(|named| directory(named.serial).ok_or(Refused::by("D9")));
            let added = directory.and_then(|directory| history.ledger.add(row, directory));
            if let Err(refused) = added {
                history.refusals.push(refused);
                history.ledger.skip(row);
            }
        }
        history.begin(waiting, u32::MAX, &directory);
        history
    }

    /// Begins epochs up to a number, and gives the documents that wait; none once one was refused.
    fn begin<'d, 's>(
        &mut self,
        mut waiting: &'s [Signed],
        up_to: u32,
        directory: &impl Fn(u64) -> Option<&'d Directory>,
    ) -> &'s [Signed] {
        while self.epochs.latest() < up_to
            && let Some((document, rest)) = waiting.split_first()
        {
            let begun = document
                .unverified::<Epoch>(Context::Epoch)
                .map_err(|_| Refused::by("K5"))
                .and_then(|named| directory(named.serial).ok_or(Refused::by("D9")))
                .and_then(|directory| self.epochs.add(document, directory, &self.ledger));
            match begun {
                Ok(epoch) => {
                    self.ledger.begin_epoch(&epoch);
                    self.counted.push(epoch);
                    waiting = rest;
                }
                Err(refused) => {
                    self.refusals.push(refused);
                    return &[];
                }
            }
        }
        waiting
    }
}
