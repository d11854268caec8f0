-- People and keys: states of accounts, invitations, second factors, sessions' freshness, the audit trail.

-- state is enrolling, enrolled or suspended; founding is lead, administrator or empty; application is the
-- signed document by which the member asked to be listed (A5), empty while enrolling.
ALTER TABLE members ADD COLUMN state TEXT NOT NULL DEFAULT 'enrolled';
ALTER TABLE members ADD COLUMN founding TEXT NOT NULL DEFAULT '';
ALTER TABLE members ADD COLUMN application BLOB NOT NULL DEFAULT x'';
ALTER TABLE members ADD COLUMN replaces BLOB NOT NULL DEFAULT x'';
ALTER TABLE members ADD COLUMN created TEXT NOT NULL DEFAULT '';
-- While enrolling: the tag of the secret of the browser that goes on with it (A9).
ALTER TABLE members ADD COLUMN browser BLOB NOT NULL DEFAULT x'';

-- One row for each link: digest is a tag of its secret, never the secret. used is 1 when it can no longer be.
-- member is the id that was drawn for whoever enrols by it; invited_by is empty for the command line.
CREATE TABLE invitations (
    digest BLOB PRIMARY KEY NOT NULL,
    purpose TEXT NOT NULL,
    label TEXT NOT NULL,
    member BLOB NOT NULL,
    replaces BLOB NOT NULL,
    invited_by BLOB NOT NULL,
    until BIGINT NOT NULL,
    used BIGINT NOT NULL
) WITHOUT ROWID;

-- Second factors: kind is totp or passkey. secret is sealed under a key that is not in the database:
-- that of one-time codes, or a passkey's public half. credential is the digest of a passkey's credential id. last_step is the
-- last one-time code's step that was used. proved is 1 once it was used to enrol.
CREATE TABLE factors (
    id BLOB PRIMARY KEY NOT NULL,
    member BLOB NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    secret BLOB NOT NULL,
    credential BLOB NOT NULL,
    last_step BIGINT NOT NULL,
    proved BIGINT NOT NULL,
    added TEXT NOT NULL,
    used TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX factors_of_a_member ON factors (member);
CREATE UNIQUE INDEX factors_by_credential ON factors (credential) WHERE kind = 'passkey';

-- When the session last saw a second factor, Unix seconds.
ALTER TABLE sessions ADD COLUMN fresh BIGINT NOT NULL DEFAULT 0;

-- Tickets of passkey ceremonies that succeeded: none succeeds twice.
CREATE TABLE spent (
    digest BLOB PRIMARY KEY NOT NULL,
    until BIGINT NOT NULL
) WITHOUT ROWID;

-- Leads' words for a recovery, until a root carries them (D6).
CREATE TABLE recovery_votes (
    member BLOB PRIMARY KEY NOT NULL,
    signed BLOB NOT NULL
) WITHOUT ROWID;

-- The audit trail of members' and command lines' acts: payload is the row as it is chained (A8); the other
-- columns repeat what is looked for. Nothing a reporter does is here.
CREATE TABLE audit (
    number BIGINT PRIMARY KEY NOT NULL,
    digest BLOB NOT NULL,
    time BIGINT NOT NULL,
    who BLOB NOT NULL,
    act TEXT NOT NULL,
    case_id BLOB NOT NULL,
    payload BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX audit_of_a_case ON audit (case_id, number);
CREATE INDEX audit_of_a_member ON audit (who, number);

-- Its end, with a tag under a key that is not in the database. One row, id 1.
CREATE TABLE audit_head (
    id BIGINT PRIMARY KEY NOT NULL,
    number BIGINT NOT NULL,
    digest BLOB NOT NULL,
    tag BLOB NOT NULL
) WITHOUT ROWID;

-- Heads that auditors countersigned (A7).
CREATE TABLE audit_heads (
    number BIGINT NOT NULL,
    member BLOB NOT NULL,
    signed BLOB NOT NULL,
    PRIMARY KEY (number, member)
) WITHOUT ROWID;
