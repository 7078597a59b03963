-- What is asked and what is right of a question beyond choice, as JSON; '': a choice, or a list from before.
ALTER TABLE question_version ADD COLUMN form TEXT NOT NULL DEFAULT '';

-- The fields of an answer to such a question; '' for a choice.
ALTER TABLE answer_event ADD COLUMN text TEXT NOT NULL DEFAULT '';
ALTER TABLE late_answer_event ADD COLUMN text TEXT NOT NULL DEFAULT '';

-- The last text for each such question of a handed-in attempt, beside the choices in attempt.sheet.
CREATE TABLE answer_text (
    attempt  INTEGER NOT NULL,
    item     INTEGER NOT NULL,
    text     TEXT    NOT NULL,
    PRIMARY KEY (attempt, item)
) STRICT, WITHOUT ROWID;

-- An answer that people have to read. needed: readings. state: waiting | third | done. points: what the question earns
-- once it is done. claimed_by: who has it before them until claimed_until; 0: nobody.
CREATE TABLE marking_task (
    attempt        INTEGER NOT NULL,
    item           INTEGER NOT NULL,
    exam           INTEGER NOT NULL,
    pool           INTEGER NOT NULL,
    needed         INTEGER NOT NULL,
    state          TEXT    NOT NULL,
    points         INTEGER NOT NULL,
    claimed_by     INTEGER NOT NULL,
    claimed_until  INTEGER NOT NULL,
    PRIMARY KEY (attempt, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX marking_task_queue ON marking_task (exam, pool, attempt) WHERE state <> 'done';

-- One reading. round: first | second | third. criteria: points by criterion, JSON; total: what the question would earn by it.
CREATE TABLE marking (
    attempt   INTEGER NOT NULL,
    item      INTEGER NOT NULL,
    round     TEXT    NOT NULL,
    marker    INTEGER NOT NULL,
    criteria  TEXT    NOT NULL,
    total     INTEGER NOT NULL,
    comment   TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (attempt, item, round),
    UNIQUE (attempt, item, marker)
) STRICT, WITHOUT ROWID;
