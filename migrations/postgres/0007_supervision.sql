-- Since when an attempt is paused; 0: it runs. While it is paused its state is 'paused' and nothing is saved to it.
ALTER TABLE attempt ADD COLUMN paused_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX attempt_exam_state ON attempt (exam, state);

-- Time an attempt got beside its minutes; append only. kind: extension | pause | outage. given_by 0: the server.
CREATE TABLE time_credit (
    attempt   BIGINT  NOT NULL,
    number    BIGINT  NOT NULL,
    kind      TEXT    NOT NULL,
    ms        BIGINT  NOT NULL,
    at        BIGINT  NOT NULL,
    given_by  BIGINT  NOT NULL,
    reason    TEXT    NOT NULL,
    PRIMARY KEY (attempt, number)
);

-- What supervision tells those who sit: message | time | pause | resume | hand_in; to one attempt, to a unit with those
-- below it, or to all (both 0).
CREATE TABLE live_event (
    id       BIGINT  NOT NULL PRIMARY KEY,
    exam     BIGINT  NOT NULL,
    attempt  BIGINT  NOT NULL,
    unit     BIGINT  NOT NULL,
    kind     TEXT    NOT NULL,
    text     TEXT    NOT NULL,
    at       BIGINT  NOT NULL,
    sent_by  BIGINT  NOT NULL
);
CREATE INDEX live_event_exam ON live_event (exam, at);
CREATE INDEX live_event_at ON live_event (at);

-- When a page of an attempt was last heard of, and the last event it has shown.
CREATE TABLE contact (
    attempt  BIGINT  NOT NULL PRIMARY KEY,
    at       BIGINT  NOT NULL,
    seen     BIGINT  NOT NULL
);

-- One row: the last moment at which any node could write. A gap is an outage.
CREATE TABLE heartbeat (
    one  BIGINT  NOT NULL PRIMARY KEY,
    at   BIGINT  NOT NULL
);
INSERT INTO heartbeat (one, at) VALUES (1, 0);

-- Outages found, and how many running attempts got time for them.
CREATE TABLE outage (
    began_at  BIGINT  NOT NULL PRIMARY KEY,
    ended_at  BIGINT  NOT NULL,
    attempts  BIGINT  NOT NULL
);
