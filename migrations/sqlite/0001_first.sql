-- The first schema. BLOB holds digests, ids and sealed files; TEXT holds days (YYYY-MM-DD), codes and labels.
-- Keys are random or digests, so that no row shows when it was inserted; reporters' rows carry days, never times.

CREATE TABLE installation (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- Signed documents of the directory, kept for ever.
CREATE TABLE documents (
    digest BLOB PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    number BIGINT NOT NULL,
    bytes BLOB NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX documents_in_a_chain ON documents (kind, number) WHERE kind <> 'team';

-- One row for each report. The last numbers and digests are the compare-and-swap points of the chains.
CREATE TABLE cases (
    id BLOB PRIMARY KEY NOT NULL,
    lookup BLOB NOT NULL,
    reporter_key BLOB NOT NULL,
    submission BLOB NOT NULL,
    day TEXT NOT NULL,
    route TEXT NOT NULL,
    team TEXT NOT NULL,
    stage TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    to_reporter BIGINT NOT NULL,
    to_digest BLOB NOT NULL,
    from_reporter BIGINT NOT NULL,
    from_digest BLOB NOT NULL,
    words BIGINT NOT NULL,
    words_digest BLOB NOT NULL,
    rows_number BIGINT NOT NULL,
    rows_digest BLOB NOT NULL,
    receipt BLOB NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX cases_by_lookup ON cases (lookup);

-- The sealed parts, apart from the row that changes.
CREATE TABLE parts (
    case_id BLOB PRIMARY KEY NOT NULL,
    statement BLOB NOT NULL,
    parties BLOB NOT NULL,
    body BLOB NOT NULL,
    identity BLOB NOT NULL
) WITHOUT ROWID;

-- Who may open a case: live is 1 or 0; declared is 0 (not yet), 1 (no conflict) or 2 (conflict).
CREATE TABLE grants (
    case_id BLOB NOT NULL,
    epoch BIGINT NOT NULL,
    member BLOB NOT NULL,
    live BIGINT NOT NULL,
    declared BIGINT NOT NULL,
    day TEXT NOT NULL,
    number BIGINT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (case_id, epoch, member)
) WITHOUT ROWID;
CREATE INDEX grants_of_a_member ON grants (member, live, declared, day, case_id);

CREATE TABLE grant_rows (
    case_id BLOB NOT NULL,
    number BIGINT NOT NULL,
    signed BLOB NOT NULL,
    PRIMARY KEY (case_id, number)
) WITHOUT ROWID;

CREATE TABLE declarations (
    case_id BLOB NOT NULL,
    member BLOB NOT NULL,
    conflict BIGINT NOT NULL,
    signed BLOB NOT NULL,
    PRIMARY KEY (case_id, member)
) WITHOUT ROWID;

CREATE TABLE epochs (
    case_id BLOB NOT NULL,
    epoch BIGINT NOT NULL,
    signed BLOB NOT NULL,
    PRIMARY KEY (case_id, epoch)
) WITHOUT ROWID;

-- Direction is to_reporter or from_reporter; reporter_file is empty where there is none or it was deleted.
CREATE TABLE messages (
    case_id BLOB NOT NULL,
    direction TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    stub BLOB NOT NULL,
    case_file BLOB NOT NULL,
    reporter_file BLOB NOT NULL,
    PRIMARY KEY (case_id, direction, sequence)
) WITHOUT ROWID;

CREATE TABLE word_changes (
    case_id BLOB NOT NULL,
    number BIGINT NOT NULL,
    signed BLOB NOT NULL,
    keep BLOB NOT NULL,
    PRIMARY KEY (case_id, number)
) WITHOUT ROWID;

CREATE TABLE members (
    id BLOB PRIMARY KEY NOT NULL,
    label TEXT NOT NULL,
    salt BLOB NOT NULL,
    login BLOB NOT NULL,
    vault BLOB NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX members_by_label ON members (label);

CREATE TABLE rings (
    member BLOB PRIMARY KEY NOT NULL,
    revision BIGINT NOT NULL,
    ring BLOB NOT NULL
) WITHOUT ROWID;

-- Members' sessions: times are Unix seconds; the cookie itself is not here, only its digest.
CREATE TABLE sessions (
    digest BLOB PRIMARY KEY NOT NULL,
    member BLOB NOT NULL,
    opened BIGINT NOT NULL,
    seen BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_of_a_member ON sessions (member);

-- Failed sign-ins, by an HMAC of the label, so that unknown labels are slowed alike.
CREATE TABLE failures (
    label BLOB PRIMARY KEY NOT NULL,
    count BIGINT NOT NULL,
    not_before BIGINT NOT NULL
) WITHOUT ROWID;
