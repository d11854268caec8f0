//! What a reporter tells with a form (M10), without scripts: each form on a page of its own.

use std::collections::HashSet;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use zeroize::Zeroizing;

use super::{Visit, holds_words};
use crate::pages::form::{Form, with_chosen};
use crate::pages::text::{Speaks, number, say, say_with};
use crate::pages::{Page, Said};
use crate::protocol::message::{
    CheckInAnswer, DETRIMENTS, Exclude, Form as Body, GREATEST_BODY, Reveal, Scale, Survey,
    Treatment,
};
use crate::protocol::report::Version;
use crate::protocol::report::codes::Answer;
use crate::protocol::token::Token;
use crate::web::Problem;
use crate::web::headers::Policy;

/// The most characters of one line, and of several.
const LONGEST_LINE: usize = 500;
const LONGEST_LINES: usize = 3_000;
/// The most units of one message.
const MOST_UNITS: usize = 50;

/// Which form it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    CheckIn,
    Survey,
    Reveal,
    Exclude,
}

/// What is done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Press {
    /// It is shown, with what was typed before.
    Show,
    /// A last question is put before it is sent.
    Ask,
    /// It is sent.
    Send,
}

/// Which form a button belongs to, and what it does: `reveal`, `reveal_ask`, `reveal_send`.
pub(super) fn pressed(action: &str) -> Option<(Told, Press)> {
    let (name, press) = match action.rsplit_once('_') {
        Some((name, "send")) => (name, Press::Send),
        Some((name, "ask")) => (name, Press::Ask),
        _ => (action, Press::Show),
    };
    let told = match name {
        "check_in" => Told::CheckIn,
        "survey" => Told::Survey,
        "reveal" => Told::Reveal,
        "exclude" => Told::Exclude,
        _ => return None,
    };
    Some((told, press))
}

impl Told {
    const fn name(self) -> &'static str {
        match self {
            Self::CheckIn => "check_in",
            Self::Survey => "survey",
            Self::Reveal => "reveal",
            Self::Exclude => "exclude",
        }
    }

    const fn heading(self, asking: bool) -> &'static str {
        match self {
            Self::CheckIn => "telling.check_in.heading",
            Self::Survey => "telling.survey.heading",
            Self::Reveal if asking => "telling.reveal.check_heading",
            Self::Reveal => "telling.reveal.heading",
            Self::Exclude => "telling.exclude.heading",
        }
    }

    /// The fields that hold text, and how long it may be.
    const fn texts(self) -> &'static [(&'static str, usize)] {
        match self {
            Self::CheckIn => &[("check-in.detail", LONGEST_LINES)],
            Self::Survey => &[("survey.detail", LONGEST_LINES)],
            Self::Reveal => &[
                ("reveal.name", LONGEST_LINE),
                ("reveal.contact", LONGEST_LINE),
            ],
            Self::Exclude => &[
                ("exclude.people", LONGEST_LINES),
                ("exclude.units", LONGEST_LINES),
                ("exclude.detail", LONGEST_LINES),
            ],
        }
    }

    /// What must be said and is not.
    fn missing(self, form: &Form) -> Option<FieldError> {
        let empty = |name: &str| form.value(name).trim().is_empty();
        let (is_missing, field, key) = match self {
            Self::CheckIn => (
                form.value("check-in.answer").parse::<Treatment>().is_err(),
                "check-in.answer",
                "telling.check_in.error_answer",
            ),
            Self::Survey => (
                SURVEY.iter().all(|name| empty(name)),
                "survey.listened",
                "telling.survey.error_empty",
            ),
            Self::Reveal => (
                empty("reveal.name"),
                "reveal.name",
                "telling.reveal.error_name",
            ),
            Self::Exclude => (
                empty("exclude.people") && units(form).is_empty(),
                "exclude.people",
                "telling.exclude.error_empty",
            ),
        };
        is_missing.then(|| FieldError::new(field, say(key)))
    }

    /// The body that a form makes; codes that nobody offers are left out.
    fn body(self, form: &Form) -> Zeroizing<Body> {
        let text = |name: &str| form.value(name).to_owned();
        let trimmed = |name: &str| form.value(name).trim().to_owned();
        let scale = |name: &str| form.value(name).parse::<Scale>().ok();
        Zeroizing::new(match self {
            Self::CheckIn => Body::CheckInAnswer(CheckInAnswer {
                version: Version,
                answer: answer(form).unwrap_or(Treatment::Same),
                what: form
                    .all("check-in.what")
                    .filter(|code| DETRIMENTS.contains(code))
                    .map(ToOwned::to_owned)
                    .collect(),
                detail: text("check-in.detail"),
            }),
            Self::Survey => Body::Survey(Survey {
                version: Version,
                listened: scale("survey.listened"),
                informed: scale("survey.informed"),
                safe: scale("survey.safe"),
                again: Answer::known(form.value("survey.again")).unwrap_or_default(),
                detail: text("survey.detail"),
            }),
            Self::Reveal => Body::Reveal(Reveal {
                version: Version,
                name: trimmed("reveal.name"),
                contact: trimmed("reveal.contact"),
            }),
            Self::Exclude => Body::Exclude(Exclude {
                version: Version,
                people: trimmed("exclude.people"),
                units: units(form).into_iter().map(ToOwned::to_owned).collect(),
                detail: text("exclude.detail"),
            }),
        })
    }

    /// What is said when it has arrived.
    fn sent(self, form: &Form) -> &'static str {
        match self {
            Self::CheckIn if answer(form) == Some(Treatment::Worse) => {
                "telling.check_in.sent_worse"
            }
            Self::CheckIn => "telling.check_in.sent",
            Self::Survey => "telling.survey.sent",
            Self::Reveal => "telling.reveal.sent",
            Self::Exclude => "telling.exclude.sent",
        }
    }
}

const SURVEY: [&str; 5] = [
    "survey.listened",
    "survey.informed",
    "survey.safe",
    "survey.again",
    "survey.detail",
];

fn answer(form: &Form) -> Option<Treatment> {
    form.value("check-in.answer").parse().ok()
}

/// The units that were chosen, and those that were typed besides, one on each line.
fn units(form: &Form) -> Vec<&str> {
    let typed = form.value("exclude.units").lines().map(str::trim);
    let units = form.all("exclude.chosen").chain(typed);
    let mut seen = HashSet::new();
    units
        .filter(|unit| !unit.is_empty() && seen.insert(*unit))
        .collect()
}

struct FieldError {
    field: &'static str,
    message: String,
}

impl FieldError {
    fn new(field: &'static str, message: impl Into<String>) -> Self {
        Self {
            field,
            message: message.into(),
        }
    }
}

/// What is wrong with what was typed; nothing when it can be sent.
fn wrong_with(told: Told, form: &Form, token: &Token) -> Vec<FieldError> {
    let mut errors: Vec<FieldError> = told.missing(form).into_iter().collect();
    for (name, most) in told.texts() {
        let typed = form.value(name);
        if typed.chars().count() > *most {
            let message = say_with("telling.error_long", number(*most));
            errors.push(FieldError::new(name, message));
        } else if *name == "exclude.units" && units(form).len() > MOST_UNITS {
            let message = say_with("telling.exclude.error_units", MOST_UNITS);
            errors.push(FieldError::new(name, message));
        } else if holds_words(typed, token) {
            errors.push(FieldError::new(name, say("mailbox.reply_error_token")));
        }
    }
    // What is escaped in a body counts more than it seems.
    if errors.is_empty() && told.body(form).body().chars().count() > GREATEST_BODY {
        let last = told.texts().last().map_or("", |(name, _)| name);
        errors.push(FieldError::new(last, say("telling.error_body")));
    }
    errors
}

/// The page of one form.
#[derive(Template)]
#[template(path = "plain/telling.html")]
struct TellingPage<'a> {
    page: Page,
    token: Said,
    kind: &'static str,
    heading: &'static str,
    asking: bool,
    departed: bool,
    sequence: String,
    units: Vec<String>,
    errors: Vec<FieldError>,
    form: &'a Form,
}

impl Speaks for TellingPage<'_> {}

impl TellingPage<'_> {
    fn value(&self, name: impl AsRef<str>) -> &str {
        self.form.value(name.as_ref())
    }

    fn chosen(&self, name: impl AsRef<str>, code: impl AsRef<str>) -> bool {
        self.form.all(name.as_ref()).any(|one| one == code.as_ref())
    }

    fn error(&self, name: impl AsRef<str>) -> &str {
        let mut errors = self.errors.iter();
        errors
            .find(|one| one.field == name.as_ref())
            .map_or("", |one| one.message.as_str())
    }

    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn id(&self, name: impl AsRef<str>) -> String {
        name.as_ref().replace('.', "-")
    }

    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn codes(&self, list: impl AsRef<str>) -> Vec<&'static str> {
        match list.as_ref() {
            "treatment" => Treatment::ALL.iter().map(|one| one.as_str()).collect(),
            "scale" => Scale::ALL.iter().map(|one| one.as_str()).collect(),
            "detriment" => DETRIMENTS.to_vec(),
            "answer" => Answer::KNOWN
                .iter()
                .copied()
                .filter(|code| !code.is_empty())
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// How a form stands when it is shown.
struct Shown {
    asking: bool,
    departed: bool,
    sequence: String,
    errors: Vec<FieldError>,
}

impl Visit<'_> {
    /// Shows a form, or sends what it says.
    pub(super) async fn tell(&self, told: Told, press: Press) -> Result<HttpResponse, Problem> {
        let mailbox = self.mailbox().await?;
        let published = self.published().await?;
        let shown = |errors, asking| Shown {
            asking,
            departed: mailbox.is_of_departed(&published),
            sequence: mailbox.next_sequence().to_string(),
            errors,
        };
        if press == Press::Show {
            return Ok(self.form_page(told, StatusCode::OK, shown(Vec::new(), false)));
        }
        let errors = wrong_with(told, self.form, &self.reporter.token);
        if !errors.is_empty() {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(self.form_page(told, status, shown(errors, false)));
        }
        if told == Told::Reveal && press == Press::Ask {
            return Ok(self.form_page(told, StatusCode::OK, shown(Vec::new(), true)));
        }
        let body = told.body(self.form);
        let text = body.body();
        match self.send(&mailbox, &published, body.kind(), &text).await? {
            Ok(()) => {
                let view = self.view().await?.with_notice(told.sent(self.form));
                Ok(self.show(StatusCode::OK, &view))
            }
            Err((status, wrong)) => {
                let mailbox = self.mailbox().await?;
                let shown = Shown {
                    sequence: mailbox.next_sequence().to_string(),
                    departed: mailbox.is_of_departed(&published),
                    ..shown(
                        vec![FieldError::new("send", say(wrong))],
                        told == Told::Reveal,
                    )
                };
                Ok(self.form_page(told, status, shown))
            }
        }
    }

    /// The form again, with what was typed, while the service cannot open the report.
    pub(super) fn untold(&self, told: Told, press: Press) -> HttpResponse {
        let shown = Shown {
            asking: told == Told::Reveal && press == Press::Send,
            departed: !self.form.value("warned").is_empty(),
            sequence: self.form.value("sequence").to_owned(),
            errors: vec![FieldError::new("send", say("mailbox.reply_failed"))],
        };
        self.form_page(told, StatusCode::SERVICE_UNAVAILABLE, shown)
    }

    fn form_page(&self, told: Told, status: StatusCode, shown: Shown) -> HttpResponse {
        let Shown {
            asking,
            departed,
            sequence,
            errors,
        } = shown;
        let page = self.site.page();
        let units = with_chosen(page.units.lines(), self.form.all("exclude.chosen"));
        let page = TellingPage {
            page,
            units,
            token: Said::from(self.reporter.token.to_text()),
            kind: told.name(),
            heading: say(told.heading(asking)),
            asking,
            departed,
            sequence,
            errors,
            form: self.form,
        };
        self.site.show(Policy::Plain, status, &page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(typed: &str) -> Form {
        Form::parse(typed.as_bytes()).unwrap()
    }

    fn token() -> Token {
        let words = "legal winner thank year wave sausage worth useful legal winner thank yellow";
        Token::parse(words).unwrap()
    }

    fn wrong(told: Told, typed: &str) -> Vec<&'static str> {
        let errors = wrong_with(told, &form(typed), &token());
        errors.into_iter().map(|one| one.field).collect()
    }

    #[test]
    fn a_button_names_its_form_and_what_it_does() {
        assert_eq!(pressed("check_in"), Some((Told::CheckIn, Press::Show)));
        assert_eq!(pressed("check_in_send"), Some((Told::CheckIn, Press::Send)));
        assert_eq!(pressed("reveal_ask"), Some((Told::Reveal, Press::Ask)));
        for other in ["", "open", "_send", "delete_confirmed", "reveal_ask_send"] {
            assert_eq!(pressed(other), None, "{other}");
        }
    }

    #[test]
    fn what_must_be_said_is_asked_for_at_its_field() {
        assert_eq!(
            wrong(Told::CheckIn, "check-in.answer=fine"),
            ["check-in.answer"]
        );
        assert_eq!(wrong(Told::CheckIn, "check-in.answer=same"), [""; 0]);
        assert_eq!(wrong(Told::Survey, "survey.detail=+"), ["survey.listened"]);
        assert_eq!(wrong(Told::Survey, "survey.again=no"), [""; 0]);
        assert_eq!(wrong(Told::Reveal, "reveal.contact=x"), ["reveal.name"]);
        assert_eq!(wrong(Told::Exclude, "exclude.detail=x"), ["exclude.people"]);
        assert_eq!(wrong(Told::Exclude, "exclude.units=x"), [""; 0]);
        assert_eq!(wrong(Told::Exclude, "exclude.chosen=x"), [""; 0]);
    }

    #[test]
    fn what_is_too_long_or_holds_the_words_is_refused_at_its_field() {
        let long = "x".repeat(3_001);
        let typed = format!(
            "exclude.people={long}&exclude.detail=legal+winner+thank+year+wave+sausage+worth+useful+legal+winner+thank+yellow"
        );
        assert_eq!(
            wrong(Told::Exclude, &typed),
            ["exclude.people", "exclude.detail"]
        );
        let many: Vec<String> = (0..50).map(|n| n.to_string()).collect();
        let many = format!("exclude.units={}", many.join("%0A"));
        assert_eq!(wrong(Told::Exclude, &many), [""; 0]);
        let chosen = format!("{many}&exclude.chosen=x");
        assert_eq!(wrong(Told::Exclude, &chosen), ["exclude.units"]);
        let escaped = "%01".repeat(3_000);
        let typed = format!("exclude.people={escaped}&exclude.detail={escaped}");
        assert_eq!(wrong(Told::Exclude, &typed), ["exclude.detail"]);
    }

    #[test]
    fn a_body_says_what_was_typed_and_chosen() {
        let said = |told: Told, typed: &str| told.body(&form(typed)).body().to_string();
        assert_eq!(
            said(
                Told::CheckIn,
                "check-in.answer=worse&check-in.what=rota&check-in.what=zzz&check-in.what=other"
            ),
            r#"{"version":1,"answer":"worse","what":["rota","other"],"detail":""}"#
        );
        assert_eq!(
            said(
                Told::Survey,
                "survey.safe=disagree&survey.again=no&survey.detail=d"
            ),
            r#"{"version":1,"listened":"","informed":"","safe":"disagree","again":"no","detail":"d"}"#
        );
        assert_eq!(
            said(Told::Reveal, "reveal.name=+Ana+&reveal.contact=0"),
            r#"{"version":1,"name":"Ana","contact":"0"}"#
        );
        assert_eq!(
            said(
                Told::Exclude,
                "exclude.units=+A+%0D%0A%0D%0AB&exclude.chosen=C&exclude.chosen=B"
            ),
            r#"{"version":1,"people":"","units":["C","B","A"],"detail":""}"#
        );
    }
}
