-- A law (法律法规), or a volume of one. level '': not known. volume '': the whole law. Days here and below are texts like 2024-06-28,
-- '' where they are not known.
CREATE TABLE law (
    id      INTEGER NOT NULL PRIMARY KEY,
    level   TEXT    NOT NULL,
    title   TEXT    NOT NULL,
    volume  TEXT    NOT NULL,
    UNIQUE (title, volume)
) STRICT;

-- One version of a law. Its text is never changed, its days may be. promulgated, effective, repealed: days; repealed belongs to the
-- last version. history: JSON of what the head says. file: the name it was imported under. digest: SM3 of the text as it was read,
-- in hexadecimal digits, by which the same text is known. imported_by 0: the operator at the machine.
CREATE TABLE law_version (
    id           INTEGER NOT NULL PRIMARY KEY,
    law          INTEGER NOT NULL,
    articles     INTEGER NOT NULL,
    imported_by  INTEGER NOT NULL,
    imported_at  INTEGER NOT NULL,
    promulgated  TEXT    NOT NULL,
    effective    TEXT    NOT NULL,
    repealed     TEXT    NOT NULL,
    history      TEXT    NOT NULL,
    file         TEXT    NOT NULL,
    digest       TEXT    NOT NULL UNIQUE
) STRICT;
CREATE INDEX law_version_law ON law_version (law, id);

-- 编, 章, 节 and the like, by place in the text. number 0: none; insertion: the N of 之N. above -1: nothing is around it.
-- articles_before: articles of the version that stand before it. body: JSON of the lines between the heading and the first article.
CREATE TABLE law_division (
    version          INTEGER NOT NULL,
    place            INTEGER NOT NULL,
    number           INTEGER NOT NULL,
    insertion        INTEGER NOT NULL,
    above            INTEGER NOT NULL,
    articles_before  INTEGER NOT NULL,
    kind             TEXT    NOT NULL,
    title            TEXT    NOT NULL,
    body             TEXT    NOT NULL,
    PRIMARY KEY (version, place)
) STRICT, WITHOUT ROWID;

-- Articles (条), by place in the text; a number may stand twice in a damaged one. division -1: none. body: JSON of paragraphs, items
-- and points. normalised: the text as it is compared and searched.
CREATE TABLE law_article (
    id          INTEGER NOT NULL PRIMARY KEY,
    version     INTEGER NOT NULL,
    place       INTEGER NOT NULL,
    number      INTEGER NOT NULL,
    insertion   INTEGER NOT NULL,
    division    INTEGER NOT NULL,
    body        TEXT    NOT NULL,
    normalised  TEXT    NOT NULL,
    UNIQUE (version, place)
) STRICT;
CREATE INDEX law_article_number ON law_article (number, insertion, version);

-- The index for searching, by the id of the article: every character and every two in a row, with blanks between them.
CREATE VIRTUAL TABLE law_search USING fts5 (grams, content = '', detail = none, columnsize = 0, tokenize = 'ascii');

-- What somebody keeps of an article: a bookmark with a note, '' none. It stands at the version it was made in.
CREATE TABLE law_mark (
    account    INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    insertion  INTEGER NOT NULL,
    law        INTEGER NOT NULL,
    made_at    INTEGER NOT NULL,
    note       TEXT    NOT NULL,
    PRIMARY KEY (account, version, number, insertion)
) STRICT, WITHOUT ROWID;
CREATE INDEX law_mark_law ON law_mark (account, law);

-- A list of what holders of a post must know (应知应会清单). rank_level, category, post '': any.
CREATE TABLE must_know_list (
    id          INTEGER NOT NULL PRIMARY KEY,
    year        INTEGER NOT NULL,
    made_by     INTEGER NOT NULL,
    made_at     INTEGER NOT NULL,
    title       TEXT    NOT NULL,
    rank_level  TEXT    NOT NULL,
    category    TEXT    NOT NULL,
    post        TEXT    NOT NULL
) STRICT;
CREATE INDEX must_know_list_year ON must_know_list (year, id);

-- What stands on it, by place. law 0: something else, by its title alone. version 0: the whole law; else the version in which the
-- article has this number.
CREATE TABLE must_know_item (
    list       INTEGER NOT NULL,
    place      INTEGER NOT NULL,
    law        INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    insertion  INTEGER NOT NULL,
    title      TEXT    NOT NULL,
    PRIMARY KEY (list, place)
) STRICT, WITHOUT ROWID;
