//! `/report/without-javascript`: the service plays the reporter's side in memory.

use std::collections::BTreeMap;

use reqwest::Response;
use rightline::protocol::grant::Grant;
use rightline::protocol::report::Body;
use rightline::protocol::token::Token;
use rightline::protocol::{CaseId, Day, recovery};
use serde_json::json;

use crate::both;
use crate::support::recovery::publish_recovery;
use crate::support::sql::sealed_grant;
use crate::support::{Base, Site, TestApp};

pub(crate) const PATH: &str = "/report/without-javascript";

/// What a page says, with what its form would post.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) html: String,
}

impl Page {
    pub(crate) async fn of(answer: Response) -> Self {
        let headers = answer.headers().iter();
        let headers = headers
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        Self {
            status: answer.status().as_u16(),
            headers,
            html: answer.text().await.unwrap(),
        }
    }

    /// The value of a hidden field.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let field = format!("<input type=\"hidden\" name=\"{name}\" value=\"");
        let rest = self
            .html
            .split_once(&field)
            .unwrap_or_else(|| panic!("no hidden {name}"))
            .1;
        unescape(rest.split_once('"').unwrap().0)
    }

    /// Every hidden field.
    pub(crate) fn all_hidden(&self) -> Vec<(String, String)> {
        let fields = self.html.split("<input type=\"hidden\" name=\"").skip(1);
        fields
            .map(|field| {
                let (name, rest) = field.split_once("\" value=\"").unwrap();
                (name.to_owned(), unescape(rest.split_once('"').unwrap().0))
            })
            .collect()
    }

    /// The words in `#token`.
    pub(crate) fn words(&self) -> Vec<String> {
        let list = self
            .html
            .split_once("id=\"token\"")
            .expect("the page shows words")
            .1;
        let list = list.split_once("</ol>").unwrap().0;
        let words = list.split("class=\"rl-words__text\">").skip(1);
        words
            .map(|word| word.split_once('<').unwrap().0.to_owned())
            .collect()
    }

    pub(crate) fn token(&self) -> Token {
        Token::parse(&self.words().join(" ")).unwrap()
    }

    /// The places that the error summary leads to.
    pub(crate) fn error_links(&self) -> Vec<String> {
        let Some((_, summary)) = self.html.split_once("id=\"error-summary\"") else {
            return Vec::new();
        };
        let summary = summary
            .split_once("</ul>")
            .map_or("", |(summary, _)| summary);
        let links = summary.split("href=\"#").skip(1);
        links
            .map(|link| link.split_once('"').unwrap().0.to_owned())
            .collect()
    }

    /// The error summary as it stands before the heading, empty where there is none.
    fn summary(&self) -> &str {
        let start = self.html.find("<div class=\"govuk-error-summary\"");
        start.map_or("", |start| {
            let rest = &self.html[start..];
            &rest[..rest.find("<h1").expect("a heading")]
        })
    }

    pub(crate) fn shows(&self, text: &str) -> bool {
        self.html.contains(text)
    }
}

fn unescape(text: &str) -> String {
    let mut text = text.to_owned();
    for (escaped, plain) in [
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#38;", "&"),
    ] {
        text = text.replace(escaped, plain);
    }
    text
}

pub(crate) fn encode(fields: &[(String, String)]) -> String {
    let encode = |text: &str| {
        text.bytes().fold(String::new(), |mut encoded, byte| {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' => {
                    encoded.push(char::from(byte));
                }
                b' ' => encoded.push('+'),
                _ => encoded.extend(["%".to_owned(), format!("{byte:02X}")]),
            }
            encoded
        })
    };
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    pairs.join("&")
}

pub(crate) fn fields(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

pub(crate) async fn fetch(app: &Site, path: &str) -> Page {
    Page::of(app.http.get(app.url(path)).send().await.unwrap()).await
}

/// Posts a form as a browser does under the pages' referrer policy.
pub(crate) async fn post(app: &Site, path: &str, fields: &[(String, String)]) -> Page {
    post_bytes(app, path, encode(fields).into_bytes()).await
}

pub(crate) async fn post_bytes(app: &Site, path: &str, body: Vec<u8>) -> Page {
    let request = app.http.post(app.url(path));
    let request = request
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", "null")
        .header("sec-fetch-site", "same-origin")
        .body(body);
    Page::of(request.send().await.unwrap()).await
}

/// Fills in a new form and presses a button.
pub(crate) async fn fill(app: &Site, typed: &[(&str, &str)], action: &str) -> Page {
    let form = fetch(app, PATH).await;
    let mut all = form.all_hidden();
    all.extend(fields(typed));
    all.push(("action".to_owned(), action.to_owned()));
    post(app, PATH, &all).await
}

/// What the check page posts with a button.
pub(crate) fn with_action(page: &Page, action: &str) -> Vec<(String, String)> {
    let mut all = page.all_hidden();
    all.push(("action".to_owned(), action.to_owned()));
    all
}

/// Files a report and returns the page with the words.
pub(crate) async fn file(app: &Site, typed: &[(&str, &str)]) -> Page {
    let check = fill(app, typed, "check").await;
    assert_eq!((check.status, check.error_links()), (200, Vec::new()));
    let words = post(app, PATH, &with_action(&check, "send")).await;
    assert_eq!(words.status, 200);
    words
}

/// The newest case in a member's inbox.
pub(crate) async fn newest(app: &Site, label: &str) -> (crate::support::Desk, CaseId) {
    let desk = app.desk(label).await;
    let list = desk.list(app, "new").await;
    let case = list.last().expect("a new case")["case"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    (desk, case)
}

both!(a_report_from_the_plain_form_opens_at_the_desk, |base| {
    let app = TestApp::start(base).await;
    let words = file(
        &app,
        &[
            ("what_happened", "He said\r\nthings."),
            ("concerns", "bullying"),
            ("concerns", "culture"),
            ("subjects.0.name", "A. Sergeant"),
            ("subjects.0.rank", "sergeant"),
            ("subjects.0.acting", "yes"),
            ("others.0.who", "The shift"),
            ("danger.now", "no"),
        ],
    )
    .await;
    assert_eq!(words.words().len(), 12);
    assert!(words.shows("by Monday 30 November"));
    let (desk, case) = newest(&app, "Handler-1").await;
    let open = desk.open(&app, case).await;
    assert_eq!(open.body.what_happened, "He said\nthings.");
    assert_eq!(open.body.channel.as_str(), "plain");
    assert_eq!(open.body.mode.as_str(), "anonymous");
    let concerns: Vec<String> = open.body.concerns.iter().map(ToString::to_string).collect();
    assert_eq!(concerns, ["bullying", "culture"]);
    assert_eq!(open.parties.subjects[0].name, "A. Sergeant");
    assert!(open.parties.subjects[0].acting);
    assert_eq!(open.parties.others[0].who, "The shift");
    // The case's keys are those of the words.
    let keys = words.token().keys(&app.id());
    assert_eq!(
        open.case.statement.reporter_recipient,
        *keys.identity().recipient()
    );
});

both!(what_is_said_of_the_circumstances_reaches_the_desk, |base| {
    let app = TestApp::start(base).await;
    let said = [
        ("what_happened", "In the group chat."),
        ("concerns", "discrimination"),
        ("characteristics", "sex"),
        ("characteristics", "sexual_orientation"),
        ("circumstances.on_duty", "no"),
        ("circumstances.online", "yes"),
        ("circumstances.private_messages", "unknown"),
        ("circumstances.described_as_banter", "yes"),
        ("subjects.0.name", "A. Recruit"),
        ("subjects.0.probationer", "yes"),
    ];
    let check = fill(&app, &said, "check").await;
    for shown in [
        "Sexual orientation",
        "Did it happen online?",
        "Did anybody call it banter or a joke?",
        "Are they on probation?: Yes",
    ] {
        assert!(check.shows(shown), "{shown}");
    }
    let sent = post(&app, PATH, &with_action(&check, "send")).await;
    assert_eq!(sent.words().len(), 12);
    let (desk, case) = newest(&app, "Handler-1").await;
    let open = desk.open(&app, case).await;
    let of = &open.body.characteristics;
    let named: Vec<String> = of.iter().map(ToString::to_string).collect();
    assert_eq!(named, ["sex", "sexual_orientation"]);
    let around = &open.body.circumstances;
    let answers = [
        &around.on_duty,
        &around.online,
        &around.private_messages,
        &around.described_as_banter,
    ];
    assert_eq!(
        answers.map(|one| one.as_str()),
        ["no", "yes", "unknown", "yes"]
    );
    assert_eq!(open.parties.subjects[0].probationer.as_str(), "yes");
});

#[tokio::test(flavor = "multi_thread")]
async fn the_recovery_is_named_among_the_readers_and_opens_the_report() {
    let app = TestApp::start(Base::Sqlite).await;
    let typed = [("what_happened", "Before the keys were lost.")];
    let before = fill(&app, &typed, "check").await;
    assert!(!before.shows("Offline recovery"));
    let keys = publish_recovery(&app, (3, 5)).await;
    let check = fill(&app, &typed, "check").await;
    assert!(check.shows("<li>Offline recovery: 3 of 5 share holders together</li>"));
    let sent = post(&app, PATH, &with_action(&check, "send")).await;
    assert_eq!(sent.words().len(), 12);
    let (desk, case) = newest(&app, "Handler-1").await;
    let open = desk.open(&app, case).await;
    let id = recovery::id(keys.identity().recipient());
    let grantees = &open.case.statement.grantees;
    assert!(grantees.len() > 1);
    assert_eq!(grantees.last().map(|last| last.member), Some(id));
    let grant = open.view["grants"]
        .as_array()
        .unwrap()
        .iter()
        .find(|grant| grant["member"] == id.to_string())
        .expect("the recovery's grant");
    assert_eq!((&grant["epoch"], &grant["live"]), (&json!(0), &json!(true)));
    // The service keeps the grant for it, and shows it to nobody else.
    assert!(grant["sealed"].is_null());
    let kept = sealed_grant(app.store(), case.as_bytes(), id.as_bytes()).await;
    let secret = Grant::open(
        &kept,
        &keys.identity(),
        &open.case.statement.anchor(),
        0,
        &id,
        &open.case.statement.case_recipient,
    );
    assert_eq!(secret, Ok(open.secret));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_posted_without_a_button_is_sent_and_a_repeated_one_gets_the_same_words() {
    let app = TestApp::start(Base::Sqlite).await;
    let mut fields = fetch(&app, PATH).await.all_hidden();
    fields.push(("what_happened".to_owned(), "By a small client.".to_owned()));
    let one = post(&app, PATH, &fields).await;
    let two = post(&app, PATH, &fields).await;
    assert_eq!(one.words().len(), 12);
    assert_eq!(one.words(), two.words());
    assert_eq!(app.desk("Handler-1").await.list(&app, "new").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_post_gets_the_same_words_and_is_no_second_report() {
    let app = TestApp::start(Base::Sqlite).await;
    let check = fill(&app, &[("what_happened", "Once.")], "check").await;
    let send = with_action(&check, "send");
    let (one, two) = tokio::join!(post(&app, PATH, &send), post(&app, PATH, &send));
    let three = post(&app, PATH, &send).await;
    assert_eq!((one.words(), one.words()), (two.words(), three.words()));
    assert!(three.shows("id=\"again\""));
    assert_eq!(app.desk("Handler-1").await.list(&app, "new").await.len(), 1);
    let other = file(&app, &[("what_happened", "Twice.")]).await;
    assert_ne!(one.words(), other.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_is_needed_and_everything_else_typed_is_kept() {
    let app = TestApp::start(Base::Sqlite).await;
    let typed = [
        ("when", "In <spring> & \"after\""),
        ("where", "'here'"),
        ("pattern", "once"),
    ];
    let form = fill(&app, &typed, "check").await;
    assert_eq!(form.status, 422);
    assert_eq!(form.error_links(), ["what_happened"]);
    assert!(form.shows("id=\"what_happened-error\""));
    assert!(form.shows("aria-describedby=\"what_happened-hint what_happened-error\""));
    assert!(form.shows("In &#60;spring&#62; &#38; &#34;after&#34;"));
    assert!(form.shows("value=\"once\" autocomplete=\"off\" checked"));
    assert!(!form.shows("<spring>"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_has_its_limit() {
    let app = TestApp::start(Base::Sqlite).await;
    let form = fetch(&app, PATH).await;
    let texts: Vec<String> = form
        .html
        .split("<textarea ")
        .skip(1)
        .chain(form.html.split("<input class=\"govuk-input").skip(1))
        .map(|field| {
            field
                .split_once("name=\"")
                .unwrap()
                .1
                .split_once('"')
                .unwrap()
                .0
                .to_owned()
        })
        .collect();
    assert!(texts.len() > 20, "{texts:?}");
    let long = "ü".repeat(5_001);
    for name in &texts {
        let text = if name == "what_happened" {
            long.repeat(10)
        } else {
            long.clone()
        };
        let mut typed = vec![("what_happened", "x"), (name.as_str(), text.as_str())];
        typed.retain(|(field, value)| *field != name || *value == text);
        let page = fill(&app, &typed, "check").await;
        assert_eq!(page.status, 422, "{name}");
        assert!(
            page.error_links().contains(&name.replace('.', "-")),
            "{name}"
        );
        assert!(page.shows(&text), "{name} is kept");
        assert!(
            page.shows("Use 5,000 characters or fewer") || page.shows("Use 50,000"),
            "{name}"
        );
    }
    let codes = [
        "mode",
        "pattern",
        "basis",
        "route",
        "subjects.0.kind",
        "concerns",
        "informed",
        "subjects.0.acting",
    ];
    for name in codes {
        let page = fill(&app, &[("what_happened", "x"), (name, "nonsense")], "check").await;
        assert_eq!(
            (page.status, page.error_links()),
            (422, vec![name.replace('.', "-")]),
            "{name}"
        );
    }
    for reader in ["exclude.members", "exclude.units", "force_units"] {
        let page = fill(
            &app,
            &[("what_happened", "x"), (reader, "somebody")],
            "check",
        )
        .await;
        assert_eq!(page.error_links(), [reader.replace('.', "-")]);
    }
    // A unit that was offered when it was chosen stays in sight, to be cleared.
    let typed = [
        ("what_happened", "x"),
        ("force_units", "East Area BCU"),
        ("force_units", "Closed since"),
    ];
    let page = fill(&app, &typed, "check").await;
    assert_eq!(page.error_links(), ["force_units"]);
    for unit in ["East Area BCU", "Closed since"] {
        let checked = format!("value=\"{unit}\" autocomplete=\"off\" checked");
        assert!(page.shows(&checked), "{unit}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_that_are_too_long_in_all_are_refused_before_sending() {
    let app = TestApp::start(Base::Sqlite).await;
    let long = "x".repeat(5_000);
    let names: Vec<String> = (0..14)
        .map(|place| format!("subjects.{place}.description"))
        .collect();
    let mut typed = vec![("what_happened", "x")];
    typed.extend(names.iter().map(|name| (name.as_str(), long.as_str())));
    let page = fill(&app, &typed, "check").await;
    assert_eq!(page.error_links(), ["subjects-0-name"]);
    let typed = [
        ("what_happened", "x"),
        ("mode", "confidential"),
        ("identity.name", "N"),
        ("identity.contact", long.as_str()),
    ];
    assert_eq!(
        fill(&app, &typed, "check").await.error_links(),
        ["identity-contact"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn html_comes_back_as_text_on_every_page() {
    let app = TestApp::start(Base::Sqlite).await;
    let evil = "\"><script>alert(1)</script><svg onload='x'>&lt;";
    let typed = [
        ("what_happened", evil),
        ("when", evil),
        ("subjects.0.name", evil),
        ("others.0.why", evil),
        ("language", evil),
    ];
    let form = fill(&app, &typed, "add_other").await;
    assert_eq!(form.status, 200);
    let check = fill(&app, &typed, "check").await;
    assert_eq!(check.status, 200);
    for page in [&form, &check] {
        assert!(!page.shows("<script>alert") && !page.shows("<svg onload"));
        assert!(page.shows("&#60;script&#62;alert(1)&#60;/script&#62;"));
    }
    // What the check page carries along is what was typed.
    assert_eq!(check.hidden("what_happened"), evil);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_form_is_refused_on_a_page() {
    let app = TestApp::start(Base::Sqlite).await;
    for (body, status) in [
        (b"what_happened=%ff%fe&action=check".to_vec(), 400),
        (b"what_happened=\xc3(&action=check".to_vec(), 400),
        (b"a=1&".repeat(3_000), 413),
        (vec![b'a'; 1_048_577], 413),
    ] {
        let page = post_bytes(&app, PATH, body).await;
        assert_eq!(page.status, status);
        assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
        assert!(page.shows("That did not work"));
    }
    let json = app
        .http
        .post(app.url(PATH))
        .header("content-type", "application/json")
        .body("{}");
    assert_eq!(Page::of(json.send().await.unwrap()).await.status, 415);
    assert!(
        app.desk("Handler-1")
            .await
            .list(&app, "new")
            .await
            .is_empty()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_from_another_site_is_refused() {
    let app = TestApp::start(Base::Sqlite).await;
    let foreign = app
        .http
        .post(app.url(PATH))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site")
        .body("what_happened=x&action=check");
    let page = Page::of(foreign.send().await.unwrap()).await;
    assert_eq!(page.status, 403);
    assert!(page.shows("The form came from another website"));
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_added_and_taken_away() {
    let app = TestApp::start(Base::Sqlite).await;
    let typed = [("what_happened", "x"), ("subjects.0.name", "First")];
    let two = fill(&app, &typed, "add_subject").await;
    assert_eq!((two.status, two.hidden("subjects").as_str()), (200, "2"));
    assert!(two.shows("name=\"subjects.1.name\"") && two.shows("value=\"First\""));
    let mut all = two.all_hidden();
    all.extend(fields(&[
        ("subjects.0.name", "First"),
        ("subjects.1.name", "Second"),
        ("action", "remove_subject.0"),
    ]));
    let one = post(&app, PATH, &all).await;
    assert_eq!(one.hidden("subjects"), "1");
    assert!(one.shows("value=\"Second\"") && !one.shows("value=\"First\""));
    let many = fill(&app, &[("others.39.who", "x")], "add_other").await;
    assert_eq!(
        (many.status, many.error_links()),
        (422, vec!["others-39".to_owned()])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_check_page_lists_who_will_read_it_and_asks_when_few_are_left() {
    let app = TestApp::start(Base::Sqlite).await;
    let directory = app.directory().await;
    let readers = directory.first_readers(rightline::protocol::directory::Route::Intake);
    let ids: Vec<String> = readers
        .iter()
        .map(|reader| reader.member.to_string())
        .collect();

    let check = fill(&app, &[("what_happened", "x")], "check").await;
    for label in [
        "Handler-1, DPS Intelligence Bureau",
        "Handler-2,",
        "Handler-3,",
    ] {
        assert!(check.shows(label), "{label}");
    }
    assert!(!check.shows("Handler-4") && !check.shows("few-accepted"));

    let typed = [
        ("what_happened", "x"),
        ("exclude.members", &ids[0]),
        ("exclude.members", &ids[1]),
    ];
    let check = fill(&app, &typed, "check").await;
    assert!(check.shows("Fewer than two people") && check.shows("id=\"choose-independent\""));
    let refused = post(&app, PATH, &with_action(&check, "send")).await;
    assert_eq!(
        (refused.status, refused.error_links()),
        (422, vec!["few-accepted".to_owned()])
    );
    let mut accepted = with_action(&refused, "send");
    accepted.push(("few_accepted".to_owned(), "yes".to_owned()));
    assert_eq!(post(&app, PATH, &accepted).await.words().len(), 12);
    assert_eq!(app.desk("Handler-3").await.list(&app, "new").await.len(), 1);
    assert!(
        app.desk("Handler-1")
            .await
            .list(&app, "new")
            .await
            .is_empty()
    );

    let typed = [
        ("what_happened", "x"),
        ("exclude.units", "DPS Intelligence Bureau"),
        ("exclude.members", &ids[2]),
    ];
    let check = fill(&app, &typed, "check").await;
    assert!(check.shows("nobody is left") && !check.shows("id=\"send\""));
    assert_eq!(
        post(&app, PATH, &with_action(&check, "send"))
            .await
            .error_links(),
        ["readers"]
    );
    let independent = post(&app, PATH, &with_action(&check, "independent")).await;
    assert!(independent.shows("Handler-4") && independent.shows("id=\"send\""));
    assert_eq!(
        post(&app, PATH, &with_action(&independent, "send"))
            .await
            .words()
            .len(),
        12
    );
    assert_eq!(app.desk("Handler-4").await.list(&app, "new").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_unit_of_the_force_can_be_left_out_on_either_page() {
    let app = TestApp::start(Base::Sqlite).await;
    let unit = "Central West BCU professional standards unit";
    let scripted = fetch(&app, "/report").await;
    assert!(scripted.shows("data-units=\"Directorate of Professional Standards\n"));
    assert!(scripted.shows(unit));
    let form = fetch(&app, PATH).await;
    assert!(form.shows(&format!(
        "name=\"force_units\" type=\"checkbox\" value=\"{unit}\""
    )));
    // What readers belong to is in the other list.
    let first = "value=\"DPS Intelligence Bureau\"";
    assert!(form.shows(&format!("name=\"exclude.units\" type=\"checkbox\" {first}")));
    assert!(!form.shows(&format!("name=\"force_units\" type=\"checkbox\" {first}")));
    let typed = [
        ("what_happened", "x"),
        ("force_units", unit),
        ("force_units", "East Area BCU"),
        ("other_units", "Central West PSU"),
    ];
    let check = fill(&app, &typed, "check").await;
    assert!(check.shows("East Area BCU") && check.shows("Handler-1"));
    let change = post(&app, PATH, &with_action(&check, "change")).await;
    assert!(change.shows(&format!("value=\"{unit}\" autocomplete=\"off\" checked")));
    file(&app, &typed).await;
    let (desk, case) = newest(&app, "Handler-1").await;
    let open = desk.open(&app, case).await;
    assert_eq!(
        open.parties.exclude.units,
        [unit, "East Area BCU", "Central West PSU"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_goes_where_the_mode_says_and_is_never_dropped_silently() {
    let app = TestApp::start(Base::Sqlite).await;
    let check = |typed: Vec<(&'static str, &'static str)>| {
        let app = &app;
        async move { fill(app, &typed, "check").await }
    };
    let what = ("what_happened", "x");
    assert_eq!(
        check(vec![what, ("name", "N")]).await.error_links(),
        ["name"]
    );
    assert_eq!(
        check(vec![what, ("mode", "named")]).await.error_links(),
        ["name"]
    );
    let page = check(vec![what, ("mode", "confidential")]).await;
    assert_eq!(page.error_links(), ["identity-name"]);
    let page = check(vec![
        what,
        ("mode", "confidential"),
        ("identity.name", "Secret Name"),
    ])
    .await;
    assert!(page.shows("Custodian-1, Identity custodians"));
    assert_eq!(
        post(&app, PATH, &with_action(&page, "send"))
            .await
            .words()
            .len(),
        12
    );
    let (desk, case) = newest(&app, "Handler-1").await;
    let body: Body = desk.open(&app, case).await.body;
    assert_eq!(
        (body.name.as_str(), body.mode.as_str()),
        ("", "confidential")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_independent_team_is_proposed_when_a_subject_may_read_reports() {
    let app = TestApp::start(Base::Sqlite).await;
    let typed = [
        ("what_happened", "x"),
        ("subjects.0.name", "N"),
        ("subjects.0.reads_reports", "yes"),
    ];
    let check = fill(&app, &typed, "check").await;
    assert!(check.shows("You said that this person may work where reports are read"));
    assert!(check.shows("id=\"choose-independent\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_database_what_was_typed_is_kept_on_the_page() {
    let mut app = TestApp::start(Base::Sqlite).await;
    let check = fill(
        &app,
        &[
            ("what_happened", "My words."),
            ("exclude.units", "Independent route"),
        ],
        "check",
    )
    .await;
    app.store().close().await;
    for action in ["send", "check", "change"] {
        app.clock.turn(60);
        let page = post(&app, PATH, &with_action(&check, action)).await;
        assert_eq!(page.status, 503, "{action}");
        assert!(page.shows("My words.</textarea>"), "{action}");
        assert_eq!(page.hidden("exclude.units"), "Independent route");
        assert_eq!(page.hidden("seed"), check.hidden("seed"));
    }
    app.restart().await;
    let words = post(&app, PATH, &with_action(&check, "send")).await;
    assert_eq!(words.words().len(), 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_service_takes_nothing_and_keeps_the_text_on_the_page() {
    let mut app = TestApp::start(Base::Sqlite).await;
    let check = fill(&app, &[("what_happened", "My words.")], "check").await;
    let sent = file(&app, &[("what_happened", "Before.")]).await;
    assert_eq!(sent.words().len(), 12);
    app.settings.service.open = false;
    app.restart().await;
    let page = post(&app, PATH, &with_action(&check, "send")).await;
    assert_eq!(page.status, 403);
    assert!(
        page.shows("Reports are not being taken here now") && page.shows("My words.</textarea>")
    );
    assert!(
        fetch(&app, PATH)
            .await
            .shows("Reports are not being taken here now")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_stands_at_the_top_with_a_list_only_if_something_is_in_it() {
    let mut app = TestApp::start(Base::Sqlite).await;
    let empty = fill(&app, &[], "check").await;
    assert_eq!(
        empty.summary(),
        "<div class=\"govuk-error-summary\" id=\"error-summary\">\n  <div role=\"alert\">\n    \
         <h2 class=\"govuk-error-summary__title\">There is a problem</h2>\n    \
         <div class=\"govuk-error-summary__body\">\n      \
         <ul class=\"govuk-list govuk-error-summary__list\">\n        \
         <li><a href=\"#what_happened\">Tell us what happened</a></li>\n      </ul>\n    </div>\n  </div>\n</div>\n"
    );
    let check = fill(&app, &[("what_happened", "My words.")], "check").await;
    assert_eq!(check.summary(), "");
    // The readers were not shown: on the page that shows them.
    let unseen = fill(&app, &[("what_happened", "My words.")], "send").await;
    app.settings.service.open = false;
    app.restart().await;
    // On the form.
    let closed = post(&app, PATH, &with_action(&check, "send")).await;
    for page in [unseen, closed] {
        let summary = page.summary();
        assert!(summary.contains("__body\">\n      <p>"), "{summary}");
        assert!(summary.contains("</p>\n    </div>"), "{summary}");
        assert!(!summary.contains("<ul"), "{summary}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_whose_readers_were_not_shown_is_not_sent() {
    let app = TestApp::start(Base::Sqlite).await;
    let unseen = fill(&app, &[("what_happened", "x")], "send").await;
    assert_eq!(unseen.status, 409);
    assert!(unseen.shows("Check who will be able to read your report"));
    assert!(
        app.desk("Handler-1")
            .await
            .list(&app, "new")
            .await
            .is_empty()
    );
    // Without the form's seed a repeated post could not be known, so there is no sending either.
    let mut seedless = with_action(&unseen, "send");
    seedless.retain(|(name, _)| name != "seed");
    let page = post(&app, PATH, &seedless).await;
    assert_eq!(page.status, 409);
    assert_eq!(page.hidden("seed").len(), 32);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_carries_the_day_and_no_time() {
    let app = TestApp::start(Base::Sqlite).await;
    file(&app, &[("what_happened", "x")]).await;
    let (desk, case) = newest(&app, "Handler-2").await;
    let open = desk.open(&app, case).await;
    assert_eq!(open.case.statement.day, Day::parse("2026-11-23").unwrap());
}
