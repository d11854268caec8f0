//! Turning templates and refusals into answers. Whatever goes wrong on a page is said on a page.

use std::fmt;
use std::sync::Arc;

use actix_web::dev::Payload as Incoming;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError as _};
use askama::Template;
use futures_util::future::{Ready, ready};
use zeroize::{Zeroize as _, Zeroizing};

use super::Page;
use super::text::Speaks;
use crate::ambient::{Clock, Random};
use crate::directory::{Directories, Published};
use crate::settings::Settings;
use crate::statistics::{Counted, Counters};
use crate::web::headers::{Policy, under};
use crate::web::{OwnOrigin, Problem};

/// What every page needs to know of its service.
#[derive(Clone, Debug)]
pub struct Site {
    /// The settings.
    pub settings: Data<Settings>,
    /// The directories.
    pub directories: Data<Directories>,
    /// The clock.
    pub clock: Data<Clock>,
    counters: Data<Counters>,
}

impl FromRequest for Site {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Incoming) -> Self::Future {
        ready(Self::of(request).ok_or(Problem::Fault))
    }
}

/// Whether reports are taken.
#[derive(Debug)]
pub enum Doors {
    /// They are, by this directory.
    Open(Arc<Published>),
    /// Not now.
    Closed,
    /// Too few have been named who read them.
    NotYetOpen,
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Page,
    kind: &'static str,
    incident: String,
}

impl Speaks for ErrorPage {}

impl Site {
    fn of(request: &HttpRequest) -> Option<Self> {
        Some(Self {
            settings: request.app_data::<Data<Settings>>()?.clone(),
            directories: request.app_data::<Data<Directories>>()?.clone(),
            clock: request.app_data::<Data<Clock>>()?.clone(),
            counters: request.app_data::<Data<Counters>>()?.clone(),
        })
    }

    /// The frame of a page.
    #[must_use]
    pub fn page(&self) -> Page {
        Page::of(&self.settings, self.directories.service())
    }

    /// Looks whether the service was founded, so that pages name it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn founded(&self) -> Result<(), Problem> {
        self.directories.founded().await?;
        Ok(())
    }

    /// Whether reports are taken now.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub async fn doors(&self) -> Result<Doors, Problem> {
        let published = self.directories.current(self.clock.seconds()).await?;
        Ok(match published {
            _ if !self.settings.service.open => Doors::Closed,
            Some(published) if published.takes_reports() => Doors::Open(published),
            _ => Doors::NotYetOpen,
        })
    }

    /// Shows a page.
    #[must_use]
    pub fn show(
        &self,
        policy: Policy,
        status: StatusCode,
        template: &impl Template,
    ) -> HttpResponse {
        let Ok(html) = render(template) else {
            return self.refuse(Problem::Fault);
        };
        self.counters.count(Counted::Page);
        respond(policy, status, html)
    }

    /// Shows a page, or what kept it from being shown.
    #[must_use]
    pub fn answer(&self, outcome: Result<HttpResponse, Problem>) -> HttpResponse {
        outcome.unwrap_or_else(|problem| self.refuse(problem))
    }

    /// Says on a page what went wrong.
    #[must_use]
    pub fn refuse(&self, problem: Problem) -> HttpResponse {
        let (kind, incident) = match problem {
            Problem::NotFound | Problem::Mailbox => ("not_found", String::new()),
            Problem::Method => ("method", String::new()),
            Problem::Foreign => ("foreign", String::new()),
            Problem::Unavailable
            | Problem::StorageFull
            | Problem::Closed
            | Problem::NotYetOpen
            | Problem::Slow
            | Problem::SlowDown(_) => ("unavailable", String::new()),
            Problem::Malformed
            | Problem::Challenge
            | Problem::SignedOut
            | Problem::SignIn
            | Problem::WrongFactor
            | Problem::SecondFactor
            | Problem::NotAllowed
            | Problem::Invitation
            | Problem::DeclareFirst
            | Problem::Conflict
            | Problem::LookupInUse
            | Problem::Sequence
            | Problem::Procedure(_)
            | Problem::Stale
            | Problem::LabelTaken
            | Problem::LastFactor
            | Problem::LastAdministrator
            | Problem::Code
            | Problem::TooLarge
            | Problem::UnsupportedMediaType
            | Problem::Invalid(_)
            | Problem::DirectoryStale => ("invalid", String::new()),
            Problem::Fault => ("trouble", note_fault()),
        };
        let fault = problem.status_code().is_server_error();
        self.counters.count(if fault {
            Counted::Fault
        } else {
            Counted::Refusal
        });
        let page = ErrorPage {
            page: self.page(),
            kind,
            incident,
        };
        let html = render(&page).unwrap_or_else(|_| Zeroizing::new(Vec::new()));
        respond(Policy::Plain, problem.status_code(), html)
    }
}

/// Logs that there was a fault, under a number that can be shown.
fn note_fault() -> String {
    let incident = hex::encode(Random.bytes::<4>());
    tracing::error!(incident, "pages: a page could not be made");
    incident
}

fn respond(policy: Policy, status: StatusCode, html: Zeroizing<Vec<u8>>) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    response.content_type("text/html; charset=utf-8");
    // The page's memory is wiped when it has been sent.
    under(policy, response.body(Bytes::from_owner(html)))
}

fn render(template: &impl Template) -> Result<Zeroizing<Vec<u8>>, askama::Error> {
    let mut written = Wiped(Zeroizing::new(Vec::with_capacity(65_536)));
    template.render_into(&mut written)?;
    Ok(written.0)
}

/// A text that leaves no copy behind when it grows.
struct Wiped(Zeroizing<Vec<u8>>);

impl fmt::Write for Wiped {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let needed = self.0.len() + text.len();
        if needed > self.0.capacity() {
            let mut wider = Vec::with_capacity(needed.next_power_of_two());
            wider.extend_from_slice(&self.0);
            let mut narrow = std::mem::replace(&mut *self.0, wider);
            narrow.zeroize();
        }
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

/// Refuses forms that another site posts.
///
/// Under `Referrer-Policy: no-referrer` browsers give the origin of the service's own forms as `null`.
///
/// # Errors
/// [`Problem::Foreign`].
pub fn own_form(headers: &HeaderMap, own: &OwnOrigin) -> Result<(), Problem> {
    let text = |name: &str| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or("unreadable"))
    };
    let own = match text("sec-fetch-site") {
        Some(site) => matches!(site, "same-origin" | "none"),
        None => {
            text(header::ORIGIN.as_str()).is_none_or(|origin| origin == "null" || origin == own.0)
        }
    };
    if own { Ok(()) } else { Err(Problem::Foreign) }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn from(headers: &[(&'static str, &'static str)]) -> Result<(), Problem> {
        let mut request = TestRequest::post();
        for header in headers {
            request = request.insert_header(*header);
        }
        own_form(
            request.to_http_request().headers(),
            &OwnOrigin("https://own.example".into()),
        )
    }

    #[test]
    fn only_the_services_own_forms_are_taken() {
        for own in [
            &[][..],
            &[("origin", "null")],
            &[("origin", "https://own.example")],
            &[("sec-fetch-site", "same-origin"), ("origin", "null")],
            &[("sec-fetch-site", "none")],
        ] {
            assert_eq!(from(own), Ok(()), "{own:?}");
        }
        for foreign in [
            &[("origin", "https://other.example")][..],
            &[("sec-fetch-site", "cross-site"), ("origin", "null")],
            &[("sec-fetch-site", "same-site")],
        ] {
            assert_eq!(from(foreign), Err(Problem::Foreign), "{foreign:?}");
        }
    }

    #[test]
    fn a_text_that_grows_keeps_what_it_had() {
        let mut text = Wiped(Zeroizing::new(Vec::new()));
        for _ in 0..1_000 {
            fmt::Write::write_str(&mut text, "ab").unwrap();
        }
        assert_eq!(*text.0, b"ab".repeat(1_000));
    }
}
