-- On which article of which version of a law a legal basis of a question's current version stands, where the library knows it.
-- place: which of its bases; text: its words. pending '': nothing to do | changed | deleted: what the law in force has done to it.
CREATE TABLE question_law (
    question   BIGINT  NOT NULL,
    place      BIGINT  NOT NULL,
    law        BIGINT  NOT NULL,
    version    BIGINT  NOT NULL,
    number     BIGINT  NOT NULL,
    insertion  BIGINT  NOT NULL,
    text       TEXT    NOT NULL,
    pending    TEXT    NOT NULL,
    PRIMARY KEY (question, place)
);
CREATE INDEX question_law_pending ON question_law (question) WHERE pending <> '';
