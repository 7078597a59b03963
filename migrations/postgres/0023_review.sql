-- 1: a question of this bank is drawn only after a second person has approved it.
ALTER TABLE bank ADD COLUMN vetted BIGINT NOT NULL DEFAULT 0;

-- A question that its author wants drawn, and what a second person said to it. body '': the question as it stands, which waits
-- (question.state in_review); otherwise JSON of the version proposed, while the approved one stays in the draw. seen: number of the
-- version that the author saw. state: waiting | approved | returned | withdrawn. version: the one that was approved, or 0.
CREATE TABLE vetting (
    id          BIGINT  NOT NULL PRIMARY KEY,
    bank        BIGINT  NOT NULL,
    question    BIGINT  NOT NULL,
    body        TEXT    NOT NULL,
    seen        BIGINT  NOT NULL,
    author      BIGINT  NOT NULL,
    asked_at    BIGINT  NOT NULL,
    reason      TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    version     BIGINT  NOT NULL,
    decided_by  BIGINT  NOT NULL,
    decided_at  BIGINT  NOT NULL,
    comment     TEXT    NOT NULL
);
CREATE UNIQUE INDEX vetting_waiting ON vetting (question) WHERE state = 'waiting';
CREATE INDEX vetting_queue ON vetting (bank, id) WHERE state = 'waiting';
CREATE INDEX vetting_question ON vetting (question, id);
