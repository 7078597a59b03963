-- A calendar year that was begun. state: open | closed. approval: 0 | 1, whether entries of the ledger need the level above.
-- closed_by, closed_at 0: not closed.
CREATE TABLE year (
    year       BIGINT  NOT NULL PRIMARY KEY,
    approval   BIGINT  NOT NULL,
    begun_by   BIGINT  NOT NULL,
    begun_at   BIGINT  NOT NULL,
    closed_by  BIGINT  NOT NULL,
    closed_at  BIGINT  NOT NULL,
    state      TEXT    NOT NULL
);

-- An entry of the ledger of activities (活动台账). day: midnight in China. audience -1: not counted. quantity: works, or
-- participations; 1 where an entry counts as one. state: waiting | recorded | returned | withdrawn. decided_* 0: not decided upon.
CREATE TABLE activity (
    id          BIGINT  NOT NULL PRIMARY KEY,
    year        BIGINT  NOT NULL,
    unit        BIGINT  NOT NULL,
    day         BIGINT  NOT NULL,
    audience    BIGINT  NOT NULL,
    quantity    BIGINT  NOT NULL,
    entered_by  BIGINT  NOT NULL,
    entered_at  BIGINT  NOT NULL,
    decided_by  BIGINT  NOT NULL,
    decided_at  BIGINT  NOT NULL,
    kind        TEXT    NOT NULL,
    mode        TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    title       TEXT    NOT NULL,
    place       TEXT    NOT NULL,
    form        TEXT    NOT NULL,
    document    TEXT    NOT NULL,
    note        TEXT    NOT NULL,
    decision    TEXT    NOT NULL
);
CREATE INDEX activity_year ON activity (year, day, id);

-- The name list of an entry; unit: as it was when the person was put on it.
CREATE TABLE activity_person (
    activity  BIGINT  NOT NULL,
    person    BIGINT  NOT NULL,
    unit      BIGINT  NOT NULL,
    PRIMARY KEY (activity, person)
);
CREATE INDEX activity_person_person ON activity_person (person);

-- Files and pictures that prove an entry. media: what the content is. digest: SM3 of it, in hexadecimal digits.
CREATE TABLE evidence (
    id           BIGINT  NOT NULL PRIMARY KEY,
    activity     BIGINT  NOT NULL,
    uploaded_by  BIGINT  NOT NULL,
    uploaded_at  BIGINT  NOT NULL,
    name         TEXT    NOT NULL,
    media        TEXT    NOT NULL,
    digest       TEXT    NOT NULL,
    body         BYTEA   NOT NULL
);
CREATE INDEX evidence_activity ON evidence (activity, id);

-- The figures of a closed year as they were frozen; never changed. records: a line for each record counted. figures: JSON of what
-- they add up to. previous: digest of the edition before, of whatever year, so that the
-- chain has no fork; digest: SM3 over that and everything else of the row.
CREATE TABLE edition (
    year      BIGINT  NOT NULL,
    number    BIGINT  NOT NULL,
    made_by   BIGINT  NOT NULL,
    made_at   BIGINT  NOT NULL,
    reason    TEXT    NOT NULL,
    figures   TEXT    NOT NULL,
    records   TEXT    NOT NULL,
    previous  TEXT    NOT NULL UNIQUE,
    digest    TEXT    NOT NULL UNIQUE,
    PRIMARY KEY (year, number)
);
