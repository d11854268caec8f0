//! Pages that the server renders: what a reporter sees before any script runs, and without any.

pub mod answer;
pub mod form;
pub mod text;
pub mod words;

use std::fmt;

use actix_web::http::{Method, StatusCode};
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Resource, ResponseError as _};
use askama::Template;
use zeroize::Zeroizing;

use self::answer::{Doors, Site};
use self::text::Speaks;
use crate::casework::procedure::Clocks;
use crate::directory::Published;
use crate::protocol::ServiceId;
use crate::protocol::directory::Route;
use crate::settings::{Contact, Settings};
use crate::web::Problem;
use crate::web::headers::Policy;

/// What the frame of every page shows.
#[derive(Clone, Debug)]
pub struct Page {
    /// The language of the page.
    pub lang: &'static str,
    /// The force's name.
    pub force: String,
    /// Where *Exit this page* leads.
    pub exit_url: String,
    /// The service id (D1), zeros before it is founded.
    pub service: String,
    /// Its first half as words (D1), `""` before it is founded.
    pub service_words: String,
    /// Within how many days a report is answered.
    pub answer_days: u16,
    /// How long it takes until a reporter hears again, in days, and in months until they are told what was done,
    /// until it is explained why a case is open still, and until the next explanation (Q9); by spaces.
    pub lengths: String,
    /// The units of the force that are offered, the same for everybody: by line breaks.
    pub units: String,
    /// Whether this is a demonstration.
    pub demonstration: bool,
    /// The other ways to report.
    pub ways: Vec<Way>,
}

/// Another way to report.
#[derive(Clone, Debug)]
pub struct Way {
    /// The name of its words.
    pub name: &'static str,
    /// A telephone number, `""` where unknown.
    pub phone: String,
    /// An address, `""` where unknown.
    pub web: String,
}

impl Page {
    /// The frame of this service's pages; zeros stand for one that is not founded yet.
    #[must_use]
    pub fn of(settings: &Settings, id: &ServiceId) -> Self {
        let service = &settings.service;
        let founded = Some(id).filter(|id| **id != ServiceId::ZERO);
        let contacts = &settings.contacts;
        let way = |name, contact: &Contact| Way {
            name,
            phone: contact.phone.clone(),
            web: contact.web.clone(),
        };
        Self {
            lang: "en",
            force: service.name.clone(),
            exit_url: service.exit_to.clone(),
            service: id.to_string(),
            service_words: founded.map_or_else(String::new, |id| id.words().join(" ")),
            answer_days: service.answer_days,
            lengths: lengths(&settings.casework.clocks),
            units: settings.offered_units().collect::<Vec<_>>().join("\n"),
            demonstration: service.demonstration,
            ways: vec![
                way("dps", &contacts.dps),
                way("line", &contacts.line),
                way("integrity", &contacts.integrity),
                way("iopc", &contacts.iopc),
                way("protect", &contacts.protect),
            ],
        }
    }
}

fn lengths(clocks: &Clocks) -> String {
    let Clocks {
        update,
        feedback,
        explanation,
        explanation_again,
        ..
    } = clocks;
    format!("{update} {feedback} {explanation} {explanation_again}")
}

/// A text that only the reporter may see, on its way into a page; wiped afterwards.
#[derive(Default)]
pub struct Said(Zeroizing<String>);

impl Said {
    /// Takes the text.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Zeroizing<String>> for Said {
    fn from(text: Zeroizing<String>) -> Self {
        Self(text)
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! pages {
    ($($name:ident: $path:literal),+) => {
        $(
            #[derive(Template)]
            #[template(path = $path)]
            struct $name {
                page: Page,
            }

            impl Speaks for $name {}
        )+
    };
}

pages!(
    BeforeYouStart: "before_you_start.html",
    Report: "report.html",
    Return: "return.html",
    Privacy: "privacy.html",
    Accessibility: "accessibility.html",
    LostWords: "lost_words.html",
    Desk: "desk.html",
    Enrol: "enrol.html",
    Closed: "closed.html",
    NotYetOpen: "not_yet_open.html"
);

#[derive(Template)]
#[template(path = "start.html")]
struct Start {
    page: Page,
    intake: String,
    independent: String,
}

impl Speaks for Start {}

/// The addresses of the pages, and the answer to every address that nothing else has.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(
            page("/")
                .route(web::get().to(start))
                .route(web::head().to(start)),
        )
        .service(shown(
            "/before-you-start",
            Policy::Plain,
            Doorway::Open,
            |page| BeforeYouStart { page },
        ))
        .service(shown("/report", Policy::Scripted, Doorway::Open, |page| {
            Report { page }
        }))
        .service(shown("/return", Policy::Scripted, Doorway::Any, |page| {
            Return { page }
        }))
        .service(shown("/privacy", Policy::Plain, Doorway::Any, |page| {
            Privacy { page }
        }))
        .service(shown(
            "/accessibility",
            Policy::Plain,
            Doorway::Any,
            |page| Accessibility { page },
        ))
        .service(shown("/lost-words", Policy::Plain, Doorway::Any, |page| {
            LostWords { page }
        }))
        .service(shown("/desk", Policy::Desk, Doorway::Any, |page| Desk {
            page,
        }))
        .service(shown("/enrol", Policy::Desk, Doorway::Any, |page| Enrol {
            page,
        }))
        .service(page("/favicon.ico").route(web::get().to(no_icon)))
        .default_service(web::to(unknown));
}

/// A page's address: other methods than its own are refused on a page.
pub fn page(path: &str) -> Resource {
    web::resource(path.to_owned()).default_service(web::to(method))
}

/// Whether a page is there only while reports are taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Doorway {
    Open,
    Any,
}

/// A page that shows the same to everybody.
fn shown<T: Template + 'static>(
    path: &str,
    policy: Policy,
    doorway: Doorway,
    template: fn(Page) -> T,
) -> Resource {
    let show = move |site: Site| async move {
        let outcome = match doorway {
            // Perhaps another node founded the service meanwhile.
            Doorway::Any => site.founded().await.map(|()| None),
            Doorway::Open => site.doors().await.map(|doors| shut(&site, &doors)),
        };
        site.answer(outcome.map(|shut| {
            shut.unwrap_or_else(|| site.show(policy, StatusCode::OK, &template(site.page())))
        }))
    };
    page(path)
        .route(web::get().to(show))
        .route(web::head().to(show))
}

/// What is shown where reports would be taken, while they are not.
#[must_use]
pub fn shut(site: &Site, doors: &Doors) -> Option<HttpResponse> {
    let page = || site.page();
    match doors {
        Doors::Open(_) => None,
        Doors::Closed => Some(site.show(Policy::Plain, StatusCode::OK, &Closed { page: page() })),
        Doors::NotYetOpen => {
            Some(site.show(Policy::Plain, StatusCode::OK, &NotYetOpen { page: page() }))
        }
    }
}

async fn start(site: Site) -> HttpResponse {
    let doors = match site.doors().await {
        Ok(doors) => doors,
        Err(problem) => return site.refuse(problem),
    };
    let published = match &doors {
        Doors::Open(published) => published,
        doors => return shut(&site, doors).unwrap_or_else(|| site.refuse(Problem::Fault)),
    };
    let template = Start {
        page: site.page(),
        intake: team_of(published, Route::Intake),
        independent: team_of(published, Route::Independent),
    };
    site.show(Policy::Plain, StatusCode::OK, &template)
}

/// The name of the team that reads first on a route, `""` where nobody does.
#[must_use]
pub fn team_of(published: &Published, route: Route) -> String {
    let directory = &published.directory;
    if directory.first_readers(route).is_empty() {
        return String::new();
    }
    let team = directory
        .route_team(route)
        .and_then(|team| directory.team(team));
    team.map(|team| team.name.clone()).unwrap_or_default()
}

/// Says that there is no icon: a tab or a history that shows one could betray who was here.
async fn no_icon() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

async fn method(site: Site) -> HttpResponse {
    site.refuse(Problem::Method)
}

async fn unknown(request: HttpRequest, site: Site) -> HttpResponse {
    if request.path().starts_with("/api/") {
        return Problem::NotFound.error_response();
    }
    match *request.method() {
        Method::GET | Method::HEAD => site.refuse(Problem::NotFound),
        _ => site.refuse(Problem::Method),
    }
}
