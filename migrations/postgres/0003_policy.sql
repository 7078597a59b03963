-- Rounds of an exam; number 1 is the main one and has the window of the exam itself. kind: main | makeup.
-- admits: all | absent | failed | both, of the rounds before. released_at 0: its results are not released.
CREATE TABLE exam_round (
    exam         BIGINT  NOT NULL,
    number       BIGINT  NOT NULL,
    kind         TEXT    NOT NULL,
    admits       TEXT    NOT NULL,
    opens_at     BIGINT  NOT NULL,
    closes_at    BIGINT  NOT NULL,
    attempts     BIGINT  NOT NULL,
    released_at  BIGINT  NOT NULL,
    PRIMARY KEY (exam, number)
);
INSERT INTO exam_round (exam, number, kind, admits, opens_at, closes_at, attempts, released_at)
SELECT id, 1, 'main', 'all', opens_at, closes_at, CAST(policy::json->>'attempts' AS BIGINT), 0 FROM exam;

-- band: excellent | good | pass | fail, given by the hand-in; '' before it.
ALTER TABLE attempt ADD COLUMN round BIGINT  NOT NULL DEFAULT 1;
ALTER TABLE attempt ADD COLUMN band TEXT NOT NULL DEFAULT '';
-- What was handed in before there were bands and minimums: passed or not.
UPDATE attempt SET band = CASE WHEN score >= (SELECT CAST(e.policy::json->>'pass_mark' AS BIGINT) FROM exam e WHERE e.id = attempt.exam)
                               THEN 'pass' ELSE 'fail' END
WHERE state = 'handed_in';
