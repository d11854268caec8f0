//! The pages of the plain form, and what their templates show.

use askama::Template;

use super::checks::FieldError;
use super::draft::Draft;
use super::fields::{Asks, FIRST, LAST, People, codes};
use super::seed::Seed;
use crate::directory::Published;
use crate::pages::form::with_chosen;
use crate::pages::text::{Speaks, day_in_words, fill, option, say, say_with};
use crate::pages::{Page, Said, team_of};
use crate::protocol::Day;
use crate::protocol::directory::{Member, Recovery, Route};

/// Somebody who can read, as a reporter sees them.
pub(super) struct Reader {
    member: String,
    label: String,
    team: String,
}

/// Readers of a route with the name of its team.
fn lines(members: &[&Member], team: &str) -> Vec<Reader> {
    let line = |member: &&Member| Reader {
        member: member.member.to_string(),
        label: member.label.to_string(),
        team: team.to_owned(),
    };
    members.iter().map(line).collect()
}

/// The first readers of all routes, each once.
fn all_readers(published: &Published) -> Vec<(&Member, String)> {
    let mut readers: Vec<(&Member, String)> = Vec::new();
    for route in [Route::Intake, Route::Independent] {
        let team = team_of(published, route);
        for member in published.directory.first_readers(route) {
            if !readers
                .iter()
                .any(|(known, _)| known.member == member.member)
            {
                readers.push((member, team.clone()));
            }
        }
    }
    readers
}

/// The whole form on one page.
#[derive(Template)]
#[template(path = "plain/report.html")]
pub(super) struct FormPage<'a> {
    page: Page,
    draft: &'a Draft,
    seed: Said,
    notice: &'static str,
    errors: Vec<FieldError>,
    subjects: usize,
    others: usize,
    custodians: bool,
    intake: String,
    independent: String,
    units: Vec<String>,
    force_units: Vec<String>,
    readers: Vec<Reader>,
    hidden: Vec<(&'a str, &'a str)>,
}

impl Speaks for FormPage<'_> {}

impl<'a> FormPage<'a> {
    /// Without a directory the fields that come from it cannot be shown; what was chosen in them is kept.
    pub(super) fn new(
        page: Page,
        draft: &'a Draft,
        seed: &Seed,
        published: Option<&Published>,
    ) -> Self {
        let hidden = |(name, _): &(&str, &str)| {
            published.is_none()
                && (matches!(
                    *name,
                    "mode" | "route" | "exclude.members" | "exclude.units"
                ) || name.starts_with("identity."))
        };
        let readers = published.map(all_readers).unwrap_or_default();
        let mut units: Vec<String> = readers
            .iter()
            .flat_map(|(member, _)| member.units.iter().cloned())
            .collect();
        units.sort_unstable();
        units.dedup();
        // What was chosen stays in sight, whatever the directory says since.
        let others = page.units.lines();
        let others = others.filter(|unit| !units.iter().any(|one| one == unit));
        let force_units = with_chosen(others, draft.all("force_units"));
        let team = |route| {
            published
                .map(|published| team_of(published, route))
                .unwrap_or_default()
        };
        Self {
            page,
            seed: Said::from(seed.to_hex()),
            notice: "",
            errors: Vec::new(),
            subjects: draft.count(People::Subjects),
            others: draft.count(People::Others),
            custodians: published.is_some_and(|one| !one.directory.custodians().is_empty()),
            intake: team(Route::Intake),
            independent: team(Route::Independent),
            units,
            force_units,
            readers: readers
                .iter()
                .flat_map(|(member, team)| lines(&[member], team))
                .collect(),
            hidden: draft.pairs().filter(hidden).collect(),
            draft,
        }
    }

    /// Says what is wrong with which field.
    pub(super) fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.errors = errors;
        self
    }

    /// Says why the report was not kept.
    pub(super) fn with_notice(mut self, key: &str) -> Self {
        self.notice = say(key);
        self
    }

    fn value(&self, name: impl AsRef<str>) -> &str {
        self.draft.value(name.as_ref())
    }

    fn chosen(&self, name: impl AsRef<str>, code: impl AsRef<str>) -> bool {
        let (name, code) = (name.as_ref(), code.as_ref());
        // What is taken without a choice is shown as chosen.
        let default = match name {
            "mode" => "anonymous",
            "route" => "intake",
            _ => "",
        };
        self.draft.all(name).any(|one| one == code)
            || (code == default && self.draft.value(name).is_empty())
    }

    fn error(&self, name: impl AsRef<str>) -> &str {
        let found = self
            .errors
            .iter()
            .find(|error| error.field == name.as_ref());
        found.map_or("", |error| error.message.as_str())
    }

    #[expect(clippy::unused_self, reason = "templates call methods only")]
    fn id(&self, name: impl AsRef<str>) -> String {
        name.as_ref().replace('.', "-")
    }

    #[expect(clippy::unused_self, reason = "templates call methods only")]
    fn codes(&self, list: impl AsRef<str>) -> Vec<&'static str> {
        codes(list.as_ref())
    }
}

/// One answer that was given.
struct Answer {
    label: String,
    lines: Vec<Said>,
}

/// The answers, and who will be able to read them.
#[derive(Template)]
#[template(path = "plain/check.html")]
pub(super) struct CheckPage<'a> {
    page: Page,
    hidden: Vec<(&'a str, Said)>,
    answers: Vec<Answer>,
    readers: Vec<Reader>,
    custodians: Vec<Reader>,
    recovery: String,
    independent: String,
    proposed: bool,
    notice: &'static str,
    few_error: &'static str,
    expired: String,
}

impl Speaks for CheckPage<'_> {}

impl<'a> CheckPage<'a> {
    pub(super) fn new(
        page: Page,
        draft: &'a Draft,
        seed: &Seed,
        published: &Published,
        today: Day,
    ) -> Self {
        let directory = &published.directory;
        let mut hidden: Vec<(&str, Said)> = vec![
            ("seed", Said::from(seed.to_hex())),
            ("directory", Said::new(directory.pin().digest.to_string())),
            (
                "subjects",
                Said::new(draft.count(People::Subjects).to_string()),
            ),
            ("others", Said::new(draft.count(People::Others).to_string())),
        ];
        hidden.extend(
            draft
                .pairs()
                .map(|(name, value)| (name, Said::new(value.to_owned()))),
        );
        let reads_reports =
            |place: usize| draft.value(&format!("subjects.{place}.reads_reports")) == "yes";
        let usual = draft.route() == Route::Intake;
        let custodians = match draft.mode() {
            "confidential" => directory.custodians(),
            _ => Vec::new(),
        };
        let keepers = directory.root().routes.custodians.as_ref();
        let keepers = keepers
            .and_then(|team| directory.team(team))
            .map(|team| team.name.as_str());
        Self {
            page,
            hidden,
            answers: answers(draft, published),
            readers: lines(
                &draft.readers(published),
                &team_of(published, draft.route()),
            ),
            custodians: lines(&custodians, keepers.unwrap_or_default()),
            recovery: directory.recovery().map_or_else(String::new, shared),
            independent: if usual {
                team_of(published, Route::Independent)
            } else {
                String::new()
            },
            proposed: usual && (0..draft.count(People::Subjects)).any(reads_reports),
            notice: "",
            few_error: "",
            expired: if directory.is_stale(today) {
                day_in_words(directory.root().good_until)
            } else {
                String::new()
            },
        }
    }

    /// Says why the report was not sent.
    pub(super) fn with_notice(mut self, key: &str) -> Self {
        self.notice = say(key);
        self
    }

    /// Asks to look at who is left to read it.
    pub(super) fn with_few_error(mut self, key: &str) -> Self {
        self.few_error = say(key);
        self
    }
}

/// The recovery as a reporter sees it among the readers.
fn shared(recovery: &Recovery) -> String {
    let (threshold, shares) = (recovery.threshold.to_string(), recovery.shares.to_string());
    let numbers = [("threshold", threshold.as_str()), ("shares", &shares)];
    fill("check.recovery_reader", &numbers)
}

/// Every answer in the form's order.
fn answers(draft: &Draft, published: &Published) -> Vec<Answer> {
    let mut answers = Vec::new();
    answers.extend(
        FIRST
            .iter()
            .filter_map(|(name, asks)| answer(draft, published, name, *asks)),
    );
    for people in [People::Subjects, People::Others] {
        for (number, place) in (1..).zip(draft.told(people)) {
            answers.push(person(draft, people, number, place));
        }
    }
    answers.extend(
        LAST.iter()
            .filter_map(|(name, asks)| answer(draft, published, name, *asks)),
    );
    answers
}

fn answer(draft: &Draft, published: &Published, name: &str, asks: Asks) -> Option<Answer> {
    let sent = match name {
        "identity.name" | "identity.contact" | "identity.unit" => draft.mode() == "confidential",
        "name" | "contact" => draft.mode() == "named",
        _ => true,
    };
    let lines: Vec<Said> = match name {
        "mode" => vec![Said::new(option("mode", draft.mode()))],
        "route" if team_of(published, Route::Independent).is_empty() => Vec::new(),
        "route" => {
            let route = draft.route();
            let key = format!("questions.route.{}", route.as_str());
            vec![Said::new(say_with(&key, team_of(published, route)))]
        }
        "exclude.members" => draft
            .all(name)
            .map(|id| Said::new(reader_named(published, id)))
            .collect(),
        _ => values(draft, name, asks),
    };
    let label = say(&format!("questions.{name}.label")).to_owned();
    (sent && !lines.is_empty()).then_some(Answer { label, lines })
}

fn reader_named(published: &Published, id: &str) -> String {
    let mut readers = all_readers(published).into_iter();
    let found = readers.find(|(member, _)| member.member.to_string() == id);
    found.map_or_else(String::new, |(member, team)| {
        fill(
            "report.readers_of",
            &[("label", member.label.as_str()), ("team", &team)],
        )
    })
}

fn values(draft: &Draft, name: &str, asks: Asks) -> Vec<Said> {
    let given = draft.all(name).filter(|value| !value.trim().is_empty());
    match asks {
        Asks::One(list) | Asks::Any(list) => {
            given.map(|code| Said::new(option(list, code))).collect()
        }
        Asks::Text | Asks::Readers | Asks::Mark => given
            .flat_map(str::lines)
            .map(|line| Said::new(line.to_owned()))
            .collect(),
    }
}

/// All that is said of one person, as one answer.
fn person(draft: &Draft, people: People, number: usize, place: usize) -> Answer {
    let mut lines = Vec::new();
    for (field, asks) in people.fields() {
        let label = say(&format!("questions.{}.{field}.label", people.name()));
        let name = format!("{}.{place}.{field}", people.name());
        if *asks == Asks::Mark {
            if draft.value(&name) == "yes" {
                lines.push(Said::new(label.to_owned()));
            }
            continue;
        }
        let mut given = values(draft, &name, *asks).into_iter();
        if let Some(first) = given.next() {
            lines.push(Said::new(format!("{label}: {first}")));
        }
        lines.extend(given);
    }
    let title = say(&format!("questions.{}.label", people.name()));
    let number = say_with("plain.person", number);
    Answer {
        label: format!("{title}: {number}"),
        lines,
    }
}
