//! The pages of the plain return, and what their templates show.

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::letters::{Message, messages};
use super::reading::Mailbox;
use crate::casework::procedure::Clocks;
use crate::directory::Published;
use crate::mailbox::days::{CheckIn, Duty, Promised, check_ins, promised};
use crate::pages::text::{Speaks, day_in_words, far_day, fill, option, say, say_with};
use crate::pages::{Page, Said};
use crate::protocol::Day;
use crate::protocol::message::Stage;
use crate::protocol::token::{Token, WORDS};

/// Where the words are typed, and what is wrong with them.
#[derive(Template)]
#[template(path = "plain/return.html")]
pub(super) struct ReturnPage {
    pub(super) page: Page,
    pub(super) error: String,
}

impl Speaks for ReturnPage {}

/// The new words, before they count.
#[derive(Template)]
#[template(path = "plain/change_words.html")]
pub(super) struct ChangePage {
    page: Page,
    token: Said,
    new_token: Said,
    words: [&'static str; WORDS],
    error: &'static str,
}

impl Speaks for ChangePage {}

impl ChangePage {
    pub(super) fn new(page: Page, token: &Token, new: &Token, error: &'static str) -> Self {
        Self {
            page,
            token: Said::from(token.to_text()),
            new_token: Said::from(new.to_text()),
            words: new.words(),
            error,
        }
    }
}

/// A reply that could not even be tried, with what was typed.
#[derive(Template)]
#[template(path = "plain/unsent.html")]
pub(super) struct UnsentPage<'a> {
    pub(super) page: Page,
    pub(super) token: Said,
    pub(super) sequence: &'a str,
    pub(super) body: &'a str,
}

impl Speaks for UnsentPage<'_> {}

struct FieldError {
    field: &'static str,
    message: &'static str,
}

struct Next {
    what: Said,
    by: String,
    missed: bool,
}

/// By what the days of a case are reckoned.
#[derive(Clone, Copy)]
pub(super) struct Reckoning<'a> {
    pub(super) clocks: &'a Clocks,
    pub(super) today: Day,
}

/// The report's page.
#[derive(Template)]
#[template(path = "plain/mailbox.html")]
pub(super) struct MailboxPage<'a> {
    page: Page,
    token: Said,
    received: String,
    stage: String,
    aside: Option<&'static str>,
    next: Next,
    days: Vec<String>,
    check_in_due: String,
    check_in_next: String,
    asks_survey: bool,
    warnings: Vec<&'static str>,
    messages: Vec<Message>,
    notice: &'static str,
    errors: Vec<FieldError>,
    body: &'a str,
    departed: bool,
    deletable: u64,
    ask_delete: bool,
    receipt: String,
    sequence: u64,
}

impl Speaks for MailboxPage<'_> {}

impl<'a> MailboxPage<'a> {
    pub(super) fn new(
        page: Page,
        token: &Token,
        mut mailbox: Mailbox,
        published: &Published,
        by: Reckoning<'_>,
    ) -> Self {
        let Reckoning { clocks, today } = by;
        let (due, following) = check_ins(mailbox.day, today);
        let receipt = mailbox
            .receipt(published)
            .map(|receipt| STANDARD.encode(receipt.as_bytes()));
        let chain = mailbox.broken_chain.then(|| say("warnings.chain"));
        let epoch = (!mailbox.can_write()).then(|| say("warnings.epoch"));
        Self {
            received: day_in_words(mailbox.day),
            stage: option("stage", mailbox.stage().as_str()),
            aside: aside(&mailbox),
            next: next(&mailbox, page.answer_days, today),
            days: promised(mailbox.known(today), clocks)
                .into_iter()
                .map(|one| day_line(one, today))
                .collect(),
            check_in_due: due.map(|due| due_line(due, today)).unwrap_or_default(),
            check_in_next: following.map_or_else(
                || say("telling.check_in.none").to_owned(),
                |next| check_in_line("telling.check_in.next", next, today),
            ),
            asks_survey: mailbox.asks_survey(),
            warnings: chain.into_iter().chain(epoch).collect(),
            departed: mailbox.is_of_departed(published),
            deletable: mailbox.deletable(),
            sequence: mailbox.next_sequence(),
            messages: messages(&mut mailbox),
            notice: "",
            errors: Vec::new(),
            body: "",
            ask_delete: false,
            receipt: receipt.unwrap_or_default(),
            token: Said::from(token.to_text()),
            page,
        }
    }

    /// Says what has been done.
    pub(super) fn with_notice(mut self, key: &str) -> Self {
        self.notice = say(key);
        self
    }

    /// Says what is wrong with a reply.
    pub(super) fn with_error(mut self, key: &str) -> Self {
        self.errors.push(FieldError {
            field: "body",
            message: say(key),
        });
        self
    }

    /// Keeps what was typed as a reply, whatever else was done.
    pub(super) const fn with_body(mut self, body: &'a str) -> Self {
        self.body = body;
        self
    }

    /// Without the reply: it was sent.
    pub(super) const fn without_body(self) -> Self {
        self.with_body("")
    }

    /// Asks before anything is deleted.
    pub(super) fn asking_to_delete(mut self) -> Self {
        self.ask_delete = self.deletable > 0;
        self
    }
}

fn day_line(promised: Promised, today: Day) -> String {
    let key = match (promised.duty, promised.passed) {
        (Duty::Update, false) => "mailbox.days_update",
        (Duty::Update, true) => "mailbox.days_update_passed",
        (Duty::Feedback, false) => "mailbox.days_feedback",
        (Duty::Feedback, true) => "mailbox.days_feedback_passed",
        (Duty::Explanation, _) => "mailbox.days_explanation",
    };
    say_with(key, far_day(promised.day, today))
}

fn due_line(due: CheckIn, today: Day) -> String {
    let key = if due.day == today {
        "telling.check_in.due_today"
    } else {
        "telling.check_in.due"
    };
    check_in_line(key, due, today)
}

fn check_in_line(key: &str, one: CheckIn, today: Day) -> String {
    let which = option("check_in_day", one.which);
    fill(
        key,
        &[("which", &*which), ("day", &*far_day(one.day, today))],
    )
}

/// Where it is said why a report is set aside; none while it is not.
fn aside(mailbox: &Mailbox) -> Option<&'static str> {
    let why = if mailbox.to_reporter.is_empty() {
        "mailbox.aside_no_word"
    } else {
        "mailbox.aside_why"
    };
    mailbox.is_aside().then(|| say(why))
}

/// What happens next, by the latest message that says so; a message that sets another stage and does not say it ends
/// what was to come before.
fn next(mailbox: &Mailbox, answer_days: u16, today: Day) -> Next {
    let said = mailbox
        .to_reporter
        .iter()
        .rev()
        .filter_map(|item| item.content.as_ref());
    let said = said
        .map(|content| (&content.next, content.stage))
        .find(|(next, stage)| !next.what.is_empty() || stage.is_some())
        .map(|(next, _)| next)
        .filter(|next| !next.what.is_empty());
    let (what, by) = match said {
        Some(next) => (next.what.clone(), next.by),
        None if mailbox.stage() == Stage::Closed => (say("mailbox.next_closed").to_owned(), None),
        None if mailbox.to_reporter.is_empty() => {
            let by = mailbox.day.plus_days(i32::from(answer_days));
            (say("mailbox.next_first").to_owned(), Some(by))
        }
        None => (say("mailbox.next_unknown").to_owned(), None),
    };
    Next {
        what: Said::new(what),
        missed: by.is_some_and(|by| by < today),
        by: by.map(day_in_words).unwrap_or_default(),
    }
}
