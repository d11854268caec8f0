//! The page that shows the 12 words, without scripts.

use askama::Template;

use super::Page;
use super::text::{Speaks, day_in_words};
use crate::protocol::Day;
use crate::protocol::token::{Token, WORDS};

/// The 12 words.
#[derive(Template)]
#[template(path = "plain/words.html")]
pub struct WordsPage {
    page: Page,
    words: [&'static str; WORDS],
    return_url: String,
    answer_by: String,
    changed: bool,
    again: bool,
}

impl Speaks for WordsPage {}

impl WordsPage {
    /// The words of a report that was received; `again` when that was before.
    #[must_use]
    pub fn received(page: Page, token: &Token, origin: &str, today: Day, again: bool) -> Self {
        let answer_by = day_in_words(today.plus_days(i32::from(page.answer_days)));
        let return_url = format!("{origin}/return");
        Self {
            page,
            words: token.words(),
            return_url,
            answer_by,
            changed: false,
            again,
        }
    }

    /// The words that are in force from now on.
    #[must_use]
    pub fn changed(page: Page, token: &Token, origin: &str) -> Self {
        let return_url = format!("{origin}/return");
        let answer_by = String::new();
        Self {
            page,
            words: token.words(),
            return_url,
            answer_by,
            changed: true,
            again: false,
        }
    }
}
