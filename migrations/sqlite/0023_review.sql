-- 1: a question of this bank is drawn only after a second person has approved it.
ALTER TABLE bank ADD COLUMN vetted INTEGER NOT NULL DEFAULT 0;

-- A question that its author wants drawn, and what a second person said to it. body '': the question as it stands, which waits
-- (question.state in_review); otherwise JSON of the version proposed, while the approved one stays in the draw. seen: number of the
-- version that the author saw. state: waiting | approved | returned | withdrawn. version: the one that was approved, or 0.
CREATE TABLE vetting (
    id          INTEGER NOT NULL PRIMARY KEY,
    bank        INTEGER NOT NULL,
    question    INTEGER NOT NULL,
    body        TEXT    NOT NULL,
    seen        INTEGER NOT NULL,
    author      INTEGER NOT NULL,
    asked_at    INTEGER NOT NULL,
    reason      TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    decided_by  INTEGER NOT NULL,
    decided_at  INTEGER NOT NULL,
    comment     TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX vetting_waiting ON vetting (question) WHERE state = 'waiting';
CREATE INDEX vetting_queue ON vetting (bank, id) WHERE state = 'waiting';
CREATE INDEX vetting_question ON vetting (question, id);
