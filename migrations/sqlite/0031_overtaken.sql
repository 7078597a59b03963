-- Several articles of one basis: 第四十二条、第五十一条.
CREATE TABLE question_law_new (
    question   INTEGER  NOT NULL,
    place      INTEGER  NOT NULL,
    law        INTEGER  NOT NULL,
    version    INTEGER  NOT NULL,
    number     INTEGER  NOT NULL,
    insertion  INTEGER  NOT NULL,
    text       TEXT    NOT NULL,
    pending    TEXT    NOT NULL,
    PRIMARY KEY (question, place, law, number, insertion)
) STRICT, WITHOUT ROWID;
INSERT INTO question_law_new (question, place, law, version, number, insertion, text, pending)
    SELECT question, place, law, version, number, insertion, text, pending FROM question_law;
DROP TABLE question_law;
ALTER TABLE question_law_new RENAME TO question_law;
CREATE INDEX question_law_pending ON question_law (question) WHERE pending <> '';

-- What papers drawn after the opening of an exam do without, since the law or the bank has overtaken it. number: from 1, the newest
-- holds. places: JSON, of the questions in its pool.
CREATE TABLE exam_left_out (
    exam    INTEGER NOT NULL,
    number  INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    places  TEXT    NOT NULL,
    PRIMARY KEY (exam, number)
) STRICT, WITHOUT ROWID;

-- By which of them a paper was drawn; 0: from the whole pool.
ALTER TABLE paper ADD COLUMN left_out INTEGER NOT NULL DEFAULT 0;
