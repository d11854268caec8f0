//! The messages of the report's page: their order, and what is shown of each.

use zeroize::Zeroizing;

use super::reading::Mailbox;
use crate::pages::Said;
use crate::pages::text::{day_in_words, fill, option, say, say_with};
use crate::protocol::Day;
use crate::protocol::message::{Content, Item, Warning};

/// A message of either direction, as the page shows it.
pub(super) struct Message {
    pub(super) mine: bool,
    pub(super) from: String,
    pub(super) day: String,
    pub(super) heading: String,
    pub(super) paragraphs: Vec<Said>,
    pub(super) stage: String,
    pub(super) next: Said,
    pub(super) act: Option<Act>,
    pub(super) deleted: bool,
    pub(super) warnings: Vec<&'static str>,
}

/// What a message asks for: where on the page it is done, and the words of the link.
pub(super) struct Act {
    pub(super) at: &'static str,
    pub(super) words: &'static str,
}

/// Both directions, the newest first; a message comes after all that its author had seen.
pub(super) fn messages(mailbox: &mut Mailbox) -> Vec<Message> {
    let mut messages = Vec::new();
    let mut to = std::mem::take(&mut mailbox.to_reporter)
        .into_iter()
        .peekable();
    let mut from = std::mem::take(&mut mailbox.from_reporter)
        .into_iter()
        .peekable();
    loop {
        let mine = match (to.peek(), from.peek()) {
            (None, None) => break,
            (None, Some(_)) => true,
            (Some(_), None) => false,
            (Some(theirs), Some(own)) => {
                let they_saw = has_seen(theirs, own);
                let i_saw = has_seen(own, theirs);
                if they_saw == i_saw {
                    day(own) < day(theirs)
                } else {
                    they_saw
                }
            }
        };
        if mine {
            messages.extend(from.next().map(|item| own_message(&item)));
        } else {
            messages.extend(to.next().map(|item| message(mailbox, item)));
        }
    }
    messages.reverse();
    messages
}

/// Whether the author of a message had seen the other.
fn has_seen(item: &Item, other: &Item) -> bool {
    item.stub
        .as_ref()
        .is_some_and(|stub| stub.seen.sequence >= other.sequence)
}

fn day(item: &Item) -> Option<Day> {
    item.stub.as_ref().map(|stub| stub.day)
}

fn day_of(item: &Item) -> String {
    day(item).map(day_in_words).unwrap_or_default()
}

fn own_message(item: &Item) -> Message {
    let warnings = item.warnings.iter().map(|warning| match warning {
        Warning::Stub(_) => say("warnings.own"),
        other => words_for(*other),
    });
    Message {
        mine: true,
        from: String::new(),
        day: day_of(item),
        heading: String::new(),
        paragraphs: Vec::new(),
        stage: String::new(),
        next: Said::default(),
        act: None,
        deleted: false,
        warnings: warnings.collect(),
    }
}

fn message(mailbox: &Mailbox, item: Item) -> Message {
    let from = mailbox.author(&item).map_or_else(
        || say("mailbox.from_unknown").to_owned(),
        |(label, team)| fill("mailbox.from", &[("label", label), ("team", team)]),
    );
    let warnings = item
        .warnings
        .iter()
        .map(|warning| words_for(*warning))
        .collect();
    let stage = item.stub.as_ref().and_then(|stub| stub.stage);
    let day = day_of(&item);
    let deleted = mailbox.is_deleted(&item);
    let asked = item.content.as_ref();
    let act = asked.and_then(|content| act_on(content.kind.shown()));
    let (heading, paragraphs, next) = item.content.map(contents).unwrap_or_default();
    Message {
        mine: false,
        from,
        day,
        heading,
        paragraphs,
        stage: stage
            .map(|stage| option("stage", stage.as_str()))
            .unwrap_or_default(),
        next,
        act,
        deleted,
        warnings,
    }
}

/// The heading, the paragraphs and the sentence about what is next.
fn contents(content: Content) -> (String, Vec<Said>, Said) {
    let heading = match content.kind.shown() {
        "message" => String::new(),
        kind => option("message_kind", kind),
    };
    let body = Zeroizing::new(content.body);
    let what = Zeroizing::new(content.next.what);
    let next = match content.next.by {
        _ if what.is_empty() => String::new(),
        None => say_with("mailbox.next_in_message", what.as_str()),
        Some(by) => fill(
            "mailbox.next_in_message_by",
            &[("day", &day_in_words(by)), ("what", &what)],
        ),
    };
    let lines = body.lines().filter(|line| !line.trim().is_empty());
    (
        heading,
        lines.map(|line| Said::new(line.to_owned())).collect(),
        Said::new(next),
    )
}

fn words_for(warning: Warning) -> &'static str {
    say(match warning {
        Warning::Stub(_) => "warnings.unknown_signer",
        Warning::File(refused) if refused.rule() == "F2" => "warnings.too_long",
        Warning::File(_) => "warnings.does_not_open",
        Warning::Gap => "warnings.gap",
        Warning::Previous => "warnings.previous",
        Warning::Seen => "warnings.seen",
        Warning::EarlierEpoch => "warnings.earlier_epoch",
    })
}

/// What a message of a kind asks for.
fn act_on(kind: &str) -> Option<Act> {
    let (at, words) = match kind {
        "question" => ("body", "mailbox.act_question"),
        "decision" => ("body", "mailbox.act_decision"),
        "support" => ("body", "mailbox.act_support"),
        "check_in" => ("check-in", "mailbox.act_check_in"),
        "survey" => ("survey", "mailbox.act_survey"),
        _ => return None,
    };
    let words = say(words);
    Some(Act { at, words })
}
