-- A law (法律法规), or a volume of one. level '': not known. volume '': the whole law. Days here and below are texts like 2024-06-28,
-- '' where they are not known.
CREATE TABLE law (
    id      BIGINT  NOT NULL PRIMARY KEY,
    level   TEXT    NOT NULL,
    title   TEXT    NOT NULL,
    volume  TEXT    NOT NULL,
    UNIQUE (title, volume)
);

-- One version of a law. Its text is never changed, its days may be. promulgated, effective, repealed: days; repealed belongs to the
-- last version. history: JSON of what the head says. file: the name it was imported under. digest: SM3 of the text as it was read,
-- in hexadecimal digits, by which the same text is known. imported_by 0: the operator at the machine.
CREATE TABLE law_version (
    id           BIGINT  NOT NULL PRIMARY KEY,
    law          BIGINT  NOT NULL,
    articles     BIGINT  NOT NULL,
    imported_by  BIGINT  NOT NULL,
    imported_at  BIGINT  NOT NULL,
    promulgated  TEXT    NOT NULL,
    effective    TEXT    NOT NULL,
    repealed     TEXT    NOT NULL,
    history      TEXT    NOT NULL,
    file         TEXT    NOT NULL,
    digest       TEXT    NOT NULL UNIQUE
);
CREATE INDEX law_version_law ON law_version (law, id);

-- 编, 章, 节 and the like, by place in the text. number 0: none; insertion: the N of 之N. above -1: nothing is around it.
-- articles_before: articles of the version that stand before it. body: JSON of the lines between the heading and the first article.
CREATE TABLE law_division (
    version          BIGINT  NOT NULL,
    place            BIGINT  NOT NULL,
    number           BIGINT  NOT NULL,
    insertion        BIGINT  NOT NULL,
    above            BIGINT  NOT NULL,
    articles_before  BIGINT  NOT NULL,
    kind             TEXT    NOT NULL,
    title            TEXT    NOT NULL,
    body             TEXT    NOT NULL,
    PRIMARY KEY (version, place)
);

-- Articles (条), by place in the text; a number may stand twice in a damaged one. division -1: none. body: JSON of paragraphs, items
-- and points. normalised: the text as it is compared and searched.
CREATE TABLE law_article (
    id          BIGINT  NOT NULL PRIMARY KEY,
    version     BIGINT  NOT NULL,
    place       BIGINT  NOT NULL,
    number      BIGINT  NOT NULL,
    insertion   BIGINT  NOT NULL,
    division    BIGINT  NOT NULL,
    body        TEXT    NOT NULL,
    normalised  TEXT    NOT NULL,
    UNIQUE (version, place)
);
CREATE INDEX law_article_number ON law_article (number, insertion, version);

-- The index for searching, by the id of the article: every character and every two in a row.
CREATE TABLE law_search (
    article  BIGINT  NOT NULL PRIMARY KEY,
    grams    TEXT[]  NOT NULL
);
-- Without a list of what is still to be sorted in: laws come in rarely, and every search would have to read that list.
CREATE INDEX law_search_grams ON law_search USING gin (grams) WITH (fastupdate = off);

-- What somebody keeps of an article: a bookmark with a note, '' none. It stands at the version it was made in.
CREATE TABLE law_mark (
    account    BIGINT  NOT NULL,
    version    BIGINT  NOT NULL,
    number     BIGINT  NOT NULL,
    insertion  BIGINT  NOT NULL,
    law        BIGINT  NOT NULL,
    made_at    BIGINT  NOT NULL,
    note       TEXT    NOT NULL,
    PRIMARY KEY (account, version, number, insertion)
);
CREATE INDEX law_mark_law ON law_mark (account, law);

-- A list of what holders of a post must know (应知应会清单). rank_level, category, post '': any.
CREATE TABLE must_know_list (
    id          BIGINT  NOT NULL PRIMARY KEY,
    year        BIGINT  NOT NULL,
    made_by     BIGINT  NOT NULL,
    made_at     BIGINT  NOT NULL,
    title       TEXT    NOT NULL,
    rank_level  TEXT    NOT NULL,
    category    TEXT    NOT NULL,
    post        TEXT    NOT NULL
);
CREATE INDEX must_know_list_year ON must_know_list (year, id);

-- What stands on it, by place. law 0: something else, by its title alone. version 0: the whole law; else the version in which the
-- article has this number.
CREATE TABLE must_know_item (
    list       BIGINT  NOT NULL,
    place      BIGINT  NOT NULL,
    law        BIGINT  NOT NULL,
    version    BIGINT  NOT NULL,
    number     BIGINT  NOT NULL,
    insertion  BIGINT  NOT NULL,
    title      TEXT    NOT NULL,
    PRIMARY KEY (list, place)
);
