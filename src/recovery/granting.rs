//! Granting on what was granted to the recovery: each row is checked as the service checks a member's, and by the
//! ledger that every reader keeps.

use std::collections::BTreeMap;

use super::open::{ACT, CannotOpen, Done, Recovery};
use super::store::{Held, held};
use crate::audit::{self, By, DONE, Entry};
use crate::casework::store::{Added, Row, add_row, grant_rows, grants, parts};
use crate::casework::{self, Place, ensure_room};
use crate::directory::DirectoryError;
use crate::mailbox;
use crate::protocol::directory::Member;
use crate::protocol::epoch::{Epoch, History};
use crate::protocol::grant::{Act, GREATEST_ROWS, Grant, GrantRow};
use crate::protocol::signing::{Context, Signed};
use crate::protocol::statement::Case;
use crate::protocol::{CaseId, Digest, MemberId, Refused};
use crate::secret::CaseSecret;
use crate::store::{Store, StoreError};

/// How often a row is signed again because the service took its place in the chain.
const TRIES: u8 = 8;

impl Recovery<'_> {
    /// Grants what the recovery holds of a case to one reader.
    pub(super) async fn grant_case(&self, id: &CaseId, reader: &Member) -> Result<Done, Stopped> {
        let mut granted = 0;
        let mut noted = false;
        for held in held(self.store, self.id.as_bytes(), id.as_bytes()).await? {
            let mut tries = 0;
            loop {
                let case = self.read(id).await?;
                if case.has(reader, &held, self.store).await? {
                    break;
                }
                if !noted {
                    // Before the act, so that none goes unrecorded.
                    self.note(id, &reader.member, DONE).await?;
                    noted = true;
                }
                let row = self.sign(&case, reader, &held);
                let added = match row {
                    Ok((row, sealed)) => self.add(&case, &row, &sealed).await,
                    Err(refused) => Err(Stopped::Refused(refused)),
                };
                match added {
                    Ok(Added::New | Added::Same) => {
                        granted += 1;
                        break;
                    }
                    Ok(Added::Conflicted) => {
                        self.note(id, &reader.member, "invalid").await?;
                        return Ok(Done::Conflict);
                    }
                    Ok(Added::Barred) => {
                        self.note(id, &reader.member, "procedure").await?;
                        return Ok(Done::Barred);
                    }
                    // The service added a row of its own meanwhile.
                    Err(Stopped::Failed(CannotOpen::Store(StoreError::Conflict)))
                        if tries < TRIES =>
                    {
                        tries += 1;
                    }
                    Err(stopped) => {
                        self.note(id, &reader.member, stopped.code()).await?;
                        return Err(stopped);
                    }
                }
            }
        }
        Ok(if granted == 0 {
            Done::Already
        } else {
            Done::Granted(granted)
        })
    }

    /// Reads a case with its chains, as every reader does.
    async fn read(&self, id: &CaseId) -> Result<Chains, Stopped> {
        let stored = parts(self.store, id.as_bytes()).await?;
        let stored = stored.ok_or(Refused::by("C3"))?;
        let case = Case::read(&stored.statement)?;
        if case.id != *id || case.statement.service != self.service {
            return Err(Refused::by("C3").into());
        }
        let rows = grant_rows(self.store, id.as_bytes()).await?;
        let rows = signed(rows.into_iter().map(|(_, row)| row), "K3")?;
        let epochs = mailbox::store::epochs(self.store, id.as_bytes()).await?;
        let epochs = signed(epochs, "K5")?;
        let mut directories = BTreeMap::new();
        let serials = rows
            .iter()
            .filter_map(|row| row.unverified::<GrantRow>(Context::Grant).ok())
            .map(|row| row.serial);
        let epoch_serials = epochs
            .iter()
            .filter_map(|epoch| epoch.unverified::<Epoch>(Context::Epoch).ok())
            .map(|epoch| epoch.serial);
        for serial in serials.chain(epoch_serials) {
            if let Some(published) = self.directories.at(serial).await? {
                directories.insert(serial, published);
            }
        }
        let history = History::read(&case, &rows, &epochs, |serial| {
            directories
                .get(&serial)
                .map(|published| &published.directory)
        });
        Ok(Chains { case, history })
    }

    /// Opens the recovery's grant of an epoch, and signs and seals the next row, which hands it on.
    fn sign(
        &self,
        chains: &Chains,
        reader: &Member,
        held: &Held,
    ) -> Result<(Signed, Vec<u8>), Refused> {
        let Chains { case, history } = chains;
        let epoch = u32::try_from(held.epoch).map_err(|_| Refused::by("K5"))?;
        let recipient = history.epochs.recipient(epoch).ok_or(Refused::by("K5"))?;
        let anchor = case.statement.anchor();
        let identity = self.keys.identity();
        let secret: CaseSecret =
            Grant::open(&held.sealed, &identity, &anchor, epoch, &self.id, recipient)?;
        let grant = Grant {
            anchor,
            epoch,
            grantee: reader.member,
            secret,
        };
        let sealed = grant
            .seal(&reader.recipient)
            .map_err(|_| Refused::by("K1"))?;
        let (number, previous) = history.ledger.head();
        ensure_room(number + 1, GREATEST_ROWS, "K3")?;
        let row = GrantRow {
            service: self.service,
            case: case.id,
            number: number + 1,
            previous,
            act: Act::Grant,
            epoch,
            grantee: reader.member,
            grantor: self.id,
            digest: Digest::of(&sealed),
            serial: self.named.directory.root().serial,
            day: self.clock.day(),
        };
        let row = row.sign(&self.keys.signing_key());
        // Readers go by the ledger: what it refuses gives nobody anything.
        let mut ledger = history.ledger.clone();
        ledger.add(&row, &self.named.directory)?;
        Ok((row, sealed))
    }

    /// Checks a row as the service checks a member's, and adds it to the chain.
    async fn add(&self, chains: &Chains, signed: &Signed, sealed: &[u8]) -> Result<Added, Stopped> {
        let case = &chains.case.id;
        let place = Place {
            service: &self.service,
            case,
            epoch: chains.history.epochs.latest(),
            today: self.clock.day(),
        };
        let (named, current) = (&self.named.directory, &self.current.directory);
        let row = casework::row(signed, Some(sealed), place, &self.id, named, current)?;
        let digest = signed.digest();
        let today = place.today.to_string();
        let added = add_row(
            self.store,
            Row {
                case: case.as_bytes(),
                number: i64::try_from(row.number).map_err(|_| Refused::by("K3"))?,
                previous: row.previous.as_bytes(),
                signed: signed.as_bytes(),
                digest: digest.as_bytes(),
                epoch: i64::from(row.epoch),
                grantor: row.grantor.as_bytes(),
                grantee: row.grantee.as_bytes(),
                sealed: Some(sealed),
                brief: &[],
                day: &today,
            },
        );
        Ok(added.await?)
    }

    async fn note(&self, case: &CaseId, about: &MemberId, outcome: &str) -> Result<(), StoreError> {
        let entry = Entry {
            time: self.clock.seconds(),
            who: None,
            by: By::Command,
            act: ACT,
            case: Some(*case),
            about: Some(*about),
            outcome,
        };
        audit::append(self.store, self.secrets, &entry).await?;
        Ok(())
    }
}

/// A case, and who can read it by which recipients.
struct Chains {
    case: Case,
    history: History,
}

impl Chains {
    /// Whether a reader has what the recovery holds, as the service and as every reader sees it.
    async fn has(&self, reader: &Member, held: &Held, store: &Store) -> Result<bool, StoreError> {
        let epoch = u32::try_from(held.epoch).unwrap_or(u32::MAX);
        if !self.history.ledger.is_live(&reader.member, epoch) {
            return Ok(false);
        }
        let standing = grants(store, &held.case_id).await?;
        Ok(standing.iter().any(|grant| {
            grant.live == 1
                && grant.epoch == held.epoch
                && grant.member == reader.member.as_bytes()[..]
        }))
    }
}

/// Why a case was left.
pub(super) enum Stopped {
    /// It breaks a rule; the next case is gone on with.
    Refused(Refused),
    /// Nothing can be gone on with.
    Failed(CannotOpen),
}

impl Stopped {
    /// What the audit trail calls it.
    fn code(&self) -> &'static str {
        match self {
            Self::Refused(_) => "invalid",
            Self::Failed(CannotOpen::Store(StoreError::Conflict)) => "sequence",
            Self::Failed(_) => "unavailable",
        }
    }
}

impl From<Refused> for Stopped {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<DirectoryError> for Stopped {
    fn from(error: DirectoryError) -> Self {
        Self::Failed(error.into())
    }
}

fn signed(
    documents: impl IntoIterator<Item = Vec<u8>>,
    rule: &'static str,
) -> Result<Vec<Signed>, Refused> {
    let documents = documents.into_iter();
    documents
        .map(|bytes| Signed::parse(bytes).map_err(|_| Refused::by(rule)))
        .collect()
}
