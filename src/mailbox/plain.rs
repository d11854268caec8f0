//! `/return/without-javascript`: the service plays the reporter's side in memory, and keeps none of it.
//! The words come in a body, never in an address.

mod letters;
mod reading;
mod reporter;
mod telling;
mod views;

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

use self::reading::Mailbox;
use self::reporter::{Reporter, new_token};
use self::telling::pressed;
use self::views::{ChangePage, MailboxPage, Reckoning, ReturnPage, UnsentPage};
use super::Desk;
use crate::directory::Published;
use crate::keys::Keys;
use crate::pages::answer::{Site, own_form};
use crate::pages::form::Form;
use crate::pages::text::{say, say_with};
use crate::pages::words::WordsPage;
use crate::pages::{Said, page};
use crate::protocol::message::{CannotWrite, GREATEST_BODY, Kind};
use crate::protocol::token::{Token, WORDS, WrongWords};
use crate::store::Store;
use crate::web::headers::Policy;
use crate::web::{OwnOrigin, Problem};

const PATH: &str = "/return/without-javascript";

/// The plain return's address.
pub fn routes(config: &mut ServiceConfig) {
    config.service(
        page(PATH)
            .route(web::get().to(empty))
            .route(web::head().to(empty))
            .route(web::post().to(posted)),
    );
}

async fn empty(site: Site) -> HttpResponse {
    ask_for_words(&site, StatusCode::OK, String::new())
}

fn ask_for_words(site: &Site, status: StatusCode, error: String) -> HttpResponse {
    site.show(
        Policy::Plain,
        status,
        &ReturnPage {
            page: site.page(),
            error,
        },
    )
}

/// What is wrong with words, as far as the list and the checksum show it.
fn wrong_words(wrong: WrongWords) -> String {
    match wrong {
        WrongWords::Count(0) => say("returning.error_empty").to_owned(),
        WrongWords::Count(1) => say("returning.error_count_one").to_owned(),
        WrongWords::Count(count) => say_with("returning.error_count", count),
        WrongWords::UnknownWord(place) => say_with("returning.error_word", place + 1),
        WrongWords::Checksum => say("returning.error_checksum").to_owned(),
    }
}

async fn posted(
    request: HttpRequest,
    payload: Payload,
    site: Site,
    own: Data<OwnOrigin>,
    store: Data<Store>,
    keys: Data<Keys>,
) -> HttpResponse {
    let form = match own_form(request.headers(), &own) {
        Ok(()) => Form::receive(&request, payload).await,
        Err(problem) => Err(problem),
    };
    let form = match form {
        Ok(form) => form,
        Err(problem) => return site.refuse(problem),
    };
    let token = match Token::parse(form.value("token")) {
        Ok(token) => token,
        Err(wrong) => {
            return ask_for_words(&site, StatusCode::UNPROCESSABLE_ENTITY, wrong_words(wrong));
        }
    };
    let desk = Desk {
        store: &store,
        directories: &site.directories,
        keys: &keys,
        clock: &site.clock,
    };
    let visit = Visit {
        site: &site,
        reporter: Reporter::new(desk, token),
        form: &form,
        desk,
    };
    match visit.act().await {
        Ok(response) => response,
        Err(problem) => visit.refuse(problem),
    }
}

/// One form posted with words that may open something.
struct Visit<'a> {
    site: &'a Site,
    reporter: Reporter<'a>,
    form: &'a Form,
    desk: Desk<'a>,
}

impl Visit<'_> {
    async fn act(&self) -> Result<HttpResponse, Problem> {
        if let Some((told, press)) = pressed(self.form.value("action")) {
            return self.tell(told, press).await;
        }
        match self.form.value("action") {
            "reply" => self.reply().await,
            "delete" => Ok(self.show(StatusCode::OK, &self.view().await?.asking_to_delete())),
            "delete_confirmed" => {
                let up_to = self
                    .form
                    .value("up_to")
                    .parse()
                    .map_err(|_| Problem::Malformed)?;
                self.reporter.delete(up_to).await?;
                Ok(self.show(
                    StatusCode::OK,
                    &self.view().await?.with_notice("mailbox.delete_done"),
                ))
            }
            "change_words" => {
                self.mailbox().await?;
                Ok(self.new_words(StatusCode::OK, &new_token(), ""))
            }
            "change_confirmed" => self.change_words().await,
            _ => Ok(self.show(StatusCode::OK, &self.view().await?)),
        }
    }

    /// Words that open nothing get one answer, whatever was asked. What was typed is not lost.
    fn refuse(&self, problem: Problem) -> HttpResponse {
        match problem {
            Problem::Mailbox => {
                let error = say("plain.error_unknown").to_owned();
                ask_for_words(self.site, StatusCode::NOT_FOUND, error)
            }
            Problem::Unavailable | Problem::StorageFull if self.form.value("action") == "reply" => {
                let unsent = UnsentPage {
                    page: self.site.page(),
                    token: Said::from(self.reporter.token.to_text()),
                    sequence: self.form.value("sequence"),
                    body: self.form.value("body"),
                };
                self.site
                    .show(Policy::Plain, StatusCode::SERVICE_UNAVAILABLE, &unsent)
            }
            Problem::Unavailable | Problem::StorageFull
                if let Some((told, press)) = pressed(self.form.value("action")) =>
            {
                self.untold(told, press)
            }
            other => self.site.refuse(other),
        }
    }

    async fn mailbox(&self) -> Result<Mailbox, Problem> {
        let opened = self.reporter.fetch().await?;
        Mailbox::read(opened, &self.reporter.keys, &self.site.directories).await
    }

    async fn published(&self) -> Result<std::sync::Arc<Published>, Problem> {
        let now = self.site.clock.seconds();
        self.desk
            .directories
            .current(now)
            .await?
            .ok_or(Problem::Fault)
    }

    async fn view(&self) -> Result<MailboxPage<'_>, Problem> {
        let mailbox = self.mailbox().await?;
        let published = self.published().await?;
        Ok(self.view_of(mailbox, &published))
    }

    fn view_of(&self, mailbox: Mailbox, published: &Published) -> MailboxPage<'_> {
        MailboxPage::new(
            self.site.page(),
            &self.reporter.token,
            mailbox,
            published,
            Reckoning {
                clocks: &self.site.settings.casework.clocks,
                today: self.site.clock.day(),
            },
        )
        .with_body(self.form.value("body"))
    }

    fn show(&self, status: StatusCode, view: &MailboxPage<'_>) -> HttpResponse {
        self.site.show(Policy::Plain, status, view)
    }

    async fn reply(&self) -> Result<HttpResponse, Problem> {
        let body = self.form.value("body");
        let mailbox = self.mailbox().await?;
        let published = self.published().await?;
        let wrong = if body.trim().is_empty() {
            Some("mailbox.reply_error_empty")
        } else if body.chars().count() > GREATEST_BODY {
            Some("mailbox.reply_error_long")
        } else if holds_words(body, &self.reporter.token) {
            Some("mailbox.reply_error_token")
        } else {
            None
        };
        if let Some(wrong) = wrong {
            let view = self.view_of(mailbox, &published).with_error(wrong);
            return Ok(self.show(StatusCode::UNPROCESSABLE_ENTITY, &view));
        }
        match self
            .send(&mailbox, &published, Kind::default(), body)
            .await?
        {
            Ok(()) => {
                let view = self.view().await?.with_notice("mailbox.reply_sent");
                Ok(self.show(StatusCode::OK, &view.without_body()))
            }
            Err((status, wrong)) => Ok(self.show(status, &self.view().await?.with_error(wrong))),
        }
    }

    /// Sends a message; or says why it was not sent, and what to answer.
    async fn send(
        &self,
        mailbox: &Mailbox,
        published: &Published,
        kind: Kind,
        body: &str,
    ) -> Result<Result<(), (StatusCode, &'static str)>, Problem> {
        if let Some(wrong) = self.held_back(mailbox, published) {
            return Ok(Err((StatusCode::CONFLICT, wrong)));
        }
        match self.reporter.post(mailbox, published, kind, body).await {
            Ok(Ok(())) => Ok(Ok(())),
            Ok(Err(CannotWrite::TooLong)) => Ok(Err((
                StatusCode::UNPROCESSABLE_ENTITY,
                "mailbox.reply_error_long",
            ))),
            Err(Problem::Sequence) => Ok(Err((StatusCode::CONFLICT, "plain.reply_again"))),
            Err(Problem::Unavailable | Problem::StorageFull) => Ok(Err((
                StatusCode::SERVICE_UNAVAILABLE,
                "mailbox.reply_failed",
            ))),
            Ok(Err(_)) => Err(Problem::Fault),
            Err(problem) => Err(problem),
        }
    }

    /// Why a reply waits until the reporter has looked at the page as it is now.
    fn held_back(&self, mailbox: &Mailbox, published: &Published) -> Option<&'static str> {
        if !mailbox.can_write() {
            // An epoch that does not count may be that of somebody who was shut out (K5).
            Some("mailbox.reply_locked")
        } else if mailbox.is_of_departed(published) && self.form.value("warned").is_empty() {
            // Nothing is sealed to who left before the page has said so (K5).
            Some("mailbox.reply_departed")
        } else if self.form.value("sequence") != mailbox.next_sequence().to_string() {
            // A page that is loaded again posts its message again; only the reporter can tell.
            Some("plain.reply_again")
        } else {
            None
        }
    }

    fn new_words(&self, status: StatusCode, new: &Token, error: &'static str) -> HttpResponse {
        let view = ChangePage::new(self.site.page(), &self.reporter.token, new, error);
        self.site.show(Policy::Plain, status, &view)
    }

    /// Changes the words to those that the reporter has written down. Repeating it is harmless: what was
    /// changed before is found under the new words.
    async fn change_words(&self) -> Result<HttpResponse, Problem> {
        let token = &self.reporter.token;
        let new = Token::parse(self.form.value("new_token"))
            .ok()
            .filter(|new| new != token);
        let Some(new) = new else {
            self.mailbox().await?;
            return Ok(self.new_words(StatusCode::OK, &new_token(), ""));
        };
        let new = Reporter::new(self.desk, new);
        let changed = match self.mailbox().await {
            Ok(mailbox) => self.reporter.change_words(&mailbox, &new.keys).await,
            Err(Problem::Mailbox) => new.fetch().await.map(drop),
            Err(problem) => Err(problem),
        };
        let new = &new.token;
        match changed {
            Ok(()) => {
                let origin = &self.site.settings.service.origin;
                let view = WordsPage::changed(self.site.page(), new, origin);
                Ok(self.site.show(Policy::Plain, StatusCode::OK, &view))
            }
            Err(Problem::Sequence) => {
                Ok(self.new_words(StatusCode::CONFLICT, new, say("mailbox.change_failed")))
            }
            Err(Problem::Unavailable | Problem::StorageFull) => {
                let unsure = say("mailbox.change_unknown");
                Ok(self.new_words(StatusCode::SERVICE_UNAVAILABLE, new, unsure))
            }
            Err(problem) => Err(problem),
        }
    }
}

/// Whether a text holds the words, however they are written.
fn holds_words(text: &str, token: &Token) -> bool {
    let words: Vec<&str> = text
        .split(|letter: char| !letter.is_ascii_alphabetic())
        .filter(|word| !word.is_empty())
        .collect();
    words.windows(WORDS).any(|window| {
        let first = token.words()[0];
        // The list is searched only where the first word fits.
        window[0].len() >= 3
            && first.starts_with(&window[0].to_ascii_lowercase()[..window[0].len().min(4)])
            && Token::parse(&window.join(" ")).is_ok_and(|found| found == *token)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_a_message() {
        let words = "legal winner thank year wave sausage worth useful legal winner thank yellow";
        let token = Token::parse(words).unwrap();
        assert!(holds_words(&format!("My words: {words}."), &token));
        assert!(holds_words(
            &words.to_uppercase().replace(' ', ", "),
            &token
        ));
        assert!(holds_words(
            "lega winn than year wave saus wort usef lega winn than yell",
            &token
        ));
        assert!(!holds_words("legal winner thank you", &token));
        assert!(!holds_words(&"legal ".repeat(30), &token));
    }

    #[test]
    fn what_is_wrong_with_words_is_said_without_them() {
        let wrong = |text: &str| wrong_words(Token::parse(text).unwrap_err());
        assert_eq!(wrong(""), "Type your 12 words");
        assert_eq!(
            wrong("legal winner"),
            "There should be 12 words. You typed 2"
        );
        assert!(wrong(&"qqqq ".repeat(12)).starts_with("Word 1 is not"));
        assert!(wrong(&"legal ".repeat(12)).starts_with("All of these are real words"));
    }
}
