-- A knowledge competition (知识竞赛). code: what its link and its QR code carry. rules: those of the draft; the versions that hold
-- once it is published stand in competition_rules. seed: of the papers. state: draft | published.
CREATE TABLE competition (
    id            INTEGER NOT NULL PRIMARY KEY,
    code          TEXT    NOT NULL UNIQUE,
    title         TEXT    NOT NULL,
    unit          INTEGER NOT NULL,
    bank          INTEGER NOT NULL,
    state         TEXT    NOT NULL,
    rules         TEXT    NOT NULL,
    seed          BLOB    NOT NULL,
    created_at    INTEGER NOT NULL,
    published_at  INTEGER NOT NULL
) STRICT;

-- Every version of the rules from the moment it holds; announced with its reason, never changed.
CREATE TABLE competition_rules (
    competition   INTEGER NOT NULL,
    version       INTEGER NOT NULL,
    rules         TEXT    NOT NULL,
    effective_at  INTEGER NOT NULL,
    reason        TEXT    NOT NULL,
    made_by       INTEGER NOT NULL,
    made_at       INTEGER NOT NULL,
    PRIMARY KEY (competition, version)
) STRICT, WITHOUT ROWID;

-- The questions (question_version) papers are drawn from, fixed when the competition is published.
CREATE TABLE competition_item (
    competition  INTEGER NOT NULL,
    place        INTEGER NOT NULL,
    version      INTEGER NOT NULL,
    PRIMARY KEY (competition, place)
) STRICT, WITHOUT ROWID;

-- A clause of burden reduction (减负) that does not hold for a competition, by whose approval and why. ended_at 0: still.
CREATE TABLE waiver (
    competition  INTEGER NOT NULL,
    clause       TEXT    NOT NULL,
    approver     TEXT    NOT NULL,
    reason       TEXT    NOT NULL,
    made_by      INTEGER NOT NULL,
    made_at      INTEGER NOT NULL,
    ended_at     INTEGER NOT NULL,
    PRIMARY KEY (competition, clause, made_at)
) STRICT, WITHOUT ROWID;

-- Somebody who plays in one competition. code: the name in public lists. token: digest of the secret that the browser keeps.
-- division, organization 0: none given. person 0: not of the roster. network: digest of the network joined from.
-- corrected_at 0: the own correction is not used yet.
CREATE TABLE player (
    id            INTEGER NOT NULL PRIMARY KEY,
    competition   INTEGER NOT NULL,
    code          TEXT    NOT NULL,
    token         BLOB    NOT NULL,
    identity      TEXT    NOT NULL,
    division      INTEGER NOT NULL,
    organization  INTEGER NOT NULL,
    name          TEXT    NOT NULL,
    phone         TEXT    NOT NULL,
    person        INTEGER NOT NULL,
    network       INTEGER NOT NULL,
    joined_at     INTEGER NOT NULL,
    corrected_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX player_competition ON player (competition, id);

-- By what a player would be found twice: keyed digest of telephone number or account.
CREATE TABLE player_key (
    competition  INTEGER NOT NULL,
    digest       TEXT    NOT NULL,
    player       INTEGER NOT NULL,
    PRIMARY KEY (competition, digest)
) STRICT, WITHOUT ROWID;

-- How a player stands. score, correct, elapsed_ms, finished_at: what counts by the rules. person_times, answers, answers_right,
-- time_ms: over all valid official attempts. valid_day, of_day, chances_of_day: of the last day (since 1970, in China) with one.
-- number: attempts begun, the last of them in stage, in_stage of them there, on_day of these on day; running 1: the last one runs.
-- frozen 1: a case is open. lane, seq: in which order the nodes wrote, so that others find what is new.
CREATE TABLE standing (
    player          INTEGER NOT NULL PRIMARY KEY,
    competition     INTEGER NOT NULL,
    score           INTEGER NOT NULL,
    elapsed_ms      INTEGER NOT NULL,
    finished_at     INTEGER NOT NULL,
    time_ms         INTEGER NOT NULL,
    of_day          INTEGER NOT NULL,
    lane            INTEGER NOT NULL,
    seq             INTEGER NOT NULL,
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
) STRICT;
CREATE INDEX standing_lane ON standing (lane, seq);

-- An attempt. stage: its place in the rules; rules: their version. paper: the questions drawn. journal: answers as they came, only
-- ever added to; version: how many times. handed_in_at 0: it runs. correct to chances: what it was worth then.
CREATE TABLE play (
    player        INTEGER NOT NULL,
    started_at    INTEGER NOT NULL,
    deadline      INTEGER NOT NULL,
    network       INTEGER NOT NULL,
    handed_in_at  INTEGER NOT NULL,
    score         INTEGER NOT NULL,
    number        INTEGER NOT NULL,
    stage         INTEGER NOT NULL,
    rules         INTEGER NOT NULL,
    version       INTEGER NOT NULL,
    correct       INTEGER NOT NULL,
    valid         INTEGER NOT NULL,
    chances       INTEGER NOT NULL,
    hand_in       TEXT    NOT NULL,
    paper         BLOB    NOT NULL,
    journal       BLOB    NOT NULL,
    PRIMARY KEY (player, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX play_running ON play (deadline) WHERE handed_in_at = 0;

-- A running node, by the lane it writes in. seen_at: its last sign of life.
CREATE TABLE lane (
    id          INTEGER NOT NULL PRIMARY KEY,
    started_at  INTEGER NOT NULL,
    seen_at     INTEGER NOT NULL
) STRICT;
