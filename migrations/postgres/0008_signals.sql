-- The sign-ins and browsers (both as short digests) from which an attempt was opened.
CREATE TABLE opened_from (
    attempt  BIGINT  NOT NULL,
    session  BIGINT  NOT NULL,
    browser  BIGINT  NOT NULL,
    at       BIGINT  NOT NULL,
    PRIMARY KEY (attempt, session, browser)
);

-- How often and how long the page of an attempt was left, as the page says.
ALTER TABLE contact ADD COLUMN left_times BIGINT NOT NULL DEFAULT 0;
ALTER TABLE contact ADD COLUMN left_ms BIGINT NOT NULL DEFAULT 0;

-- The last comparison of an exam: over how many attempts, how many pairs, and how many units were too large for it.
CREATE TABLE comparison (
    exam      BIGINT  NOT NULL PRIMARY KEY,
    at        BIGINT  NOT NULL,
    made_by   BIGINT  NOT NULL,
    attempts  BIGINT  NOT NULL,
    pairs     BIGINT  NOT NULL,
    left_out  BIGINT  NOT NULL
);

-- What the last comparison found. place: the strongest of its kind is 1. evidence: JSON.
CREATE TABLE signal (
    exam      BIGINT  NOT NULL,
    kind      TEXT    NOT NULL,
    place     BIGINT  NOT NULL,
    attempt   BIGINT  NOT NULL,
    evidence  TEXT    NOT NULL,
    PRIMARY KEY (exam, kind, place)
);

-- evidence: as it was at the opening. state: open | no_finding | finding | appealed | confirmed | lifted.
-- A moment of 0: not yet. closed_*: the decision on the appeal.
CREATE TABLE case_file (
    id            BIGINT  NOT NULL PRIMARY KEY,
    exam          BIGINT  NOT NULL,
    attempt       BIGINT  NOT NULL,
    person        BIGINT  NOT NULL,
    kind          TEXT    NOT NULL,
    evidence      TEXT    NOT NULL,
    state         TEXT    NOT NULL,
    opened_by     BIGINT  NOT NULL,
    opened_at     BIGINT  NOT NULL,
    reason        TEXT    NOT NULL,
    stated_at     BIGINT  NOT NULL,
    statement     TEXT    NOT NULL,
    decided_by    BIGINT  NOT NULL,
    decided_at    BIGINT  NOT NULL,
    decision      TEXT    NOT NULL,
    appealed_at   BIGINT  NOT NULL,
    appeal        TEXT    NOT NULL,
    closed_by     BIGINT  NOT NULL,
    closed_at     BIGINT  NOT NULL,
    closing       TEXT    NOT NULL,
    UNIQUE (attempt, kind)
);
CREATE INDEX case_file_exam ON case_file (exam, state);
