-- 1: whoever studies may be asked its questions and is told their keys.
ALTER TABLE bank ADD COLUMN practice INTEGER NOT NULL DEFAULT 0;

-- Questions that a person answers in study. purpose: practice | review | mistakes | mock | diagnostic | lesson. subject 0: none; else
-- the exam, the course or the lesson, as the purpose says. finished_at 0: it runs. asked, right_count: answers so far and those of
-- them that are right. paper: JSON of [version, order of its options] for each question, in the order asked.
CREATE TABLE study_run (
    person       INTEGER NOT NULL,
    id           INTEGER NOT NULL,
    subject      INTEGER NOT NULL,
    started_at   INTEGER NOT NULL,
    finished_at  INTEGER NOT NULL,
    asked        INTEGER NOT NULL,
    right_count  INTEGER NOT NULL,
    purpose      TEXT    NOT NULL,
    paper        TEXT    NOT NULL,
    PRIMARY KEY (person, id)
) STRICT, WITHOUT ROWID;

-- The journal of answers in study; nothing in it is ever changed. place: of the question in its run, from 0. choice: in authored
-- places. is_right: 0 or 1. confidence: guessed | plain | sure.
CREATE TABLE study_answer (
    person      INTEGER NOT NULL,
    run         INTEGER NOT NULL,
    place       INTEGER NOT NULL,
    question    INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    choice      INTEGER NOT NULL,
    is_right    INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    confidence  TEXT    NOT NULL,
    PRIMARY KEY (person, run, place)
) STRICT, WITHOUT ROWID;

-- What follows from the journal for a person and a question. stability: millionths of a day; difficulty: millionths of a unit from 1
-- to 10. phase: learning | review | relearning; step: of the short steps of its phase. right_in_row: since the last wrong answer.
CREATE TABLE study_card (
    person        INTEGER NOT NULL,
    question      INTEGER NOT NULL,
    due_at        INTEGER NOT NULL,
    last_at       INTEGER NOT NULL,
    stability     INTEGER NOT NULL,
    difficulty    INTEGER NOT NULL,
    step          INTEGER NOT NULL,
    asked         INTEGER NOT NULL,
    right_count   INTEGER NOT NULL,
    right_in_row  INTEGER NOT NULL,
    in_mistakes   INTEGER NOT NULL,
    phase         TEXT    NOT NULL,
    PRIMARY KEY (person, question)
) STRICT, WITHOUT ROWID;
CREATE INDEX study_card_due ON study_card (person, due_at);

-- How many minutes a day a person means to study for an exam; seen by nobody else.
CREATE TABLE study_plan (
    person   INTEGER NOT NULL,
    exam     INTEGER NOT NULL,
    minutes  INTEGER NOT NULL,
    set_at   INTEGER NOT NULL,
    PRIMARY KEY (person, exam)
) STRICT, WITHOUT ROWID;
