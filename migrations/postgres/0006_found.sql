-- Whoever has declared that they have no conflict may find one later. Both declarations stay, and both files that say
-- of what kind: one row for each answer of a member.

CREATE TABLE declarations_by_answer (
    case_id BYTEA NOT NULL,
    member BYTEA NOT NULL,
    conflict BIGINT NOT NULL,
    signed BYTEA NOT NULL,
    PRIMARY KEY (case_id, member, conflict)
);
INSERT INTO declarations_by_answer (case_id, member, conflict, signed)
    SELECT case_id, member, conflict, signed FROM declarations;

CREATE TABLE conflicts_by_answer (
    case_id BYTEA NOT NULL,
    member BYTEA NOT NULL,
    conflict BIGINT NOT NULL,
    file BYTEA NOT NULL,
    PRIMARY KEY (case_id, member, conflict)
);
INSERT INTO conflicts_by_answer (case_id, member, conflict, file)
    SELECT f.case_id, f.member, d.conflict, f.file
    FROM conflicts f JOIN declarations d ON d.case_id = f.case_id AND d.member = f.member;

DROP TABLE declarations;
DROP TABLE conflicts;
ALTER TABLE declarations_by_answer RENAME TO declarations;
ALTER TABLE conflicts_by_answer RENAME TO conflicts;
