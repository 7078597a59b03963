-- Units as a tree; parent 0 is the top.
CREATE TABLE unit (
    id      BIGINT  NOT NULL PRIMARY KEY,
    parent  BIGINT  NOT NULL,
    name    TEXT    NOT NULL,
    UNIQUE (parent, name)
);

CREATE TABLE person (
    id          BIGINT  NOT NULL PRIMARY KEY,
    number      TEXT    NOT NULL UNIQUE,
    name        TEXT    NOT NULL,
    unit        BIGINT  NOT NULL,
    rank_level  TEXT    NOT NULL,
    category    TEXT    NOT NULL
);
CREATE INDEX person_unit ON person (unit);

-- person 0: an administrator outside the roster. password_hash '': no password set yet.
CREATE TABLE account (
    id             BIGINT  NOT NULL PRIMARY KEY,
    name           TEXT    NOT NULL UNIQUE,
    person         BIGINT  NOT NULL,
    role           TEXT    NOT NULL,
    password_hash  TEXT    NOT NULL
);
CREATE INDEX account_person ON account (person);

-- Tokens are stored as SM3 digests only.
CREATE TABLE sign_in_link (
    token_hash  BYTEA   NOT NULL PRIMARY KEY,
    account     BIGINT  NOT NULL,
    expires_at  BIGINT  NOT NULL
);
CREATE INDEX sign_in_link_account ON sign_in_link (account);

CREATE TABLE session (
    token_hash  BYTEA   NOT NULL PRIMARY KEY,
    account     BIGINT  NOT NULL,
    expires_at  BIGINT  NOT NULL
);
CREATE INDEX session_account ON session (account);

-- Failed sign-ins per login name and network address; address '' counts all addresses of a name.
CREATE TABLE sign_in_failure (
    name      TEXT    NOT NULL,
    address   TEXT    NOT NULL,
    failures  BIGINT  NOT NULL,
    last_at   BIGINT  NOT NULL,
    PRIMARY KEY (name, address)
);

CREATE TABLE bank (
    id          BIGINT  NOT NULL PRIMARY KEY,
    name        TEXT    NOT NULL UNIQUE,
    created_at  BIGINT  NOT NULL
);

-- A question whatever its version. digest: SM3 of the current content, so that the same question is stored once.
CREATE TABLE question (
    id       BIGINT  NOT NULL PRIMARY KEY,
    bank     BIGINT  NOT NULL,
    current  BIGINT  NOT NULL,
    kind     TEXT    NOT NULL,
    state    TEXT    NOT NULL,
    digest   BYTEA   NOT NULL,
    search   TEXT    NOT NULL,
    UNIQUE (bank, digest)
);
CREATE INDEX question_draw ON question (bank, state, kind, id);

-- Never changed once stored.
CREATE TABLE question_version (
    id           BIGINT  NOT NULL PRIMARY KEY,
    question     BIGINT  NOT NULL,
    number       BIGINT  NOT NULL,
    kind         TEXT    NOT NULL,
    stem         TEXT    NOT NULL,
    options      TEXT    NOT NULL,
    key_set      BIGINT  NOT NULL,
    explanation  TEXT    NOT NULL,
    basis        TEXT    NOT NULL,
    tags         TEXT    NOT NULL,
    created_at   BIGINT  NOT NULL,
    UNIQUE (question, number)
);

-- seed: secret until the exam has closed; opened_at 0: not opened.
CREATE TABLE exam (
    id          BIGINT  NOT NULL PRIMARY KEY,
    title       TEXT    NOT NULL,
    bank        BIGINT  NOT NULL,
    state       TEXT    NOT NULL,
    opens_at    BIGINT  NOT NULL,
    closes_at   BIGINT  NOT NULL,
    policy      TEXT    NOT NULL,
    blueprint   TEXT    NOT NULL,
    seed        BYTEA   NOT NULL,
    opened_at   BIGINT  NOT NULL,
    created_at  BIGINT  NOT NULL
);

-- The pool, fixed when the exam is published.
CREATE TABLE exam_item (
    exam     BIGINT  NOT NULL,
    place    BIGINT  NOT NULL,
    version  BIGINT  NOT NULL,
    PRIMARY KEY (exam, place)
);

-- The roster as frozen when the exam opened. standing: due | exempt.
CREATE TABLE roster_entry (
    exam        BIGINT  NOT NULL,
    person      BIGINT  NOT NULL,
    number      TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    unit        BIGINT  NOT NULL,
    rank_level  TEXT    NOT NULL,
    category    TEXT    NOT NULL,
    standing    TEXT    NOT NULL,
    PRIMARY KEY (exam, person)
);
CREATE INDEX roster_entry_person ON roster_entry (person);

CREATE TABLE paper (
    exam    BIGINT  NOT NULL,
    person  BIGINT  NOT NULL,
    number  BIGINT  NOT NULL,
    body    BYTEA   NOT NULL,
    PRIMARY KEY (exam, person, number)
);

-- state: open | handed_in. The columns from handed_in_at on are filled by the hand-in.
CREATE TABLE attempt (
    id            BIGINT  NOT NULL PRIMARY KEY,
    exam          BIGINT  NOT NULL,
    person        BIGINT  NOT NULL,
    number        BIGINT  NOT NULL,
    state         TEXT    NOT NULL,
    started_at    BIGINT  NOT NULL,
    deadline      BIGINT  NOT NULL,
    handed_in_at  BIGINT  NOT NULL,
    hand_in       TEXT    NOT NULL,
    score         BIGINT  NOT NULL,
    parts         TEXT    NOT NULL,
    receipt       BYTEA   NOT NULL,
    UNIQUE (exam, person, number)
);
CREATE INDEX attempt_open ON attempt (deadline) WHERE state = 'open';
CREATE INDEX attempt_person ON attempt (person);

-- The journal: one row for one change of one answer, in the order of versions; append only.
CREATE TABLE answer_event (
    attempt  BIGINT  NOT NULL,
    version  INTEGER NOT NULL,
    item     INTEGER NOT NULL,
    choice   INTEGER NOT NULL,
    flagged  INTEGER NOT NULL,
    at       BIGINT  NOT NULL,
    PRIMARY KEY (attempt, version)
);

-- Answers that came after the deadline or after the hand-in: kept as evidence, never scored.
CREATE TABLE late_answer_event (
    attempt  BIGINT  NOT NULL,
    version  INTEGER NOT NULL,
    item     INTEGER NOT NULL,
    choice   INTEGER NOT NULL,
    flagged  INTEGER NOT NULL,
    at       BIGINT  NOT NULL,
    PRIMARY KEY (attempt, version, item, choice)
);

-- A file between its preview and its import.
CREATE TABLE upload (
    id          BIGINT  NOT NULL PRIMARY KEY,
    account     BIGINT  NOT NULL,
    name        TEXT    NOT NULL,
    body        BYTEA NOT NULL,
    expires_at  BIGINT  NOT NULL
);
