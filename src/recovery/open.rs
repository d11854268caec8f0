//! Opening with the recovery: what was granted to it is granted on to readers of the directory in force, by rows
//! that its own key signs. Doing it again adds nothing, so that it can be broken off and continued.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::granting::Stopped;
use super::store::cases;
use crate::ambient::Clock;
use crate::directory::{Directories, DirectoryError, Published};
use crate::keys;
use crate::protocol::bytes::Reference;
use crate::protocol::directory::{Member, Role};
use crate::protocol::recovery::{self, Keys};
use crate::protocol::{CaseId, MemberId, Refused, ServiceId};
use crate::secret::RecoverySeed;
use crate::store::{Store, StoreError};

/// What the audit trail calls it.
pub const ACT: &str = "recovery";

/// Why nothing was done.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CannotOpen {
    /// No directory is published.
    #[error("no directory is published here")]
    NoDirectory,
    /// The shares are of another recovery.
    #[error("these shares are of a recovery that no directory of this service names")]
    Unknown,
    /// A label that no reader has.
    #[error("the directory lists no reader with the label {0}")]
    NoReader(String),
    /// A label that several readers have.
    #[error("the directory lists several readers with the label {0}")]
    SeveralReaders(String),
    /// A reader who came after the last directory that names the recovery.
    #[error(
        "{0} came after the last directory that names this recovery, and cannot be granted to by it"
    )]
    Later(String),
    /// A case that the recovery does not hold.
    #[error("the recovery holds no case {0}")]
    NoCase(String),
    /// The beginning of a reference that several cases have.
    #[error("several cases have the reference {0}: name the case by its 64 digits")]
    SeveralCases(String),
    /// The directory cannot be used.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// The database failed. What was done before stays done.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Which cases to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// All that the recovery holds.
    All,
    /// These, by id or by reference.
    These(Vec<String>),
}

/// What became of one case for one reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The case.
    pub case: Reference,
    /// The reader's label.
    pub reader: String,
    /// What was done.
    pub done: Done,
}

/// What was done about a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// So many epochs were granted.
    Granted(usize),
    /// The reader holds everything that the recovery holds.
    Already,
    /// The reader has declared a conflict of interest, and never reads the case.
    Conflict,
    /// The reader is barred from the case.
    Barred,
    /// Something in the case breaks a rule of the protocol. Nothing more of it was granted.
    Broken(Refused),
}

/// A recovery whose shares were put together, and the directories that it acts under.
pub struct Recovery<'a> {
    pub(super) store: &'a Store,
    pub(super) secrets: &'a keys::Keys,
    pub(super) directories: &'a Directories,
    pub(super) clock: &'a Clock,
    pub(super) service: ServiceId,
    pub(super) keys: Keys,
    pub(super) id: MemberId,
    pub(super) current: Arc<Published>,
    /// The last directory that names the recovery.
    pub(super) named: Arc<Published>,
}

impl<'a> Recovery<'a> {
    /// Finds the last directory that names the recovery of a seed.
    ///
    /// # Errors
    /// When none does, or the directory cannot be used.
    pub async fn find(
        seed: &RecoverySeed,
        service: ServiceId,
        store: &'a Store,
        secrets: &'a keys::Keys,
        directories: &'a Directories,
        clock: &'a Clock,
    ) -> Result<Self, CannotOpen> {
        let keys = Keys::new(seed, &service);
        let id = recovery::id(keys.identity().recipient());
        let current = directories.current(clock.seconds()).await?;
        let current = current.ok_or(CannotOpen::NoDirectory)?;
        for serial in (1..=current.directory.root().serial).rev() {
            let Some(named) = directories.at(serial).await? else {
                continue;
            };
            if named.directory.is_recovery(&id) {
                return Ok(Self {
                    store,
                    secrets,
                    directories,
                    clock,
                    service,
                    keys,
                    id,
                    current,
                    named,
                });
            }
        }
        Err(CannotOpen::Unknown)
    }

    /// The serial of the directory under which it signs, and that of the one in force.
    #[must_use]
    pub fn serials(&self) -> (u64, u64) {
        (
            self.named.directory.root().serial,
            self.current.directory.root().serial,
        )
    }

    /// Grants every epoch that the recovery holds of the wanted cases to the readers with these labels, and says
    /// what became of each.
    ///
    /// # Errors
    /// Before anything is done: when a label or a case is unknown. Later: the store's and the directory's.
    pub async fn grant(
        &self,
        labels: &[String],
        wanted: &Wanted,
        mut say: impl FnMut(&Outcome),
    ) -> Result<(), CannotOpen> {
        let readers = self.readers(labels)?;
        let cases = self.wanted(wanted).await?;
        for id in cases {
            for reader in &readers {
                let done = match self.grant_case(&id, reader).await {
                    Ok(done) => done,
                    Err(Stopped::Refused(refused)) => Done::Broken(refused),
                    Err(Stopped::Failed(error)) => return Err(error),
                };
                say(&Outcome {
                    case: id.reference(),
                    reader: reader.label.to_string(),
                    done,
                });
            }
        }
        Ok(())
    }

    /// The readers with these labels, whom both directories list.
    fn readers(&self, labels: &[String]) -> Result<Vec<Member>, CannotOpen> {
        let directory = &self.current.directory;
        let mut found = BTreeMap::new();
        for label in labels {
            let members = directory.teams().flat_map(|team| &team.members);
            let of_label = members.filter(|member| member.label.as_str() == label);
            let readers: BTreeMap<MemberId, &Member> = of_label
                .filter(|member| directory.has_role(&member.member, Role::may_read))
                .map(|member| (member.member, member))
                .collect();
            let mut readers = readers.into_iter();
            let (id, reader) = readers
                .next()
                .ok_or_else(|| CannotOpen::NoReader(label.clone()))?;
            if readers.next().is_some() {
                return Err(CannotOpen::SeveralReaders(label.clone()));
            }
            if !self.named.directory.has_role(&id, Role::may_read) {
                return Err(CannotOpen::Later(label.clone()));
            }
            found.insert(id, reader.clone());
        }
        Ok(found.into_values().collect())
    }

    async fn wanted(&self, wanted: &Wanted) -> Result<Vec<CaseId>, CannotOpen> {
        let held = cases(self.store, self.id.as_bytes()).await?;
        let held = held
            .iter()
            .filter_map(|id| CaseId::try_from(id.as_slice()).ok());
        let held: Vec<CaseId> = held.collect();
        let Wanted::These(named) = wanted else {
            return Ok(held);
        };
        let mut found = Vec::new();
        for name in named {
            let fits = |id: &&CaseId| {
                id.to_string() == *name || id.reference().to_string().eq_ignore_ascii_case(name)
            };
            let mut fitting = held.iter().filter(fits);
            let id = fitting
                .next()
                .ok_or_else(|| CannotOpen::NoCase(name.clone()))?;
            if fitting.next().is_some() {
                return Err(CannotOpen::SeveralCases(name.clone()));
            }
            if !found.contains(id) {
                found.push(*id);
            }
        }
        Ok(found)
    }
}

impl std::fmt::Debug for Recovery<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Recovery({})", self.id)
    }
}
