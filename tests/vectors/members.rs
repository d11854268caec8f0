//! Vectors of the mailbox, vaults and rings.

use rightline::protocol::audit::Mark;
use rightline::protocol::bytes::Blob;
use rightline::protocol::hybrid::{CaseIdentity, MemberIdentity, Recipient, VaultIdentity};
use rightline::protocol::mailbox::{self, Act};
use rightline::protocol::signing::{Context, VerifyingKey, sign, sign_bytes};
use rightline::protocol::token::Token;
use rightline::protocol::vault::{Ring, RingCase, Unlock, Vault};
use rightline::protocol::{Digest, MemberId, ServiceId};
use rightline::secret::{CaseSecret, Lookup, OpenSeed, SignSeed};
use serde_json::{Value, json};

use crate::directory::read;
use crate::messages::whole;
use crate::sealer::{Sealer, drawn};
use crate::token::age_identity;
use crate::world::{AUDITOR, HANDLER, HANDLER_2, World};
use crate::{Case, b64, bytes, secret, text};

pub(crate) fn make(world: &World) -> Vec<Case> {
    [requests(world), vaults(world)].concat()
}

fn requests(world: &World) -> Vec<Case> {
    let keys = world.token.keys(&world.service);
    let challenge = Blob(drawn("challenge").to_vec());
    let talk = whole(world, "request");
    let stub = talk.from[0].stub.clone();
    let file = talk.from[0].case_file.clone();
    let make = |kind: &str, name: &str, rule: &str, request: &mailbox::Request, act: &Act| {
        let wire: Value = serde_json::from_slice(&request.write()).expect("JSON");
        Case::new(
            "mailbox",
            name,
            rule,
            kind,
            json!({
                "entropy": *world.token.entropy().to_hex(), "service": world.service,
                "key": world.report.statement.reporter_key, "challenge": challenge, "act": act, "request": wire,
            }),
        )
    };
    let request = |act: &Act, file: Option<Vec<u8>>| {
        let lookup: Lookup = keys.lookup.to_hex().parse().expect("a lookup");
        mailbox::request(
            &world.service,
            lookup,
            &world.key(),
            &challenge,
            act.clone(),
            file,
        )
    };
    let good = |name: &str, rule: &str, act: Act, file: Option<Vec<u8>>| {
        make("accept", name, rule, &request(&act, file), &act)
    };
    let open = Act::Open { after: 0 };
    let forged = |change: &dyn Fn(&mut Value)| {
        let mut request = request(&open, None);
        let mut payload: Value =
            serde_json::from_slice(request.signed.unverified_payload()).expect("JSON");
        change(&mut payload);
        request.signed = sign(Context::Mailbox, &world.key(), &payload);
        request
    };
    let bad = |name: &str, request: &mailbox::Request| make("refuse", name, "B2", request, &open);
    let mut without_file = request(&Act::Post { stub: stub.clone() }, Some(file.clone()));
    without_file.file = None;
    let mut with_file = request(&open, None);
    with_file.file = Some(Blob(b"hello".to_vec()));
    let stranger = {
        let lookup: Lookup = keys.lookup.to_hex().parse().expect("a lookup");
        mailbox::request(
            &world.service,
            lookup,
            &HANDLER.key(),
            &challenge,
            open.clone(),
            None,
        )
    };
    vec![
        good("open", "B4", Act::Open { after: 3 }, None),
        good(
            "post",
            "B5",
            Act::Post { stub: stub.clone() },
            Some(file.clone()),
        ),
        good("delete", "B6", Act::Delete { up_to: 2 }, None),
        good(
            "change-words",
            "B7",
            Act::ChangeWords { change: stub },
            Some(file),
        ),
        bad("by-another-key", &stranger),
        bad(
            "of-another-service",
            &forged(&|payload| payload["service"] = json!(ServiceId::ZERO)),
        ),
        bad(
            "another-method",
            &forged(&|payload| payload["method"] = json!("GET")),
        ),
        bad(
            "another-path",
            &forged(&|payload| payload["path"] = json!("/api/1/desk")),
        ),
        bad(
            "unknown-act",
            &forged(&|payload| payload["act"] = json!({"do": "shut"})),
        ),
        bad(
            "act-with-more",
            &forged(&|payload| payload["act"] = json!({"do": "open", "after": 0, "up_to": 1})),
        ),
        bad("file-left-out", &without_file),
        bad("file-put-in", &with_file),
    ]
}

pub(crate) fn check_request(file: &Value) {
    let request: mailbox::Request = read(&file["request"]);
    let (service, key): (ServiceId, VerifyingKey) = (read(&file["service"]), read(&file["key"]));
    let payload = mailbox::verify(&request, &service, &key);
    if file["kind"] == "refuse" {
        assert_eq!(
            payload.err().map(rightline::protocol::Refused::rule),
            file["rule"].as_str()
        );
        return;
    }
    let payload = payload.expect("a request");
    assert_eq!(json!(payload.act), file["act"]);
    // The same request is made from the same token, challenge and act.
    let keys = Token::from_entropy(secret(file, "entropy")).keys(&service);
    let signing = keys.signing_key();
    let sent = request.file.map(|Blob(file)| file);
    let again = mailbox::request(
        &service,
        keys.lookup,
        &signing,
        &payload.challenge,
        payload.act,
        sent,
    );
    let again: Value = serde_json::from_slice(&again.write()).expect("JSON");
    assert_eq!(again["lookup"], file["request"]["lookup"]);
    assert_eq!(again["signed"], file["request"]["signed"]);
}

#[expect(
    clippy::too_many_lines,
    reason = "a list of one vector after the other"
)]
fn vaults(world: &World) -> Vec<Case> {
    let mut writer = Sealer::new("vaults");
    let vault_seed = drawn("vault of a member");
    let vault_identity = VaultIdentity::new(&OpenSeed::new(vault_seed));
    let to = vault_identity.recipient().clone();
    let passphrase = Unlock::passphrase(&vault_identity);
    let passkey_seed = |number: usize| drawn(&format!("vault by passkey {number}"));
    let passkey = |number: usize| {
        let identity = VaultIdentity::new(&OpenSeed::new(passkey_seed(number)));
        Unlock::passkey(format!("credential {number}").as_bytes(), &identity)
    };
    let vault = |service: ServiceId, member: MemberId, unlocks: &[&Unlock]| {
        let vault = Vault {
            service,
            member,
            label: HANDLER.0.parse().expect("a label"),
            open: OpenSeed::new(HANDLER.seed()),
            sign: SignSeed::new(drawn("sign/handler-1")),
            unlocks: unlocks.iter().map(|unlock| (*unlock).clone()).collect(),
        };
        vault.framed().expect("fits")
    };
    let one = [&passphrase];
    let own = vault(world.service, HANDLER.id(), &one);
    let elsewhere = vault(ServiceId::new([1; 32]), HANDLER.id(), &one);
    let another = vault(world.service, HANDLER_2.id(), &one);
    let mut sealed_to = |plain: &[u8], to: &[Recipient]| writer.seal(plain, to).expect("seals");
    let make_by = |kind: &str, name: &str, seed: [u8; 32], unlocks: &[&Unlock], file: &[u8]| {
        Case::new(
            "vault",
            name,
            "A1",
            kind,
            json!({
                "of": "vault", "file": b64(file), "seed": hex::encode(seed),
                "identity": age_identity(seed), "service": world.service, "member": HANDLER.id(),
                "label": HANDLER.0, "open": hex::encode(HANDLER.seed()), "sign": hex::encode(drawn("sign/handler-1")),
                "unlocks": unlocks,
            }),
        )
    };
    let make = |kind: &str, name: &str, file: &[u8]| make_by(kind, name, vault_seed, &one, file);
    let unlocked = {
        // What the content names, and what the file is sealed to.
        let mut unlocked = |kind: &str, name: &str, seed, named: &[&Unlock], to: &[&Unlock]| {
            let to: Vec<Recipient> = to.iter().map(|unlock| unlock.recipient.clone()).collect();
            let file = sealed_to(&vault(world.service, HANDLER.id(), named), &to);
            make_by(kind, name, seed, named, &file)
        };
        let passkeys: Vec<Unlock> = (1..=9).map(passkey).collect();
        let (first, second) = (&passkeys[0], &passkeys[1]);
        let nine: Vec<&Unlock> = one.into_iter().chain(&passkeys[..8]).collect();
        let ten: Vec<&Unlock> = one.into_iter().chain(&passkeys).collect();
        let both = [&passphrase, first];
        let twice = Unlock {
            id: first.id,
            recipient: second.recipient.clone(),
        };
        vec![
            unlocked("accept", "vault-with-a-passkey", vault_seed, &both, &both),
            unlocked(
                "accept",
                "vault-by-a-passkey",
                passkey_seed(1),
                &both,
                &both,
            ),
            unlocked(
                "accept",
                "vault-with-eight-passkeys",
                vault_seed,
                &nine,
                &nine,
            ),
            unlocked("refuse", "vault-with-nine-passkeys", vault_seed, &ten, &ten),
            unlocked("refuse", "vault-without-unlocks", vault_seed, &[], &one),
            unlocked("refuse", "vault-to-one-more", vault_seed, &one, &both),
            unlocked("refuse", "vault-to-one-less", vault_seed, &both, &one),
            unlocked(
                "refuse",
                "vault-to-another",
                passkey_seed(2),
                &both,
                &[&passphrase, second],
            ),
            unlocked(
                "refuse",
                "vault-with-a-passkey-first",
                vault_seed,
                &[first, &passphrase],
                &both,
            ),
            unlocked(
                "refuse",
                "vault-with-two-passphrases",
                vault_seed,
                &[&passphrase, &passphrase],
                &both,
            ),
            unlocked(
                "refuse",
                "vault-with-a-passkey-twice",
                vault_seed,
                &[&passphrase, first, &twice],
                &[&passphrase, first, second],
            ),
        ]
    };
    let mut sealed = |plain: &[u8], to: &Recipient| sealed_to(plain, std::slice::from_ref(to));
    let ring = Ring {
        service: world.service,
        member: HANDLER.id(),
        directory: world.directory.pin(),
        audit: None,
        cases: vec![RingCase {
            case: world.report.id(),
            epoch: 0,
            secret: CaseSecret::new(World::case_seed()),
            summary: "PS 1234 – data misuse".to_owned(),
            read: 2,
        }],
    };
    let handler = HANDLER.identity().recipient().clone();
    let ring_frame = ring.framed(&HANDLER.key()).expect("fits");
    let unsigned = |frame: &[u8]| {
        let signed = rightline::protocol::framing::unframe(frame).expect("a frame");
        signed[rightline::protocol::signing::PREFIX..].to_vec()
    };
    let ring_json = unsigned(&ring_frame);
    let ring_content: Value = serde_json::from_slice(&ring_json).expect("JSON");
    let bare = rightline::protocol::framing::frame_ring(&ring_json).expect("fits");
    // Anybody can seal to the handler: what another member signed in their name, or for something else.
    let foreign = ring.framed(&HANDLER_2.key()).expect("fits");
    let other = sign_bytes(Context::Head, &HANDLER.key(), &ring_json).into_bytes();
    let other = rightline::protocol::framing::frame_ring(&other).expect("fits");
    let kept = |kind: &str, name: &str, member: MemberId, file: &[u8]| {
        Case::new(
            "vault",
            name,
            "A4",
            kind,
            json!({
                "of": "ring", "file": b64(file), "seed": hex::encode(HANDLER.seed()),
                "identity": age_identity(HANDLER.seed()), "service": world.service, "member": member,
                "key": HANDLER.key().verifying_key(), "content": ring_content,
            }),
        )
    };
    let (own_file, ring_file) = (sealed(&own, &to), sealed(&ring_frame, &handler));
    let auditor = Ring {
        service: world.service,
        member: AUDITOR.id(),
        directory: world.directory.pin(),
        audit: Some(Mark {
            number: 3,
            digest: Digest::new(drawn("an audit row")),
        }),
        cases: Vec::new(),
    };
    let frame = auditor.framed(&AUDITOR.key()).expect("fits");
    let content: Value = serde_json::from_slice(&unsigned(&frame)).expect("JSON");
    let file = sealed(&frame, AUDITOR.identity().recipient());
    let mut auditor = kept("accept", "ring-of-an-auditor", AUDITOR.id(), &file);
    auditor.set("content", content);
    auditor.set("key", json!(AUDITOR.key().verifying_key()));
    auditor.set("seed", json!(hex::encode(AUDITOR.seed())));
    auditor.set("identity", json!(age_identity(AUDITOR.seed())));
    let rest = vec![
        make("accept", "vault", &own_file),
        make(
            "refuse",
            "vault-of-another-service",
            &sealed(&elsewhere, &to),
        ),
        make("refuse", "vault-of-another-member", &sealed(&another, &to)),
        make("refuse", "vault-without-a-frame", &sealed(b"{}", &to)),
        make(
            "refuse",
            "vault-by-another-passphrase",
            &sealed(&own, &handler),
        ),
        kept("accept", "ring", HANDLER.id(), &ring_file),
        kept(
            "refuse",
            "ring-of-another-member",
            HANDLER_2.id(),
            &ring_file,
        ),
        kept(
            "refuse",
            "ring-to-somebody-else",
            HANDLER.id(),
            &sealed(&ring_frame, &to),
        ),
        kept(
            "refuse",
            "ring-without-a-signature",
            HANDLER.id(),
            &sealed(&bare, &handler),
        ),
        kept(
            "refuse",
            "ring-by-another-member",
            HANDLER.id(),
            &sealed(&foreign, &handler),
        ),
        kept(
            "refuse",
            "ring-signed-as-a-head",
            HANDLER.id(),
            &sealed(&other, &handler),
        ),
        auditor,
    ];
    [rest, unlocked].concat()
}

pub(crate) fn check_vault(file: &Value) {
    let (service, member): (ServiceId, MemberId) = (read(&file["service"]), read(&file["member"]));
    let seed: OpenSeed = secret(file, "seed");
    let accept = file["kind"] == "accept";
    if file["of"] == "vault" {
        let vault = Vault::open(
            &bytes(file, "file"),
            &VaultIdentity::new(&seed),
            &service,
            &member,
        );
        assert_eq!(vault.is_ok(), accept);
        if let Ok(vault) = vault {
            assert_eq!(vault.label.as_str(), text(file, "label"));
            assert_eq!(*vault.open.to_hex(), text(file, "open"));
            assert_eq!(*vault.sign.to_hex(), text(file, "sign"));
            assert_eq!(json!(vault.unlocks), file["unlocks"]);
        }
        return;
    }
    let ring = Ring::open(
        &bytes(file, "file"),
        &MemberIdentity::new(&seed),
        &read(&file["key"]),
        &service,
        &member,
    );
    assert_eq!(ring.is_ok(), accept);
    if let Ok(ring) = ring {
        let content = &file["content"];
        assert_eq!(json!(ring.directory), content["directory"]);
        assert_eq!(json!(ring.audit), content["audit"]);
        let wanted = content["cases"].as_array().expect("a list");
        assert_eq!(ring.cases.len(), wanted.len());
        for (case, wanted) in ring.cases.iter().zip(wanted) {
            assert_eq!(json!(case.case), wanted["case"]);
            assert_eq!(*case.secret.to_hex(), text(wanted, "secret"));
            assert_eq!(
                CaseIdentity::new(&case.secret).recipient(),
                World::case_identity().recipient()
            );
        }
    }
}
