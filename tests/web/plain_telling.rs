//! What a reporter tells with a form (M10) at `/return/without-javascript`, and the days that its page names.

use rightline::protocol::act::{Act, Part};
use rightline::protocol::message::{Form, Stage, Treatment};
use rightline::protocol::record::Name;
use rightline::protocol::token::Token;

use crate::both;
use crate::support::member::OpenCase;
use crate::support::working::{Office, assign};
use crate::support::{Base, Desk, Site, TestApp, sql};
use crate::web::plain::{self, Page, fields, newest};

const PATH: &str = "/return/without-javascript";

async fn file(app: &Site) -> String {
    let words = plain::file(app, &[("what_happened", "The sergeant said things.")]).await;
    words.words().join(" ")
}

async fn open(app: &Site, token: &str) -> Page {
    plain::post(app, PATH, &fields(&[("token", token), ("action", "open")])).await
}

async fn press(app: &Site, page: &Page, action: &str, typed: &[(&str, &str)]) -> Page {
    let mut all = plain::with_action(page, action);
    all.extend(fields(typed));
    plain::post(app, PATH, &all).await
}

/// The forms that the readers of a case get.
fn told(app: &Site, desk: &Desk, open: &OpenCase, token: &str) -> Vec<Form> {
    let keys = Token::parse(token).unwrap().keys(&app.id());
    let told = desk.told(open, &keys.signing_key().verifying_key());
    told.iter()
        .map(|(kind, body)| Form::read(kind, body).expect("a form"))
        .collect()
}

both!(each_form_arrives_as_what_it_says, |base| {
    let app = TestApp::start(base).await;
    let token = file(&app).await;
    let (desk, case) = newest(&app, "Handler-1").await;
    desk.open(&app, case).await;

    let page = open(&app, &token).await;
    let form = press(&app, &page, "check_in", &[]).await;
    assert!(form.shows("How have you been treated since you reported?"));
    let typed = [
        ("check-in.answer", "worse"),
        ("check-in.what", "rota"),
        ("check-in.what", "identity_hunting"),
        ("check-in.detail", "No shifts.\r\nNone."),
    ];
    let sent = press(&app, &form, "check_in_send", &typed).await;
    assert_eq!(sent.status, 200);
    assert!(sent.shows("as an allegation of reprisal."));

    let form = press(&app, &sent, "survey", &[]).await;
    let typed = [("survey.safe", "disagree"), ("survey.again", "unknown")];
    let sent = press(&app, &form, "survey_send", &typed).await;
    assert!(sent.shows("Your answers were received."));

    let form = press(&app, &sent, "exclude", &[]).await;
    assert!(form.shows("Whoever has read your report has read it."));
    // The units of the force are there to be chosen, the same for everybody.
    let unit = "Central West BCU professional standards unit";
    let checked = |unit: &str| format!("value=\"{unit}\" autocomplete=\"off\" checked");
    let offered = format!("name=\"exclude.chosen\" type=\"checkbox\" value=\"{unit}\"");
    assert!(form.shows(&offered) && !form.shows(&checked(unit)));
    let many: Vec<String> = (0..50).map(|n| n.to_string()).collect();
    let many = many.join("\r\n");
    let typed = [
        ("exclude.chosen", unit),
        ("exclude.chosen", "Closed since"),
        ("exclude.units", many.as_str()),
    ];
    let refused = press(&app, &form, "exclude_send", &typed).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.error_links(), ["exclude-units"]);
    assert!(refused.shows(&checked(unit)) && refused.shows(&checked("Closed since")));
    let typed = [
        ("exclude.chosen", unit),
        (
            "exclude.units",
            "Central West BCU\r\n\r\n Roads \r\nCentral West BCU",
        ),
    ];
    let sent = press(&app, &form, "exclude_send", &typed).await;
    assert!(sent.shows("We were told who must not see your report."));

    let bodies = told(&app, &desk, &desk.read(&app, case).await, &token);
    let [
        Form::CheckInAnswer(answer),
        Form::Survey(survey),
        Form::Exclude(exclude),
    ] = bodies.as_slice()
    else {
        panic!("other forms came: {bodies:?}")
    };
    assert_eq!(answer.answer, Treatment::Worse);
    assert_eq!(answer.what, ["rota", "identity_hunting"]);
    assert_eq!(answer.detail, "No shifts.\nNone.");
    assert_eq!(survey.again.as_str(), "unknown");
    assert_eq!(exclude.units, [unit, "Central West BCU", "Roads"]);
    // The words open none of it.
    let page = open(&app, &token).await;
    assert!(!page.shows("No shifts.") && !page.shows("Roads"));
    assert_eq!(page.html.matches("You wrote something").count(), 3);
});

both!(who_somebody_is_is_sent_after_a_question_only, |base| {
    let app = TestApp::start(base).await;
    let token = file(&app).await;
    let (desk, case) = newest(&app, "Handler-1").await;
    desk.open(&app, case).await;
    let page = open(&app, &token).await;
    let form = press(&app, &page, "reveal", &[]).await;
    assert!(form.shows("This goes one way."));
    let typed = [("reveal.name", " Ana \"A\" <b> "), ("reveal.contact", "")];
    let asked = press(&app, &form, "reveal_ask", &typed).await;
    assert!(asked.shows("Do you want to tell us who you are?"));
    assert!(asked.shows("You cannot take this back."));
    assert!(asked.shows("&#60;b&#62;") && !asked.shows("<b>"));
    assert_eq!(sql::count(app.store(), "messages").await, 0);

    // What was typed comes back to be changed.
    let again = press(&app, &asked, "reveal", &[]).await;
    assert!(again.shows("value=\" Ana &#34;A&#34; &#60;b&#62; \""));
    let typed = [
        ("reveal.name", "Ana"),
        ("reveal.contact", "ana@example.org"),
    ];
    let asked = press(&app, &again, "reveal_ask", &typed).await;
    let sent = press(&app, &asked, "reveal_send", &[]).await;
    assert!(sent.shows("can now see who you are."));
    let bodies = told(&app, &desk, &desk.read(&app, case).await, &token);
    let [Form::Reveal(reveal)] = bodies.as_slice() else {
        panic!("other forms came: {bodies:?}")
    };
    assert_eq!(
        (&*reveal.name, &*reveal.contact),
        ("Ana", "ana@example.org")
    );
});

both!(
    what_is_wrong_is_said_at_its_field_and_nothing_is_lost,
    |base| {
        let app = TestApp::start(base).await;
        let token = file(&app).await;
        let page = open(&app, &token).await;
        let own = format!("I am {token}");
        let long = "x".repeat(3_001);
        for (kind, action, typed, field) in [
            (
                "check_in",
                "check_in_send",
                vec![("check-in.what", "rota"), ("check-in.detail", "Shifts.")],
                "check-in-answer",
            ),
            (
                "survey",
                "survey_send",
                vec![("survey.again", ""), ("survey.detail", " ")],
                "survey-listened",
            ),
            (
                "reveal",
                "reveal_ask",
                vec![("reveal.name", " "), ("reveal.contact", "07")],
                "reveal-name",
            ),
            (
                "reveal",
                "reveal_send",
                vec![("reveal.name", own.as_str())],
                "reveal-name",
            ),
            (
                "exclude",
                "exclude_send",
                vec![("exclude.people", long.as_str()), ("exclude.detail", "d")],
                "exclude-people",
            ),
        ] {
            let form = press(&app, &page, kind, &[("body", "Half a reply")]).await;
            assert_eq!(
                (form.status, form.error_links()),
                (200, Vec::new()),
                "{kind}"
            );
            let wrong = press(&app, &form, action, &typed).await;
            assert_eq!(
                (wrong.status, wrong.error_links()),
                (422, vec![field.to_owned()]),
                "{action}"
            );
            assert!(wrong.shows(&format!("id=\"{field}-error\"")), "{action}");
            for (name, value) in &typed {
                let kept = value.is_empty()
                    || wrong.shows(&format!("value=\"{value}\" autocomplete=\"off\" checked"))
                    || wrong.shows(&format!("value=\"{value}\""))
                    || wrong.shows(&format!("\n{value}</textarea>"));
                assert!(kept, "{action} lost {name}");
            }
            // What was typed as a reply waits.
            let back = press(&app, &wrong, "open", &[]).await;
            assert!(back.shows("Half a reply</textarea>"), "{action}");
        }
        assert_eq!(sql::count(app.store(), "messages").await, 0);
    }
);

#[tokio::test(flavor = "multi_thread")]
async fn a_form_posted_again_is_not_sent_twice_and_waits_while_nothing_is_kept() {
    let app = TestApp::start(Base::Sqlite).await;
    let token = file(&app).await;
    let page = open(&app, &token).await;
    let form = press(&app, &page, "check_in", &[]).await;
    let typed = [("check-in.answer", "same"), ("check-in.detail", "Once.")];
    assert_eq!(
        press(&app, &form, "check_in_send", &typed).await.status,
        200
    );
    let again = press(&app, &form, "check_in_send", &typed).await;
    assert_eq!(
        (again.status, again.error_links()),
        (409, vec!["send".to_owned()])
    );
    assert!(again.shows("Once.</textarea>"));
    assert_eq!(sql::count(app.store(), "messages").await, 1);
    app.store().close().await;
    let unsent = press(&app, &again, "check_in_send", &typed).await;
    assert_eq!(
        (unsent.status, unsent.error_links()),
        (503, vec!["send".to_owned()])
    );
    assert!(
        unsent.shows("Once.</textarea>")
            && unsent.shows("value=\"same\" autocomplete=\"off\" checked")
    );
    assert_eq!(unsent.hidden("token"), token);
}

both!(the_page_names_the_days_that_are_kept_to, |base| {
    let app = TestApp::start(base).await;
    let token = file(&app).await;
    let new = open(&app, &token).await;
    assert!(!new.shows("You hear from us by"));
    assert!(new.shows("By Tuesday 23 February 2027 we tell you"));
    assert!(new.shows("If it is still open on Tuesday 23 November 2027,"));
    assert!(new.shows("We ask next on Wednesday 23 December: 30 days after your report."));
    assert!(!new.shows("id=\"check-in-due\"") && !new.shows("id=\"tell-survey\""));

    let (desk, case) = newest(&app, "Handler-1").await;
    desk.open(&app, case).await;
    desk.answer(&app, case, Some(Stage::Acknowledged), "We have it.")
        .await;
    assert!(
        open(&app, &token)
            .await
            .shows("You hear from us by Monday 21 December, even if")
    );
    app.clock.turn(30 * 86_400);
    let later = open(&app, &token).await;
    assert!(later.shows("You were to hear from us by Monday 21 December."));
    assert!(later.shows("30 days after your report is today."));
    assert!(later.shows("We ask next on Friday 22 January 2027: 60 days after your report."));
});

both!(what_was_told_is_not_missed_when_the_case_goes_on, |base| {
    let app = TestApp::start(base).await;
    let office = Office::open(&app).await;
    let token = file(&app).await;
    let (handler, case) = newest(&app, "Handler-1").await;
    let case_open = office.take(&app, case).await;
    let authority = &office.authority;
    handler
        .does(
            &app,
            &case_open,
            assign(Part::Authority, authority.vault.member),
        )
        .await;
    for name in [Name::Severity, Name::Referral, Name::Decisions] {
        authority.completes(&app, &case_open, name).await;
    }
    app.clock.turn(93 * 86_400);
    let missed = "We were to tell you by Tuesday 23 February";
    assert!(open(&app, &token).await.shows(missed));
    let handler = app.desk("Handler-1").await;
    handler
        .answer(&app, case, Some(Stage::Outcome), "This is what we did.")
        .await;
    assert!(!open(&app, &token).await.shows(missed));
    handler
        .answer(&app, case, Some(Stage::Assessment), "We look at it again.")
        .await;
    let again = open(&app, &token).await;
    assert!(!again.shows(missed));
    assert!(again.shows("If it is still open on Tuesday 23 November"));
});

both!(a_message_leads_to_what_it_asks_for, |base| {
    let app = TestApp::start(base).await;
    let token = file(&app).await;
    let (desk, case) = newest(&app, "Handler-1").await;
    desk.open(&app, case).await;
    for (kind, heading, link) in [
        ("question", "A question for you", "#body"),
        ("decision", "A decision", "#body"),
        ("support", "Support", "#body"),
        ("check_in", "How have you been treated?", "#check-in"),
        ("survey", "A few questions", "#survey"),
    ] {
        let case_now = desk.read(&app, case).await;
        let written = desk.write_kind(&app, &case_now, None, kind, "Text.");
        assert_eq!(desk.send(&app, case, &written).await.status(), 201);
        let page = open(&app, &token).await;
        let newest = page.html.split_once("rl-letter__from").unwrap().1;
        let newest = newest.split_once("</li>").unwrap().0;
        assert!(newest.contains(&format!("{heading}</h3>")), "{kind}");
        assert!(newest.contains(&format!("href=\"{link}\"")), "{kind}");
        assert_eq!(page.shows("id=\"tell-survey\""), kind == "survey");
    }
});

/// Where a report is, what happens next and by when, as the page says it.
fn stage_of(page: &Page) -> &str {
    let from = page.html.split_once("id=\"stage\">").expect("a stage").1;
    from.split_once("</div>").expect("an end").0
}

both!(a_report_that_is_set_aside_promises_no_day, |base| {
    let app = TestApp::start(base).await;
    let token = file(&app).await;
    let (desk, case) = newest(&app, "Handler-1").await;
    let case_open = desk.open(&app, case).await;
    desk.does(&app, &case_open, Act::SetAside {}).await;
    let silent = open(&app, &token).await;
    assert!(silent.shows("Nobody has told you why."));
    desk.does(&app, &case_open, Act::TakeUp {}).await;

    desk.answer(&app, case, Some(Stage::Acknowledged), "We have it.")
        .await;
    let working = open(&app, &token).await;
    assert!(stage_of(&working).contains("You hear from us by"));
    desk.answer(&app, case, None, "It is for the council.")
        .await;
    desk.does(&app, &case_open, Act::SetAside {}).await;
    let aside = open(&app, &token).await;
    let says = stage_of(&aside);
    for line in [
        "Nobody is working on it now.",
        "The last message from us says why.",
        "You can still write to us below",
        "It can be taken up again:",
    ] {
        assert!(says.contains(line), "{line}");
    }
    for promise in ["id=\"days\"", "By ", "hear from us", "2027"] {
        assert!(!says.contains(promise), "{promise}: {says}");
    }
    // How somebody is treated is asked for all the same, and what they write arrives.
    assert!(aside.shows("We ask next on Wednesday 23 December: 30 days after your report."));
    let sent = press(&app, &aside, "reply", &[("body", "It is for you.")]).await;
    assert!(sent.shows("Your message was received.") && stage_of(&sent) == says);

    desk.does(&app, &case_open, Act::TakeUp {}).await;
    assert_eq!(stage_of(&open(&app, &token).await), stage_of(&working));
});
