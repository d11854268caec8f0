//! What reporters and members send through every route is left in no file: no database, log, backup or
//! temporary file of the service, and none of the database server.

use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use rightline::ambient::Random;
use rightline::protocol::Digest;
use rightline::protocol::bytes::Blob;
use rightline::protocol::mailbox::{Act, request};
use rightline::protocol::report::codes::Mode;
use rightline::protocol::report::{Body, IdentityContent, Parties, Subject};
use rightline::protocol::statement::Case;
use rightline::protocol::token::Token;
use rightline::protocol::vault::Stretched;
use rightline::protocol::words::{Change, seal_keep};
use rightline::secret::{Entropy, ExposeSecret as _, Lookup, Passphrase};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::scan::Canaries;
use crate::support::member::{b64, call};
use crate::support::postgres::Server;
use crate::support::reporter::{Report, Reporter, challenge, put, put_bytes, send};
use crate::support::{Base, Installation, Site};
use crate::web::plain;

/// A client whose every request names it, where it comes from and where it was before.
fn telltale(canaries: &mut Canaries) -> reqwest::Client {
    let mut headers = HeaderMap::new();
    let mut tell = |name: &'static str, value: String| {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_str(&value).unwrap(),
        );
    };
    let address = "198.51.100.217";
    canaries.add("address", address.as_bytes());
    let address_6 = "2001:db8:ca4a:17:11:22:33:44";
    canaries.add("address", address_6.as_bytes());
    tell("x-forwarded-for", format!("{address}, {address_6}"));
    tell("x-real-ip", address.to_owned());
    tell(
        "forwarded",
        format!("for=\"[{address_6}]\";proto=https;by={address}"),
    );
    tell("user-agent", canaries.text("user agent"));
    tell(
        "referer",
        format!("https://{}.example/", canaries.text("referrer")),
    );
    tell("accept-language", canaries.text("language"));
    tell("from", canaries.text("sender"));
    reqwest::Client::builder()
        .default_headers(headers)
        .build()
        .unwrap()
}

/// A report from a script's client, its mailbox, an answer, and new words.
async fn by_script(site: &Site, canaries: &mut Canaries) {
    let directory = site.directory().await;
    let mut said = Report::saying(&canaries.text("account"));
    said.body = Body {
        mode: Mode::known("confidential").unwrap(),
        when: canaries.text("when"),
        place: canaries.text("where"),
        ..said.body
    };
    said.parties = Parties {
        subjects: vec![Subject {
            name: canaries.text("subject"),
            ..Subject::default()
        }],
        ..Parties::default()
    };
    said.identity = Some(IdentityContent {
        name: canaries.text("name of the reporter"),
        contact: canaries.text("contact"),
        ..IdentityContent::default()
    });
    let reporter = Reporter::compose(site, &directory, said);
    canaries.token("token", &reporter.token, &site.id());
    assert_eq!(put(site, &reporter.submission).await.status(), 201);
    assert_eq!(put(site, &reporter.submission).await.status(), 200);
    let id = reporter.submission.case;

    let desk = site.desk("Handler-1").await;
    canaries.add("session", desk.cookie.split_once('=').unwrap().1.as_bytes());
    canaries.add("member's opening seed", desk.vault.open.expose_secret());
    canaries.add("member's signing seed", desk.vault.sign.expose_secret());
    desk.open(site, id).await;
    desk.answer(site, id, None, &canaries.text("answer")).await;
    reporter.post(site, &canaries.text("message")).await;
    assert_eq!(
        reporter
            .act(site, Act::Delete { up_to: 1 }, None)
            .await
            .status(),
        200
    );

    let opened = reporter.open(site).await;
    let case = Case::read(opened.statement.as_bytes()).unwrap();
    let token = Token::from_entropy(Entropy::new(Random.bytes()));
    canaries.token("new token", &token, &site.id());
    let (old, new) = (reporter.keys(), token.keys(&site.id()));
    let keep = seal_keep(
        &case.statement.anchor(),
        &old.open,
        new.identity().recipient(),
    )
    .unwrap();
    let change = Change {
        service: site.id(),
        case: id,
        number: 1,
        previous: id.into(),
        lookup: new.lookup.digest(),
        reporter_recipient: new.identity().recipient().clone(),
        reporter_key: new.signing_key().verifying_key(),
        after: opened.from_reporter.len() as u64,
        keep: Digest::of(&keep),
        day: site.today(),
    }
    .sign(&old.signing_key());
    assert_eq!(
        reporter
            .act(site, Act::ChangeWords { change }, Some(keep))
            .await
            .status(),
        200
    );
}

/// The script's calls with what they must refuse.
async fn by_broken_calls(site: &Site, canaries: &mut Canaries) {
    let directory = site.directory().await;
    let unsent = Reporter::compose(
        site,
        &directory,
        Report::saying(&canaries.text("unsent account")),
    );
    canaries.token("unsent token", &unsent.token, &site.id());
    // A lookup that nobody has, and a known one with a signature by another.
    assert_eq!(
        unsent
            .act(site, Act::Open { after: 0 }, None)
            .await
            .status(),
        404
    );
    let filed = Reporter::file(site, &canaries.text("filed account")).await;
    canaries.token("filed token", &filed.token, &site.id());
    let lookup = || Lookup::new(*filed.keys().lookup.expose_secret());
    let good = challenge(site).await;
    for challenge in [good, Blob(canaries.text("challenge").into_bytes())] {
        let open = Act::Open { after: 0 };
        let key = unsent.keys().signing_key();
        let asked = request(&site.id(), lookup(), &key, &challenge, open, None);
        assert!(send(site, asked.write()).await.status().is_client_error());
    }
    // Plaintext where sealed bytes belong, and the right bytes in the wrong place.
    let plain = canaries.text("plaintext to the sealed route");
    let case = unsent.submission.case.to_string();
    assert_eq!(
        put_bytes(site, &case, plain.into_bytes()).await.status(),
        422
    );
    let mut broken = unsent.submission.bytes.clone();
    broken.extend(canaries.text("appended").bytes());
    assert_eq!(put_bytes(site, &case, broken).await.status(), 422);
    assert_eq!(
        put_bytes(site, &canaries.text("case id"), Vec::new())
            .await
            .status(),
        400
    );
    let lookup = unsent.keys().lookup.to_hex();
    for body in [
        json!({ "lookup": lookup.as_str(), "signed": canaries.text("signed"), "file": null }),
        json!({ "lookup": canaries.text("lookup"), "words": unsent.token.words() }),
        json!(canaries.text("no object")),
    ] {
        let answer = send(site, body.to_string().into_bytes()).await;
        assert_eq!(answer.status(), 400);
        let said = answer.bytes().await.unwrap();
        assert!(!String::from_utf8_lossy(&said).contains("canary"));
    }
}

/// Both plain pages, with every field filled in.
async fn by_plain_forms(site: &Site, canaries: &mut Canaries) {
    let texts = [
        "what_happened",
        "when",
        "where",
        "basis_detail",
        "evidence.what",
        "evidence.how",
        "told.whom",
        "told.outcome",
        "danger.detail",
        "name",
        "contact",
        "reporter.unit",
        "support.detail",
        "access_needs",
        "exclude.other",
        "subjects.0.name",
        "subjects.0.description",
        "subjects.0.unit",
        "others.0.who",
        "others.0.unit",
        "others.0.why",
        "others.0.reason",
    ];
    let mut typed: Vec<(&str, String)> = texts.map(|field| (field, canaries.text(field))).to_vec();
    typed.push(("mode", "named".to_owned()));
    let form: Vec<(&str, &str)> = typed
        .iter()
        .map(|(field, text)| (*field, text.as_str()))
        .collect();
    let page = plain::file(site, &form).await;
    let token = page.token();
    canaries.token("token of the plain page", &token, &site.id());
    let words = token.to_text().to_string();

    let confidential = [
        ("what_happened", canaries.text("confidential account")),
        ("mode", "confidential".to_owned()),
        ("identity.name", canaries.text("identity.name")),
        ("identity.contact", canaries.text("identity.contact")),
        ("identity.unit", canaries.text("identity.unit")),
    ];
    let form = confidential
        .each_ref()
        .map(|(field, text)| (*field, text.as_str()));
    let page = plain::file(site, &form).await;
    canaries.token("token of a confidential report", &page.token(), &site.id());

    // Refused forms: too long, of the wrong kind, from elsewhere, cut off.
    let long = format!("{}{}", canaries.text("too long"), "x".repeat(5_001));
    let page = plain::fill(site, &[("what_happened", "x"), ("when", &long)], "check").await;
    assert_eq!(page.status, 422);
    let unknown = canaries.text("unknown field");
    plain::fill(
        site,
        &[
            (unknown.as_str(), unknown.as_str()),
            ("what_happened", unknown.as_str()),
        ],
        "check",
    )
    .await;
    for path in [plain::PATH, RETURN] {
        let body = format!(
            "what_happened={}&token=%ff%00{}",
            canaries.text("body"),
            canaries.text("body")
        );
        plain::post_bytes(site, path, body.clone().into_bytes()).await;
        for media_type in [
            "text/plain",
            "multipart/form-data; boundary=x",
            "application/json",
        ] {
            let posted = site
                .http
                .post(site.url(path))
                .header("content-type", media_type);
            let answer = posted.body(body.clone()).send().await.unwrap();
            assert!(answer.status().is_client_error());
        }
        let foreign = site
            .http
            .post(site.url(path))
            .header("origin", "https://elsewhere.example");
        let foreign = foreign.header("content-type", "application/x-www-form-urlencoded");
        assert!(
            foreign
                .body(body)
                .send()
                .await
                .unwrap()
                .status()
                .is_client_error()
        );
    }

    by_plain_return(site, canaries, &words).await;
}

const RETURN: &str = "/return/without-javascript";

async fn by_plain_return(site: &Site, canaries: &mut Canaries, words: &str) {
    let press =
        async |typed: &[(&str, &str)]| plain::post(site, RETURN, &plain::fields(typed)).await;
    let page = press(&[("token", words), ("action", "open")]).await;
    assert_eq!(page.status, 200);
    let mut reply = plain::with_action(&page, "reply");
    reply.push(("body".to_owned(), canaries.text("reply")));
    assert_eq!(plain::post(site, RETURN, &reply).await.status, 200);
    let mut long = plain::with_action(&page, "reply");
    long.push(("body".to_owned(), canaries.text("long reply").repeat(1_000)));
    assert_eq!(plain::post(site, RETURN, &long).await.status, 422);
    let asked = plain::post(site, RETURN, &plain::with_action(&page, "change_words")).await;
    let token = asked.token();
    canaries.token("new token of the plain page", &token, &site.id());
    let changed = plain::post(
        site,
        RETURN,
        &plain::with_action(&asked, "change_confirmed"),
    )
    .await;
    assert_eq!(changed.status, 200);
    // The old words, words that nobody has, and what is no word.
    let unknown = Token::from_entropy(Entropy::new(Random.bytes()));
    canaries.token("unknown token", &unknown, &site.id());
    let unknown = unknown.to_text().to_string();
    let typo = format!("{words} {}", canaries.text("word"));
    for (typed, status) in [(words, 404), (unknown.as_str(), 404), (typo.as_str(), 422)] {
        assert_eq!(
            press(&[("token", typed), ("action", "open")]).await.status,
            status
        );
    }
}

/// The desk: sign-in, and every call with what it must refuse.
async fn at_the_desk(site: &Site, canaries: &mut Canaries) {
    let person = site.person("Handler-1");
    canaries.add("passphrase", person.passphrase.as_bytes());
    let asked = json!({ "label": person.label });
    let path = "/api/1/desk/parameters";
    let given: serde_json::Value = call(site, "", Method::POST, path, Some(asked))
        .await
        .json()
        .await
        .unwrap();
    let salt = hex::decode(given["salt"].as_str().unwrap()).unwrap();
    let passphrase = Passphrase::new(person.passphrase.to_string());
    let login = Stretched::new(&passphrase, &salt.try_into().unwrap()).login(&site.id());
    canaries.add("login", login.expose_secret());
    let desk = site.desk("Handler-1").await;

    // A passphrase typed where the label belongs.
    let typed = canaries.text("passphrase as label");
    for body in [
        json!({ "label": typed }),
        json!({ "label": typed, "passphrase": typed }),
    ] {
        call(site, "", Method::POST, path, Some(body)).await;
    }
    for login in [typed.clone(), "ab".repeat(32)] {
        let body = json!({ "label": typed, "login": login, "code": "" });
        let answer = call(site, "", Method::POST, "/api/1/desk/sign-in", Some(body)).await;
        assert!(answer.status().is_client_error());
    }
    let cookie = format!("__Host-rightline={}", canaries.text("cookie"));
    assert_eq!(
        call(site, &cookie, Method::GET, "/api/1/desk/me", None)
            .await
            .status(),
        401
    );

    let case = Reporter::file(site, &canaries.text("account at the desk"))
        .await
        .submission
        .case;
    for (method, path) in [
        (
            Method::POST,
            format!("/api/1/desk/cases/{case}/declaration"),
        ),
        (Method::POST, format!("/api/1/desk/cases/{case}/messages")),
        (Method::POST, format!("/api/1/desk/cases/{case}/grants")),
        (Method::PUT, "/api/1/desk/ring".to_owned()),
        (Method::POST, "/api/1/desk/sign-in".to_owned()),
    ] {
        let text = canaries.text("body at the desk");
        let body =
            json!({ "stub": b64(text.as_bytes()), "signed": text, "ring": text, "row": text });
        let answer = call(site, &desk.cookie, method, &path, Some(body)).await;
        assert!(answer.status().is_client_error(), "{path}");
    }
    let list = format!(
        "/api/1/desk/cases?list=new&after={0}&limit={0}",
        canaries.text("query at the desk")
    );
    assert!(desk.get(site, &list).await.status().is_client_error());
    canaries.add("session", desk.cookie.split_once('=').unwrap().1.as_bytes());
    assert_eq!(
        desk.post(site, "/api/1/desk/sign-out", json!({}))
            .await
            .status(),
        204
    );
}

/// Addresses, methods and bytes that nobody should send.
async fn by_noise(site: &Site, canaries: &mut Canaries) {
    let pages = [
        "/",
        "/before-you-start",
        "/report",
        "/report/without-javascript",
        "/return",
        "/privacy",
        "/return/without-javascript",
        "/accessibility",
        "/lost-words",
        "/desk",
        "/enrol",
        "/health",
        "/nowhere",
        "/assets/report.js",
        "/assets/none.js",
        "/api/1/directory",
        "/api/1/nowhere",
        "/api/1/mailbox",
    ];
    for page in pages {
        for method in [
            "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE",
        ] {
            let url = format!("{}?q={}#x", site.url(page), canaries.text("query"));
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let asked = site
                .http
                .request(method, url)
                .header("cookie", canaries.text("cookie"));
            asked.body(canaries.text("body")).send().await.unwrap();
        }
    }
    for path in [
        "/",
        "/api/1/cases/",
        "/api/1/directory/documents/",
        "/assets/",
        "/report/",
    ] {
        let url = format!("{}{}", site.url(path), canaries.text("path"));
        assert!(
            !site
                .http
                .get(url)
                .send()
                .await
                .unwrap()
                .status()
                .is_success()
        );
    }
    // What is no HTTP at all, or not quite.
    for noise in [
        format!("{}\r\n\r\n", canaries.text("noise")),
        format!("GET /{} HTTP/9.9\r\n\r\n", canaries.text("noise")),
        format!(
            "GET / HTTP/1.1\r\nHost: {}\r\n{}\r\n\r\n",
            canaries.text("host"),
            canaries.text("noise")
        ),
        format!(
            "GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n",
            canaries.text("noise").repeat(4_000)
        ),
        format!(
            "PUT /api/1/cases/{} HTTP/1.1\r\nContent-Length: 9\r\n\r\n",
            canaries.text("noise")
        ),
        format!(
            "POST /report/without-javascript HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\
                 Content-Type: application/x-www-form-urlencoded\r\n\r\nzz\r\n{}",
            canaries.text("chunk")
        ),
        format!("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{}", canaries.text("frame")),
        format!("\x16\x03\x01{}", canaries.text("greeting")),
    ] {
        let mut stream = TcpStream::connect(site.settings.server.listen[0])
            .await
            .unwrap();
        // The service may hang up in the middle.
        let _ = stream.write_all(noise.as_bytes()).await;
        let _ = stream.shutdown().await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        assert!(!String::from_utf8_lossy(&answer).contains("canary"));
    }
}

async fn nothing_is_left(base: Base) {
    let mut canaries = Canaries::default();
    // Every statement in the server's log, without its values: as docs/operations.md asks for.
    let server = (base == Base::Postgres).then(|| {
        Server::start(&[
            "-c",
            "log_statement=all",
            "-c",
            "log_parameter_max_length=0",
        ])
    });
    let url = match &server {
        Some(server) => Some(server.database().await),
        None => None,
    };
    let site = Installation::at(url.as_deref())
        .await
        .through(telltale(&mut canaries));
    // The passphrases that a demonstration prints stand there.
    std::fs::remove_dir_all(site.dir().join("demonstration")).unwrap();
    let temporary = site.folder.path().join("temporary");
    std::fs::create_dir(&temporary).unwrap();
    let mut command = site.command();
    command
        .env("RUST_LOG", "trace")
        .env("TMPDIR", &temporary)
        .current_dir(&temporary);
    let process = site.serve_by(command).await;

    by_script(&site, &mut canaries).await;
    by_broken_calls(&site, &mut canaries).await;
    by_plain_forms(&site, &mut canaries).await;
    at_the_desk(&site, &mut canaries).await;
    by_noise(&site, &mut canaries).await;

    let backup = site.folder.path().join("backup.sqlite");
    assert!(site.run("backup", "--to", &backup).await.status.success());
    // Installation, database, backup, log, temporary files; and what the database server has.
    let mut places = vec![site.folder.path()];
    places.extend(server.as_ref().map(Server::dir));
    let log = std::fs::read_to_string(site.log()).unwrap();
    assert!(log.contains("TRACE"), "the log says as much as it can");
    let none = Vec::<String>::new();
    assert_eq!(canaries.found_in(&places), none, "while the service runs");
    assert!(process.stop().await.success());
    assert_eq!(canaries.found_in(&places), none, "after its end");
    let left = std::fs::read_dir(&temporary).unwrap().count();
    assert_eq!(left, 0, "temporary files");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_sent_is_left_sqlite() {
    nothing_is_left(Base::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_sent_is_left_postgres() {
    nothing_is_left(Base::Postgres).await;
}
