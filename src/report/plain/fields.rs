//! The fields of the plain form, in its order.

use crate::protocol::report::codes::{
    Answer, Basis, Characteristic, Concern, Involvement, Kind, Mode, Pattern, Rank, Relation,
};

/// What kind of answer a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    /// A text.
    Text,
    /// One code of a list.
    One(&'static str),
    /// Any codes of a list.
    Any(&'static str),
    /// A mark in a box.
    Mark,
    /// Readers or units of the directory, or units of the force.
    Readers,
}

use Asks::{Any, Mark, One, Readers, Text};

/// The fields before the people, in the form's order.
pub(super) const FIRST: &[(&str, Asks)] = &[
    ("what_happened", Text),
    ("concerns", Any("concern")),
    ("characteristics", Any("characteristic")),
    ("when", Text),
    ("where", Text),
    ("pattern", One("pattern")),
    ("circumstances.on_duty", One("answer")),
    ("circumstances.online", One("answer")),
    ("circumstances.private_messages", One("answer")),
    ("circumstances.described_as_banter", One("answer")),
];

/// The fields after the people, in the form's order.
pub(super) const LAST: &[(&str, Asks)] = &[
    ("basis", One("basis")),
    ("basis_detail", Text),
    ("evidence.what", Text),
    ("evidence.at_risk", One("answer")),
    ("evidence.how", Text),
    ("told.whom", Text),
    ("told.outcome", Text),
    ("danger.now", One("answer")),
    ("danger.detail", Text),
    ("mode", One("mode")),
    ("identity.name", Text),
    ("identity.contact", Text),
    ("identity.unit", Text),
    ("name", Text),
    ("contact", Text),
    ("reporter.kind", One("kind")),
    ("reporter.rank", One("rank")),
    ("reporter.unit", Text),
    ("reporter.probationer", One("answer")),
    ("reporter.role", One("involvement")),
    ("support.wanted", One("answer")),
    ("support.detail", Text),
    ("informed", One("answer")),
    ("language", Text),
    ("access_needs", Text),
    ("route", One("route")),
    ("exclude.members", Readers),
    ("exclude.units", Readers),
    ("force_units", Readers),
    ("other_units", Text),
    ("exclude.other", Text),
];

/// The fields of a person, in the form's order.
pub(super) const SUBJECT: &[(&str, Asks)] = &[
    ("name", Text),
    ("description", Text),
    ("kind", One("kind")),
    ("rank", One("rank")),
    ("acting", Mark),
    ("unit", Text),
    ("relation", One("relation")),
    ("senior", One("answer")),
    ("probationer", One("answer")),
    ("reads_reports", One("answer")),
];

/// The fields of somebody who knew, in the form's order.
pub(super) const OTHER: &[(&str, Asks)] = &[
    ("who", Text),
    ("rank", One("rank")),
    ("unit", Text),
    ("why", Text),
    ("reason", Text),
];

/// The codes of a list, without the one for *not answered*.
pub(super) fn codes(list: &str) -> Vec<&'static str> {
    let known = match list {
        "answer" => Answer::KNOWN,
        "basis" => Basis::KNOWN,
        "characteristic" => Characteristic::KNOWN,
        "concern" => Concern::KNOWN,
        "involvement" => Involvement::KNOWN,
        "kind" => Kind::KNOWN,
        "mode" => Mode::KNOWN,
        "pattern" => Pattern::KNOWN,
        "rank" => Rank::KNOWN,
        "relation" => Relation::KNOWN,
        "route" => &["intake", "independent"],
        _ => &[],
    };
    known
        .iter()
        .copied()
        .filter(|code| !code.is_empty())
        .collect()
}

/// The people that a report tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum People {
    /// Those who did it.
    Subjects,
    /// Those who knew.
    Others,
}

impl People {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Subjects => "subjects",
            Self::Others => "others",
        }
    }

    pub(super) fn fields(self) -> &'static [(&'static str, Asks)] {
        match self {
            Self::Subjects => SUBJECT,
            Self::Others => OTHER,
        }
    }

    /// How many groups of fields there are at least.
    pub(super) fn least(self) -> usize {
        match self {
            Self::Subjects => 1,
            Self::Others => 0,
        }
    }
}
