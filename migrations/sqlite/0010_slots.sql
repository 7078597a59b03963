-- A room at a time (考场、场次) of an opened exam. addresses: as typed, parts with a blank between; '': from anywhere.
-- password '': none.
CREATE TABLE slot (
    id         INTEGER NOT NULL PRIMARY KEY,
    exam       INTEGER NOT NULL,
    round      INTEGER NOT NULL,
    room       TEXT    NOT NULL,
    opens_at   INTEGER NOT NULL,
    closes_at  INTEGER NOT NULL,
    capacity   INTEGER NOT NULL,
    password   TEXT    NOT NULL,
    addresses  TEXT    NOT NULL
) STRICT;
CREATE INDEX slot_exam ON slot (exam);

-- One seat of a person in each round. given 1: by an administrator; 0: the person took it.
CREATE TABLE seat (
    exam      INTEGER NOT NULL,
    round     INTEGER NOT NULL,
    person    INTEGER NOT NULL,
    slot      INTEGER NOT NULL,
    given     INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (exam, round, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX seat_slot ON seat (slot);
