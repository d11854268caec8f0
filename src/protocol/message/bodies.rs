//! Bodies with a form: what the reporter sends with four kinds of message (M10).

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use super::super::json;
use super::super::report::Version;
use super::super::report::codes::Answer;
use super::super::text::{named, or_empty};
use super::Kind;

named!(
    /// How the reporter is treated since (M10).
    Treatment, "treatment" {
        /// Better than before.
        Better = "better",
        /// As before.
        Same = "same",
        /// Worse than before.
        Worse = "worse",
    }
);

named!(
    /// How far something is so (M10).
    Scale, "scale" {
        /// It is.
        Agree = "agree",
        /// Neither.
        Neither = "neither",
        /// It is not.
        Disagree = "disagree",
    }
);

/// What was done to somebody because they reported: the codes of M10. A reader shows another as it stands.
pub const DETRIMENTS: &[&str] = &[
    "ostracism",
    "transfer",
    "rota",
    "appraisal",
    "acting_up",
    "promotion",
    "counter_allegation",
    "identity_hunting",
    "other",
];

/// How the reporter is treated since (M10).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of M10")]
pub struct CheckInAnswer {
    pub version: Version,
    pub answer: Treatment,
    pub what: Vec<String>,
    pub detail: String,
}

/// How the reporter found it (M10).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of M10")]
pub struct Survey {
    pub version: Version,
    #[serde(with = "or_empty")]
    pub listened: Option<Scale>,
    #[serde(with = "or_empty")]
    pub informed: Option<Scale>,
    #[serde(with = "or_empty")]
    pub safe: Option<Scale>,
    pub again: Answer,
    pub detail: String,
}

/// Who the reporter is (M10).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of M10")]
pub struct Reveal {
    pub version: Version,
    pub name: String,
    pub contact: String,
}

/// Who else must not see the report (M10).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of M10")]
pub struct Exclude {
    pub version: Version,
    pub people: String,
    pub units: Vec<String>,
    pub detail: String,
}

/// A body with a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// Of the kind `check_in_answer`.
    CheckInAnswer(CheckInAnswer),
    /// Of the kind `survey`.
    Survey(Survey),
    /// Of the kind `reveal`.
    Reveal(Reveal),
    /// Of the kind `exclude`.
    Exclude(Exclude),
}

impl Form {
    /// The kind of message that has this form.
    #[must_use]
    pub fn kind(&self) -> Kind {
        let name = match self {
            Self::CheckInAnswer(_) => "check_in_answer",
            Self::Survey(_) => "survey",
            Self::Reveal(_) => "reveal",
            Self::Exclude(_) => "exclude",
        };
        Kind(name.to_owned())
    }

    /// The body of the message.
    ///
    /// # Panics
    /// Never: a document is written as UTF-8.
    #[must_use]
    pub fn body(&self) -> Zeroizing<String> {
        let document = match self {
            Self::CheckInAnswer(says) => json::write(says),
            Self::Survey(says) => json::write(says),
            Self::Reveal(says) => json::write(says),
            Self::Exclude(says) => json::write(says),
        };
        Zeroizing::new(String::from_utf8(document).expect("JSON is UTF-8"))
    }

    /// What a body says; nothing for one that is no such form, which is shown as the text it is (M10).
    #[must_use]
    pub fn read(kind: &Kind, body: &str) -> Option<Self> {
        match kind.shown() {
            "check_in_answer" => parse(body).map(Self::CheckInAnswer),
            "survey" => parse(body)
                .filter(|says: &Survey| says.again.is_known())
                .map(Self::Survey),
            "reveal" => parse(body).map(Self::Reveal),
            "exclude" => parse(body).map(Self::Exclude),
            _ => None,
        }
    }
}

impl Zeroize for Form {
    fn zeroize(&mut self) {
        match self {
            Self::CheckInAnswer(says) => {
                says.what.zeroize();
                says.detail.zeroize();
            }
            Self::Survey(says) => says.detail.zeroize(),
            Self::Reveal(says) => {
                says.name.zeroize();
                says.contact.zeroize();
            }
            Self::Exclude(says) => {
                says.people.zeroize();
                says.units.zeroize();
                says.detail.zeroize();
            }
        }
    }
}

fn parse<T: DeserializeOwned>(body: &str) -> Option<T> {
    json::read(body.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str) -> Kind {
        Kind::known(name).unwrap()
    }

    #[test]
    fn each_form_is_read_as_it_was_written() {
        let forms = [
            Form::CheckInAnswer(CheckInAnswer {
                version: Version,
                answer: Treatment::Worse,
                what: vec!["rota".to_owned(), "something_new".to_owned()],
                detail: "No \"good\" shifts.\nNone.".to_owned(),
            }),
            Form::Survey(Survey {
                listened: Some(Scale::Agree),
                safe: Some(Scale::Disagree),
                again: Answer::known("yes").unwrap(),
                ..Survey::default()
            }),
            Form::Reveal(Reveal {
                name: "Ana".to_owned(),
                ..Reveal::default()
            }),
            Form::Exclude(Exclude {
                units: vec!["Central West BCU".to_owned()],
                ..Exclude::default()
            }),
        ];
        for form in forms {
            assert_eq!(Form::read(&form.kind(), &form.body()), Some(form));
        }
    }

    #[test]
    fn a_form_is_the_document_that_the_protocol_names() {
        let survey = Form::Survey(Survey {
            listened: Some(Scale::Neither),
            ..Survey::default()
        });
        assert_eq!(
            survey.body().as_str(),
            r#"{"version":1,"listened":"neither","informed":"","safe":"","again":"","detail":""}"#
        );
    }

    #[test]
    fn a_body_that_is_no_form_is_left_to_be_shown_as_text() {
        for body in [
            "Worse.",
            "{}",
            r#"{"version":2,"name":"a","contact":""}"#,
            r#"{"version":1,"name":"a","contact":"","more":""}"#,
            "",
        ] {
            assert_eq!(Form::read(&kind("reveal"), body), None, "{body}");
        }
        let fine = r#"{"version":1,"answer":"fine","what":[],"detail":""}"#;
        assert_eq!(Form::read(&kind("check_in_answer"), fine), None);
        let perhaps =
            r#"{"version":1,"listened":"","informed":"","safe":"","again":"perhaps","detail":""}"#;
        assert_eq!(Form::read(&kind("survey"), perhaps), None);
        let name = r#"{"version":1,"name":"a","contact":""}"#;
        assert_eq!(Form::read(&kind("message"), name), None);
    }
}
