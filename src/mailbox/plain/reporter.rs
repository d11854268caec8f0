//! The reporter's side of the mailbox, played in memory with the words that were typed. It asks the
//! mailbox as every client does: by a signed request, answered by the same function.

use crate::ambient::Random;
use crate::directory::Published;
use crate::mailbox::{Desk, answer, challenge};
use crate::protocol::bytes::Blob;
use crate::protocol::mailbox::{Act, Opened, request};
use crate::protocol::message::{CannotWrite, Kind, Message, Place, write_from_reporter};
use crate::protocol::token::{Token, TokenKeys};
use crate::protocol::words::{Change, seal_keep};
use crate::protocol::{Digest, ServiceId, json};
use crate::secret::Entropy;
use crate::web::Problem;

use super::reading::Mailbox;

/// Somebody with words.
pub(super) struct Reporter<'a> {
    desk: Desk<'a>,
    service: ServiceId,
    pub(super) token: Token,
    pub(super) keys: TokenKeys,
}

impl<'a> Reporter<'a> {
    pub(super) fn new(desk: Desk<'a>, token: Token) -> Self {
        let service = *desk.directories.service();
        let keys = token.keys(&service);
        Self {
            desk,
            service,
            token,
            keys,
        }
    }

    /// Asks the mailbox for something (B2).
    async fn ask(&self, act: Act, file: Option<Vec<u8>>) -> Result<Vec<u8>, Problem> {
        let challenge = Blob(challenge(self.desk.keys, self.desk.clock.seconds()));
        let lookup = self.token.keys(&self.service).lookup;
        let asked = request(
            &self.service,
            lookup,
            &self.keys.signing_key(),
            &challenge,
            act,
            file,
        );
        answer(self.desk, &asked).await
    }

    /// Fetches everything (B4), however many answers it takes.
    pub(super) async fn fetch(&self) -> Result<Opened, Problem> {
        let mut opened = self.open(0).await?;
        while opened.more {
            let served = opened
                .to_reporter
                .iter()
                .rposition(|one| one.file.is_some());
            let after = served.map_or(0, |place| place as u64 + 1);
            let next = self.open(after).await?;
            let further = next
                .to_reporter
                .iter()
                .skip(usize::try_from(after).unwrap_or(usize::MAX));
            if next.to_reporter.len() < opened.to_reporter.len()
                || !further.into_iter().any(|one| one.file.is_some())
            {
                return Err(Problem::Fault);
            }
            let mut files = opened.to_reporter.into_iter().map(|one| one.file);
            opened = next;
            for one in &mut opened.to_reporter {
                let before = files.next().flatten();
                one.file = one.file.take().or(before);
            }
        }
        Ok(opened)
    }

    async fn open(&self, after: u64) -> Result<Opened, Problem> {
        let json = self.ask(Act::Open { after }, None).await?;
        json::read(&json).map_err(|_| Problem::Fault)
    }

    /// Writes a message in the next place (B5).
    pub(super) async fn post(
        &self,
        mailbox: &Mailbox,
        published: &Published,
        kind: Kind,
        body: &str,
    ) -> Result<Result<(), CannotWrite>, Problem> {
        let (epoch, recipient) = mailbox.case_recipient();
        let place = Place {
            service: self.service,
            case: mailbox.case.id,
            epoch,
            sequence: mailbox.next_sequence(),
            previous: mailbox.last_own(),
            seen: mailbox.seen(),
            serial: published.directory.root().serial,
            day: self.desk.clock.day(),
        };
        let mut message = Message {
            kind,
            body: body.to_owned(),
            ..Message::default()
        };
        let written = write_from_reporter(&place, &self.keys.signing_key(), recipient, &message);
        zeroize::Zeroize::zeroize(&mut message.body);
        let written = match written {
            Ok(written) => written,
            Err(refused) => return Ok(Err(refused)),
        };
        self.ask(Act::Post { stub: written.stub }, Some(written.case_file))
            .await?;
        Ok(Ok(()))
    }

    /// Forgets the messages to the reporter up to a sequence (B6).
    pub(super) async fn delete(&self, up_to: u64) -> Result<(), Problem> {
        self.ask(Act::Delete { up_to }, None).await.map(drop)
    }

    /// Puts new words in the place of these (B7, W1).
    pub(super) async fn change_words(
        &self,
        mailbox: &Mailbox,
        new: &TokenKeys,
    ) -> Result<(), Problem> {
        let identity = new.identity();
        let anchor = mailbox.case.statement.anchor();
        let keep = seal_keep(&anchor, &self.keys.open, identity.recipient())
            .map_err(|_| Problem::Fault)?;
        let change = Change {
            service: self.service,
            case: mailbox.case.id,
            number: mailbox.changes() + 1,
            previous: mailbox.last_change(),
            lookup: new.lookup.digest(),
            reporter_recipient: identity.recipient().clone(),
            reporter_key: new.signing_key().verifying_key(),
            after: mailbox.next_sequence() - 1,
            keep: Digest::of(&keep),
            day: self.desk.clock.day(),
        };
        let change = change.sign(&self.keys.signing_key());
        self.ask(Act::ChangeWords { change }, Some(keep))
            .await
            .map(drop)
    }
}

/// Draws new words.
pub(super) fn new_token() -> Token {
    Token::from_entropy(Entropy::new(Random.bytes()))
}
