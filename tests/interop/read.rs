//! Opens and verifies everything in one whole case.

use std::collections::BTreeMap;
use std::str::FromStr;

use rightline::protocol::audit::{Head, Mark};
use rightline::protocol::container::{Received, Standing};
use rightline::protocol::directory::{Directory, Recovery, Role, Route};
use rightline::protocol::enrolment::Application;
use rightline::protocol::epoch::{Epochs, History};
use rightline::protocol::grant::{Act, Declaration, Grant, GrantRow};
use rightline::protocol::hybrid::{CaseIdentity, Identity, MemberIdentity};
use rightline::protocol::mailbox::{self, Request};
use rightline::protocol::message::{Conversation, Copy, Entry, Item, Signers, stage_in_force};
use rightline::protocol::receipt::{Attest, Receipt};
use rightline::protocol::report::{Anchored, Body, IdentityContent, Part, Parties, open_part};
use rightline::protocol::signing::{Signed, VerifyingKey};
use rightline::protocol::statement::Case;
use rightline::protocol::token::Token;
use rightline::protocol::vault::{self, Ring, Stretched, Vault};
use rightline::protocol::words::{self, Reporter};
use rightline::protocol::{Day, Digest, MemberId, json};
use rightline::secret::{CaseSecret, Entropy, ExposeSecret as _, OpenSeed, Passphrase};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{CaseFile, Live};

pub(crate) type Identities = BTreeMap<MemberId, MemberIdentity>;

pub(crate) fn check(file: &CaseFile) {
    let directory = directory(file);
    let members = members(file, &directory);
    let known = Known(&directory);
    let digest = Digest::of(file.container.as_ref());
    assert_ne!(digest, Digest::ZERO);
    let statement = rightline::protocol::container::Container::parse(file.container.as_ref())
        .expect("a container");
    let case = Case::read(statement.statement).expect("a statement");
    let received = Received::check(
        file.container.as_ref(),
        &case.id,
        &file.service,
        &known,
        case.statement.day,
    );
    let received = received.expect("acceptable");
    check_parts(file, &case, &received, &directory, &members);
    let (secrets, epoch_days) = check_grants(file, &case, &received, &directory, &members);
    let (reporter, identities) = check_reporter(file, &case, &directory);
    check_messages(
        file,
        &case,
        &directory,
        &reporter,
        &secrets,
        &epoch_days,
        &identities,
    );
    check_mailbox(file, &reporter);
    check_vault(file, &case, &secrets, &members, &directory);
    check_people(file, &directory);
    crate::work::check(&file.work, &case, &directory, &secrets, &members);
}

fn secret<T: FromStr>(hex: &str) -> T {
    hex.parse().ok().expect("a secret")
}

fn directory(file: &CaseFile) -> Directory {
    let documents = &file.directory;
    let root = Directory::verify(
        &file.service,
        &documents.genesis,
        &documents.leads,
        &documents.root,
    );
    let whole = documents
        .teams
        .iter()
        .try_fold(root.expect("a root"), Directory::with_team)
        .expect("teams");
    assert!(whole.is_complete());
    whole
}

fn members(file: &CaseFile, directory: &Directory) -> Identities {
    let seeds = file.members.iter();
    seeds
        .map(|seeds| {
            let identity = MemberIdentity::new(&secret(&seeds.open));
            let listed = directory.recipient_of(&seeds.member).expect("listed");
            assert_eq!(listed, identity.recipient());
            (seeds.member, identity)
        })
        .collect()
}

/// An application, and the trail up to a head that an auditor signed.
fn check_people(file: &CaseFile, directory: &Directory) {
    let applied = &file.application;
    let application = Application::read(&applied.signed, &file.service).expect("an application");
    assert_eq!(application.words().join(" "), applied.words);
    let mut mark = Mark::START;
    for row in &file.trail.rows {
        mark.add(row.as_ref()).expect("a row");
    }
    let head = Head::read(&file.trail.head, directory).expect("a head");
    assert_eq!(head.mark(), mark);
}

/// What a service would know that has this directory only.
struct Known<'a>(&'a Directory);

impl Standing for Known<'_> {
    fn root(&self, serial: u64) -> Option<Digest> {
        let pin = self.0.pin();
        (pin.serial == serial).then_some(pin.digest)
    }

    fn custodians(&self, _: u64) -> usize {
        self.0.custodians().len()
    }

    fn first_readers(&self, route: Route) -> &[MemberId] {
        self.0
            .first_readers(route)
            .iter()
            .map(|member| member.member)
            .collect::<Vec<_>>()
            .leak()
    }

    fn recovery(&self) -> Option<MemberId> {
        self.0.recovery().map(Recovery::id)
    }
}

/// A content as a case file has it: without the members that bind it to its case.
pub(crate) fn shown(mut content: Value) -> Value {
    for binding in ["version", "service", "anchor"] {
        content.as_object_mut().expect("an object").remove(binding);
    }
    content
}

fn good<T: DeserializeOwned + Anchored + Serialize>(
    file: &[u8],
    identity: &Identity,
    case: &Case,
) -> Value {
    let statement = &case.statement;
    match open_part::<T>(file, identity, &statement.service, &statement.anchor()).expect("opens") {
        Part::Good(content) => shown(json!(content)),
        _ => panic!("not of this case"),
    }
}

fn check_parts(
    file: &CaseFile,
    case: &Case,
    received: &Received<'_>,
    directory: &Directory,
    members: &Identities,
) {
    for grantee in &case.statement.grantees {
        let parties = good::<Parties>(received.sections.parties, &members[&grantee.member], case);
        assert_eq!(parties, file.parties);
    }
    let custodians = members
        .iter()
        .filter(|(id, _)| directory.has_role(id, |role| role == Role::Custodian));
    for (_, identity) in custodians {
        if file.body["mode"] == "confidential" {
            assert_eq!(
                good::<IdentityContent>(received.sections.identity, identity, case),
                file.identity
            );
        } else {
            let statement = &case.statement;
            let opened = open_part::<IdentityContent>(
                received.sections.identity,
                identity,
                &statement.service,
                &statement.anchor(),
            );
            assert!(
                opened.is_err(),
                "nobody opens the identity of an anonymous report"
            );
        }
    }
}

/// Opens every grant, and gives the case's identities and the days of its epochs.
fn check_grants(
    file: &CaseFile,
    case: &Case,
    received: &Received<'_>,
    directory: &Directory,
    members: &Identities,
) -> (BTreeMap<u32, CaseIdentity>, Vec<Day>) {
    let epochs = Epochs::begin(case);
    let mut secrets = BTreeMap::new();
    let anchor = case.statement.anchor();
    let mut open = |sealed: &[u8], epoch: u32, grantee: &MemberId, epochs: &Epochs| {
        let recipient = epochs.recipient(epoch).expect("an epoch");
        let secret = Grant::open(
            sealed,
            &members[grantee],
            &anchor,
            epoch,
            grantee,
            recipient,
        );
        secrets.insert(epoch, CaseIdentity::new(&secret.expect("a grant")));
    };
    for (grantee, sealed) in case
        .statement
        .grantees
        .iter()
        .zip(&received.sections.grants)
    {
        open(sealed, 0, &grantee.member, &epochs);
    }
    let rows: Vec<Signed> = file.rows.iter().map(|row| row.row.clone()).collect();
    let serial = directory.root().serial;
    let history = History::read(case, &rows, &file.epochs, |named| {
        (named == serial).then_some(directory)
    });
    assert_eq!(history.refusals, []);
    let days = history.counted.iter().map(|epoch| epoch.day).collect();
    for row in &file.rows {
        let named: GrantRow = json::read(row.row.unverified_payload()).expect("a row");
        assert_eq!(named.act == Act::Grant, row.sealed.is_some());
        if let Some(sealed) = &row.sealed {
            assert_eq!(Digest::of(sealed.as_ref()), named.digest);
            open(
                sealed.as_ref(),
                named.epoch,
                &named.grantee,
                &history.epochs,
            );
        }
    }
    let mut ledger = history.ledger;
    for document in &file.declarations {
        let named: Declaration = json::read(document.unverified_payload()).expect("a declaration");
        let read =
            Declaration::read(document, &case.id, &named.member, directory).expect("a declaration");
        if read.conflict {
            ledger.end_all(&read.member);
        }
    }
    let mut live: Vec<Live> = ledger
        .members()
        .map(|(member, epoch)| Live {
            member: *member,
            epoch,
        })
        .collect();
    let mut wanted: Vec<Live> = file
        .live
        .iter()
        .map(|one| Live {
            member: one.member,
            epoch: one.epoch,
        })
        .collect();
    live.sort();
    wanted.sort();
    assert_eq!(live, wanted);
    assert_eq!(
        good::<Body>(received.sections.body, &secrets[&0], case),
        file.body
    );
    (secrets, days)
}

fn check_reporter(
    file: &CaseFile,
    case: &Case,
    directory: &Directory,
) -> (Reporter, Vec<OpenSeed>) {
    let token = |entropy: &str| Token::from_entropy(secret::<Entropy>(entropy)).keys(&file.service);
    let first = token(&file.token);
    assert_eq!(
        first.signing_key().verifying_key(),
        case.statement.reporter_key
    );
    assert_eq!(first.lookup.digest(), case.statement.lookup);
    assert_eq!(
        first.identity().recipient(),
        &case.statement.reporter_recipient
    );
    let mut reporter = Reporter::begin(case);
    for change in &file.changes {
        let added = reporter.add(&change.signed).expect("a change");
        assert_eq!(added.keep, Digest::of(change.keep.as_ref()));
    }
    // The last words open the keep before, and so on down to the first.
    let last = file
        .changes
        .last()
        .map_or(first, |change| token(&change.token));
    assert_eq!(&last.lookup.digest(), reporter.lookup());
    let mut seeds = vec![OpenSeed::new(*last.open.expose_secret())];
    for change in file.changes.iter().rev() {
        let newest = seeds.last().expect("a seed");
        let identity = rightline::protocol::hybrid::ReporterIdentity::new(newest);
        let anchor = case.statement.anchor();
        seeds.push(words::open_keep(change.keep.as_ref(), &identity, &anchor).expect("a keep"));
    }
    let service_key = &directory.root().service_key;
    Receipt::read(&file.receipt, &file.service, &case.id, service_key).expect("a receipt");
    let attest = &file.attest;
    Attest::read(
        &attest.signed,
        &file.service,
        &case.id,
        &attest.challenge,
        &case.statement.reporter_key,
    )
    .expect("a proof");
    (reporter, seeds)
}

struct Keys<'a> {
    directory: &'a Directory,
    reporter: &'a Reporter,
}

impl Signers for Keys<'_> {
    fn member(&self, serial: u64, author: &MemberId) -> Option<VerifyingKey> {
        (serial == self.directory.root().serial)
            .then(|| self.directory.key_of(author).copied())
            .flatten()
    }

    fn reporter(&self, sequence: u64) -> VerifyingKey {
        *self.reporter.key_at(sequence)
    }
}

fn check_messages(
    file: &CaseFile,
    case: &Case,
    directory: &Directory,
    reporter: &Reporter,
    secrets: &BTreeMap<u32, CaseIdentity>,
    epoch_days: &[Day],
    seeds: &[OpenSeed],
) {
    let signers = Keys {
        directory,
        reporter,
    };
    let as_case: Vec<&Identity> = secrets.values().map(|identity| &**identity).collect();
    let owned: Vec<_> = seeds
        .iter()
        .map(rightline::protocol::hybrid::ReporterIdentity::new)
        .collect();
    let as_reporter: Vec<&Identity> = owned.iter().map(|identity| &**identity).collect();
    let bodies = |items: &[Item]| -> Vec<Option<String>> {
        items
            .iter()
            .map(|item| item.content.as_ref().map(|content| content.body.clone()))
            .collect()
    };
    let sent: Vec<_> = file
        .to_reporter
        .iter()
        .map(|one| Some(one.body.clone()))
        .collect();
    let received: Vec<_> = file
        .from_reporter
        .iter()
        .map(|one| Some(one.body.clone()))
        .collect();
    for (copy, identities) in [(Copy::Case, as_case), (Copy::Reporter, as_reporter)] {
        let to: Vec<Entry> = file
            .to_reporter
            .iter()
            .map(|one| {
                let file = if copy == Copy::Case {
                    &one.case_file
                } else {
                    &one.reporter_file
                };
                Entry {
                    stub: one.stub.clone(),
                    file: Some(file.0.clone()),
                }
            })
            .collect();
        let from: Vec<Entry> = file
            .from_reporter
            .iter()
            .map(|one| Entry {
                stub: one.stub.clone(),
                file: (copy == Copy::Case).then(|| one.file.0.clone()),
            })
            .collect();
        let conversation = Conversation {
            service: file.service,
            case: case.id,
            epoch_days,
            copy,
            identities: &identities,
            signers: &signers,
        };
        let (to, from) = conversation.read(&to, &from);
        for item in to.iter().chain(&from) {
            assert_eq!(item.warnings, [], "message {}", item.sequence);
        }
        assert_eq!(bodies(&to), sent);
        let expected = if copy == Copy::Case {
            received.clone()
        } else {
            vec![None; from.len()]
        };
        assert_eq!(bodies(&from), expected);
        assert_eq!(
            stage_in_force(to.iter().filter_map(|item| item.stub.as_ref())),
            file.stage
        );
    }
}

fn check_mailbox(file: &CaseFile, reporter: &Reporter) {
    let request: Request = json::read(file.mailbox.request.as_bytes()).expect("a request");
    assert_eq!(&request.lookup.digest(), reporter.lookup());
    let payload = mailbox::verify(&request, &file.service, reporter.key()).expect("a request");
    assert_eq!(payload.challenge, file.mailbox.challenge);
    assert!(matches!(payload.act, mailbox::Act::Open { .. }));
}

fn check_vault(
    file: &CaseFile,
    case: &Case,
    secrets: &BTreeMap<u32, CaseIdentity>,
    members: &Identities,
    directory: &Directory,
) {
    let given = &file.vault;
    let salt: Entropy = secret(&given.salt);
    let stretched = Stretched::new(
        &Passphrase::new(given.passphrase.clone()),
        salt.expose_secret(),
    );
    assert_eq!(stretched.login(&file.service), secret(&given.login));
    let identity = stretched.identity(&file.service, &given.member, &secret(&given.pepper));
    let vault =
        Vault::open(given.file.as_ref(), &identity, &file.service, &given.member).expect("a vault");
    assert_eq!(vault.label.as_str(), given.label);
    assert_eq!(
        vault.identity().recipient(),
        members[&given.member].recipient()
    );
    let pepper = secret(&given.pepper);
    let passkey =
        vault::passkey_identity(&secret(&given.prf), &file.service, &given.member, &pepper);
    let again =
        Vault::open(given.file.as_ref(), &passkey, &file.service, &given.member).expect("a vault");
    assert_eq!(again.open, vault.open);
    assert_eq!(again.unlocks.len(), 2);
    let owner = file.ring.member;
    let mut listed = directory.teams().flat_map(|team| &team.members);
    let key = listed
        .find(|member| member.member == owner)
        .expect("listed")
        .key;
    let ring = Ring::open(
        file.ring.file.as_ref(),
        &members[&owner],
        &key,
        &file.service,
        &owner,
    )
    .expect("a ring");
    assert!(!ring.cases.is_empty());
    for held in &ring.cases {
        let secret: &CaseSecret = &held.secret;
        assert_eq!(held.case, case.id);
        assert_eq!(
            CaseIdentity::new(secret).recipient(),
            secrets[&held.epoch].recipient()
        );
    }
}
