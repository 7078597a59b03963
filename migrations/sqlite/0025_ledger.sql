-- A calendar year that was begun. state: open | closed. approval: 0 | 1, whether entries of the ledger need the level above.
-- closed_by, closed_at 0: not closed.
CREATE TABLE year (
    year       INTEGER NOT NULL PRIMARY KEY,
    approval   INTEGER NOT NULL,
    begun_by   INTEGER NOT NULL,
    begun_at   INTEGER NOT NULL,
    closed_by  INTEGER NOT NULL,
    closed_at  INTEGER NOT NULL,
    state      TEXT    NOT NULL
) STRICT;

-- An entry of the ledger of activities (活动台账). day: midnight in China. audience -1: not counted. quantity: works, or
-- participations; 1 where an entry counts as one. state: waiting | recorded | returned | withdrawn. decided_* 0: not decided upon.
CREATE TABLE activity (
    id          INTEGER NOT NULL PRIMARY KEY,
    year        INTEGER NOT NULL,
    unit        INTEGER NOT NULL,
    day         INTEGER NOT NULL,
    audience    INTEGER NOT NULL,
    quantity    INTEGER NOT NULL,
    entered_by  INTEGER NOT NULL,
    entered_at  INTEGER NOT NULL,
    decided_by  INTEGER NOT NULL,
    decided_at  INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    mode        TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    title       TEXT    NOT NULL,
    place       TEXT    NOT NULL,
    form        TEXT    NOT NULL,
    document    TEXT    NOT NULL,
    note        TEXT    NOT NULL,
    decision    TEXT    NOT NULL
) STRICT;
CREATE INDEX activity_year ON activity (year, day, id);

-- The name list of an entry; unit: as it was when the person was put on it.
CREATE TABLE activity_person (
    activity  INTEGER NOT NULL,
    person    INTEGER NOT NULL,
    unit      INTEGER NOT NULL,
    PRIMARY KEY (activity, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX activity_person_person ON activity_person (person);

-- Files and pictures that prove an entry. media: what the content is. digest: SM3 of it, in hexadecimal digits.
CREATE TABLE evidence (
    id           INTEGER NOT NULL PRIMARY KEY,
    activity     INTEGER NOT NULL,
    uploaded_by  INTEGER NOT NULL,
    uploaded_at  INTEGER NOT NULL,
    name         TEXT    NOT NULL,
    media        TEXT    NOT NULL,
    digest       TEXT    NOT NULL,
    body         BLOB    NOT NULL
) STRICT;
CREATE INDEX evidence_activity ON evidence (activity, id);

-- The figures of a closed year as they were frozen; never changed. records: a line for each record counted. figures: JSON of what
-- they add up to. previous: digest of the edition before, of whatever year, so that the
-- chain has no fork; digest: SM3 over that and everything else of the row.
CREATE TABLE edition (
    year      INTEGER NOT NULL,
    number    INTEGER NOT NULL,
    made_by   INTEGER NOT NULL,
    made_at   INTEGER NOT NULL,
    reason    TEXT    NOT NULL,
    figures   TEXT    NOT NULL,
    records   TEXT    NOT NULL,
    previous  TEXT    NOT NULL UNIQUE,
    digest    TEXT    NOT NULL UNIQUE,
    PRIMARY KEY (year, number)
) STRICT, WITHOUT ROWID;
