//! `PUT /api/1/cases/{case}`: each rule from C1 to C9 broken by itself.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use reqwest::Response;
use rightline::protocol::directory::{Directory, Route};
use rightline::protocol::hybrid::{MemberIdentity, Recipient};
use rightline::protocol::statement::Grantee;
use rightline::protocol::{Digest, MemberId, ServiceId, framing, sealing};
use rightline::secret::OpenSeed;

use crate::both;
use crate::support::refusal::{broken, refused};
use crate::support::reporter::{Report, put_bytes};
use crate::support::{Base, Pieces, Reporter, TestApp, sql};

/// What is put in the place of something else.
type Exchange = fn(&mut Pieces, &Pieces);

/// A report that is right, taken apart.
fn pieces(app: &TestApp, directory: &Arc<Directory>) -> Pieces {
    Pieces::of(&Reporter::compose(
        app,
        directory,
        Report::saying("It happened."),
    ))
}

async fn send(app: &TestApp, pieces: &Pieces) -> Response {
    let (case, bytes) = pieces.sealed();
    put_bytes(app, &case, bytes).await
}

/// Nothing of what was refused is there.
async fn nothing_kept(app: &TestApp) {
    for table in ["cases", "parts", "grants"] {
        assert_eq!(sql::count(app.store(), table).await, 0, "{table}");
    }
}

both!(
    c1_a_container_that_is_cut_or_overlong_is_refused_at_every_place,
    |base| {
        let app = TestApp::start(base).await;
        let directory = app.directory().await;
        let whole = pieces(&app, &directory);
        let (case, bytes) = whole.sealed();
        let statement = whole.signed();
        let mut boundaries = vec![0, 1];
        let sections = [
            statement.as_bytes(),
            &whole.parties,
            &whole.body,
            &whole.identity,
        ];
        for section in sections
            .into_iter()
            .chain(whole.grants.iter().map(Vec::as_slice))
        {
            let begin = boundaries[boundaries.len() - 1];
            boundaries.extend([begin + 4, begin + 4 + section.len()]);
        }
        assert_eq!(boundaries.pop(), Some(bytes.len()));
        for boundary in boundaries {
            for cut in [boundary.saturating_sub(1), boundary, boundary + 1] {
                broken(put_bytes(&app, &case, bytes[..cut].to_vec()).await, "C1").await;
            }
        }
        broken(
            put_bytes(&app, &case, bytes[..bytes.len() - 1].to_vec()).await,
            "C1",
        )
        .await;
        for added in [&[0][..], &[0; 4], &[0, 0, 0, 1, 7], b"more"] {
            broken(put_bytes(&app, &case, [&bytes, added].concat()).await, "C1").await;
        }
        for version in [0, 2, 0xff] {
            broken(
                put_bytes(&app, &case, [&[version], &bytes[1..]].concat()).await,
                "C1",
            )
            .await;
        }
        // A length that reaches beyond the end.
        let mut lying = bytes.clone();
        lying[1..5].copy_from_slice(&u32::MAX.to_be_bytes());
        broken(put_bytes(&app, &case, lying).await, "C1").await;
        let many: Vec<u8> = [&[1][..], &[0; 4 * 105]].concat();
        broken(put_bytes(&app, &case, many).await, "C1").await;
        // Fewer and more grants than the statement has grantees.
        let mut fewer = pieces(&app, &directory);
        fewer.grants.pop();
        broken(send(&app, &fewer).await, "C1").await;
        let mut more = pieces(&app, &directory);
        more.grants.push(more.grants[0].clone());
        broken(send(&app, &more).await, "C1").await;
        nothing_kept(&app).await;
        assert_eq!(put_bytes(&app, &case, bytes).await.status(), 201);
    }
);

both!(
    c2_a_statement_that_is_not_its_signers_word_is_refused,
    |base| {
        let app = TestApp::start(base).await;
        let directory = app.directory().await;
        let whole = pieces(&app, &directory);
        let other = pieces(&app, &directory);
        let good = whole.signed().into_bytes();
        let mut documents = Vec::new();
        // Version, key id, signature and payload, each with one bit turned.
        for place in [0, 5, 40, 96, 110, good.len() - 3] {
            let mut bent = good.clone();
            bent[place] ^= 1;
            documents.push(bent);
        }
        documents.push(Vec::new());
        documents.push(good[..97].to_vec());
        documents.push(b"It happened, and this is plain text.".to_vec());
        // Signed by somebody else, and for another purpose.
        documents.push(whole.statement.sign(&other.key).into_bytes());
        let payload = &good[97..];
        for context in [
            rightline::protocol::signing::Context::Stub,
            rightline::protocol::signing::Context::Mailbox,
        ] {
            let signed = rightline::protocol::signing::sign_bytes(context, &whole.key, payload);
            documents.push(signed.into_bytes());
        }
        // Not the one format: a member too many, and one twice.
        for payload in [
            [b"{\"more\":1,".as_slice(), &payload[1..]].concat(),
            [b"{\"route\":\"intake\",".as_slice(), &payload[1..]].concat(),
            [payload, b" x"].concat(),
        ] {
            let context = rightline::protocol::signing::Context::Statement;
            documents.push(
                rightline::protocol::signing::sign_bytes(context, &whole.key, &payload)
                    .into_bytes(),
            );
        }
        for document in documents {
            let case = Digest::of(&document).to_string();
            broken(
                put_bytes(&app, &case, whole.container(&document)).await,
                "C2",
            )
            .await;
        }
        // Another service's statement, in every other way right.
        let mut foreign = pieces(&app, &directory);
        foreign.statement.service = ServiceId::ZERO;
        broken(send(&app, &foreign).await, "C2").await;
        nothing_kept(&app).await;
    }
);

both!(c3_the_address_is_the_digest_of_the_statement, |base| {
    let app = TestApp::start(base).await;
    let directory = app.directory().await;
    let (_, bytes) = pieces(&app, &directory).sealed();
    let (other, _) = pieces(&app, &directory).sealed();
    broken(put_bytes(&app, &other, bytes.clone()).await, "C3").await;
    broken(put_bytes(&app, &"0".repeat(64), bytes).await, "C3").await;
    nothing_kept(&app).await;
});

both!(c4_no_part_or_grant_can_be_exchanged, |base| {
    let app = TestApp::start(base).await;
    let directory = app.directory().await;
    let exchanges: [Exchange; 6] = [
        |mine, other| mine.parties.clone_from(&other.parties),
        |mine, other| mine.body.clone_from(&other.body),
        |mine, other| mine.identity.clone_from(&other.identity),
        |mine, other| mine.grants[1].clone_from(&other.grants[1]),
        |mine, _| mine.grants.swap(0, 1),
        |mine, _| *mine.body.last_mut().unwrap() ^= 1,
    ];
    for exchange in exchanges {
        let (mut mine, other) = (pieces(&app, &directory), pieces(&app, &directory));
        exchange(&mut mine, &other);
        broken(send(&app, &mine).await, "C4").await;
    }
    nothing_kept(&app).await;
});

both!(c5_the_directory_is_one_of_this_service, |base| {
    let app = TestApp::start(base).await;
    let directory = app.directory().await;
    for (serial, digest) in [
        (1, Digest::ZERO),
        (0, directory.pin().digest),
        (2, directory.pin().digest),
        (9_007_199_254_740_991, directory.pin().digest),
    ] {
        let mut unknown = pieces(&app, &directory);
        unknown.statement.directory.serial = serial;
        unknown.statement.directory.digest = digest;
        broken(send(&app, &unknown).await, "C5").await;
    }
    nothing_kept(&app).await;
});

both!(c6_grantees_are_first_readers_of_the_route, |base| {
    let app = TestApp::start(base).await;
    let directory = app.directory().await;
    let mut nobody = pieces(&app, &directory);
    nobody.statement.grantees.clear();
    nobody.grants.clear();
    broken(send(&app, &nobody).await, "C6").await;
    let mut twice = pieces(&app, &directory);
    twice.statement.grantees[1] = twice.statement.grantees[0];
    let grant = twice.grants[0].clone();
    twice.grants[1].clone_from(&grant);
    broken(send(&app, &twice).await, "C6").await;
    let mut crowd = pieces(&app, &directory);
    let grant = crowd.grants[0].clone();
    crowd.grants = vec![grant.clone(); 100];
    let member = |number: u8| Grantee {
        member: MemberId::new([number; 16]),
        grant: Digest::of(&grant),
    };
    crowd.statement.grantees = (0..101).map(member).collect();
    broken(send(&app, &crowd).await, "C6").await;

    // Somebody whom nobody listed, a reader of the other route, a custodian: the directory must have changed.
    let independent = directory.first_readers(Route::Independent)[0].member;
    let custodian = directory.custodians()[0].member;
    for member in [MemberId::new([7; 16]), independent, custodian] {
        let mut swapped = pieces(&app, &directory);
        swapped.statement.grantees[2].member = member;
        refused(send(&app, &swapped).await, 422, "directory-stale").await;
    }
    let mut moved = pieces(&app, &directory);
    moved.statement.route = Route::Independent;
    refused(send(&app, &moved).await, 422, "directory-stale").await;
    nothing_kept(&app).await;

    // Some of the first readers are enough.
    let report = Report {
        grantees: Some(vec![directory.first_readers(Route::Intake)[1].member]),
        ..Report::saying("x")
    };
    let fewer = Reporter::compose(&app, &directory, report);
    assert_eq!(send(&app, &Pieces::of(&fewer)).await.status(), 201);
});

/// A file sealed to as many recipients that nobody has.
fn sealed(plaintext: &[u8], recipients: u8) -> Vec<u8> {
    let recipient = |number| {
        MemberIdentity::new(&OpenSeed::new([number; 32]))
            .recipient()
            .clone()
    };
    let recipients: Vec<Recipient> = (1..=recipients).map(recipient).collect();
    sealing::seal(plaintext, &recipients).unwrap()
}

/// Files that are no age files of our kind, or have been one.
fn foreign(good: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let key = STANDARD_NO_PAD.encode([9; 32]);
    let close = good.windows(4).position(|bytes| bytes == b"--- ").unwrap();
    let with = |stanza: &str| [&good[..close], stanza.as_bytes(), &good[close..]].concat();
    let only = |stanza: &str| {
        [
            b"age-encryption.org/v1\n",
            stanza.as_bytes(),
            &good[close..],
        ]
        .concat()
    };
    let x25519 = format!("-> X25519 {key}\n{key}\n");
    let scrypt = format!("-> scrypt {} 18\n{key}\n", STANDARD_NO_PAD.encode([9; 16]));
    let grease = "-> k-grease x\n\n";
    let armour = format!(
        "-----BEGIN AGE ENCRYPTED FILE-----\n{}\n-----END AGE ENCRYPTED FILE-----\n",
        STANDARD.encode(good)
    );
    let real = {
        let recipient = age::x25519::Identity::generate().to_public();
        age::encrypt(&recipient, &[0; 4_096]).unwrap()
    };
    vec![
        ("plaintext", b"The sergeant said things.".to_vec()),
        (
            "frame in plain",
            framing::frame(b"The sergeant said things.")
                .unwrap()
                .to_vec(),
        ),
        ("nothing", Vec::new()),
        ("X25519 alone", only(&x25519)),
        ("X25519 by age", real),
        ("scrypt alone", only(&scrypt)),
        ("X25519 besides", with(&x25519)),
        ("grease besides", with(grease)),
        ("no recipient", only("")),
        ("armoured", armour.into_bytes()),
        (
            "another version",
            [b"age-encryption.org/v2\n", &good[22..]].concat(),
        ),
        ("cut within the header", good[..close].to_vec()),
        ("cut within the payload", good[..good.len() - 1].to_vec()),
        ("header alone", good[..close + 48].to_vec()),
        ("a byte longer", [good, &[0]].concat()),
        (
            "header with carriage returns",
            good.iter()
                .flat_map(|byte| match byte {
                    b'\n' => vec![b'\r', b'\n'],
                    byte => vec![*byte],
                })
                .collect(),
        ),
    ]
}

type Place = (&'static str, fn(&mut Pieces, Vec<u8>), fn(&Pieces) -> &[u8]);

const PLACES: [Place; 4] = [
    (
        "parties",
        |pieces, file| pieces.parties = file,
        |pieces| &pieces.parties,
    ),
    (
        "body",
        |pieces, file| pieces.body = file,
        |pieces| &pieces.body,
    ),
    (
        "identity",
        |pieces, file| pieces.identity = file,
        |pieces| &pieces.identity,
    ),
    (
        "grant",
        |pieces, file| pieces.grants[2] = file,
        |pieces| &pieces.grants[2],
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn c7_only_age_files_of_our_kind_are_stored() {
    let app = TestApp::start(Base::Sqlite).await;
    let directory = app.directory().await;
    for (place, put, good) in PLACES {
        let whole = pieces(&app, &directory);
        for (kind, file) in foreign(good(&whole)) {
            println!("{kind} for {place}");
            let mut wrong = pieces(&app, &directory);
            put(&mut wrong, file);
            broken(send(&app, &wrong.digested()).await, "C7").await;
        }
    }
    nothing_kept(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c7_each_part_has_its_sizes_and_its_recipients() {
    let app = TestApp::start(Base::Sqlite).await;
    let directory = app.directory().await;
    let frame = |size| framing::frame_exact(b"{}", size).unwrap();
    let [parties, body, identity, grant] = PLACES;
    let wrong: [(Place, Vec<u8>); 14] = [
        (parties, sealed(&frame(4_096), 2)),
        (parties, sealed(&frame(4_096), 4)),
        (parties, sealed(&frame(4_097), 3)),
        (parties, sealed(&frame(67_584), 3)),
        (parties, sealed(b"", 3)),
        (body, sealed(&frame(4_096), 2)),
        (body, sealed(&frame(4_095), 1)),
        (body, sealed(&frame(65_537), 1)),
        (body, sealed(&vec![0; 1_048_577], 1)),
        (identity, sealed(&frame(4_096), 2)),
        (identity, sealed(&frame(16_384), 1)),
        (grant, sealed(&[0; 101], 1)),
        (grant, sealed(&[0; 103], 1)),
        (grant, sealed(&[0; 102], 2)),
    ];
    for ((place, put, _), file) in wrong {
        println!("{} bytes for {place}", file.len());
        let mut pieces = pieces(&app, &directory);
        put(&mut pieces, file);
        broken(send(&app, &pieces.digested()).await, "C7").await;
    }
    nothing_kept(&app).await;
    // The largest that are allowed.
    let mut large = pieces(&app, &directory);
    large.parties = sealed(&frame(65_536), 3);
    large.body = sealed(&frame(1_048_576), 1);
    assert_eq!(send(&app, &large.digested()).await.status(), 201);
}

both!(c8_a_day_may_be_a_week_old_and_one_day_ahead, |base| {
    let app = TestApp::start(base).await;
    let directory = app.directory().await;
    for days in [-400, -8, 2, 400] {
        let mut dated = pieces(&app, &directory);
        dated.statement.day = app.today().plus_days(days);
        broken(send(&app, &dated).await, "C8").await;
    }
    nothing_kept(&app).await;
    for days in [-7, 0, 1] {
        let mut dated = pieces(&app, &directory);
        dated.statement.day = app.today().plus_days(days);
        assert_eq!(send(&app, &dated).await.status(), 201, "{days}");
    }
});

both!(c9_words_are_used_once, |base| {
    let app = TestApp::start(base).await;
    let directory = app.directory().await;
    let first = Report::saying("Once.");
    let entropy = first.entropy;
    let first = Reporter::compose(&app, &directory, first);
    assert_eq!(send(&app, &Pieces::of(&first)).await.status(), 201);
    let second = Reporter::compose(
        &app,
        &directory,
        Report {
            entropy,
            ..Report::saying("Twice.")
        },
    );
    refused(send(&app, &Pieces::of(&second)).await, 409, "lookup-in-use").await;
    assert_eq!(sql::count(app.store(), "cases").await, 1);
    assert_eq!(first.open(&app).await.case, first.submission.case);
});
