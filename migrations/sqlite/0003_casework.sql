-- Casework: records in revisions, the acts of the procedure and what they made of a case, its clocks. What is
-- decided and why is inside the seal; here is who may do what next, and by when.

-- closed and aside are 1 or 0; the number and digest of the last act are the compare-and-swap point of that chain.
ALTER TABLE cases ADD COLUMN closed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN aside BIGINT NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN acts_number BIGINT NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN acts_digest BLOB NOT NULL DEFAULT x'';
UPDATE cases SET acts_digest = id;
UPDATE cases SET closed = 1 WHERE stage = 'closed';

-- What a grantee can declare by who cannot open the parties (Q5); empty where there is none.
ALTER TABLE grants ADD COLUMN brief BLOB NOT NULL DEFAULT x'';

-- Every revision of every record: the stub in clear, the file sealed (Q1, Q2).
CREATE TABLE records (
    case_id BLOB NOT NULL,
    record TEXT NOT NULL,
    revision BIGINT NOT NULL,
    stub BLOB NOT NULL,
    file BLOB NOT NULL,
    PRIMARY KEY (case_id, record, revision)
) WITHOUT ROWID;

-- The last revision of each record, with the digest of its stub: the compare-and-swap point of its chain.
CREATE TABLE record_heads (
    case_id BLOB NOT NULL,
    record TEXT NOT NULL,
    revision BIGINT NOT NULL,
    digest BLOB NOT NULL,
    author BLOB NOT NULL,
    PRIMARY KEY (case_id, record)
) WITHOUT ROWID;

CREATE TABLE acts (
    case_id BLOB NOT NULL,
    number BIGINT NOT NULL,
    signed BLOB NOT NULL,
    file BLOB NOT NULL,
    PRIMARY KEY (case_id, number)
) WITHOUT ROWID;

-- The last signature over each record, with the revision it is over; second is empty where nobody has signed with them.
CREATE TABLE checkpoints (
    case_id BLOB NOT NULL,
    record TEXT NOT NULL,
    revision BIGINT NOT NULL,
    digest BLOB NOT NULL,
    member BLOB NOT NULL,
    second BLOB NOT NULL,
    PRIMARY KEY (case_id, record)
) WITHOUT ROWID;

-- Who has or had which part; until is empty while they have it.
CREATE TABLE assignments (
    case_id BLOB NOT NULL,
    member BLOB NOT NULL,
    part TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    PRIMARY KEY (case_id, member, part)
) WITHOUT ROWID;

CREATE TABLE bars (
    case_id BLOB NOT NULL,
    member BLOB NOT NULL,
    PRIMARY KEY (case_id, member)
) WITHOUT ROWID;

-- The teams that work on a case.
CREATE TABLE routed (
    case_id BLOB NOT NULL,
    team TEXT NOT NULL,
    PRIMARY KEY (case_id, team)
) WITHOUT ROWID;

-- Days are empty where there is none. A clock runs while it is started, neither done nor paused, and its case
-- neither closed nor set aside. Lists go from the cases that a member can read to their clocks, never from all
-- clocks to the cases: the primary key is the index they need.
CREATE TABLE clocks (
    case_id BLOB NOT NULL,
    clock TEXT NOT NULL,
    started TEXT NOT NULL,
    due TEXT NOT NULL,
    paused_on TEXT NOT NULL,
    paused_days BIGINT NOT NULL,
    done TEXT NOT NULL,
    PRIMARY KEY (case_id, clock)
) WITHOUT ROWID;

-- What kind of conflict a member declared, sealed to the case (Q6).
CREATE TABLE conflicts (
    case_id BLOB NOT NULL,
    member BLOB NOT NULL,
    file BLOB NOT NULL,
    PRIMARY KEY (case_id, member)
) WITHOUT ROWID;

-- Every code of the settings that was ever served: what stands sealed in a case must not lose its meaning.
CREATE TABLE codes (
    list TEXT NOT NULL,
    code TEXT NOT NULL,
    label TEXT NOT NULL,
    PRIMARY KEY (list, code)
) WITHOUT ROWID;
