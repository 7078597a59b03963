-- A room at a time (考场、场次) of an opened exam. addresses: as typed, parts with a blank between; '': from anywhere.
-- password '': none.
CREATE TABLE slot (
    id         BIGINT  NOT NULL PRIMARY KEY,
    exam       BIGINT  NOT NULL,
    round      BIGINT  NOT NULL,
    room       TEXT    NOT NULL,
    opens_at   BIGINT  NOT NULL,
    closes_at  BIGINT  NOT NULL,
    capacity   BIGINT  NOT NULL,
    password   TEXT    NOT NULL,
    addresses  TEXT    NOT NULL
);
CREATE INDEX slot_exam ON slot (exam);

-- One seat of a person in each round. given 1: by an administrator; 0: the person took it.
CREATE TABLE seat (
    exam      BIGINT  NOT NULL,
    round     BIGINT  NOT NULL,
    person    BIGINT  NOT NULL,
    slot      BIGINT  NOT NULL,
    given     BIGINT  NOT NULL,
    at        BIGINT  NOT NULL,
    PRIMARY KEY (exam, round, person)
);
CREATE INDEX seat_slot ON seat (slot);
