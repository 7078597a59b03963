-- A prize draw (抽奖) of a competition. entrants: players in the list. prizes: JSON. source: where the public value will come
-- from, '' none is promised; value: itself, '' before the draw. state: committed | drawn; drawn_by, drawn_at 0: not yet. The three
-- digests in hexadecimal digits. seed: secret until drawn. list: the closed list as text, packed (gzip).
CREATE TABLE lottery (
    id            INTEGER NOT NULL PRIMARY KEY,
    competition   INTEGER NOT NULL,
    entrants      INTEGER NOT NULL,
    committed_by  INTEGER NOT NULL,
    committed_at  INTEGER NOT NULL,
    drawn_by      INTEGER NOT NULL,
    drawn_at      INTEGER NOT NULL,
    state         TEXT    NOT NULL,
    title         TEXT    NOT NULL,
    prizes        TEXT    NOT NULL,
    source        TEXT    NOT NULL,
    value         TEXT    NOT NULL,
    seed_digest   TEXT    NOT NULL,
    list_digest   TEXT    NOT NULL,
    commitment    TEXT    NOT NULL,
    seed          BLOB    NOT NULL,
    list          BLOB    NOT NULL
) STRICT;
CREATE INDEX lottery_competition ON lottery (competition, id);

-- Who won, by place in the order drawn. prize: its name. player 0: no player has this code any more.
CREATE TABLE lottery_winner (
    lottery  INTEGER NOT NULL,
    place    INTEGER NOT NULL,
    player   INTEGER NOT NULL,
    prize    TEXT    NOT NULL,
    code     TEXT    NOT NULL,
    PRIMARY KEY (lottery, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX lottery_winner_player ON lottery_winner (player);
