-- Figures of a year as a unit handed them in to the level above (上报); what stands here is never changed but by the decision on it.
-- number: from 1, a unit hands in again after it was sent back. state: filed | returned | accepted. figures: JSON, each figure by
-- its code with numerator and, for rates, denominator. decided_* 0: not decided upon. digest: SM3 over what was handed in.
CREATE TABLE filing (
    id          INTEGER NOT NULL PRIMARY KEY,
    year        INTEGER NOT NULL,
    unit        INTEGER NOT NULL,
    number      INTEGER NOT NULL,
    filed_by    INTEGER NOT NULL,
    filed_at    INTEGER NOT NULL,
    decided_by  INTEGER NOT NULL,
    decided_at  INTEGER NOT NULL,
    state       TEXT    NOT NULL,
    figures     TEXT    NOT NULL,
    note        TEXT    NOT NULL,
    comment     TEXT    NOT NULL,
    digest      TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX filing_year ON filing (year, unit, number);
