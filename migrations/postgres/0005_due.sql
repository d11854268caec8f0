-- What is due for whom: the running clocks of the cases that each member has opened and still reads. Everything here
-- follows from grants, cases and clocks, and is written with them, so that a list is read in its order and not found.

CREATE TABLE due (
    member BYTEA NOT NULL,
    due TEXT NOT NULL,
    case_id BYTEA NOT NULL,
    clock TEXT NOT NULL,
    PRIMARY KEY (member, due, case_id, clock)
);
CREATE INDEX due_of_a_case ON due (case_id);
INSERT INTO due (member, due, case_id, clock)
    SELECT g.member, k.due, c.id, k.clock
    FROM cases c JOIN grants g ON g.case_id = c.id AND g.epoch = c.epoch JOIN clocks k ON k.case_id = c.id
    WHERE c.closed = 0 AND c.aside = 0 AND g.live = 1 AND g.declared = 1
    AND k.due <> '' AND k.done = '' AND k.paused_on = '';
