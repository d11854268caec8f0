//! The tables that a backup holds, with their columns.

/// A column's type on both databases.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// A whole number.
    Number,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
}

use Kind::{Bytes, Number, Text};

/// The table that has row ids in SQLite. They are random, so that no row shows when it was inserted.
pub(super) const BY_PLACE: &str = "parts";

/// Every table with its columns, in migration order. Sessions, failed sign-ins and spent tickets are left
/// behind: a backup must open no session.
pub(super) const TABLES: &[(&str, &[(&str, Kind)])] = &[
    ("installation", &[("name", Text), ("value", Text)]),
    (
        "documents",
        &[
            ("digest", Bytes),
            ("kind", Text),
            ("number", Number),
            ("bytes", Bytes),
        ],
    ),
    (
        "cases",
        &[
            ("id", Bytes),
            ("lookup", Bytes),
            ("reporter_key", Bytes),
            ("submission", Bytes),
            ("day", Text),
            ("route", Text),
            ("team", Text),
            ("stage", Text),
            ("epoch", Number),
            ("to_reporter", Number),
            ("to_digest", Bytes),
            ("from_reporter", Number),
            ("from_digest", Bytes),
            ("words", Number),
            ("words_digest", Bytes),
            ("rows_number", Number),
            ("rows_digest", Bytes),
            ("receipt", Bytes),
            ("closed", Number),
            ("aside", Number),
            ("acts_number", Number),
            ("acts_digest", Bytes),
        ],
    ),
    (
        "parts",
        &[
            ("case_id", Bytes),
            ("statement", Bytes),
            ("parties", Bytes),
            ("body", Bytes),
            ("identity", Bytes),
        ],
    ),
    (
        "grants",
        &[
            ("case_id", Bytes),
            ("epoch", Number),
            ("member", Bytes),
            ("live", Number),
            ("declared", Number),
            ("day", Text),
            ("number", Number),
            ("sealed", Bytes),
            ("brief", Bytes),
        ],
    ),
    (
        "grant_rows",
        &[("case_id", Bytes), ("number", Number), ("signed", Bytes)],
    ),
    (
        "declarations",
        &[
            ("case_id", Bytes),
            ("member", Bytes),
            ("conflict", Number),
            ("signed", Bytes),
        ],
    ),
    (
        "epochs",
        &[("case_id", Bytes), ("epoch", Number), ("signed", Bytes)],
    ),
    (
        "messages",
        &[
            ("case_id", Bytes),
            ("direction", Text),
            ("sequence", Number),
            ("stub", Bytes),
            ("case_file", Bytes),
            ("reporter_file", Bytes),
        ],
    ),
    (
        "word_changes",
        &[
            ("case_id", Bytes),
            ("number", Number),
            ("signed", Bytes),
            ("keep", Bytes),
        ],
    ),
    (
        "members",
        &[
            ("id", Bytes),
            ("label", Text),
            ("salt", Bytes),
            ("login", Bytes),
            ("vault", Bytes),
            ("state", Text),
            ("founding", Text),
            ("application", Bytes),
            ("replaces", Bytes),
            ("created", Text),
        ],
    ),
    (
        "rings",
        &[("member", Bytes), ("revision", Number), ("ring", Bytes)],
    ),
    (
        "invitations",
        &[
            ("digest", Bytes),
            ("purpose", Text),
            ("label", Text),
            ("member", Bytes),
            ("replaces", Bytes),
            ("invited_by", Bytes),
            ("until", Number),
            ("used", Number),
        ],
    ),
    (
        "factors",
        &[
            ("id", Bytes),
            ("member", Bytes),
            ("kind", Text),
            ("name", Text),
            ("secret", Bytes),
            ("credential", Bytes),
            ("last_step", Number),
            ("proved", Number),
            ("added", Text),
            ("used", Text),
        ],
    ),
    ("recovery_votes", &[("member", Bytes), ("signed", Bytes)]),
    (
        "audit",
        &[
            ("number", Number),
            ("digest", Bytes),
            ("time", Number),
            ("who", Bytes),
            ("act", Text),
            ("case_id", Bytes),
            ("payload", Bytes),
        ],
    ),
    (
        "audit_head",
        &[
            ("id", Number),
            ("number", Number),
            ("digest", Bytes),
            ("tag", Bytes),
        ],
    ),
    (
        "audit_heads",
        &[("number", Number), ("member", Bytes), ("signed", Bytes)],
    ),
    (
        "records",
        &[
            ("case_id", Bytes),
            ("record", Text),
            ("revision", Number),
            ("stub", Bytes),
            ("file", Bytes),
        ],
    ),
    (
        "record_heads",
        &[
            ("case_id", Bytes),
            ("record", Text),
            ("revision", Number),
            ("digest", Bytes),
            ("author", Bytes),
        ],
    ),
    (
        "acts",
        &[
            ("case_id", Bytes),
            ("number", Number),
            ("signed", Bytes),
            ("file", Bytes),
        ],
    ),
    (
        "checkpoints",
        &[
            ("case_id", Bytes),
            ("record", Text),
            ("revision", Number),
            ("digest", Bytes),
            ("member", Bytes),
            ("second", Bytes),
        ],
    ),
    (
        "assignments",
        &[
            ("case_id", Bytes),
            ("member", Bytes),
            ("part", Text),
            ("since", Text),
            ("until", Text),
        ],
    ),
    ("bars", &[("case_id", Bytes), ("member", Bytes)]),
    ("routed", &[("case_id", Bytes), ("team", Text)]),
    (
        "clocks",
        &[
            ("case_id", Bytes),
            ("clock", Text),
            ("started", Text),
            ("due", Text),
            ("paused_on", Text),
            ("paused_days", Number),
            ("done", Text),
        ],
    ),
    (
        "due",
        &[
            ("member", Bytes),
            ("team", Text),
            ("due", Text),
            ("case_id", Bytes),
            ("clock", Text),
        ],
    ),
    (
        "conflicts",
        &[
            ("case_id", Bytes),
            ("member", Bytes),
            ("conflict", Number),
            ("file", Bytes),
        ],
    ),
    ("codes", &[("list", Text), ("code", Text), ("label", Text)]),
];
