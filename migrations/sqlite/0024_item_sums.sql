-- What hand-ins say of the questions of an exam, summed up. attempts: those handed in up to the moment until. keys: JSON of the key
-- corrections they were marked with. body: JSON of the sums. version: how often they were stored.
CREATE TABLE item_sums (
    exam      INTEGER NOT NULL PRIMARY KEY,
    version   INTEGER NOT NULL,
    until     INTEGER NOT NULL,
    attempts  INTEGER NOT NULL,
    keys      TEXT    NOT NULL,
    body      TEXT    NOT NULL
) STRICT;

-- In the place of attempt_exam_state: what was handed in since a moment is found without reading the rest.
CREATE INDEX attempt_exam_handed_in ON attempt (exam, state, handed_in_at);
DROP INDEX attempt_exam_state;

-- The law (of another title) that this one continues since it was renamed; 0: none.
ALTER TABLE law ADD COLUMN continues INTEGER NOT NULL DEFAULT 0;
