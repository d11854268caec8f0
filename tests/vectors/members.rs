//! Vectors of the mailbox, vaults and rings.

use rightline::protocol::bytes::Blob;
use rightline::protocol::hybrid::{CaseIdentity, MemberIdentity, Recipient, VaultIdentity};
use rightline::protocol::mailbox::{self, Act};
use rightline::protocol::signing::{Context, VerifyingKey, sign};
use rightline::protocol::token::Token;
use rightline::protocol::vault::{Ring, RingCase, Vault};
use rightline::protocol::{MemberId, ServiceId};
use rightline::secret::{CaseSecret, Lookup, OpenSeed, SignSeed};
use serde_json::{Value, json};

use crate::directory::read;
use crate::messages::whole;
use crate::sealer::{Sealer, drawn};
use crate::token::age_identity;
use crate::world::{HANDLER, HANDLER_2, World};
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

fn vaults(world: &World) -> Vec<Case> {
    let mut writer = Sealer::new("vaults");
    let vault_seed = drawn("vault of a member");
    let to = VaultIdentity::new(&OpenSeed::new(vault_seed))
        .recipient()
        .clone();
    let vault = |service: ServiceId, member: MemberId| Vault {
        service,
        member,
        label: HANDLER.0.parse().expect("a label"),
        open: OpenSeed::new(HANDLER.seed()),
        sign: SignSeed::new(drawn("sign/handler-1")),
    };
    let own = vault(world.service, HANDLER.id()).framed().expect("fits");
    let elsewhere = vault(ServiceId::new([1; 32]), HANDLER.id())
        .framed()
        .expect("fits");
    let another = vault(world.service, HANDLER_2.id()).framed().expect("fits");
    let mut sealed =
        |plain: &[u8], to: &Recipient| writer.seal(plain, std::slice::from_ref(to)).expect("seals");
    let make = |kind: &str, name: &str, file: &[u8]| {
        Case::new(
            "vault",
            name,
            "A1",
            kind,
            json!({
                "of": "vault", "file": b64(file), "seed": hex::encode(vault_seed),
                "identity": age_identity(vault_seed), "service": world.service, "member": HANDLER.id(),
                "label": HANDLER.0, "open": hex::encode(HANDLER.seed()), "sign": hex::encode(drawn("sign/handler-1")),
            }),
        )
    };
    let ring = Ring {
        service: world.service,
        member: HANDLER.id(),
        directory: world.directory.pin(),
        cases: vec![RingCase {
            case: world.report.id(),
            epoch: 0,
            secret: CaseSecret::new(World::case_seed()),
            summary: "PS 1234 – data misuse".to_owned(),
            read: 2,
        }],
    };
    let handler = HANDLER.identity().recipient().clone();
    let ring_frame = ring.framed().expect("fits");
    let ring_content: Value = serde_json::from_slice(
        rightline::protocol::framing::unframe(&ring_frame).expect("a frame"),
    )
    .expect("JSON");
    let kept = |kind: &str, name: &str, member: MemberId, file: &[u8]| {
        Case::new(
            "vault",
            name,
            "A4",
            kind,
            json!({
                "of": "ring", "file": b64(file), "seed": hex::encode(HANDLER.seed()),
                "identity": age_identity(HANDLER.seed()), "service": world.service, "member": member,
                "content": ring_content,
            }),
        )
    };
    let (own_file, ring_file) = (sealed(&own, &to), sealed(&ring_frame, &handler));
    vec![
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
    ]
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
        }
        return;
    }
    let ring = Ring::open(
        &bytes(file, "file"),
        &MemberIdentity::new(&seed),
        &service,
        &member,
    );
    assert_eq!(ring.is_ok(), accept);
    if let Ok(ring) = ring {
        let content = &file["content"];
        assert_eq!(json!(ring.directory), content["directory"]);
        assert_eq!(json!(ring.cases[0].case), content["cases"][0]["case"]);
        assert_eq!(
            *ring.cases[0].secret.to_hex(),
            text(&content["cases"][0], "secret")
        );
        assert_eq!(
            CaseIdentity::new(&ring.cases[0].secret).recipient(),
            World::case_identity().recipient()
        );
    }
}
