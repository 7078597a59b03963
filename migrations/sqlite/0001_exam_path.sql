-- Units as a tree; parent 0 is the top.
CREATE TABLE unit (
    id      INTEGER NOT NULL PRIMARY KEY,
    parent  INTEGER NOT NULL,
    name    TEXT    NOT NULL,
    UNIQUE (parent, name)
) STRICT;

CREATE TABLE person (
    id          INTEGER NOT NULL PRIMARY KEY,
    number      TEXT    NOT NULL UNIQUE,
    name        TEXT    NOT NULL,
    unit        INTEGER NOT NULL,
    rank_level  TEXT    NOT NULL,
    category    TEXT    NOT NULL
) STRICT;
CREATE INDEX person_unit ON person (unit);

-- person 0: an administrator outside the roster. password_hash '': no password set yet.
CREATE TABLE account (
    id             INTEGER NOT NULL PRIMARY KEY,
    name           TEXT    NOT NULL UNIQUE,
    person         INTEGER NOT NULL,
    role           TEXT    NOT NULL,
    password_hash  TEXT    NOT NULL
) STRICT;
CREATE INDEX account_person ON account (person);

-- Tokens are stored as SM3 digests only.
CREATE TABLE sign_in_link (
    token_hash  BLOB    NOT NULL PRIMARY KEY,
    account     INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_in_link_account ON sign_in_link (account);

CREATE TABLE session (
    token_hash  BLOB    NOT NULL PRIMARY KEY,
    account     INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_account ON session (account);

-- Failed sign-ins per login name and network address; address '' counts all addresses of a name.
CREATE TABLE sign_in_failure (
    name      TEXT    NOT NULL,
    address   TEXT    NOT NULL,
    failures  INTEGER NOT NULL,
    last_at   INTEGER NOT NULL,
    PRIMARY KEY (name, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE bank (
    id          INTEGER NOT NULL PRIMARY KEY,
    name        TEXT    NOT NULL UNIQUE,
    created_at  INTEGER NOT NULL
) STRICT;

-- A question whatever its version. digest: SM3 of the current content, so that the same question is stored once.
CREATE TABLE question (
    id       INTEGER NOT NULL PRIMARY KEY,
    bank     INTEGER NOT NULL,
    current  INTEGER NOT NULL,
    kind     TEXT    NOT NULL,
    state    TEXT    NOT NULL,
    digest   BLOB    NOT NULL,
    search   TEXT    NOT NULL,
    UNIQUE (bank, digest)
) STRICT;
CREATE INDEX question_draw ON question (bank, state, kind, id);

-- Never changed once stored.
CREATE TABLE question_version (
    id           INTEGER NOT NULL PRIMARY KEY,
    question     INTEGER NOT NULL,
    number       INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    stem         TEXT    NOT NULL,
    options      TEXT    NOT NULL,
    key_set      INTEGER NOT NULL,
    explanation  TEXT    NOT NULL,
    basis        TEXT    NOT NULL,
    tags         TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    UNIQUE (question, number)
) STRICT;

-- seed: secret until the exam has closed; opened_at 0: not opened.
CREATE TABLE exam (
    id          INTEGER NOT NULL PRIMARY KEY,
    title       TEXT    NOT NULL,
    bank        INTEGER NOT NULL,
    state       TEXT    NOT NULL,
    opens_at    INTEGER NOT NULL,
    closes_at   INTEGER NOT NULL,
    policy      TEXT    NOT NULL,
    blueprint   TEXT    NOT NULL,
    seed        BLOB    NOT NULL,
    opened_at   INTEGER NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

-- The pool, fixed when the exam is published.
CREATE TABLE exam_item (
    exam     INTEGER NOT NULL,
    place    INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    PRIMARY KEY (exam, place)
) STRICT, WITHOUT ROWID;

-- The roster as frozen when the exam opened. standing: due | exempt.
CREATE TABLE roster_entry (
    exam        INTEGER NOT NULL,
    person      INTEGER NOT NULL,
    number      TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    unit        INTEGER NOT NULL,
    rank_level  TEXT    NOT NULL,
    category    TEXT    NOT NULL,
    standing    TEXT    NOT NULL,
    PRIMARY KEY (exam, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX roster_entry_person ON roster_entry (person);

CREATE TABLE paper (
    exam    INTEGER NOT NULL,
    person  INTEGER NOT NULL,
    number  INTEGER NOT NULL,
    body    BLOB    NOT NULL,
    PRIMARY KEY (exam, person, number)
) STRICT, WITHOUT ROWID;

-- state: open | handed_in. The columns from handed_in_at on are filled by the hand-in.
CREATE TABLE attempt (
    id            INTEGER NOT NULL PRIMARY KEY,
    exam          INTEGER NOT NULL,
    person        INTEGER NOT NULL,
    number        INTEGER NOT NULL,
    state         TEXT    NOT NULL,
    started_at    INTEGER NOT NULL,
    deadline      INTEGER NOT NULL,
    handed_in_at  INTEGER NOT NULL,
    hand_in       TEXT    NOT NULL,
    score         INTEGER NOT NULL,
    parts         TEXT    NOT NULL,
    receipt       BLOB    NOT NULL,
    UNIQUE (exam, person, number)
) STRICT;
CREATE INDEX attempt_open ON attempt (deadline) WHERE state = 'open';
CREATE INDEX attempt_person ON attempt (person);

-- The journal: one row for one change of one answer, in the order of versions; append only.
CREATE TABLE answer_event (
    attempt  INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    item     INTEGER NOT NULL,
    choice   INTEGER NOT NULL,
    flagged  INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (attempt, version)
) STRICT, WITHOUT ROWID;

-- Answers that came after the deadline or after the hand-in: kept as evidence, never scored.
CREATE TABLE late_answer_event (
    attempt  INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    item     INTEGER NOT NULL,
    choice   INTEGER NOT NULL,
    flagged  INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (attempt, version, item, choice)
) STRICT, WITHOUT ROWID;

-- A file between its preview and its import.
CREATE TABLE upload (
    id          INTEGER NOT NULL PRIMARY KEY,
    account     INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    body        BLOB   NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT;
