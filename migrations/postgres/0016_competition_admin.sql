-- The last count over all attempts of a competition: over how many, and what it found of questions, days and what stands out.
CREATE TABLE competition_count (
    competition  BIGINT NOT NULL PRIMARY KEY,
    at           BIGINT NOT NULL,
    made_by      BIGINT NOT NULL,
    attempts     BIGINT NOT NULL,
    body         TEXT   NOT NULL
);

-- A case about a player. evidence: as it was at the opening. state: open | no_finding | finding | appealed | confirmed | lifted;
-- results are frozen in all but no_finding and lifted. A moment of 0: not yet. closed_*: the decision on the appeal.
CREATE TABLE competition_case (
    id            BIGINT NOT NULL PRIMARY KEY,
    competition   BIGINT NOT NULL,
    player        BIGINT NOT NULL,
    kind          TEXT   NOT NULL,
    evidence      TEXT   NOT NULL,
    state         TEXT   NOT NULL,
    opened_by     BIGINT NOT NULL,
    opened_at     BIGINT NOT NULL,
    reason        TEXT   NOT NULL,
    stated_at     BIGINT NOT NULL,
    statement     TEXT   NOT NULL,
    decided_by    BIGINT NOT NULL,
    decided_at    BIGINT NOT NULL,
    decision      TEXT   NOT NULL,
    appealed_at   BIGINT NOT NULL,
    appeal        TEXT   NOT NULL,
    closed_by     BIGINT NOT NULL,
    closed_at     BIGINT NOT NULL,
    closing       TEXT   NOT NULL,
    UNIQUE (player, kind)
);
CREATE INDEX competition_case_competition ON competition_case (competition, state);
