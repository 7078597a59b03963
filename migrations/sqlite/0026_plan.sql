-- An entry of the plan of a year. unit: whose plan it is, and within which things count. begins, due: midnight in China, both days
-- included. list: a must-know list, 0 for none. words: what titles or forms of ledger entries must have to count. How far it has come is
-- not stored: it is counted from what was recorded.
CREATE TABLE plan_entry (
    id           INTEGER NOT NULL PRIMARY KEY,
    year         INTEGER NOT NULL,
    unit         INTEGER NOT NULL,
    responsible  INTEGER NOT NULL,
    begins       INTEGER NOT NULL,
    due          INTEGER NOT NULL,
    planned      INTEGER NOT NULL,
    list         INTEGER NOT NULL,
    made_by      INTEGER NOT NULL,
    made_at      INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    title        TEXT    NOT NULL,
    words        TEXT    NOT NULL,
    note         TEXT    NOT NULL
) STRICT;
CREATE INDEX plan_entry_year ON plan_entry (year, due, id);
