-- The last count over all attempts of a competition: over how many, and what it found of questions, days and what stands out.
CREATE TABLE competition_count (
    competition  INTEGER NOT NULL PRIMARY KEY,
    at           INTEGER NOT NULL,
    made_by      INTEGER NOT NULL,
    attempts     INTEGER NOT NULL,
    body         TEXT    NOT NULL
) STRICT;

-- A case about a player. evidence: as it was at the opening. state: open | no_finding | finding | appealed | confirmed | lifted;
-- results are frozen in all but no_finding and lifted. A moment of 0: not yet. closed_*: the decision on the appeal.
CREATE TABLE competition_case (
    id            INTEGER NOT NULL PRIMARY KEY,
    competition   INTEGER NOT NULL,
    player        INTEGER NOT NULL,
    kind          TEXT    NOT NULL,
    evidence      TEXT    NOT NULL,
    state         TEXT    NOT NULL,
    opened_by     INTEGER NOT NULL,
    opened_at     INTEGER NOT NULL,
    reason        TEXT    NOT NULL,
    stated_at     INTEGER NOT NULL,
    statement     TEXT    NOT NULL,
    decided_by    INTEGER NOT NULL,
    decided_at    INTEGER NOT NULL,
    decision      TEXT    NOT NULL,
    appealed_at   INTEGER NOT NULL,
    appeal        TEXT    NOT NULL,
    closed_by     INTEGER NOT NULL,
    closed_at     INTEGER NOT NULL,
    closing       TEXT    NOT NULL,
    UNIQUE (player, kind)
) STRICT;
CREATE INDEX competition_case_competition ON competition_case (competition, state);
