-- Somebody who was asked a question says that something is wrong with it (题目异议). Objections of exams stand in their own table. place:
-- where it was asked, 'play': an attempt in a competition; subject, number, item: its player, which attempt, which question of it
-- from 1; 'study': subject: the run, item: which question of it from 1. flagger: the person, or the player who is none of the roster. person 0: not of the roster. ruling 0: none yet.
-- state: open | settled.
CREATE TABLE item_flag (
    id       INTEGER NOT NULL PRIMARY KEY,
    version  INTEGER NOT NULL,
    subject  INTEGER NOT NULL,
    number   INTEGER NOT NULL,
    item     INTEGER NOT NULL,
    flagger  INTEGER NOT NULL,
    person   INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    ruling   INTEGER NOT NULL,
    place    TEXT    NOT NULL,
    state    TEXT    NOT NULL,
    reason   TEXT    NOT NULL,
    UNIQUE (version, flagger)
) STRICT;
CREATE INDEX item_flag_open ON item_flag (version) WHERE state = 'open';
CREATE INDEX item_flag_subject ON item_flag (subject);
CREATE INDEX item_flag_person ON item_flag (person) WHERE person <> 0;
CREATE INDEX item_flag_ruling ON item_flag (ruling) WHERE ruling <> 0;

-- A ruling on a question wherever it was used. version: the one looked at; every version of the same words and key is meant. method,
-- key_set: as in key_correction. state: proposed | refused | applying | applied | undoing | undone. worker, seen_at: the node that
-- carries it out, and its last sign of life. A moment of 0: not yet.
CREATE TABLE ruling (
    id           INTEGER NOT NULL PRIMARY KEY,
    question     INTEGER NOT NULL,
    version      INTEGER NOT NULL,
    key_set      INTEGER NOT NULL,
    proposed_by  INTEGER NOT NULL,
    proposed_at  INTEGER NOT NULL,
    decided_by   INTEGER NOT NULL,
    decided_at   INTEGER NOT NULL,
    undone_by    INTEGER NOT NULL,
    undone_at    INTEGER NOT NULL,
    worker       INTEGER NOT NULL,
    seen_at      INTEGER NOT NULL,
    method       TEXT    NOT NULL,
    state        TEXT    NOT NULL,
    reason       TEXT    NOT NULL,
    decision     TEXT    NOT NULL,
    undo_reason  TEXT    NOT NULL
) STRICT;
-- One at a time waits or is carried out.
CREATE UNIQUE INDEX ruling_one ON ruling (question) WHERE state IN ('proposed', 'applying', 'undoing');
CREATE INDEX ruling_question ON ruling (question);
CREATE INDEX ruling_work ON ruling (seen_at) WHERE state IN ('applying', 'undoing');

-- What a ruling does in one exam or competition. place: of the question in its pool. correction: of the exam's key, 0: none. through:
-- the last player dealt with; attempts: how many were marked anew. kind: exam | competition.
-- state: waiting | applied | undone | left_out, because another correction of the question stands there.
CREATE TABLE ruling_part (
    ruling      INTEGER NOT NULL,
    target      INTEGER NOT NULL,
    place       INTEGER NOT NULL,
    correction  INTEGER NOT NULL,
    through     INTEGER NOT NULL,
    attempts    INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    PRIMARY KEY (ruling, target, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX ruling_part_correction ON ruling_part (correction) WHERE correction <> 0;

-- Objections of exams that a ruling decided.
CREATE TABLE ruling_objection (
    ruling     INTEGER NOT NULL,
    objection  INTEGER NOT NULL,
    PRIMARY KEY (ruling, objection)
) STRICT, WITHOUT ROWID;

-- By what attempts of a competition are marked beside its published keys; read with every hand-in. in_force 0: taken back.
CREATE TABLE competition_correction (
    competition  INTEGER NOT NULL,
    place        INTEGER NOT NULL,
    ruling       INTEGER NOT NULL,
    key_set      INTEGER NOT NULL,
    in_force     INTEGER NOT NULL,
    method       TEXT    NOT NULL,
    PRIMARY KEY (competition, place, ruling)
) STRICT, WITHOUT ROWID;
-- One holds for a question at a time.
CREATE UNIQUE INDEX competition_correction_one ON competition_correction (competition, place) WHERE in_force = 1;

-- In which competitions a version of a question is.
CREATE INDEX competition_item_version ON competition_item (version);
