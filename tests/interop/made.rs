//! A whole case made by Rust, with fresh randomness.

use rightline::protocol::audit::{self, By, Head, Mark};
use rightline::protocol::bytes::Blob;
use rightline::protocol::container::Container;
use rightline::protocol::directory::Route;
use rightline::protocol::enrolment::Application;
use rightline::protocol::epoch::{Epoch, Reason};
use rightline::protocol::grant::{Act, Declaration, Grant, GrantRow};
use rightline::protocol::hybrid::{CaseIdentity, Recipient};
use rightline::protocol::mailbox;
use rightline::protocol::message::{
    Message, Place, Seen, Stage, Written, write_from_reporter, write_to_reporter,
};
use rightline::protocol::receipt::{Attest, Receipt};
use rightline::protocol::report::{Draft, compose};
use rightline::protocol::statement::Case;
use rightline::protocol::token::{Token, TokenKeys};
use rightline::protocol::vault::{self, Ring, RingCase, Stretched, Unlock, Vault};
use rightline::protocol::words::{self, Change};
use rightline::protocol::{Digest, MemberId};
use rightline::secret::{
    CaseSecret, Entropy, ExposeSecret as _, OpenSeed, Passphrase, PepperSecret, PrfOutput, SignSeed,
};
use serde_json::{Value, json};

use crate::read::shown;
use crate::sealer::drawn;
use crate::world::{
    self, AUDITOR, CUSTODIAN, HANDLER, HANDLER_2, INVESTIGATOR, Person, World, today,
};
use crate::{
    Applied, Attested, CaseFile, Changed, Documents, FromReporter, Live, Mailbox, RingFile, Row,
    Seeds, ToReporter, Trail, VaultFile,
};

const EPOCHS: [&str; 2] = ["interop/epoch 0", "interop/epoch 1"];

/// A case with a report, two epochs, grants, messages and a change of words.
pub(crate) fn case(world: &World, mode: &str) -> CaseFile {
    let token = Token::from_entropy(Entropy::new([0x42; 16]));
    let later = Token::from_entropy(Entropy::new([0x43; 16]));
    let keys = token.keys(&world.service);
    let submission = compose(Draft {
        token: &token,
        secret: &secret(0),
        directory: &world.directory,
        route: Route::Intake,
        grantees: &[HANDLER_2.id(), HANDLER.id()],
        parties: world::parties(),
        body: world::body(mode),
        identity: (mode == "confidential").then(world::identity_content),
        thrown_away: &[OpenSeed::new(drawn("interop/thrown away"))],
        day: today(),
    })
    .expect("composes");
    let sections = Container::parse(&submission.bytes).expect("a container");
    let case = Case::read(sections.statement).expect("a statement");
    let identity = if mode == "confidential" {
        shown(json!(world::identity_content()))
    } else {
        Value::Null
    };
    let challenge = Digest::new(drawn("interop/attest"));
    let (epochs, rows) = (vec![epoch(world, &case)], rows(world, &case));
    let (to_reporter, from_reporter) = messages(world, &case, &keys);
    let recovery = world::recovery_id(world.service);
    let live = [
        (HANDLER, 0),
        (HANDLER_2, 0),
        (HANDLER, 1),
        (INVESTIGATOR, 1),
    ];
    CaseFile {
        service: world.service,
        directory: Documents {
            genesis: world.second.genesis.clone(),
            leads: world.second.leads.clone(),
            root: world.second.root.clone(),
            teams: world.second.teams.clone(),
        },
        members: [HANDLER, HANDLER_2, INVESTIGATOR, CUSTODIAN]
            .iter()
            .map(|person| seeds(*person))
            .chain([recovery_seeds(world)])
            .collect(),
        token: token.entropy().to_hex().to_string(),
        parties: shown(json!(world::parties())),
        body: shown(json!(world::body(mode))),
        identity,
        receipt: Receipt {
            service: world.service,
            case: case.id,
            day: today(),
        }
        .sign(&Person("service").key()),
        attest: Attested {
            challenge,
            signed: Attest {
                service: world.service,
                case: case.id,
                challenge,
                day: today(),
            }
            .sign(&keys.signing_key()),
        },
        declarations: vec![
            declaration(world, &case, HANDLER),
            declaration(world, &case, HANDLER_2),
        ],
        epochs: epochs
            .iter()
            .map(|epoch| epoch.sign(&HANDLER.key()))
            .collect(),
        rows,
        live: live
            .iter()
            .map(|(person, epoch)| (person.id(), *epoch))
            .chain([(recovery, 0), (recovery, 1)])
            .map(|(member, epoch)| Live { member, epoch })
            .collect(),
        changes: vec![changed(world, &case, &keys, &later)],
        to_reporter,
        from_reporter,
        stage: Stage::Acknowledged,
        mailbox: request(world, &later.keys(&world.service)),
        vault: vault_file(world),
        ring: ring_file(world, &case),
        application: applied(world),
        trail: trail(world, &case),
        work: crate::work::made(world, &case),
        container: Blob(submission.bytes),
    }
}

fn secret(epoch: usize) -> CaseSecret {
    CaseSecret::new(drawn(EPOCHS[epoch]))
}

pub(crate) fn recipient(epoch: usize) -> Recipient {
    CaseIdentity::new(&secret(epoch)).recipient().clone()
}

fn sign_seed(person: Person) -> SignSeed {
    SignSeed::new(drawn(&format!("sign/{}", person.0)))
}

fn seeds(person: Person) -> Seeds {
    Seeds {
        member: person.id(),
        open: hex::encode(person.seed()),
        sign: sign_seed(person).to_hex().to_string(),
    }
}

/// The recovery reads too (D12).
fn recovery_seeds(world: &World) -> Seeds {
    let keys = world::recovery_keys(world.service);
    Seeds {
        member: world::recovery_id(world.service),
        open: keys.open.to_hex().to_string(),
        sign: keys.sign.to_hex().to_string(),
    }
}

fn declaration(world: &World, case: &Case, person: Person) -> rightline::protocol::signing::Signed {
    Declaration {
        service: world.service,
        case: case.id,
        member: person.id(),
        conflict: false,
        serial: 2,
        day: today(),
    }
    .sign(&person.key())
}

fn epoch(world: &World, case: &Case) -> Epoch {
    Epoch {
        service: world.service,
        case: case.id,
        epoch: 1,
        recipient: recipient(1),
        previous: case.id.into(),
        author: HANDLER.id(),
        serial: 2,
        reason: Reason::Exclusion,
        day: today(),
    }
}

/// The recovery lets the investigator into epoch 0, who leaves it; the recovery and the investigator are let into
/// epoch 1.
fn rows(world: &World, case: &Case) -> Vec<Row> {
    let mut previous: Digest = case.id.into();
    let keys = world::recovery_keys(world.service);
    let recovery = world::recovery_id(world.service);
    let recovery_key = keys.signing_key();
    let (handler, investigator) = (HANDLER.key(), INVESTIGATOR.key());
    [
        (Act::Grant, 0, (recovery, &recovery_key), INVESTIGATOR.id()),
        (
            Act::End,
            0,
            (INVESTIGATOR.id(), &investigator),
            INVESTIGATOR.id(),
        ),
        (Act::Grant, 1, (HANDLER.id(), &handler), recovery),
        (Act::Grant, 1, (HANDLER.id(), &handler), INVESTIGATOR.id()),
    ]
    .into_iter()
    .zip(1..)
    .map(|((act, epoch, (grantor, key), grantee), number)| {
        let sealed = (act == Act::Grant).then(|| {
            let grant = Grant {
                anchor: case.statement.anchor(),
                epoch,
                grantee,
                secret: secret(epoch as usize),
            };
            let recipient = world.directory.recipient_of(&grantee);
            grant.seal(recipient.expect("listed")).expect("seals")
        });
        let row = GrantRow {
            service: world.service,
            case: case.id,
            number,
            previous,
            act,
            epoch,
            grantee,
            grantor,
            digest: sealed.as_deref().map_or(Digest::ZERO, Digest::of),
            serial: 2,
            day: today(),
        }
        .sign(key);
        previous = row.digest();
        Row {
            row,
            sealed: sealed.map(Blob),
        }
    })
    .collect()
}

fn messages(world: &World, case: &Case, keys: &TokenKeys) -> (Vec<ToReporter>, Vec<FromReporter>) {
    let mut place = Place {
        service: world.service,
        case: case.id,
        epoch: 0,
        sequence: 1,
        previous: Digest::ZERO,
        seen: Seen::NOTHING,
        serial: 2,
        day: today(),
    };
    let says = |body: &str, stage| Message {
        body: body.to_owned(),
        stage,
        ..Message::default()
    };
    let reporter = keys.identity().recipient().clone();
    let to = |place: &Place, by: Person, message: &Message| {
        let case = recipient(place.epoch as usize);
        write_to_reporter(place, by.id(), &by.key(), &case, &reporter, message).expect("writes")
    };
    let first = to(&place, HANDLER, &says("Hello.", Some(Stage::Acknowledged)));
    place.seen = Seen {
        sequence: 1,
        digest: first.stub.digest(),
    };
    let message = says("Grüße 👋", None);
    let answer =
        write_from_reporter(&place, &keys.signing_key(), &recipient(0), &message).expect("writes");
    (place.sequence, place.previous, place.epoch) = (2, first.stub.digest(), 1);
    place.seen = Seen {
        sequence: 1,
        digest: answer.stub.digest(),
    };
    let second = to(&place, HANDLER_2, &says("Thank you.\n<b>", None));
    let kept = |written: Written, body: &str| ToReporter {
        stub: written.stub,
        case_file: Blob(written.case_file),
        reporter_file: Blob(written.reporter_file.expect("two copies")),
        body: body.to_owned(),
    };
    let to_reporter = vec![kept(first, "Hello."), kept(second, "Thank you.\n<b>")];
    let from_reporter = vec![FromReporter {
        stub: answer.stub,
        file: Blob(answer.case_file),
        body: "Grüße 👋".to_owned(),
    }];
    (to_reporter, from_reporter)
}

fn changed(world: &World, case: &Case, old: &TokenKeys, later: &Token) -> Changed {
    let new = later.keys(&world.service);
    let to = new.identity().recipient().clone();
    let keep = words::seal_keep(&case.statement.anchor(), &old.open, &to).expect("seals");
    let change = Change {
        service: world.service,
        case: case.id,
        number: 1,
        previous: case.id.into(),
        lookup: new.lookup.digest(),
        reporter_recipient: to,
        reporter_key: new.signing_key().verifying_key(),
        after: 1,
        keep: Digest::of(&keep),
        day: today(),
    };
    Changed {
        signed: change.sign(&old.signing_key()),
        keep: Blob(keep),
        token: later.entropy().to_hex().to_string(),
    }
}

fn request(world: &World, keys: &TokenKeys) -> Mailbox {
    let challenge = Blob(drawn("interop/challenge").to_vec());
    let act = mailbox::Act::Open { after: 0 };
    let lookup = keys.lookup.to_hex().parse().expect("a lookup");
    let request = mailbox::request(
        &world.service,
        lookup,
        &keys.signing_key(),
        &challenge,
        act,
        None,
    );
    Mailbox {
        challenge,
        request: String::from_utf8(request.write()).expect("UTF-8"),
    }
}

fn vault_file(world: &World) -> VaultFile {
    let passphrase = "six words that nobody would güess";
    let salt = drawn("interop/salt");
    let salt: &[u8; 16] = salt.first_chunk().expect("16 bytes");
    let member: MemberId = HANDLER.id();
    let pepper = vault::pepper(&PepperSecret::new(drawn("interop/pepper")), &member);
    let stretched = Stretched::new(&Passphrase::new(passphrase.to_owned()), salt);
    let identity = stretched.identity(&world.service, &member, &pepper);
    let prf = PrfOutput::new(drawn("interop/prf"));
    let passkey = vault::passkey_identity(&prf, &world.service, &member, &pepper);
    let vault = Vault {
        service: world.service,
        member,
        label: HANDLER.0.parse().expect("a label"),
        open: OpenSeed::new(HANDLER.seed()),
        sign: sign_seed(HANDLER),
        unlocks: vec![
            Unlock::passphrase(&identity),
            Unlock::passkey(b"interop/credential", &passkey),
        ],
    };
    VaultFile {
        member,
        label: HANDLER.0.to_owned(),
        passphrase: passphrase.to_owned(),
        salt: hex::encode(salt),
        pepper: pepper.to_hex().to_string(),
        login: stretched.login(&world.service).to_hex().to_string(),
        prf: prf.to_hex().to_string(),
        file: Blob(vault.seal().expect("seals")),
    }
}

fn applied(world: &World) -> Applied {
    let newcomer = Person("newcomer-1");
    let application = Application {
        service: world.service,
        member: newcomer.id(),
        label: newcomer.0.parse().expect("a label"),
        recipient: newcomer.identity().recipient().clone(),
        key: newcomer.key().verifying_key(),
        replaces: Some(HANDLER_2.id()),
        day: today(),
    };
    Applied {
        signed: application.sign(&newcomer.key()),
        words: application.words().join(" "),
    }
}

fn trail(world: &World, case: &Case) -> Trail {
    let mut mark = Mark::START;
    let rows = ["sign-in", "grant"].map(|act| {
        let row = audit::Row {
            number: mark.number + 1,
            previous: mark.digest,
            time: 1_795_478_400,
            who: Some(HANDLER.id()),
            by: By::Member,
            act: act.to_owned(),
            case: (act == "grant").then_some(case.id),
            about: None,
            outcome: "done".to_owned(),
        };
        let bytes = row.bytes();
        mark.add(&bytes).expect("a row");
        Blob(bytes)
    });
    let head = Head {
        service: world.service,
        number: mark.number,
        digest: mark.digest,
        member: AUDITOR.id(),
        serial: 2,
        day: today(),
    };
    Trail {
        rows: rows.to_vec(),
        head: head.sign(&AUDITOR.key()),
    }
}

fn ring_file(world: &World, case: &Case) -> RingFile {
    let held = |epoch: u32| RingCase {
        case: case.id,
        epoch,
        secret: CaseSecret::new(*secret(epoch as usize).expose_secret()),
        summary: "PS 1234".to_owned(),
        read: 1,
    };
    let ring = Ring {
        service: world.service,
        member: HANDLER.id(),
        directory: world.directory.pin(),
        audit: None,
        cases: vec![held(0), held(1)],
    };
    RingFile {
        member: HANDLER.id(),
        file: Blob(
            ring.seal(HANDLER.identity().recipient(), &HANDLER.key())
                .expect("seals"),
        ),
    }
}
