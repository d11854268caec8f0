-- The first schema. BYTEA holds digests, ids and sealed files; TEXT holds days (YYYY-MM-DD), codes and labels.
-- Keys are random or digests, so that no row shows when it was inserted; reporters' rows carry days, never times.

CREATE TABLE installation (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);

-- Signed documents of the directory, kept for ever.
CREATE TABLE documents (
    digest BYTEA PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    number BIGINT NOT NULL,
    bytes BYTEA NOT NULL
);
CREATE UNIQUE INDEX documents_in_a_chain ON documents (kind, number) WHERE kind <> 'team';

-- One row for each report. The last numbers and digests are the compare-and-swap points of the chains.
CREATE TABLE cases (
    id BYTEA PRIMARY KEY NOT NULL,
    lookup BYTEA NOT NULL,
    reporter_key BYTEA NOT NULL,
    submission BYTEA NOT NULL,
    day TEXT NOT NULL,
    route TEXT NOT NULL,
    team TEXT NOT NULL,
    stage TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    to_reporter BIGINT NOT NULL,
    to_digest BYTEA NOT NULL,
    from_reporter BIGINT NOT NULL,
    from_digest BYTEA NOT NULL,
    words BIGINT NOT NULL,
    words_digest BYTEA NOT NULL,
    rows_number BIGINT NOT NULL,
    rows_digest BYTEA NOT NULL,
    receipt BYTEA NOT NULL
);
CREATE UNIQUE INDEX cases_by_lookup ON cases (lookup);

-- The sealed parts, apart from the row that changes.
CREATE TABLE parts (
    case_id BYTEA PRIMARY KEY NOT NULL,
    statement BYTEA NOT NULL,
    parties BYTEA NOT NULL,
    body BYTEA NOT NULL,
    identity BYTEA NOT NULL
);

-- Who may open a case: live is 1 or 0; declared is 0 (not yet), 1 (no conflict) or 2 (conflict).
CREATE TABLE grants (
    case_id BYTEA NOT NULL,
    epoch BIGINT NOT NULL,
    member BYTEA NOT NULL,
    live BIGINT NOT NULL,
    declared BIGINT NOT NULL,
    day TEXT NOT NULL,
    number BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (case_id, epoch, member)
);
CREATE INDEX grants_of_a_member ON grants (member, live, declared, day, case_id);

CREATE TABLE grant_rows (
    case_id BYTEA NOT NULL,
    number BIGINT NOT NULL,
    signed BYTEA NOT NULL,
    PRIMARY KEY (case_id, number)
);

CREATE TABLE declarations (
    case_id BYTEA NOT NULL,
    member BYTEA NOT NULL,
    conflict BIGINT NOT NULL,
    signed BYTEA NOT NULL,
    PRIMARY KEY (case_id, member)
);

CREATE TABLE epochs (
    case_id BYTEA NOT NULL,
    epoch BIGINT NOT NULL,
    signed BYTEA NOT NULL,
    PRIMARY KEY (case_id, epoch)
);

-- Direction is to_reporter or from_reporter; reporter_file is empty where there is none or it was deleted.
CREATE TABLE messages (
    case_id BYTEA NOT NULL,
    direction TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    stub BYTEA NOT NULL,
    case_file BYTEA NOT NULL,
    reporter_file BYTEA NOT NULL,
    PRIMARY KEY (case_id, direction, sequence)
);

CREATE TABLE word_changes (
    case_id BYTEA NOT NULL,
    number BIGINT NOT NULL,
    signed BYTEA NOT NULL,
    keep BYTEA NOT NULL,
    PRIMARY KEY (case_id, number)
);

CREATE TABLE members (
    id BYTEA PRIMARY KEY NOT NULL,
    label TEXT NOT NULL,
    salt BYTEA NOT NULL,
    login BYTEA NOT NULL,
    vault BYTEA NOT NULL
);
CREATE UNIQUE INDEX members_by_label ON members (label);

CREATE TABLE rings (
    member BYTEA PRIMARY KEY NOT NULL,
    revision BIGINT NOT NULL,
    ring BYTEA NOT NULL
);

-- Members' sessions: times are Unix seconds; the cookie itself is not here, only its digest.
CREATE TABLE sessions (
    digest BYTEA PRIMARY KEY NOT NULL,
    member BYTEA NOT NULL,
    opened BIGINT NOT NULL,
    seen BIGINT NOT NULL
);
CREATE INDEX sessions_of_a_member ON sessions (member);

-- Failed sign-ins, by an HMAC of the label, so that unknown labels are slowed alike.
CREATE TABLE failures (
    label BYTEA PRIMARY KEY NOT NULL,
    count BIGINT NOT NULL,
    not_before BIGINT NOT NULL
);
