-- A division (行政区划) by its code: a province has two digits, a city four, an area six, a town nine. level: by the code.
-- initials: of the pinyin of the name.
CREATE TABLE division (
    code      BIGINT  NOT NULL PRIMARY KEY,
    level     TEXT    NOT NULL,
    name      TEXT    NOT NULL,
    initials  TEXT    NOT NULL
);

-- A unit that plays (参赛单位). folded: the name as names are compared. uscc '', division 0, headcount 0: not known.
-- state: listed | proposed. merged_into 0: it stands for itself. decided_at 0: not at the merge desk, or undone.
-- changed: the version of the directory that changed it last; 0: none did since a player typed it.
CREATE TABLE organization (
    id           BIGINT  NOT NULL PRIMARY KEY,
    division     BIGINT  NOT NULL,
    headcount    BIGINT  NOT NULL,
    merged_into  BIGINT  NOT NULL,
    created_at   BIGINT  NOT NULL,
    decided_at   BIGINT  NOT NULL,
    changed      BIGINT  NOT NULL,
    name         TEXT    NOT NULL,
    folded       TEXT    NOT NULL,
    uscc         TEXT    NOT NULL,
    trade        TEXT    NOT NULL,
    state        TEXT    NOT NULL,
    UNIQUE (division, folded)
);
CREATE UNIQUE INDEX organization_uscc ON organization (uscc) WHERE uscc <> '';
CREATE INDEX organization_state ON organization (state, id);
CREATE INDEX organization_changed ON organization (changed) WHERE changed > 0;
CREATE INDEX organization_merged ON organization (merged_into) WHERE merged_into <> 0;
CREATE INDEX organization_decided ON organization (decided_at) WHERE decided_at <> 0;

-- How often a part of the directory was changed, by which nodes see that they have to read. part: division | organization.
CREATE TABLE directory (
    part     TEXT    NOT NULL PRIMARY KEY,
    version  BIGINT  NOT NULL
);
