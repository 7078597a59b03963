-- A knowledge competition (知识竞赛). code: what its link and its QR code carry. rules: those of the draft; the versions that hold
-- once it is published stand in competition_rules. seed: of the papers. state: draft | published.
CREATE TABLE competition (
    id            BIGINT  NOT NULL PRIMARY KEY,
    code          TEXT    NOT NULL UNIQUE,
    title         TEXT    NOT NULL,
    unit          BIGINT  NOT NULL,
    bank          BIGINT  NOT NULL,
    state         TEXT    NOT NULL,
    rules         TEXT    NOT NULL,
    seed          BYTEA   NOT NULL,
    created_at    BIGINT  NOT NULL,
    published_at  BIGINT  NOT NULL
);

-- Every version of the rules from the moment it holds; announced with its reason, never changed.
CREATE TABLE competition_rules (
    competition   BIGINT  NOT NULL,
    version       BIGINT  NOT NULL,
    rules         TEXT    NOT NULL,
    effective_at  BIGINT  NOT NULL,
    reason        TEXT    NOT NULL,
    made_by       BIGINT  NOT NULL,
    made_at       BIGINT  NOT NULL,
    PRIMARY KEY (competition, version)
);

-- The questions (question_version) papers are drawn from, fixed when the competition is published.
CREATE TABLE competition_item (
    competition  BIGINT  NOT NULL,
    place        BIGINT  NOT NULL,
    version      BIGINT  NOT NULL,
    PRIMARY KEY (competition, place)
);

-- A clause of burden reduction (减负) that does not hold for a competition, by whose approval and why. ended_at 0: still.
CREATE TABLE waiver (
    competition  BIGINT  NOT NULL,
    clause       TEXT    NOT NULL,
    approver     TEXT    NOT NULL,
    reason       TEXT    NOT NULL,
    made_by      BIGINT  NOT NULL,
    made_at      BIGINT  NOT NULL,
    ended_at     BIGINT  NOT NULL,
    PRIMARY KEY (competition, clause, made_at)
);

-- Somebody who plays in one competition. code: the name in public lists. token: digest of the secret that the browser keeps.
-- division, organization 0: none given. person 0: not of the roster. network: digest of the network joined from.
-- corrected_at 0: the own correction is not used yet.
CREATE TABLE player (
    id            BIGINT  NOT NULL PRIMARY KEY,
    competition   BIGINT  NOT NULL,
    code          TEXT    NOT NULL,
    token         BYTEA   NOT NULL,
    identity      TEXT    NOT NULL,
    division      BIGINT  NOT NULL,
    organization  BIGINT  NOT NULL,
    name          TEXT    NOT NULL,
    phone         TEXT    NOT NULL,
    person        BIGINT  NOT NULL,
    network       BIGINT  NOT NULL,
    joined_at     BIGINT  NOT NULL,
    corrected_at  BIGINT  NOT NULL
);
CREATE INDEX player_competition ON player (competition, id);

-- By what a player would be found twice: keyed digest of telephone number or account.
CREATE TABLE player_key (
    competition  BIGINT  NOT NULL,
    digest       TEXT    NOT NULL,
    player       BIGINT  NOT NULL,
    PRIMARY KEY (competition, digest)
);

-- How a player stands. score, correct, elapsed_ms, finished_at: what counts by the rules. person_times, answers, answers_right,
-- time_ms: over all valid official attempts. valid_day, of_day, chances_of_day: of the last day (since 1970, in China) with one.
-- number: attempts begun, the last of them in stage, in_stage of them there, on_day of these on day; running 1: the last one runs.
-- frozen 1: a case is open. lane, seq: in which order the nodes wrote, so that others find what is new.
CREATE TABLE standing (
    player          BIGINT  NOT NULL PRIMARY KEY,
    competition     BIGINT  NOT NULL,
    score           BIGINT  NOT NULL,
    elapsed_ms      BIGINT  NOT NULL,
    finished_at     BIGINT  NOT NULL,
    time_ms         BIGINT  NOT NULL,
    of_day          BIGINT  NOT NULL,
    lane            BIGINT  NOT NULL,
    seq             BIGINT  NOT NULL,
    number          INTEGER NOT NULL,
    stage           INTEGER NOT NULL,
    in_stage        INTEGER NOT NULL,
    day             INTEGER NOT NULL,
    on_day          INTEGER NOT NULL,
    running         INTEGER NOT NULL,
    correct         INTEGER NOT NULL,
    person_times    INTEGER NOT NULL,
    answers         INTEGER NOT NULL,
    answers_right   INTEGER NOT NULL,
    valid_day       INTEGER NOT NULL,
    chances         INTEGER NOT NULL,
    chances_of_day  INTEGER NOT NULL,
    frozen          INTEGER NOT NULL
);
CREATE INDEX standing_lane ON standing (lane, seq);

-- An attempt. stage: its place in the rules; rules: their version. paper: the questions drawn. journal: answers as they came, only
-- ever added to; version: how many times. handed_in_at 0: it runs. correct to chances: what it was worth then.
CREATE TABLE play (
    player        BIGINT  NOT NULL,
    started_at    BIGINT  NOT NULL,
    deadline      BIGINT  NOT NULL,
    network       BIGINT  NOT NULL,
    handed_in_at  BIGINT  NOT NULL,
    score         BIGINT  NOT NULL,
    number        INTEGER NOT NULL,
    stage         INTEGER NOT NULL,
    rules         INTEGER NOT NULL,
    version       INTEGER NOT NULL,
    correct       INTEGER NOT NULL,
    valid         INTEGER NOT NULL,
    chances       INTEGER NOT NULL,
    hand_in       TEXT    NOT NULL,
    paper         BYTEA   NOT NULL,
    journal       BYTEA   NOT NULL,
    PRIMARY KEY (player, number)
);
-- Room for the answers of an attempt, so that adding one touches no index.
ALTER TABLE play SET (fillfactor = 70);
CREATE INDEX play_running ON play (deadline) WHERE handed_in_at = 0;

-- A running node, by the lane it writes in. seen_at: its last sign of life.
CREATE TABLE lane (
    id          BIGINT  NOT NULL PRIMARY KEY,
    started_at  BIGINT  NOT NULL,
    seen_at     BIGINT  NOT NULL
);
