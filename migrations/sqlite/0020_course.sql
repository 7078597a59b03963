-- A course (课程) of a year; its credits are those of its lessons. unit 0: for everybody. compulsory: 0 or 1. diagnostic: questions for
-- each lesson that are asked first; 0: none. state: draft | published | closed.
CREATE TABLE course (
    id          INTEGER NOT NULL PRIMARY KEY,
    year        INTEGER NOT NULL,
    unit        INTEGER NOT NULL,
    compulsory  INTEGER NOT NULL,
    diagnostic  INTEGER NOT NULL,
    made_by     INTEGER NOT NULL,
    made_at     INTEGER NOT NULL,
    title       TEXT    NOT NULL,
    summary     TEXT    NOT NULL,
    state       TEXT    NOT NULL
) STRICT;
CREATE INDEX course_year ON course (year, id);

-- Lessons, in the order of place and id. credits: hundredths. questions, pass: of its test. written_at: when the text was last changed.
-- kind: text | case. body: Markdown. sources: JSON of lines that say where its questions come from.
CREATE TABLE lesson (
    id          INTEGER NOT NULL PRIMARY KEY,
    course      INTEGER NOT NULL,
    place       INTEGER NOT NULL,
    credits     INTEGER NOT NULL,
    questions   INTEGER NOT NULL,
    pass        INTEGER NOT NULL,
    written_at  INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    title       TEXT    NOT NULL,
    body        TEXT    NOT NULL,
    sources     TEXT    NOT NULL
) STRICT;
CREATE INDEX lesson_course ON lesson (course, place, id);

-- Sound and pictures of a lesson; the content stands in pieces of 256 KiB, the last one shorter. size: bytes.
-- format: mp4 | webm | mp3 | m4a | ogg | wav.
CREATE TABLE lesson_media (
    id           INTEGER NOT NULL PRIMARY KEY,
    lesson       INTEGER NOT NULL,
    size         INTEGER NOT NULL,
    uploaded_by  INTEGER NOT NULL,
    uploaded_at  INTEGER NOT NULL,
    format       TEXT    NOT NULL,
    name         TEXT    NOT NULL
) STRICT;
CREATE INDEX lesson_media_lesson ON lesson_media (lesson, id);

CREATE TABLE lesson_media_piece (
    media  INTEGER NOT NULL,
    place  INTEGER NOT NULL,
    body   BLOB    NOT NULL,
    PRIMARY KEY (media, place)
) STRICT;

-- What a year asks for, version by version from 1; the last one holds. rule: JSON.
CREATE TABLE credit_rule (
    year     INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    made_by  INTEGER NOT NULL,
    made_at  INTEGER NOT NULL,
    rule     TEXT    NOT NULL,
    reason   TEXT    NOT NULL,
    PRIMARY KEY (year, version)
) STRICT, WITHOUT ROWID;

-- Credits (学分) that persons have earned; append only. The key keeps the same thing from giving them twice. cause: lesson | entry,
-- subject: its id. day: in China, from 1970-01-01. amount: hundredths; how much of it counts by when follows from the rule.
-- known: 1 when it was known before studying. run: the test, 0 none. rule: version of the year's rule then, 0 the usual one.
CREATE TABLE credit (
    person      INTEGER NOT NULL,
    cause       TEXT    NOT NULL,
    subject     INTEGER NOT NULL,
    year        INTEGER NOT NULL,
    day         INTEGER NOT NULL,
    amount      INTEGER NOT NULL,
    compulsory  INTEGER NOT NULL,
    known       INTEGER NOT NULL,
    run         INTEGER NOT NULL,
    rule        INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (person, cause, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX credit_year ON credit (year, person);

-- Who may sit an exam without the credits it asks for.
CREATE TABLE exam_admission (
    exam         INTEGER NOT NULL,
    person       INTEGER NOT NULL,
    admitted_by  INTEGER NOT NULL,
    admitted_at  INTEGER NOT NULL,
    reason       TEXT    NOT NULL,
    PRIMARY KEY (exam, person)
) STRICT, WITHOUT ROWID;

-- Study time, only where the rule of the year names a document that demands it. ms: counted by the server; last_at: the last sign of
-- life, from whichever page.
CREATE TABLE study_time (
    person   INTEGER NOT NULL,
    day      INTEGER NOT NULL,
    ms       INTEGER NOT NULL,
    last_at  INTEGER NOT NULL,
    PRIMARY KEY (person, day)
) STRICT, WITHOUT ROWID;

-- Entries of the personal law record (学法档案). kind: court_onsite | court_online | law_lecture | other. day: like 2026-12-01.
-- state: entered | confirmed | refused. decided_at 0: nobody has looked.
CREATE TABLE record_entry (
    id          INTEGER NOT NULL PRIMARY KEY,
    person      INTEGER NOT NULL,
    entered_by  INTEGER NOT NULL,
    entered_at  INTEGER NOT NULL,
    decided_by  INTEGER NOT NULL,
    decided_at  INTEGER NOT NULL,
    day         TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    title       TEXT    NOT NULL,
    place       TEXT    NOT NULL,
    organiser   TEXT    NOT NULL,
    note        TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    reason      TEXT    NOT NULL
) STRICT;
CREATE INDEX record_entry_person ON record_entry (person, id);
CREATE INDEX record_entry_entered ON record_entry (id) WHERE state = 'entered';

-- A paper that proves an entry.
CREATE TABLE record_document (
    id           INTEGER NOT NULL PRIMARY KEY,
    entry        INTEGER NOT NULL,
    uploaded_by  INTEGER NOT NULL,
    uploaded_at  INTEGER NOT NULL,
    name         TEXT    NOT NULL,
    body         BLOB    NOT NULL
) STRICT;
CREATE INDEX record_document_entry ON record_document (entry, id);
