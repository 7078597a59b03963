-- A course (课程) of a year; its credits are those of its lessons. unit 0: for everybody. compulsory: 0 or 1. diagnostic: questions for
-- each lesson that are asked first; 0: none. state: draft | published | closed.
CREATE TABLE course (
    id          BIGINT  NOT NULL PRIMARY KEY,
    year        BIGINT  NOT NULL,
    unit        BIGINT  NOT NULL,
    compulsory  BIGINT  NOT NULL,
    diagnostic  BIGINT  NOT NULL,
    made_by     BIGINT  NOT NULL,
    made_at     BIGINT  NOT NULL,
    title       TEXT    NOT NULL,
    summary     TEXT    NOT NULL,
    state       TEXT    NOT NULL
);
CREATE INDEX course_year ON course (year, id);

-- Lessons, in the order of place and id. credits: hundredths. questions, pass: of its test. written_at: when the text was last changed.
-- kind: text | case. body: Markdown. sources: JSON of lines that say where its questions come from.
CREATE TABLE lesson (
    id          BIGINT  NOT NULL PRIMARY KEY,
    course      BIGINT  NOT NULL,
    place       BIGINT  NOT NULL,
    credits     BIGINT  NOT NULL,
    questions   BIGINT  NOT NULL,
    pass        BIGINT  NOT NULL,
    written_at  BIGINT  NOT NULL,
    kind        TEXT    NOT NULL,
    title       TEXT    NOT NULL,
    body        TEXT    NOT NULL,
    sources     TEXT    NOT NULL
);
CREATE INDEX lesson_course ON lesson (course, place, id);

-- Sound and pictures of a lesson; the content stands in pieces of 256 KiB, the last one shorter. size: bytes.
-- format: mp4 | webm | mp3 | m4a | ogg | wav.
CREATE TABLE lesson_media (
    id           BIGINT  NOT NULL PRIMARY KEY,
    lesson       BIGINT  NOT NULL,
    size         BIGINT  NOT NULL,
    uploaded_by  BIGINT  NOT NULL,
    uploaded_at  BIGINT  NOT NULL,
    format       TEXT    NOT NULL,
    name         TEXT    NOT NULL
);
CREATE INDEX lesson_media_lesson ON lesson_media (lesson, id);

CREATE TABLE lesson_media_piece (
    media  BIGINT  NOT NULL,
    place  BIGINT  NOT NULL,
    body   BYTEA   NOT NULL,
    PRIMARY KEY (media, place)
);

-- What a year asks for, version by version from 1; the last one holds. rule: JSON.
CREATE TABLE credit_rule (
    year     BIGINT  NOT NULL,
    version  BIGINT  NOT NULL,
    made_by  BIGINT  NOT NULL,
    made_at  BIGINT  NOT NULL,
    rule     TEXT    NOT NULL,
    reason   TEXT    NOT NULL,
    PRIMARY KEY (year, version)
);

-- Credits (学分) that persons have earned; append only. The key keeps the same thing from giving them twice. cause: lesson | entry,
-- subject: its id. day: in China, from 1970-01-01. amount: hundredths; how much of it counts by when follows from the rule.
-- known: 1 when it was known before studying. run: the test, 0 none. rule: version of the year's rule then, 0 the usual one.
CREATE TABLE credit (
    person      BIGINT  NOT NULL,
    cause       TEXT    NOT NULL,
    subject     BIGINT  NOT NULL,
    year        BIGINT  NOT NULL,
    day         BIGINT  NOT NULL,
    amount      BIGINT  NOT NULL,
    compulsory  BIGINT  NOT NULL,
    known       BIGINT  NOT NULL,
    run         BIGINT  NOT NULL,
    rule        BIGINT  NOT NULL,
    at          BIGINT  NOT NULL,
    PRIMARY KEY (person, cause, subject)
);
CREATE INDEX credit_year ON credit (year, person);

-- Who may sit an exam without the credits it asks for.
CREATE TABLE exam_admission (
    exam         BIGINT  NOT NULL,
    person       BIGINT  NOT NULL,
    admitted_by  BIGINT  NOT NULL,
    admitted_at  BIGINT  NOT NULL,
    reason       TEXT    NOT NULL,
    PRIMARY KEY (exam, person)
);

-- Study time, only where the rule of the year names a document that demands it. ms: counted by the server; last_at: the last sign of
-- life, from whichever page.
CREATE TABLE study_time (
    person   BIGINT  NOT NULL,
    day      BIGINT  NOT NULL,
    ms       BIGINT  NOT NULL,
    last_at  BIGINT  NOT NULL,
    PRIMARY KEY (person, day)
);

-- Entries of the personal law record (学法档案). kind: court_onsite | court_online | law_lecture | other. day: like 2026-12-01.
-- state: entered | confirmed | refused. decided_at 0: nobody has looked.
CREATE TABLE record_entry (
    id          BIGINT  NOT NULL PRIMARY KEY,
    person      BIGINT  NOT NULL,
    entered_by  BIGINT  NOT NULL,
    entered_at  BIGINT  NOT NULL,
    decided_by  BIGINT  NOT NULL,
    decided_at  BIGINT  NOT NULL,
    day         TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    title       TEXT    NOT NULL,
    place       TEXT    NOT NULL,
    organiser   TEXT    NOT NULL,
    note        TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    reason      TEXT    NOT NULL
);
CREATE INDEX record_entry_person ON record_entry (person, id);
CREATE INDEX record_entry_entered ON record_entry (id) WHERE state = 'entered';

-- A paper that proves an entry.
CREATE TABLE record_document (
    id           BIGINT  NOT NULL PRIMARY KEY,
    entry        BIGINT  NOT NULL,
    uploaded_by  BIGINT  NOT NULL,
    uploaded_at  BIGINT  NOT NULL,
    name         TEXT    NOT NULL,
    body         BYTEA   NOT NULL
);
CREATE INDEX record_document_entry ON record_document (entry, id);
