-- A table WITHOUT ROWID reads a whole row to compare its key, all of what was reported here. So these rows lie by row
-- id. Whoever adds one gives it a random id, so that no row shows when it was inserted.

CREATE TABLE parts_by_place (
    case_id BLOB PRIMARY KEY NOT NULL,
    statement BLOB NOT NULL,
    parties BLOB NOT NULL,
    body BLOB NOT NULL,
    identity BLOB NOT NULL
);
INSERT INTO parts_by_place (rowid, case_id, statement, parties, body, identity)
    SELECT random(), case_id, statement, parties, body, identity FROM parts;
DROP TABLE parts;
ALTER TABLE parts_by_place RENAME TO parts;
