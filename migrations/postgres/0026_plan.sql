-- An entry of the plan of a year. unit: whose plan it is, and within which things count. begins, due: midnight in China, both days
-- included. list: a must-know list, 0 for none. words: what titles or forms of ledger entries must have to count. How far it has come is
-- not stored: it is counted from what was recorded.
CREATE TABLE plan_entry (
    id           BIGINT  NOT NULL PRIMARY KEY,
    year         BIGINT  NOT NULL,
    unit         BIGINT  NOT NULL,
    responsible  BIGINT  NOT NULL,
    begins       BIGINT  NOT NULL,
    due          BIGINT  NOT NULL,
    planned      BIGINT  NOT NULL,
    list         BIGINT  NOT NULL,
    made_by      BIGINT  NOT NULL,
    made_at      BIGINT  NOT NULL,
    kind         TEXT    NOT NULL,
    title        TEXT    NOT NULL,
    words        TEXT    NOT NULL,
    note         TEXT    NOT NULL
);
CREATE INDEX plan_entry_year ON plan_entry (year, due, id);
