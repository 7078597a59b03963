-- How often results of a unit of a frozen roster have changed: what a node has counted of an older version is counted again.
-- The lane (of the person) lets persons of one unit hand in at the same time without waiting for each other.
CREATE TABLE tally_version (
    exam     INTEGER NOT NULL,
    unit     INTEGER NOT NULL,
    lane     INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    PRIMARY KEY (exam, unit, lane)
) STRICT, WITHOUT ROWID;

CREATE INDEX roster_entry_unit ON roster_entry (exam, unit, number);
