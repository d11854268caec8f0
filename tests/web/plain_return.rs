//! `/return/without-javascript`: the service reads and writes with the words that were typed.

use rightline::protocol::epoch::{Epoch, Reason};
use rightline::protocol::hybrid::CaseIdentity;
use rightline::protocol::message::{Message, Next, Stage};
use rightline::protocol::{CaseId, MemberId};
use rightline::secret::CaseSecret;

use crate::both;
use crate::support::rekeying::NewKeys;
use crate::support::{Base, Desk, Lead, Site, TestApp, sql};
use crate::web::plain::{self, Page, fetch, fields, newest};

const PATH: &str = "/return/without-javascript";

async fn post(app: &Site, typed: &[(&str, &str)]) -> Page {
    plain::post(app, PATH, &fields(typed)).await
}

async fn open(app: &Site, token: &str) -> Page {
    post(app, &[("token", token), ("action", "open")]).await
}

/// Posts what a mailbox page holds, with more fields.
async fn press(app: &Site, page: &Page, action: &str, typed: &[(&str, &str)]) -> Page {
    let mut all = plain::with_action(page, action);
    all.extend(fields(typed));
    plain::post(app, PATH, &all).await
}

async fn file(app: &Site) -> String {
    let words = plain::file(app, &[("what_happened", "The sergeant said things.")]).await;
    words.words().join(" ")
}

both!(an_answer_is_read_and_answered_with_the_words, |base| {
    let app = TestApp::start(base).await;
    let token = file(&app).await;
    let empty = open(&app, &token).await;
    assert_eq!(empty.status, 200);
    assert!(empty.shows("We received it on Monday 23 November."));
    assert!(empty.shows("Nobody has written yet.") && empty.shows("By Monday 30 November."));
    assert!(empty.shows("id=\"receipt\""));

    let (desk, case) = newest(&app, "Handler-1").await;
    desk.open(&app, case).await;
    desk.answer(
        &app,
        case,
        Some(Stage::Acknowledged),
        "We have it.\n<b>Bold</b> & more",
    )
    .await;
    let typed = token.to_uppercase().replace(' ', ", ");
    let answered = open(&app, &typed).await;
    assert!(answered.shows("<p class=\"govuk-body rl-typed\">We have it.</p>"));
    assert!(answered.shows("&#60;b&#62;Bold&#60;/b&#62; &#38; more"));
    assert!(answered.shows("Handler-1, DPS Intelligence Bureau"));
    assert!(answered.shows("We have read that your report is there"));
    assert!(!answered.shows("class=\"rl-warning\""));

    let replied = press(&app, &answered, "reply", &[("body", "Thank\r\nyou.")]).await;
    assert_eq!(replied.status, 200);
    assert!(replied.shows("Your message was received.") && replied.shows("You wrote something"));
    assert!(!replied.shows("Thank\nyou."));
    let view = desk.read(&app, case).await;
    assert_eq!(view.view["messages"].as_array().unwrap().len(), 2);
    desk.answer(&app, case, None, "And again.").await;
    let page = open(&app, &token).await;
    assert!(!page.shows("class=\"rl-warning\""));
    // The newest first.
    let places =
        ["And again.", "You wrote something", "We have it."].map(|text| page.html.find(text));
    assert!(
        places.is_sorted() && places.iter().all(Option::is_some),
        "{places:?}"
    );
});

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_next_is_what_the_stage_in_force_began() {
    let app = TestApp::start(Base::Sqlite).await;
    let token = file(&app).await;
    let (desk, case) = newest(&app, "Handler-1").await;
    desk.open(&app, case).await;
    let message = Message {
        stage: Some(Stage::Triage),
        body: "We have it.".to_owned(),
        next: Next {
            what: "We decide who deals with it.".to_owned(),
            by: None,
        },
        ..Message::default()
    };
    let written = desk.write_message(&app, &desk.read(&app, case).await, &message);
    assert_eq!(desk.send(&app, case, &written).await.status(), 201);
    desk.answer(&app, case, None, "A word between.").await;
    let next = |page: &Page| {
        let (_, from) = page.html.split_once("What happens next</h2>").unwrap();
        from.split_once("</p>").unwrap().0.to_owned()
    };
    assert!(next(&open(&app, &token).await).contains("We decide who deals with it."));
    desk.answer(&app, case, Some(Stage::Assessment), "We go on.")
        .await;
    let later = next(&open(&app, &token).await);
    assert!(!later.contains("We decide"), "{later}");
    assert!(later.contains("We will write here when there is something to tell."));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_posted_again_is_not_sent_twice() {
    let app = TestApp::start(Base::Sqlite).await;
    let token = file(&app).await;
    let page = open(&app, &token).await;
    let body = [("body", "Only once.")];
    assert_eq!(press(&app, &page, "reply", &body).await.status, 200);
    let again = press(&app, &page, "reply", &body).await;
    assert_eq!(
        (again.status, again.error_links()),
        (409, vec!["body".to_owned()])
    );
    assert!(again.shows("Only once.</textarea>"));
    let (desk, case) = newest(&app, "Handler-1").await;
    assert_eq!(
        desk.open(&app, case).await.view["messages"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_cannot_be_sent_is_kept_on_the_page() {
    let app = TestApp::start(Base::Sqlite).await;
    let token = file(&app).await;
    let page = open(&app, &token).await;
    let long = "x".repeat(20_001);
    let wide = "\u{1f600}".repeat(20_000);
    let own = format!("My words are {token}, please help");
    for body in ["  ", &long, &wide, &own] {
        let wrong = press(&app, &page, "reply", &[("body", body)]).await;
        assert_eq!(
            (wrong.status, wrong.error_links()),
            (422, vec!["body".to_owned()])
        );
        assert!(wrong.shows(&format!("{body}</textarea>")));
    }
    app.store().close().await;
    let unsent = press(&app, &page, "reply", &[("body", "Do not lose me.")]).await;
    assert_eq!(
        (unsent.status, unsent.error_links()),
        (503, vec!["body".to_owned()])
    );
    assert!(unsent.shows("Do not lose me.</textarea>"));
    assert_eq!(unsent.hidden("token"), token);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_words_are_named_where_the_list_or_the_checksum_shows_them() {
    let app = TestApp::start(Base::Sqlite).await;
    let legal = "legal ".repeat(12);
    for (typed, said) in [
        ("", "Type your 12 words"),
        ("legal", "You typed 1"),
        ("legal winner", "You typed 2"),
        (
            &legal.replacen("legal ", "lagel ", 1),
            "Word 1 is not one of the words",
        ),
        (&legal, "they do not belong together"),
    ] {
        let page = open(&app, typed).await;
        assert_eq!(
            (page.status, page.error_links()),
            (422, vec!["token".to_owned()]),
            "{typed}"
        );
        assert!(page.shows(said), "{said}");
        assert!(!page.shows("lagel"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_words_and_words_that_were_changed_get_the_same_answer() {
    let app = TestApp::start(Base::Sqlite).await;
    let token = file(&app).await;
    let page = open(&app, &token).await;
    let first = press(&app, &page, "change_words", &[]).await;
    assert_eq!(first.status, 200);
    assert_ne!(first.words().join(" "), token);
    // Nothing has changed yet.
    assert_eq!(open(&app, &token).await.status, 200);
    let changed = press(&app, &first, "change_confirmed", &[]).await;
    assert_eq!(changed.status, 200);
    assert_eq!(changed.words(), first.words());

    let unknown = "legal winner thank year wave sausage worth useful legal winner thank yellow";
    for action in [
        "open",
        "reply",
        "delete",
        "delete_confirmed",
        "change_words",
        "change_confirmed",
        "check_in",
        "survey_send",
        "reveal_ask",
        "exclude_send",
    ] {
        let more = [("body", "x"), ("up_to", "1"), ("action", action)];
        let ask = |token: String| {
            let mut typed = vec![("token", token)];
            typed.extend(
                more.iter()
                    .map(|(name, value)| (*name, (*value).to_owned())),
            );
            let typed: Vec<(String, String)> = typed
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect();
            let app = &app;
            async move { plain::post(app, PATH, &typed).await }
        };
        let (mut one, mut other) = (ask(unknown.to_owned()).await, ask(token.clone()).await);
        one.headers.remove("date");
        other.headers.remove("date");
        assert_eq!(
            (one.status, &one.headers, &one.html),
            (other.status, &other.headers, &other.html)
        );
        assert_eq!(one.status, 404, "{action}");
        assert!(one.shows("These words open nothing here"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn new_words_open_what_was_sent_to_the_old_ones_and_a_repeat_is_harmless() {
    let app = TestApp::start(Base::Sqlite).await;
    let token = file(&app).await;
    let (desk, case) = newest(&app, "Handler-1").await;
    desk.open(&app, case).await;
    desk.answer(&app, case, None, "For the old words.").await;
    let page = open(&app, &token).await;
    press(&app, &page, "reply", &[("body", "From the old words.")]).await;
    let page = open(&app, &token).await;
    let first = press(&app, &page, "change_words", &[]).await;
    let once = press(&app, &first, "change_confirmed", &[]).await;
    let twice = press(&app, &first, "change_confirmed", &[]).await;
    assert_eq!((once.status, twice.status), (200, 200));
    assert_eq!(once.words(), twice.words());

    let new = once.words().join(" ");
    let page = open(&app, &new).await;
    assert!(page.shows("For the old words.") && page.shows("You wrote something"));
    assert!(!page.shows("class=\"rl-warning\""));
    let replied = press(&app, &page, "reply", &[("body", "From the new words.")]).await;
    assert_eq!(replied.status, 200);
    let again = press(&app, &page, "change_words", &[]).await;
    let third = press(&app, &again, "change_confirmed", &[]).await;
    let page = open(&app, &third.words().join(" ")).await;
    assert!(page.shows("For the old words.") && !page.shows("class=\"rl-warning\""));
    assert_eq!(open(&app, &new).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_is_deleted_after_a_question() {
    let app = TestApp::start(Base::Sqlite).await;
    let token = file(&app).await;
    let (desk, case) = newest(&app, "Handler-1").await;
    desk.open(&app, case).await;
    desk.answer(&app, case, None, "Delete me.").await;
    let page = open(&app, &token).await;
    let asked = press(&app, &page, "delete", &[]).await;
    assert!(asked.shows("id=\"delete-confirmed\"") && asked.shows("Delete me."));
    let deleted = press(&app, &asked, "delete_confirmed", &[]).await;
    assert!(deleted.shows("The messages to you were deleted.") && !deleted.shows("Delete me."));
    assert!(deleted.shows("The text of this message is no longer here."));
    assert!(deleted.shows("Handler-1, DPS Intelligence Bureau"));
    assert_eq!(
        desk.read(&app, case).await.view["messages"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn more_messages_than_one_answer_holds_are_all_read() {
    let app = TestApp::start(Base::Sqlite).await;
    let token = file(&app).await;
    let (desk, case) = newest(&app, "Handler-1").await;
    desk.open(&app, case).await;
    for number in 1..=53 {
        desk.answer(&app, case, None, &format!("Message number {number}."))
            .await;
    }
    let page = open(&app, &token).await;
    for number in 1..=53 {
        assert!(page.shows(&format!("Message number {number}.")), "{number}");
    }
    assert!(
        !page.shows("class=\"rl-warning\"")
            && !page.shows("The text of this message is no longer here.")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_was_tampered_with_is_a_warning_and_the_others_are_shown() {
    let app = TestApp::start(Base::Sqlite).await;
    let token = file(&app).await;
    let (desk, case) = newest(&app, "Handler-1").await;
    desk.open(&app, case).await;
    for text in ["First good one.", "The poisoned one.", "Last good one."] {
        desk.answer(&app, case, None, text).await;
    }
    let rightline::store::Store::Sqlite { writer, .. } = app.store() else {
        panic!("this is SQLite")
    };
    sqlx::query("UPDATE messages SET reporter_file = (SELECT reporter_file FROM messages WHERE sequence = 1) WHERE sequence = 2")
        .execute(writer)
        .await
        .unwrap();
    let page = open(&app, &token).await;
    assert!(page.shows("First good one.") && page.shows("Last good one."));
    assert!(!page.shows("The poisoned one."));
    assert_eq!(page.html.matches("class=\"rl-warning\"").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn words_stand_in_no_address_and_pages_are_never_kept() {
    let app = TestApp::start(Base::Sqlite).await;
    let token = file(&app).await;
    let page = open(&app, &token).await;
    let form = fetch(&app, PATH).await;
    for page in [&page, &form] {
        assert_eq!(page.headers["cache-control"], "no-store");
        assert_eq!(page.headers["referrer-policy"], "no-referrer");
        assert!(page.headers["content-security-policy"].contains("form-action 'self'"));
        assert!(page.shows("weaker than the one with scripts"));
        let title = page
            .html
            .split_once("<title>")
            .unwrap()
            .1
            .split_once("</title>")
            .unwrap()
            .0;
        assert!(
            !token
                .split(' ')
                .any(|word| title.contains(&format!(" {word} ")))
        );
    }
    let asked = app
        .http
        .get(app.url(&format!("{PATH}?token={}", token.replace(' ', "+"))));
    let asked = Page::of(asked.send().await.unwrap()).await;
    assert!(!asked.shows(&token) && asked.shows("name=\"token\""));
}

/// Puts an epoch document into the database behind the service's back.
async fn begin_epoch(app: &TestApp, author: &Desk, case: CaseId) {
    let secret = CaseSecret::new([9; 32]);
    let epoch = Epoch {
        service: app.id(),
        case,
        epoch: 1,
        recipient: CaseIdentity::new(&secret).recipient().clone(),
        previous: case.into(),
        author: author.vault.member,
        serial: author.directory.root().serial,
        reason: Reason::Exclusion,
        day: app.today(),
    };
    let signed = epoch.sign(&author.vault.signing_key());
    let into = "INSERT INTO epochs (case_id, epoch, signed) SELECT id, 1, $1 FROM cases";
    sql::execute_with(app.store(), into, signed.as_bytes()).await;
    sql::execute(app.store(), "UPDATE cases SET epoch = 1").await;
}

both!(
    nothing_is_written_under_an_epoch_that_does_not_count,
    |base| {
        let app = TestApp::start(base).await;
        let token = file(&app).await;
        let (_, case) = newest(&app, "Handler-1").await;
        begin_epoch(&app, &app.desk("Custodian-1").await, case).await;
        let page = open(&app, &token).await;
        assert!(page.shows("The lock of your report was changed"));
        let refused = press(&app, &page, "reply", &[("body", "Who reads this?")]).await;
        assert_eq!(refused.status, 409);
        assert!(
            refused.shows("Your message has not been sent.") && refused.shows("Who reads this?")
        );
        assert_eq!(sql::count(app.store(), "messages").await, 0);
    }
);

both!(
    a_reply_goes_to_the_epoch_of_somebody_who_reads_the_report,
    |base| {
        let app = TestApp::start(base).await;
        let token = file(&app).await;
        let (desk, case) = newest(&app, "Handler-1").await;
        begin_epoch(&app, &desk, case).await;
        let page = open(&app, &token).await;
        assert!(!page.shows("The lock of your report was changed"));
        let replied = press(&app, &page, "reply", &[("body", "Hello.")]).await;
        assert!(replied.shows("Your message was received."));
        assert_eq!(sql::count(app.store(), "messages").await, 1);
    }
);

const DEPARTED: &str = "somebody who no longer reads reports";

/// Publishes a root that lists a member no more.
async fn leave(app: &TestApp, member: MemberId) {
    Lead::of(app)
        .publish(app, |_, teams| {
            for team in teams {
                team.members.retain(|listed| listed.member != member);
            }
        })
        .await;
}

both!(
    nothing_is_sealed_to_who_left_before_the_page_has_said_so,
    |base| {
        let app = TestApp::start(base).await;
        let token = file(&app).await;
        let (desk, case) = newest(&app, "Handler-1").await;
        leave(&app, desk.vault.member).await;
        let before = open(&app, &token).await;
        assert!(!before.shows(DEPARTED));
        // Under the root that still listed them.
        begin_epoch(&app, &desk, case).await;
        let body = [("body", "Who reads this?")];
        let refused = press(&app, &before, "reply", &body).await;
        assert_eq!(refused.status, 409);
        assert!(refused.shows("Your message has not been sent."));
        assert!(refused.shows(DEPARTED) && refused.shows("Who reads this?</textarea>"));
        assert_eq!(sql::count(app.store(), "messages").await, 0);
        let replied = press(&app, &refused, "reply", &body).await;
        assert!(replied.shows("Your message was received.") && replied.shows(DEPARTED));
        assert_eq!(sql::count(app.store(), "messages").await, 1);
    }
);

both!(
    an_epoch_of_who_left_afterwards_is_warned_of_until_a_colleague_makes_another,
    |base| {
        let app = TestApp::start(base).await;
        let token = file(&app).await;
        let (author, case) = newest(&app, "Handler-1").await;
        let colleague = app.desk("Handler-2").await;
        author.open(&app, case).await;
        colleague.open(&app, case).await;
        let both = [author.vault.member, colleague.vault.member];
        let new = NewKeys::next(&app, &author, case, &both).await;
        assert_eq!(new.post(&app, &author).await.status(), 201);
        assert!(!open(&app, &token).await.shows(DEPARTED));
        leave(&app, author.vault.member).await;
        assert!(open(&app, &token).await.shows(DEPARTED));
        let colleague = app.desk("Handler-2").await;
        let new = NewKeys::next(&app, &colleague, case, &both[1..]).await;
        assert_eq!(new.post(&app, &colleague).await.status(), 201);
        assert!(!open(&app, &token).await.shows("class=\"rl-warning\""));
    }
);
