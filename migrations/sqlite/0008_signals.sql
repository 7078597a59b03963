-- The sign-ins and browsers (both as short digests) from which an attempt was opened.
CREATE TABLE opened_from (
    attempt  INTEGER NOT NULL,
    session  INTEGER NOT NULL,
    browser  INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (attempt, session, browser)
) STRICT, WITHOUT ROWID;

-- How often and how long the page of an attempt was left, as the page says.
ALTER TABLE contact ADD COLUMN left_times INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contact ADD COLUMN left_ms INTEGER NOT NULL DEFAULT 0;

-- The last comparison of an exam: over how many attempts, how many pairs, and how many units were too large for it.
CREATE TABLE comparison (
    exam      INTEGER NOT NULL PRIMARY KEY,
    at        INTEGER NOT NULL,
    made_by   INTEGER NOT NULL,
    attempts  INTEGER NOT NULL,
    pairs     INTEGER NOT NULL,
    left_out  INTEGER NOT NULL
) STRICT;

-- What the last comparison found. place: the strongest of its kind is 1. evidence: JSON.
CREATE TABLE signal (
    exam      INTEGER NOT NULL,
    kind      TEXT    NOT NULL,
    place     INTEGER NOT NULL,
    attempt   INTEGER NOT NULL,
    evidence  TEXT    NOT NULL,
    PRIMARY KEY (exam, kind, place)
) STRICT, WITHOUT ROWID;

-- evidence: as it was at the opening. state: open | no_finding | finding | appealed | confirmed | lifted.
-- A moment of 0: not yet. closed_*: the decision on the appeal.
CREATE TABLE case_file (
    id            INTEGER NOT NULL PRIMARY KEY,
    exam          INTEGER NOT NULL,
    attempt       INTEGER NOT NULL,
    person        INTEGER NOT NULL,
    kind          TEXT    NOT NULL,
    evidence      TEXT    NOT NULL,
    state         TEXT    NOT NULL,
    opened_by     INTEGER NOT NULL,
    opened_at     INTEGER NOT NULL,
    reason        TEXT    NOT NULL,
    stated_at     INTEGER NOT NULL,
    statement     TEXT    NOT NULL,
    decided_by    INTEGER NOT NULL,
    decided_at    INTEGER NOT NULL,
    decision      TEXT    NOT NULL,
    appealed_at   INTEGER NOT NULL,
    appeal        TEXT    NOT NULL,
    closed_by     INTEGER NOT NULL,
    closed_at     INTEGER NOT NULL,
    closing       TEXT    NOT NULL,
    UNIQUE (attempt, kind)
) STRICT;
CREATE INDEX case_file_exam ON case_file (exam, state);
