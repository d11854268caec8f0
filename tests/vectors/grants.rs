//! Vectors of grants, grant rows, epochs and declarations.

use rightline::protocol::epoch::{Epoch, History, Reason};
use rightline::protocol::grant::{Act, Declaration, Grant, GrantRow};
use rightline::protocol::hybrid::{CaseIdentity, Identity};
use rightline::protocol::signing::{Signed, SigningKey};
use rightline::protocol::statement::Case as Rooted;
use rightline::protocol::{Anchor, CaseId, Digest, ServiceId};
use rightline::secret::{CaseSecret, ExposeSecret as _};
use serde_json::{Value, json};

use crate::directory::{directory, read};
use crate::sealer::{Sealer, drawn};
use crate::token::age_identity;
use crate::world::{
    ADMINISTRATOR, CUSTODIAN, HANDLER, HANDLER_2, INVESTIGATOR, LEAD, Person, World, recovery_id,
    recovery_keys, today,
};
use crate::{Case, b64, bytes, text};

pub(crate) fn make(world: &World) -> Vec<Case> {
    [grants(world), rows(world)].concat()
}

fn grants(world: &World) -> Vec<Case> {
    let report = &world.report;
    let anchor = report.statement.anchor();
    let recipient = World::case_identity().recipient().clone();
    let make = |kind: &str, name: &str, rule: &str, file: &[u8]| {
        Case::new(
            "grants",
            name,
            rule,
            kind,
            json!({
                "of": "grant", "file": b64(file), "identity": age_identity(HANDLER.seed()), "anchor": anchor,
                "epoch": 0, "grantee": HANDLER.id(), "recipient": recipient, "statement": report.signed,
                "secret": hex::encode(World::case_seed()),
            }),
        )
    };
    let mut writer = Sealer::new("grants");
    let mut sealed = |change: &dyn Fn(&mut Grant)| {
        let secret = CaseSecret::new(World::case_seed());
        let mut grant = Grant {
            anchor,
            epoch: 0,
            grantee: HANDLER.id(),
            secret,
        };
        change(&mut grant);
        writer
            .seal(
                &grant.plaintext(),
                &[HANDLER.identity().recipient().clone()],
            )
            .expect("seals")
    };
    let cases = vec![
        make("accept", "first-grant", "K1", &report.grants[0]),
        make("accept", "another-sealing", "K1", &sealed(&|_| {})),
        {
            let open = recovery_keys(world.service).open;
            let mut case = make(
                "accept",
                "first-grant-to-the-recovery",
                "D12",
                &report.grants[2],
            );
            case.set("identity", json!(age_identity(*open.expose_secret())));
            case.set("grantee", json!(recovery_id(world.service)));
            case
        },
        make("refuse", "to-somebody-else", "K1", &report.grants[1]),
        make(
            "refuse",
            "another-anchor",
            "K2",
            &sealed(&|grant| grant.anchor = Anchor::new([1; 32])),
        ),
        make(
            "refuse",
            "another-epoch",
            "K2",
            &sealed(&|grant| grant.epoch = 1),
        ),
        make(
            "refuse",
            "another-grantee",
            "K2",
            &sealed(&|grant| grant.grantee = HANDLER_2.id()),
        ),
        make(
            "refuse",
            "another-secret",
            "K2",
            &sealed(&|grant| grant.secret = CaseSecret::new([1; 32])),
        ),
    ];
    let mut short = Grant {
        anchor,
        epoch: 0,
        grantee: HANDLER.id(),
        secret: CaseSecret::new([1; 32]),
    }
    .plaintext();
    short.pop();
    let short = writer
        .seal(&short, &[HANDLER.identity().recipient().clone()])
        .expect("seals");
    [cases, vec![make("refuse", "one-byte-less", "K1", &short)]].concat()
}

fn row(world: &World, number: u64, previous: Digest) -> GrantRow {
    GrantRow {
        service: world.service,
        case: world.report.id(),
        number,
        previous,
        act: Act::Grant,
        epoch: 0,
        grantee: INVESTIGATOR.id(),
        grantor: HANDLER.id(),
        digest: Digest::new(drawn("a sealed grant")),
        serial: 2,
        day: today(),
    }
}

#[expect(
    clippy::too_many_lines,
    reason = "a list of one vector after the other"
)]
fn rows(world: &World) -> Vec<Case> {
    let case = world.report.id();
    let recovery = recovery_id(world.service);
    // The statement grants epoch 0 to the recovery too, and nothing here ends that.
    let make = |kind: &str,
                name: &str,
                rule: &str,
                rows: &[Signed],
                epochs: &[Signed],
                mut live: Value| {
        let list = live.as_array_mut().expect("a list");
        list.push(json!([recovery, 0]));
        Case::new(
            "grants",
            name,
            rule,
            kind,
            json!({
                "of": "rows", "directory": world.second.json(), "statement": world.report.signed, "rows": rows,
                "epochs": epochs, "live": live,
            }),
        )
    };
    let first = row(world, 1, case.into()).sign(&HANDLER.key());
    let bad = |name: &str, rule: &str, signer: Person, change: &dyn Fn(&mut GrantRow)| {
        let mut second = row(world, 2, first.digest());
        second.grantor = INVESTIGATOR.id();
        second.grantee = CUSTODIAN.id();
        change(&mut second);
        let rows = [first.clone(), second.sign(&signer.key())];
        let live = json!([
            [HANDLER.id(), 0],
            [HANDLER_2.id(), 0],
            [INVESTIGATOR.id(), 0]
        ]);
        make("refuse", name, rule, &rows, &[], live)
    };
    let onward = {
        let mut second = row(world, 2, first.digest());
        (second.grantor, second.grantee) = (INVESTIGATOR.id(), CUSTODIAN.id());
        let second = second.sign(&INVESTIGATOR.key());
        let mut third = row(world, 3, second.digest());
        (third.act, third.digest) = (Act::End, Digest::ZERO);
        (third.grantor, third.grantee) = (HANDLER_2.id(), HANDLER_2.id());
        let third = third.sign(&HANDLER_2.key());
        let live = json!([
            [HANDLER.id(), 0],
            [INVESTIGATOR.id(), 0],
            [CUSTODIAN.id(), 0]
        ]);
        make(
            "accept",
            "rows-onward-and-ended",
            "K3",
            &[first.clone(), second, third],
            &[],
            live,
        )
    };
    let epoch = Epoch {
        service: world.service,
        case,
        epoch: 1,
        recipient: CaseIdentity::new(&CaseSecret::new(drawn("epoch 1")))
            .recipient()
            .clone(),
        previous: case.into(),
        author: HANDLER.id(),
        serial: 2,
        reason: Reason::Exclusion,
        day: today(),
    };
    let in_epoch = {
        let mut own = row(world, 1, case.into());
        (own.epoch, own.grantee) = (1, HANDLER_2.id());
        let live = json!([
            [HANDLER.id(), 0],
            [HANDLER.id(), 1],
            [HANDLER_2.id(), 0],
            [HANDLER_2.id(), 1]
        ]);
        make(
            "accept",
            "rows-of-a-new-epoch",
            "K5",
            &[own.sign(&HANDLER.key())],
            &[epoch.sign(&HANDLER.key())],
            live,
        )
    };
    // Whoever makes an epoch grants it to every reader, to themselves, and to the recovery.
    let to_everybody = {
        let mut previous = Digest::from(case);
        let rows: Vec<Signed> = (1..)
            .zip([HANDLER.id(), HANDLER_2.id(), recovery])
            .map(|(number, grantee)| {
                let mut row = row(world, number, previous);
                (row.epoch, row.grantee) = (1, grantee);
                let signed = row.sign(&HANDLER.key());
                previous = signed.digest();
                signed
            })
            .collect();
        let live = json!([
            [HANDLER.id(), 0],
            [HANDLER.id(), 1],
            [HANDLER_2.id(), 0],
            [HANDLER_2.id(), 1],
            [recovery, 1]
        ]);
        make(
            "accept",
            "rows-to-everybody-and-the-recovery",
            "K4",
            &rows,
            &[epoch.sign(&HANDLER.key())],
            live,
        )
    };
    let by_the_recovery = |kind: &str, name: &str, rule: &str, signer: &SigningKey| {
        let mut own = row(world, 1, case.into());
        own.grantor = recovery;
        let mut live = vec![json!([HANDLER.id(), 0]), json!([HANDLER_2.id(), 0])];
        live.extend((kind == "accept").then(|| json!([INVESTIGATOR.id(), 0])));
        make(kind, name, rule, &[own.sign(signer)], &[], json!(live))
    };
    let recovery_key = recovery_keys(world.service).signing_key();
    let epoch_by_the_recovery = Epoch {
        author: recovery,
        ..epoch.clone()
    };
    let epoch_by_the_recovery = make(
        "refuse",
        "epoch-by-the-recovery",
        "K5",
        &[],
        &[epoch_by_the_recovery.sign(&recovery_key)],
        json!([[HANDLER.id(), 0], [HANDLER_2.id(), 0]]),
    );
    let ledger = json!([[HANDLER.id(), 0], [HANDLER_2.id(), 0]]);
    let bad_epoch = |name: &str, rule: &str, signer: Person, change: &dyn Fn(&mut Epoch)| {
        let mut epoch = epoch.clone();
        change(&mut epoch);
        make(
            "refuse",
            name,
            rule,
            &[],
            &[epoch.sign(&signer.key())],
            ledger.clone(),
        )
    };
    // Handler 2 is shut out of epoch 1, and makes an epoch 2 all the same.
    let by_an_excluded = {
        let first = epoch.sign(&HANDLER.key());
        let mut own = row(world, 1, case.into());
        (own.epoch, own.grantee) = (1, INVESTIGATOR.id());
        let second = Epoch {
            epoch: 2,
            previous: first.digest(),
            author: HANDLER_2.id(),
            ..epoch.clone()
        };
        let live = json!([
            [HANDLER.id(), 0],
            [HANDLER_2.id(), 0],
            [HANDLER.id(), 1],
            [INVESTIGATOR.id(), 1]
        ]);
        make(
            "refuse",
            "epoch-by-an-excluded-member",
            "K5",
            &[own.sign(&HANDLER.key())],
            &[first, second.sign(&HANDLER_2.key())],
            live,
        )
    };
    let ended = |number: u64, previous: Digest| {
        let mut end = row(world, number, previous);
        (end.act, end.digest) = (Act::End, Digest::ZERO);
        end.grantee = HANDLER.id();
        end.sign(&HANDLER.key())
    };
    let after_the_end = make(
        "refuse",
        "epoch-by-a-member-who-has-left",
        "K5",
        &[ended(1, case.into())],
        &[epoch.sign(&HANDLER.key())],
        json!([[HANDLER_2.id(), 0]]),
    );
    // Whoever leaves after granting an epoch of their own has made a good one.
    let before_the_end = {
        let mut own = row(world, 1, case.into());
        (own.epoch, own.grantee) = (1, HANDLER_2.id());
        let own = own.sign(&HANDLER.key());
        let end = ended(2, own.digest());
        make(
            "accept",
            "epoch-by-a-member-who-leaves-later",
            "K5",
            &[own, end],
            &[epoch.sign(&HANDLER.key())],
            json!([[HANDLER_2.id(), 0], [HANDLER.id(), 1], [HANDLER_2.id(), 1]]),
        )
    };
    let declaration = |kind: &str,
                       name: &str,
                       rule: &str,
                       signer: Person,
                       change: &dyn Fn(&mut Declaration)| {
        let mut document = Declaration {
            service: world.service,
            case,
            member: HANDLER.id(),
            conflict: false,
            serial: 2,
            day: today(),
        };
        change(&mut document);
        Case::new(
            "grants",
            name,
            rule,
            kind,
            json!({
                "of": "declaration", "directory": world.second.json(), "case": case, "member": HANDLER.id(),
                "document": document.sign(&signer.key()),
            }),
        )
    };
    vec![
        make("accept", "rows-none", "K3", &[], &[], ledger.clone()),
        onward,
        in_epoch,
        by_an_excluded,
        after_the_end,
        before_the_end,
        to_everybody,
        by_the_recovery("accept", "row-by-the-recovery", "D12", &recovery_key),
        by_the_recovery(
            "refuse",
            "row-by-the-recovery-signed-by-a-lead",
            "K3",
            &LEAD.key(),
        ),
        epoch_by_the_recovery,
        {
            let declared = Declaration {
                service: world.service,
                case,
                member: recovery,
                conflict: false,
                serial: 2,
                day: today(),
            };
            let mut vector = declaration(
                "refuse",
                "declaration-by-the-recovery",
                "D9",
                HANDLER,
                &|_| {},
            );
            vector.set("member", json!(recovery));
            vector.set("document", json!(declared.sign(&recovery_key)));
            vector
        },
        bad("row-skips-a-number", "K3", INVESTIGATOR, &|row| {
            row.number = 3;
        }),
        bad("row-after-another", "K3", INVESTIGATOR, &|row| {
            row.previous = case.into();
        }),
        bad("row-of-another-case", "K3", INVESTIGATOR, &|row| {
            row.case = CaseId::new([1; 32]);
        }),
        bad("row-of-another-service", "K3", INVESTIGATOR, &|row| {
            row.service = ServiceId::new([1; 32]);
        }),
        bad("row-signed-by-another", "K3", HANDLER, &|_| {}),
        bad("row-that-grants-nothing", "K3", INVESTIGATOR, &|row| {
            row.digest = Digest::ZERO;
        }),
        bad("row-that-ends-with-a-file", "K3", INVESTIGATOR, &|row| {
            (row.act, row.grantee) = (Act::End, row.grantor);
        }),
        bad(
            "row-that-ends-another's-grant",
            "K3",
            INVESTIGATOR,
            &|row| {
                (row.act, row.digest) = (Act::End, Digest::ZERO);
                row.grantee = HANDLER.id();
            },
        ),
        bad("row-by-a-member-without-a-grant", "K4", CUSTODIAN, &|row| {
            row.grantor = CUSTODIAN.id();
        }),
        bad("row-to-an-administrator", "K4", INVESTIGATOR, &|row| {
            row.grantee = ADMINISTRATOR.id();
        }),
        bad("row-to-nobody-listed", "K4", INVESTIGATOR, &|row| {
            row.grantee = LEAD.id();
        }),
        bad("row-by-nobody-listed", "D9", LEAD, &|row| {
            row.grantor = LEAD.id();
        }),
        bad("row-by-another-root", "D9", INVESTIGATOR, &|row| {
            row.serial = 3;
        }),
        bad_epoch("epoch-skips-a-number", "K5", HANDLER, &|epoch| {
            epoch.epoch = 2;
        }),
        bad_epoch("epoch-after-another", "K5", HANDLER, &|epoch| {
            epoch.previous = Digest::new([1; 32]);
        }),
        bad_epoch("epoch-signed-by-another", "K5", HANDLER_2, &|_| {}),
        bad_epoch(
            "epoch-by-a-member-without-a-grant",
            "K5",
            INVESTIGATOR,
            &|epoch| {
                epoch.author = INVESTIGATOR.id();
            },
        ),
        declaration("accept", "declaration", "K8", HANDLER, &|_| {}),
        declaration("accept", "declaration-of-conflict", "K8", HANDLER, &|one| {
            one.conflict = true;
        }),
        declaration(
            "refuse",
            "declaration-signed-by-another",
            "K8",
            HANDLER_2,
            &|_| {},
        ),
        declaration("refuse", "declaration-of-another", "K8", HANDLER, &|one| {
            one.member = HANDLER_2.id();
        }),
        declaration(
            "refuse",
            "declaration-about-another-case",
            "K8",
            HANDLER,
            &|one| {
                one.case = CaseId::new([1; 32]);
            },
        ),
        declaration(
            "refuse",
            "declaration-by-another-root",
            "D9",
            HANDLER,
            &|one| one.serial = 3,
        ),
    ]
}

pub(crate) fn check_grants(file: &Value) {
    match text(file, "of") {
        "grant" => check_grant(file),
        "rows" => check_rows(file),
        "declaration" => {
            let directory = directory(&file["directory"]).expect("a directory");
            let read_ = Declaration::read(
                &read(&file["document"]),
                &read(&file["case"]),
                &read(&file["member"]),
                &directory,
            );
            let expected = if file["kind"] == "accept" {
                None
            } else {
                file["rule"].as_str()
            };
            assert_eq!(
                read_.err().map(rightline::protocol::Refused::rule),
                expected
            );
        }
        other => panic!("unknown {other}"),
    }
}

fn check_grant(file: &Value) {
    let secret = Grant::open(
        &bytes(file, "file"),
        &Identity::parse(text(file, "identity")).expect("an identity"),
        &read(&file["anchor"]),
        read(&file["epoch"]),
        &read(&file["grantee"]),
        &read(&file["recipient"]),
    );
    match secret {
        Ok(secret) => {
            assert_eq!(file["kind"], "accept");
            assert_eq!(*secret.to_hex(), text(file, "secret"));
        }
        Err(refused) => {
            assert_eq!(file["kind"], "refuse");
            assert_eq!(refused.rule(), text(file, "rule"));
        }
    }
}

fn check_rows(file: &Value) {
    let directory = directory(&file["directory"]).expect("a directory");
    let case = Rooted::read(&bytes(file, "statement")).expect("a statement");
    let (rows, epochs): (Vec<Signed>, Vec<Signed>) = (read(&file["rows"]), read(&file["epochs"]));
    // The vectors have one directory; whatever names another serial is refused by D9 all the same.
    let history = History::read(&case, &rows, &epochs, |_| Some(&directory));
    let refusals: Vec<&str> = history.refusals.iter().map(|one| one.rule()).collect();
    let expected: Vec<&str> = if file["kind"] == "accept" {
        Vec::new()
    } else {
        vec![text(file, "rule")]
    };
    assert_eq!(refusals, expected);
    // An epoch is refused by K5, or it is the only document.
    let of_an_epoch = text(file, "rule") == "K5" || rows.is_empty();
    let refused = usize::from(of_an_epoch && !expected.is_empty());
    assert_eq!(history.counted.len(), epochs.len() - refused);
    let mut live: Vec<String> = history
        .ledger
        .members()
        .map(|(member, epoch)| json!([member, epoch]).to_string())
        .collect();
    let mut wanted: Vec<String> = file["live"]
        .as_array()
        .expect("a list")
        .iter()
        .map(Value::to_string)
        .collect();
    live.sort();
    wanted.sort();
    assert_eq!(live, wanted);
}
