//! `/report/without-javascript`: the service plays the reporter's side in memory, and keeps none of it.
//! What it composes goes through the same door as every other report.

mod checks;
mod draft;
mod fields;
mod seed;
mod units;
mod views;

use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes, Data, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

use self::draft::Draft;
use self::fields::People;
use self::seed::Seed;
use self::views::{CheckPage, FormPage};
use super::store::Keeper;
use super::{Desk, receive};
use crate::ambient::Random;
use crate::directory::Published;
use crate::keys::Keys;
use crate::mailbox;
use crate::pages::answer::{Doors, Site, own_form};
use crate::pages::form::Form;
use crate::pages::words::WordsPage;
use crate::pages::{page, shut};
use crate::protocol::CaseId;
use crate::protocol::report::{self, CannotCompose, Submission};
use crate::protocol::token::Token;
use crate::secret::OpenSeed;
use crate::store::Store;
use crate::web::headers::Policy;
use crate::web::{OwnOrigin, Problem};

const PATH: &str = "/report/without-javascript";

/// The plain form's address.
pub fn routes(config: &mut ServiceConfig) {
    config.service(
        page(PATH)
            .route(web::get().to(empty))
            .route(web::head().to(empty))
            .route(web::post().to(posted)),
    );
}

async fn empty(site: Site) -> HttpResponse {
    site.answer(
        async {
            let doors = site.doors().await?;
            let Doors::Open(published) = &doors else {
                return shut(&site, &doors).ok_or(Problem::Fault);
            };
            let seed = Seed::new(Random.bytes());
            let draft = Draft::empty();
            let form = FormPage::new(site.page(), &draft, &seed, Some(published));
            Ok(site.show(Policy::Plain, StatusCode::OK, &form))
        }
        .await,
    )
}

/// What the pressed button asks for.
enum Action {
    Check,
    Send,
    Change,
    Independent,
    Add(People),
    Remove(People, usize),
}

impl Action {
    /// A form sent without a button is sent: browsers always name one, and a client that knows none has
    /// nothing more to press.
    fn read(text: &str) -> Self {
        let (verb, place) = text.split_once('.').unwrap_or((text, ""));
        match (verb, place.parse()) {
            ("send" | "", _) => Self::Send,
            ("change", _) => Self::Change,
            ("independent", _) => Self::Independent,
            ("add_subject", _) => Self::Add(People::Subjects),
            ("add_other", _) => Self::Add(People::Others),
            ("remove_subject", Ok(place)) => Self::Remove(People::Subjects, place),
            ("remove_other", Ok(place)) => Self::Remove(People::Others, place),
            _ => Self::Check,
        }
    }
}

/// One posted form on its way.
struct Post<'a> {
    site: &'a Site,
    draft: Draft,
    seed: Seed,
    /// Whether the seed came with the form.
    seeded: bool,
    /// Whether one reader was accepted.
    few_accepted: bool,
    /// Whether a button was pressed.
    pressed: bool,
    /// The digest of the root by which the readers were shown.
    shown: String,
}

async fn posted(
    request: HttpRequest,
    payload: Payload,
    site: Site,
    own: Data<OwnOrigin>,
    store: Data<Store>,
    keeper: Data<Keeper>,
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
    let seed = Seed::parse(form.value("seed"));
    let mut post = Post {
        site: &site,
        draft: Draft::from_form(&form),
        seeded: seed.is_some(),
        seed: seed.unwrap_or_else(|| Seed::new(Random.bytes())),
        few_accepted: form.value("few_accepted") == "yes",
        pressed: !form.value("action").is_empty(),
        shown: form.value("directory").to_owned(),
    };
    let action = Action::read(form.value("action"));
    drop(form);
    let desk = Desk {
        open: site.settings.service.open,
        store: &store,
        keeper: &keeper,
        directories: &site.directories,
        keys: &keys,
        clocks: &site.settings.casework.clocks,
        clock: &site.clock,
    };
    post.act(action, desk).await
}

impl Post<'_> {
    async fn act(&mut self, action: Action, desk: Desk<'_>) -> HttpResponse {
        let token = self.seed.token(desk.directories.service());
        if matches!(action, Action::Send) && self.seeded {
            // A form that was sent before is answered as it was, whatever has changed since.
            match self.was_received(&token, desk.store).await {
                Ok(false) => {}
                Ok(true) => return self.words(&token, true),
                Err(problem) => return self.not_now(problem, None),
            }
        }
        let published = match self.site.doors().await {
            Ok(Doors::Open(published)) => published,
            Ok(Doors::Closed | Doors::NotYetOpen) => return self.not_now(Problem::Closed, None),
            Err(problem) => return self.not_now(problem, None),
        };
        match action {
            Action::Change => self.form(&published, StatusCode::OK, Vec::new()),
            Action::Add(people) => {
                let errors = if self.draft.add(people) {
                    Vec::new()
                } else {
                    checks::too_many(people)
                };
                let status = if errors.is_empty() {
                    StatusCode::OK
                } else {
                    WRONG
                };
                self.form(&published, status, errors)
            }
            Action::Remove(people, place) => {
                self.draft.remove(people, place);
                self.form(&published, StatusCode::OK, Vec::new())
            }
            Action::Independent => {
                self.draft.choose_independent();
                self.check(&published)
            }
            Action::Check => self.check(&published),
            Action::Send => self.send(&published, &token, desk).await,
        }
    }

    async fn was_received(&self, token: &Token, store: &Store) -> Result<bool, Problem> {
        let lookup = token.keys(self.site.directories.service()).lookup.digest();
        Ok(mailbox::store::holder(store, lookup.as_bytes())
            .await?
            .is_some())
    }

    fn form(
        &self,
        published: &Published,
        status: StatusCode,
        errors: Vec<checks::FieldError>,
    ) -> HttpResponse {
        let form = FormPage::new(self.site.page(), &self.draft, &self.seed, Some(published));
        self.site
            .show(Policy::Plain, status, &form.with_errors(errors))
    }

    /// The form again with all that was typed, and why it cannot be taken.
    fn not_now(&self, problem: Problem, published: Option<&Published>) -> HttpResponse {
        let (status, notice) = match problem {
            Problem::StorageFull => (StatusCode::SERVICE_UNAVAILABLE, "plain.failed_storage_full"),
            Problem::Closed | Problem::NotYetOpen => (StatusCode::FORBIDDEN, "plain.failed_closed"),
            Problem::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "plain.failed_unavailable"),
            other => return self.site.refuse(other),
        };
        let form = FormPage::new(self.site.page(), &self.draft, &self.seed, published);
        self.site
            .show(Policy::Plain, status, &form.with_notice(notice))
    }

    fn check_page(&self, published: &Published) -> CheckPage<'_> {
        let today = self.site.clock.day();
        CheckPage::new(self.site.page(), &self.draft, &self.seed, published, today)
    }

    fn check(&self, published: &Published) -> HttpResponse {
        let errors = checks::check(&self.draft, published, &self.site.settings);
        if !errors.is_empty() {
            return self.form(published, WRONG, errors);
        }
        self.site
            .show(Policy::Plain, StatusCode::OK, &self.check_page(published))
    }

    async fn send(&self, published: &Published, token: &Token, desk: Desk<'_>) -> HttpResponse {
        let errors = checks::check(&self.draft, published, &self.site.settings);
        if !errors.is_empty() {
            return self.form(published, WRONG, errors);
        }
        let page = self.check_page(published);
        let unasked = !self.pressed && self.shown.is_empty();
        let current = unasked || self.shown == published.directory.pin().digest.to_string();
        if !self.seeded || !current {
            let page = page.with_notice("plain.failed_changed");
            return self.site.show(Policy::Plain, StatusCode::CONFLICT, &page);
        }
        let few = match self.draft.readers(published).len() {
            0 => Some("check.few_none_error"),
            1 if !self.few_accepted => Some("check.few_accept_error"),
            _ => None,
        };
        if let Some(few) = few {
            return self
                .site
                .show(Policy::Plain, WRONG, &page.with_few_error(few));
        }
        let Ok(submission) = self.compose(published, token) else {
            return self.site.refuse(Problem::Fault);
        };
        let case: CaseId = submission.case;
        match receive(desk, case, Bytes::from(submission.bytes)).await {
            Ok(_) => self.words(token, false),
            Err(Problem::LookupInUse) => self.words(token, true),
            Err(Problem::DirectoryStale) => {
                let page = page.with_notice("plain.failed_changed");
                self.site.show(Policy::Plain, StatusCode::CONFLICT, &page)
            }
            Err(problem) => self.not_now(problem, Some(published)),
        }
    }

    fn compose(&self, published: &Published, token: &Token) -> Result<Submission, CannotCompose> {
        let directory = &published.directory;
        let secret = self.seed.case_secret(directory.service());
        let grantees: Vec<_> = self
            .draft
            .readers(published)
            .into_iter()
            .map(|member| member.member)
            .collect();
        let thrown_away: Vec<OpenSeed> = (0..directory.custodians().len().max(1))
            .map(|_| OpenSeed::new(Random.bytes()))
            .collect();
        report::compose(report::Draft {
            token,
            secret: &secret,
            directory,
            route: self.draft.route(),
            grantees: &grantees,
            parties: self.draft.parties(),
            body: self.draft.body(),
            identity: self.draft.identity(),
            thrown_away: &thrown_away,
            day: self.site.clock.day(),
        })
    }

    fn words(&self, token: &Token, again: bool) -> HttpResponse {
        let origin = &self.site.settings.service.origin;
        let today = self.site.clock.day();
        let page = WordsPage::received(self.site.page(), token, origin, today, again);
        self.site.show(Policy::Plain, StatusCode::OK, &page)
    }
}

/// The status of a form in which something is to be corrected.
const WRONG: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
