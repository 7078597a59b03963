-- Several articles of one basis: 第四十二条、第五十一条.
ALTER TABLE question_law DROP CONSTRAINT question_law_pkey;
ALTER TABLE question_law ADD PRIMARY KEY (question, place, law, number, insertion);

-- What papers drawn after the opening of an exam do without, since the law or the bank has overtaken it. number: from 1, the newest
-- holds. places: JSON, of the questions in its pool.
CREATE TABLE exam_left_out (
    exam    BIGINT NOT NULL,
    number  BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    places  TEXT   NOT NULL,
    PRIMARY KEY (exam, number)
);

-- By which of them a paper was drawn; 0: from the whole pool.
ALTER TABLE paper ADD COLUMN left_out BIGINT NOT NULL DEFAULT 0;
