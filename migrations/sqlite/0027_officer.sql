-- A certificate of an enforcement officer (行政执法证). unit: for which it was issued. issued, until, state_day: midnight in China.
-- since: the first year that counts it. state: valid | suspended | returned | withdrawn.
CREATE TABLE officer_certificate (
    id          INTEGER NOT NULL PRIMARY KEY,
    person      INTEGER NOT NULL,
    unit        INTEGER NOT NULL,
    issued      INTEGER NOT NULL,
    until       INTEGER NOT NULL,
    since       INTEGER NOT NULL,
    state_day   INTEGER NOT NULL,
    entered_by  INTEGER NOT NULL,
    entered_at  INTEGER NOT NULL,
    number      TEXT    NOT NULL UNIQUE,
    area        TEXT    NOT NULL,
    category    TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    reason      TEXT    NOT NULL
) STRICT;
CREATE INDEX officer_certificate_person ON officer_certificate (person);

-- What came of the review of a certificate in a year. outcome: reviewed | renewed | exempt. until: the new end; 0 unless renewed.
CREATE TABLE officer_review (
    certificate  INTEGER NOT NULL,
    year         INTEGER NOT NULL,
    day          INTEGER NOT NULL,
    until        INTEGER NOT NULL,
    entered_by   INTEGER NOT NULL,
    entered_at   INTEGER NOT NULL,
    outcome      TEXT    NOT NULL,
    document     TEXT    NOT NULL,
    PRIMARY KEY (certificate, year)
) STRICT, WITHOUT ROWID;

-- What a year asks of officers. hours: tenths of a class hour. review_by: the last day for reviews.
CREATE TABLE officer_rule (
    year       INTEGER NOT NULL PRIMARY KEY,
    hours      INTEGER NOT NULL,
    review_by  INTEGER NOT NULL,
    made_by    INTEGER NOT NULL,
    made_at    INTEGER NOT NULL,
    document   TEXT    NOT NULL
) STRICT;

-- Training of an officer. hours: tenths of a class hour.
CREATE TABLE officer_training (
    id          INTEGER NOT NULL PRIMARY KEY,
    person      INTEGER NOT NULL,
    year        INTEGER NOT NULL,
    day         INTEGER NOT NULL,
    hours       INTEGER NOT NULL,
    entered_by  INTEGER NOT NULL,
    entered_at  INTEGER NOT NULL,
    title       TEXT    NOT NULL,
    document    TEXT    NOT NULL
) STRICT;
CREATE INDEX officer_training_year ON officer_training (year, person);

-- An application for a certificate. special, general: JSON of the result of the two exams; empty: none yet. certificate: what came of
-- it; 0: nothing yet. state: open | granted | withdrawn.
CREATE TABLE officer_application (
    id           INTEGER NOT NULL PRIMARY KEY,
    person       INTEGER NOT NULL,
    unit         INTEGER NOT NULL,
    entered_by   INTEGER NOT NULL,
    entered_at   INTEGER NOT NULL,
    certificate  INTEGER NOT NULL,
    area         TEXT    NOT NULL,
    category     TEXT    NOT NULL,
    state        TEXT    NOT NULL,
    special      TEXT    NOT NULL,
    general      TEXT    NOT NULL,
    reason       TEXT    NOT NULL
) STRICT;

-- A reminder that was sent. kind: exam_ends | review_due | persons_missing | figures_due. subject: the exam, the certificate or the
-- unit. day: in China, counted from 1970-01-01; the key keeps two nodes from sending one twice. hook: waiting | sending | sent |
-- given_up, for the messenger that may be configured.
CREATE TABLE reminder (
    person     INTEGER NOT NULL,
    subject    INTEGER NOT NULL,
    day        INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    notice     INTEGER NOT NULL,
    hook_next  INTEGER NOT NULL,
    hook_tries INTEGER NOT NULL,
    kind       TEXT    NOT NULL,
    hook       TEXT    NOT NULL,
    PRIMARY KEY (person, subject, day, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX reminder_at ON reminder (at);

-- How reminders are sent; one row. ran_at: when a node last looked for whom to remind.
CREATE TABLE reminder_setting (
    id           INTEGER NOT NULL PRIMARY KEY,
    per_week     INTEGER NOT NULL,
    days_before  INTEGER NOT NULL,
    from_hour    INTEGER NOT NULL,
    to_hour      INTEGER NOT NULL,
    ran_at       INTEGER NOT NULL
) STRICT;
INSERT INTO reminder_setting (id, per_week, days_before, from_hour, to_hour, ran_at) VALUES (1, 2, 7, 9, 18, 0);

-- A kind of reminder that is switched off. unit: this one and those below, 0: everywhere. exam 0: of whatever exam.
CREATE TABLE reminder_off (
    unit    INTEGER NOT NULL,
    exam    INTEGER NOT NULL,
    off_by  INTEGER NOT NULL,
    off_at  INTEGER NOT NULL,
    kind    TEXT    NOT NULL,
    reason  TEXT    NOT NULL,
    PRIMARY KEY (unit, exam, kind)
) STRICT, WITHOUT ROWID;
