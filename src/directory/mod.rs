//! The directory as the service serves it: verified whenever it is read from the database, so that rows
//! that somebody altered are refused here as they are by every client.

pub mod founding;
pub mod packing;
pub mod publishing;
pub mod store;
pub mod web;

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use self::packing::Packed;
use self::store::Kind;
use crate::protocol::container::Standing;
use crate::protocol::directory::{
    Directory, Lead, LeadList, Pin, Recovery, Root, Route, Served, verify_leads,
};
use crate::protocol::signing::{Context, Signed};
use crate::protocol::{Digest, MemberId, Refused, ServiceId, json};
use crate::store::{Store, StoreError};
use crate::web::Problem;

/// How long another node's new root may go unnoticed here, seconds.
const LOOK_AGAIN: i64 = 5;
/// Fewer first readers than this open no service: one alone could make a report disappear.
const FEWEST_READERS: usize = 2;

/// Why the directory cannot be used.
#[derive(Debug, thiserror::Error, Clone, Copy, PartialEq, Eq)]
pub enum DirectoryError {
    /// A document breaks a rule.
    #[error("the directory does not verify: {0}")]
    Refused(#[from] Refused),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DirectoryError> for Problem {
    fn from(error: DirectoryError) -> Self {
        match error {
            DirectoryError::Refused(refused) => {
                tracing::error!(
                    rule = refused.rule(),
                    "directory: the stored documents do not verify"
                );
                Self::Unavailable
            }
            DirectoryError::Store(error) => error.into(),
        }
    }
}

/// A published directory, verified and complete.
#[derive(Debug)]
pub struct Published {
    /// The verified documents.
    pub directory: Directory,
    /// The answer to `GET /api/1/directory`.
    pub served: Vec<u8>,
    /// The signed root.
    pub root: Signed,
    intake: Vec<MemberId>,
    independent: Vec<MemberId>,
    custodians: usize,
    recovery: Option<MemberId>,
}

impl Published {
    /// Whether reports are taken by it: enough people read the ordinary route, and somebody keeps names.
    #[must_use]
    pub fn takes_reports(&self) -> bool {
        self.intake.len() >= FEWEST_READERS && self.custodians > 0
    }

    fn new(directory: Directory, served: Vec<u8>, root: Signed) -> Self {
        let readers = |route| {
            directory
                .first_readers(route)
                .iter()
                .map(|reader| reader.member)
                .collect()
        };
        Self {
            intake: readers(Route::Intake),
            independent: readers(Route::Independent),
            custodians: directory.custodians().len(),
            recovery: directory.recovery().map(Recovery::id),
            directory,
            served,
            root,
        }
    }
}

/// What the service knows when it receives a report: the directory in force, and those it has loaded.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The directory in force.
    pub current: &'a Published,
    /// Those loaded so far.
    pub directories: &'a Directories,
}

impl Standing for Known<'_> {
    fn root(&self, serial: u64) -> Option<Digest> {
        let pin = self.current.directory.pin();
        if pin.serial == serial {
            return Some(pin.digest);
        }
        self.directories
            .known(serial)
            .map(|published| published.directory.pin().digest)
    }

    fn custodians(&self, serial: u64) -> usize {
        if self.current.directory.pin().serial == serial {
            return self.current.custodians;
        }
        self.directories
            .known(serial)
            .map_or(0, |published| published.custodians)
    }

    fn first_readers(&self, route: Route) -> &[MemberId] {
        match route {
            Route::Intake => &self.current.intake,
            Route::Independent => &self.current.independent,
        }
    }

    fn recovery(&self) -> Option<MemberId> {
        self.current.recovery
    }
}

/// The directories of this service: the one in force, and earlier ones as signatures name them.
#[derive(Debug)]
pub struct Directories {
    service: OnceLock<ServiceId>,
    store: Store,
    known: RwLock<HashMap<u64, Arc<Published>>>,
    packed: Packed,
    last: AtomicI64,
    looked: AtomicI64,
}

impl Directories {
    /// Looks after the directories of one service; of the one that is founded here, when given zeros.
    #[must_use]
    pub fn new(service: ServiceId, store: Store) -> Self {
        let known = Some(service).filter(|id| *id != ServiceId::ZERO);
        Self {
            service: known.map(OnceLock::from).unwrap_or_default(),
            store,
            known: RwLock::default(),
            packed: Packed::default(),
            last: AtomicI64::new(0),
            looked: AtomicI64::new(i64::MIN),
        }
    }

    /// The service they belong to; zeros while none is founded.
    #[must_use]
    pub fn service(&self) -> &ServiceId {
        self.service.get().unwrap_or(&ServiceId::ZERO)
    }

    /// The service, if one is founded: perhaps by another node meanwhile.
    ///
    /// # Errors
    /// When what the database says is no id, or the store's.
    pub async fn founded(&self) -> Result<Option<&ServiceId>, DirectoryError> {
        if let Some(known) = self.service.get() {
            return Ok(Some(known));
        }
        let noted = store::installation(&self.store, store::SERVICE).await?;
        match noted {
            None => Ok(None),
            Some(noted) => Ok(Some(
                self.found(noted.parse().map_err(|_| Refused::by("D1"))?),
            )),
        }
    }

    /// Notes which service was founded here; the first word counts.
    pub fn found(&self, service: ServiceId) -> &ServiceId {
        self.service.get_or_init(|| service)
    }

    /// Who leads now: the last lead list of the chain, the genesis when it is the only one; nobody while no
    /// service is founded.
    ///
    /// # Errors
    /// When the stored documents do not verify, or the store's.
    pub async fn leads(&self, now: i64) -> Result<Vec<Lead>, DirectoryError> {
        if let Some(published) = self.current(now).await? {
            return Ok(published.directory.leads().leads.clone());
        }
        let (_, mut lists) = self.lists().await?;
        Ok(lists.pop().map(|last| last.leads).unwrap_or_default())
    }

    /// Every lead list, verified back to the genesis; none while no service is founded.
    ///
    /// # Errors
    /// When one does not verify, or the store's.
    pub async fn lists(&self) -> Result<(Vec<Signed>, Vec<LeadList>), DirectoryError> {
        let Some(service) = self.founded().await? else {
            return Ok(Default::default());
        };
        let chain = store::chain(&self.store, Kind::Leads).await?;
        let signed = chain
            .into_iter()
            .map(|list| signed(list, "D2"))
            .collect::<Result<Vec<_>, _>>()?;
        let Some((genesis, later)) = signed.split_first() else {
            return Ok(Default::default());
        };
        let lists = verify_leads(service, genesis, later)?;
        Ok((signed, lists))
    }

    /// The documents gzipped, each once.
    #[must_use]
    pub fn packed(&self) -> &Packed {
        &self.packed
    }

    /// Lets the next call look for a new root at once.
    pub fn look_again(&self) {
        self.looked.store(i64::MIN, Ordering::Release);
    }

    /// The directory in force, if any is published.
    ///
    /// # Errors
    /// When the stored documents do not verify, or the store's.
    pub async fn current(&self, now: i64) -> Result<Option<Arc<Published>>, DirectoryError> {
        if self.founded().await?.is_none() {
            return Ok(None);
        }
        let mut last = self.last.load(Ordering::Acquire);
        if last == 0 || now.saturating_sub(self.looked.load(Ordering::Acquire)) >= LOOK_AGAIN {
            let found = store::last_serial(&self.store).await?.unwrap_or(0);
            // As every client that remembers one, the service goes back to no earlier root (D8).
            if found < self.last.fetch_max(found, Ordering::AcqRel) {
                return Err(Refused::by("D8").into());
            }
            last = found;
            self.looked.store(now, Ordering::Release);
        }
        if last == 0 {
            return Ok(None);
        }
        self.at(u64::try_from(last).unwrap_or(0)).await
    }

    /// The directory whose root has this serial, if there is one.
    ///
    /// # Errors
    /// When the stored documents do not verify, or the store's.
    pub async fn at(&self, serial: u64) -> Result<Option<Arc<Published>>, DirectoryError> {
        if let Some(known) = self.known(serial) {
            return Ok(Some(known));
        }
        if serial == 0 || serial > self.newest().await? {
            return Ok(None);
        }
        let Some(published) = self.load(serial).await? else {
            return Ok(None);
        };
        let published = Arc::new(published);
        self.known
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(serial, Arc::clone(&published));
        Ok(Some(published))
    }

    /// The serial of the last root: asked for again only by the clock, so that made-up serials cost nothing.
    async fn newest(&self) -> Result<u64, DirectoryError> {
        let mut last = self.last.load(Ordering::Acquire);
        if last == 0 {
            last = store::last_serial(&self.store).await?.unwrap_or(0);
            self.last.fetch_max(last, Ordering::AcqRel);
        }
        Ok(u64::try_from(last).unwrap_or(0))
    }

    /// The roots up to this serial, if they link back from it to the first (D8), and whether it is the last.
    async fn linked(&self, serial: u64) -> Result<Option<(Vec<Signed>, bool)>, DirectoryError> {
        let number = i64::try_from(serial).unwrap_or(i64::MAX);
        if store::numbered(&self.store, Kind::Root, number)
            .await?
            .is_none()
        {
            return Ok(None);
        }
        let mut roots = store::chain(&self.store, Kind::Root).await?;
        let count = usize::try_from(serial).unwrap_or(usize::MAX);
        let is_last = roots.len() == count;
        roots.truncate(count);
        let mut previous = Digest::ZERO;
        let mut linked = Vec::with_capacity(roots.len());
        for (number, root) in (1_u64..).zip(roots) {
            let root = signed(root, "D3")?;
            let named: Root = root
                .unverified(Context::Root)
                .map_err(|_| Refused::by("D3"))?;
            if named.serial != number || named.previous != previous {
                return Err(Refused::by("D8").into());
            }
            previous = root.digest();
            linked.push(root);
        }
        if linked.len() == count {
            Ok(Some((linked, is_last)))
        } else {
            Err(Refused::by("D8").into())
        }
    }

    fn known(&self, serial: u64) -> Option<Arc<Published>> {
        self.known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&serial)
            .cloned()
    }

    async fn load(&self, serial: u64) -> Result<Option<Published>, DirectoryError> {
        // The lists first: a root that is published meanwhile brings its list with it.
        let mut leads = store::chain(&self.store, Kind::Leads).await?.into_iter();
        let Some((mut roots, is_last)) = self.linked(serial).await? else {
            return Ok(None);
        };
        let Some(root) = roots.pop() else {
            return Ok(None);
        };
        let genesis = signed(leads.next().unwrap_or_default(), "D1")?;
        let leads = leads
            .map(|list| signed(list, "D2"))
            .collect::<Result<Vec<_>, _>>()?;
        // Only the last root must name the last list (D3); none an older one than the root before it (D8).
        let verify = if is_last {
            Directory::verify
        } else {
            Directory::verify_earlier
        };
        let mut directory = verify(self.service(), &genesis, &leads, &root)?;
        if let Some(first) = roots.first() {
            let first = Pin {
                serial: 1,
                digest: first.digest(),
            };
            directory.follows(&first, &roots)?;
        }
        for entry in directory.root().teams.clone() {
            let document = store::document(&self.store, entry.digest.as_bytes()).await?;
            let document = signed(document.unwrap_or_default(), "D4")?;
            // Another team that the root names would verify in this one's place.
            if document.digest() != entry.digest {
                return Err(Refused::by("D3").into());
            }
            directory = directory.with_team(&document)?;
        }
        let served = json::write(&Served {
            genesis,
            leads,
            root: root.clone(),
        });
        Ok(Some(Published::new(directory, served, root)))
    }
}

fn signed(bytes: Vec<u8>, rule: &'static str) -> Result<Signed, Refused> {
    Signed::parse(bytes).map_err(|_| Refused::by(rule))
}
