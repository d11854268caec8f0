//! The audit trail: who did what, in rows that nobody can alter, drop or move unseen. Nothing that a reporter
//! does is in it.

pub mod store;
pub mod web;

use std::collections::VecDeque;

use self::store::{End, Filter, Kept};
use crate::directory::{Directories, DirectoryError};
use crate::keys::Keys;
use crate::protocol::audit::{Head, Mark, Row};
use crate::protocol::json;
use crate::protocol::signing::{Context, Signed};
use crate::store::{Store, StoreError};

pub use self::store::{Entry, append, append_all};
pub use crate::protocol::audit::By;

/// The outcome of an act that was not refused.
pub const DONE: &str = "done";
/// How many rows are in memory at once.
const PAGE: i64 = 500;

/// What a verification found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// So many rows, each of them as it was written, and none missing.
    Intact(i64),
    /// The first number that is wrong or missing.
    BrokenAt(i64),
}

/// Why a verification did not come to its end.
#[derive(Debug, thiserror::Error, Clone, Copy, PartialEq, Eq)]
pub enum CannotVerify {
    /// The directory, by which signed heads are verified, cannot be used.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Verifies the whole trail: every row, the head with its tag, and every head that an auditor signed.
///
/// A page of rows is in memory at once. Rows that others add meanwhile are verified too.
///
/// # Errors
/// When the database or the directory cannot be read.
pub async fn verify(
    store: &Store,
    keys: &Keys,
    directories: &Directories,
) -> Result<Verdict, CannotVerify> {
    let mut signed = SignedHeads::new(store);
    let mut mark = Mark::START;
    loop {
        let before = mark.number;
        if let Some(broken) = walk(store, directories, &mut mark, &mut signed).await? {
            return Ok(broken.verdict(store, keys).await?);
        }
        // In this order: who signs a head has seen its row, and a row comes with its head.
        let signed_later = signed.peek().await?.is_some();
        let end = store::end(store).await?;
        let number = end.as_ref().map_or(0, |end| end.number);
        if number > last(mark) && mark.number > before {
            continue;
        }
        return Ok(if number > last(mark) || signed_later {
            Verdict::BrokenAt(next(mark))
        } else if number < last(mark) {
            Verdict::BrokenAt(number.max(0) + 1)
        } else if end.is_none_or(|end| is_sealed(keys, mark, &end)) {
            Verdict::Intact(last(mark))
        } else {
            Verdict::BrokenAt(last(mark).max(1))
        });
    }
}

/// Appends a row about an act of the command line, which nobody signs in for.
///
/// # Errors
/// As the store's.
pub async fn note_command(
    store: &Store,
    keys: &Keys,
    time: i64,
    act: &str,
    outcome: &str,
) -> Result<(), StoreError> {
    let entry = Entry {
        time,
        who: None,
        by: By::Command,
        act,
        case: None,
        about: None,
        outcome,
    };
    append(store, keys, &entry).await.map(|_| ())
}

fn last(mark: Mark) -> i64 {
    i64::try_from(mark.number).unwrap_or(i64::MAX)
}

fn next(mark: Mark) -> i64 {
    last(mark).saturating_add(1)
}

/// Whether the head says, under the right tag, that the trail ends here.
fn is_sealed(keys: &Keys, mark: Mark, end: &End) -> bool {
    let tag = keys.audit_tag(end.number, &end.digest);
    end.number == last(mark)
        && mark.digest.as_bytes()[..] == end.digest[..]
        && tag[..] == end.tag[..]
}

/// Where a walk came to a row that does not follow.
#[derive(Debug, Clone, Copy)]
struct Broken {
    /// The number that was expected there.
    number: i64,
    /// The row there, if it only follows another row than the one before it.
    elsewhere: Option<Mark>,
}

impl Broken {
    /// The row there is right, and the one before it wrong, when all from there on leads to the tagged head.
    async fn verdict(self, store: &Store, keys: &Keys) -> Result<Verdict, StoreError> {
        let Some(mut mark) = self.elsewhere else {
            return Ok(Verdict::BrokenAt(self.number));
        };
        loop {
            let page = store::page(store, last(mark), &Filter::default(), PAGE).await?;
            for row in &page {
                match follow(mark, row) {
                    Follows::Right(further) => mark = further,
                    Follows::Elsewhere(_) | Follows::Wrong => {
                        return Ok(Verdict::BrokenAt(self.number));
                    }
                }
            }
            if page.is_empty() {
                break;
            }
        }
        let end = store::end(store).await?;
        Ok(Verdict::BrokenAt(
            if end.is_some_and(|end| is_sealed(keys, mark, &end)) {
                (self.number - 1).max(1)
            } else {
                self.number
            },
        ))
    }
}

/// Goes on to the last row that is there, or to the first that does not follow or is not what auditors signed.
async fn walk(
    store: &Store,
    directories: &Directories,
    mark: &mut Mark,
    signed: &mut SignedHeads<'_>,
) -> Result<Option<Broken>, CannotVerify> {
    loop {
        let page = store::page(store, last(*mark), &Filter::default(), PAGE).await?;
        for row in &page {
            let number = next(*mark);
            let broken = |elsewhere| Ok(Some(Broken { number, elsewhere }));
            match follow(*mark, row) {
                Follows::Right(further) => *mark = further,
                Follows::Elsewhere(there) => return broken(Some(there)),
                Follows::Wrong => return broken(None),
            }
            if !signed.fit(directories, *mark).await? {
                return broken(None);
            }
        }
        if page.is_empty() {
            return Ok(None);
        }
    }
}

/// How a row stands to the one before it.
enum Follows {
    /// It is the next one, and what its columns say.
    Right(Mark),
    /// It is the next one, but names another row before it.
    Elsewhere(Mark),
    /// It is none of both.
    Wrong,
}

fn follow(mark: Mark, row: &Kept) -> Follows {
    let Ok(said) = json::read::<Row>(&row.payload) else {
        return Follows::Wrong;
    };
    let mut further = Mark {
        number: mark.number,
        digest: said.previous,
    };
    let same = further.add(&row.payload).is_ok()
        && i64::try_from(said.number) == Ok(row.number)
        && i64::try_from(said.time) == Ok(row.time)
        && said.act == row.act
        && said.who.as_ref().map_or(&[][..], |who| who.as_bytes()) == row.who
        && said.case.as_ref().map_or(&[][..], |case| case.as_bytes()) == row.case_id
        && further.digest.as_bytes()[..] == row.digest[..];
    match (same, said.previous == mark.digest) {
        (true, true) => Follows::Right(further),
        (true, false) => Follows::Elsewhere(further),
        (false, _) => Follows::Wrong,
    }
}

/// The heads that auditors signed, read beside the rows, a page at a time.
struct SignedHeads<'a> {
    store: &'a Store,
    page: VecDeque<store::SignedHead>,
    after: (i64, Vec<u8>),
}

impl<'a> SignedHeads<'a> {
    fn new(store: &'a Store) -> Self {
        Self {
            store,
            page: VecDeque::new(),
            after: (i64::MIN, Vec::new()),
        }
    }

    async fn peek(&mut self) -> Result<Option<&store::SignedHead>, StoreError> {
        if self.page.is_empty() {
            let (number, member) = &self.after;
            self.page = store::heads(self.store, *number, member, PAGE)
                .await?
                .into();
            if let Some(last) = self.page.back() {
                self.after = (last.number, last.member.clone());
            }
        }
        Ok(self.page.front())
    }

    /// Whether every head that was signed up to here says what stands here.
    async fn fit(&mut self, directories: &Directories, mark: Mark) -> Result<bool, CannotVerify> {
        while let Some(head) = self.peek().await? {
            if head.number > last(mark) {
                break;
            }
            let (number, member, signed) = (head.number, head.member.clone(), head.signed.clone());
            let Some(read) = read_head(signed, directories).await? else {
                return Ok(false);
            };
            let own = read.member.as_bytes()[..] == member[..] && last(read.mark()) == number;
            if !own || read.mark() != mark {
                return Ok(false);
            }
            self.page.pop_front();
        }
        Ok(true)
    }
}

/// Verifies a signed head under the root that it names.
async fn read_head(
    signed: Vec<u8>,
    directories: &Directories,
) -> Result<Option<Head>, DirectoryError> {
    let Ok(signed) = Signed::parse(signed) else {
        return Ok(None);
    };
    let Ok(named) = signed.unverified::<Head>(Context::Head) else {
        return Ok(None);
    };
    let directory = directories.at(named.serial).await?;
    Ok(directory.and_then(|published| Head::read(&signed, &published.directory).ok()))
}
