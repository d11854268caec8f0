-- What is due for whom: the running clocks of the cases that each member has opened and still reads, once for the member
-- (team is empty) and once for each team that works on the case. Everything here follows from grants, cases, clocks and
-- routed, and is written with them, so that a list is read in its order and not found.

CREATE TABLE due (
    member BYTEA NOT NULL,
    team TEXT NOT NULL,
    due TEXT NOT NULL,
    case_id BYTEA NOT NULL,
    clock TEXT NOT NULL,
    PRIMARY KEY (member, team, due, case_id, clock)
);
CREATE INDEX due_of_a_case ON due (case_id);
INSERT INTO due (member, team, due, case_id, clock)
    SELECT g.member, t.team, k.due, c.id, k.clock
    FROM cases c JOIN grants g ON g.case_id = c.id AND g.epoch = c.epoch JOIN clocks k ON k.case_id = c.id
    JOIN (SELECT id AS case_id, '' AS team FROM cases UNION ALL SELECT case_id, team FROM routed
        UNION ALL SELECT id, team FROM cases WHERE id NOT IN (SELECT case_id FROM routed)) t ON t.case_id = c.id
    WHERE c.closed = 0 AND c.aside = 0 AND g.live = 1 AND g.declared = 1
    AND k.due <> '' AND k.done = '' AND k.paused_on = '';
