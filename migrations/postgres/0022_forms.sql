-- What is asked and what is right of a question beyond choice, as JSON; '': a choice, or a list from before.
ALTER TABLE question_version ADD COLUMN form TEXT NOT NULL DEFAULT '';

-- The fields of an answer to such a question; '' for a choice.
ALTER TABLE answer_event ADD COLUMN text TEXT NOT NULL DEFAULT '';
ALTER TABLE late_answer_event ADD COLUMN text TEXT NOT NULL DEFAULT '';

-- The last text for each such question of a handed-in attempt, beside the choices in attempt.sheet.
CREATE TABLE answer_text (
    attempt  BIGINT  NOT NULL,
    item     BIGINT  NOT NULL,
    text     TEXT    NOT NULL,
    PRIMARY KEY (attempt, item)
);

-- An answer that people have to read. needed: readings. state: waiting | third | done. points: what the question earns
-- once it is done. claimed_by: who has it before them until claimed_until; 0: nobody.
CREATE TABLE marking_task (
    attempt        BIGINT  NOT NULL,
    item           BIGINT  NOT NULL,
    exam           BIGINT  NOT NULL,
    pool           BIGINT  NOT NULL,
    needed         BIGINT  NOT NULL,
    state          TEXT    NOT NULL,
    points         BIGINT  NOT NULL,
    claimed_by     BIGINT  NOT NULL,
    claimed_until  BIGINT  NOT NULL,
    PRIMARY KEY (attempt, item)
);
CREATE INDEX marking_task_queue ON marking_task (exam, pool, attempt) WHERE state <> 'done';

-- One reading. round: first | second | third. criteria: points by criterion, JSON; total: what the question would earn by it.
CREATE TABLE marking (
    attempt   BIGINT  NOT NULL,
    item      BIGINT  NOT NULL,
    round     TEXT    NOT NULL,
    marker    BIGINT  NOT NULL,
    criteria  TEXT    NOT NULL,
    total     BIGINT  NOT NULL,
    comment   TEXT    NOT NULL,
    at        BIGINT  NOT NULL,
    PRIMARY KEY (attempt, item, round),
    UNIQUE (attempt, item, marker)
);
