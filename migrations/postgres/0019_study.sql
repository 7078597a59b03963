-- 1: whoever studies may be asked its questions and is told their keys.
ALTER TABLE bank ADD COLUMN practice BIGINT NOT NULL DEFAULT 0;

-- Questions that a person answers in study. purpose: practice | review | mistakes | mock | diagnostic | lesson. subject 0: none; else
-- the exam, the course or the lesson, as the purpose says. finished_at 0: it runs. asked, right_count: answers so far and those of
-- them that are right. paper: JSON of [version, order of its options] for each question, in the order asked.
CREATE TABLE study_run (
    person       BIGINT  NOT NULL,
    id           BIGINT  NOT NULL,
    subject      BIGINT  NOT NULL,
    started_at   BIGINT  NOT NULL,
    finished_at  BIGINT  NOT NULL,
    asked        BIGINT  NOT NULL,
    right_count  BIGINT  NOT NULL,
    purpose      TEXT    NOT NULL,
    paper        TEXT    NOT NULL,
    PRIMARY KEY (person, id)
);

-- The journal of answers in study; nothing in it is ever changed. place: of the question in its run, from 0. choice: in authored
-- places. is_right: 0 or 1. confidence: guessed | plain | sure.
CREATE TABLE study_answer (
    person      BIGINT  NOT NULL,
    run         BIGINT  NOT NULL,
    place       BIGINT  NOT NULL,
    question    BIGINT  NOT NULL,
    version     BIGINT  NOT NULL,
    choice      BIGINT  NOT NULL,
    is_right    BIGINT  NOT NULL,
    at          BIGINT  NOT NULL,
    confidence  TEXT    NOT NULL,
    PRIMARY KEY (person, run, place)
);

-- What follows from the journal for a person and a question. stability: millionths of a day; difficulty: millionths of a unit from 1
-- to 10. phase: learning | review | relearning; step: of the short steps of its phase. right_in_row: since the last wrong answer.
CREATE TABLE study_card (
    person        BIGINT  NOT NULL,
    question      BIGINT  NOT NULL,
    due_at        BIGINT  NOT NULL,
    last_at       BIGINT  NOT NULL,
    stability     BIGINT  NOT NULL,
    difficulty    BIGINT  NOT NULL,
    step          BIGINT  NOT NULL,
    asked         BIGINT  NOT NULL,
    right_count   BIGINT  NOT NULL,
    right_in_row  BIGINT  NOT NULL,
    in_mistakes   BIGINT  NOT NULL,
    phase         TEXT    NOT NULL,
    PRIMARY KEY (person, question)
);
CREATE INDEX study_card_due ON study_card (person, due_at);

-- How many minutes a day a person means to study for an exam; seen by nobody else.
CREATE TABLE study_plan (
    person   BIGINT  NOT NULL,
    exam     BIGINT  NOT NULL,
    minutes  BIGINT  NOT NULL,
    set_at   BIGINT  NOT NULL,
    PRIMARY KEY (person, exam)
);
