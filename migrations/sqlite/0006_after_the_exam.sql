-- '': none given.
ALTER TABLE person ADD COLUMN email TEXT NOT NULL DEFAULT '';

-- The last choice for each question in the order of the paper, two bytes each (low first), written by the hand-in: a
-- fold over the journal, kept so that a correction of a key need not read every journal. Empty: handed in before it
-- was kept, or not handed in.
ALTER TABLE attempt ADD COLUMN sheet BLOB NOT NULL DEFAULT x'';

-- A correction of one question of an opened exam. pool: its place in the fixed pool. method: new_key | either_key |
-- full_credit | void | leave; key_set is 0 where the method needs none. state: proposed | refused | applied | undone.
-- objection 0: none led to it. decided_*: applied or refused. undone_at 0: not undone.
CREATE TABLE key_correction (
    id           INTEGER NOT NULL PRIMARY KEY,
    exam         INTEGER NOT NULL,
    pool         INTEGER NOT NULL,
    method       TEXT    NOT NULL,
    key_set      INTEGER NOT NULL,
    reason       TEXT    NOT NULL,
    objection    INTEGER NOT NULL,
    state        TEXT    NOT NULL,
    proposed_by  INTEGER NOT NULL,
    proposed_at  INTEGER NOT NULL,
    decided_by   INTEGER NOT NULL,
    decided_at   INTEGER NOT NULL,
    decision     TEXT    NOT NULL,
    undone_by    INTEGER NOT NULL,
    undone_at    INTEGER NOT NULL,
    undo_reason  TEXT    NOT NULL
) STRICT;
-- One correction of a question waits or holds at a time: to replace it, undo it first.
CREATE UNIQUE INDEX key_correction_one ON key_correction (exam, pool) WHERE state IN ('proposed', 'applied');
CREATE INDEX key_correction_objection ON key_correction (objection);

-- Every score that a correction changed; append only. undo 1: the correction was taken back.
CREATE TABLE score_change (
    correction  INTEGER NOT NULL,
    undo        INTEGER NOT NULL,
    attempt     INTEGER NOT NULL,
    before      INTEGER NOT NULL,
    after       INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (correction, undo, attempt)
) STRICT, WITHOUT ROWID;
CREATE INDEX score_change_attempt ON score_change (attempt);

-- item 0: the score as a whole. state: open | upheld | rejected. decided_at 0: not decided.
CREATE TABLE objection (
    id          INTEGER NOT NULL PRIMARY KEY,
    exam        INTEGER NOT NULL,
    attempt     INTEGER NOT NULL,
    person      INTEGER NOT NULL,
    item        INTEGER NOT NULL,
    body        TEXT    NOT NULL,
    raised_at   INTEGER NOT NULL,
    state       TEXT    NOT NULL,
    decided_by  INTEGER NOT NULL,
    decided_at  INTEGER NOT NULL,
    decision    TEXT    NOT NULL,
    UNIQUE (attempt, item)
) STRICT;
CREATE INDEX objection_open ON objection (id) WHERE state = 'open';

-- The last number given in a year.
CREATE TABLE certificate_number (
    year  INTEGER NOT NULL PRIMARY KEY,
    last  INTEGER NOT NULL
) STRICT;

-- name, unit and title stand as they were when it was issued. shows: score | grade. state: valid | withdrawn.
-- cause: the correction that withdrew it; 0: a person did, or it is valid.
CREATE TABLE certificate (
    id            INTEGER NOT NULL PRIMARY KEY,
    exam          INTEGER NOT NULL,
    person        INTEGER NOT NULL,
    number        TEXT    NOT NULL UNIQUE,
    code          TEXT    NOT NULL UNIQUE,
    name          TEXT    NOT NULL,
    unit          TEXT    NOT NULL,
    title         TEXT    NOT NULL,
    shows         TEXT    NOT NULL,
    score         INTEGER NOT NULL,
    issued_at     INTEGER NOT NULL,
    state         TEXT    NOT NULL,
    cause         INTEGER NOT NULL,
    withdrawn_at  INTEGER NOT NULL,
    reason        TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX certificate_valid ON certificate (exam, person) WHERE state = 'valid';
CREATE INDEX certificate_person ON certificate (person);

-- What happened to a certificate; append only. act: issued | withdrawn | reinstated | rescored. account 0: the operator.
CREATE TABLE certificate_event (
    certificate  INTEGER NOT NULL,
    number       INTEGER NOT NULL,
    act          TEXT    NOT NULL,
    at           INTEGER NOT NULL,
    account      INTEGER NOT NULL,
    reason       TEXT    NOT NULL,
    PRIMARY KEY (certificate, number)
) STRICT, WITHOUT ROWID;

-- about: what happened, as JSON. read_at 0: not read.
CREATE TABLE notice (
    id       INTEGER NOT NULL PRIMARY KEY,
    person   INTEGER NOT NULL,
    about    TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    read_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX notice_person ON notice (person, id);
CREATE INDEX notice_unread ON notice (person) WHERE read_at = 0;

-- Exams whose results were announced.
CREATE TABLE result_announcement (
    exam  INTEGER NOT NULL PRIMARY KEY,
    at    INTEGER NOT NULL
) STRICT;

-- Notices to be sent by mail. state: waiting | sending | sent | given_up. next_at: when it may be tried (again);
-- while it is being sent: when another node may believe that the sender has died.
CREATE TABLE mail (
    notice   INTEGER NOT NULL PRIMARY KEY,
    state    TEXT    NOT NULL,
    tries    INTEGER NOT NULL,
    next_at  INTEGER NOT NULL,
    done_at  INTEGER NOT NULL,
    error    TEXT    NOT NULL
) STRICT;
CREATE INDEX mail_waiting ON mail (next_at) WHERE state IN ('waiting', 'sending');
