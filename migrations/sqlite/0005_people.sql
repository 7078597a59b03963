-- Regions (行政区划) as a tree of their own; parent 0 is the top. A unit stands in one (0: none told).
CREATE TABLE region (
    id      INTEGER NOT NULL PRIMARY KEY,
    parent  INTEGER NOT NULL,
    name    TEXT    NOT NULL,
    UNIQUE (parent, name)
) STRICT;

-- closed_at 0: the unit stands.
ALTER TABLE unit ADD COLUMN region INTEGER NOT NULL DEFAULT 0;
ALTER TABLE unit ADD COLUMN closed_at INTEGER NOT NULL DEFAULT 0;

-- What becomes of a unit from a day on, with what it was before. kind: move | rename | close | reopen | region;
-- status: planned | done | refused | withdrawn; done_at 0: not carried out. receiver: who takes the persons of a unit
-- that closes (0: nobody). refusal: why a planned change could not be carried out, as JSON.
CREATE TABLE unit_change (
    id             INTEGER NOT NULL PRIMARY KEY,
    unit           INTEGER NOT NULL,
    kind           TEXT    NOT NULL,
    from_at        INTEGER NOT NULL,
    parent_before  INTEGER NOT NULL,
    parent_after   INTEGER NOT NULL,
    name_before    TEXT    NOT NULL,
    name_after     TEXT    NOT NULL,
    region_before  INTEGER NOT NULL,
    region_after   INTEGER NOT NULL,
    receiver       INTEGER NOT NULL,
    reason         TEXT    NOT NULL,
    status         TEXT    NOT NULL,
    refusal        TEXT    NOT NULL,
    made_by        INTEGER NOT NULL,
    made_at        INTEGER NOT NULL,
    done_at        INTEGER NOT NULL
) STRICT;
CREATE INDEX unit_change_unit ON unit_change (unit);
CREATE INDEX unit_change_planned ON unit_change (from_at) WHERE status = 'planned';

-- state: active | transferred_out | left | retired.
ALTER TABLE person ADD COLUMN state TEXT NOT NULL DEFAULT 'active';

-- A transfer or a change of state of one person from a day on. Columns as in unit_change.
CREATE TABLE person_change (
    id            INTEGER NOT NULL PRIMARY KEY,
    person        INTEGER NOT NULL,
    kind          TEXT    NOT NULL,
    from_at       INTEGER NOT NULL,
    unit_before   INTEGER NOT NULL,
    unit_after    INTEGER NOT NULL,
    state_before  TEXT    NOT NULL,
    state_after   TEXT    NOT NULL,
    reason        TEXT    NOT NULL,
    status        TEXT    NOT NULL,
    refusal       TEXT    NOT NULL,
    made_by       INTEGER NOT NULL,
    made_at       INTEGER NOT NULL,
    done_at       INTEGER NOT NULL
) STRICT;
CREATE INDEX person_change_person ON person_change (person);
CREATE INDEX person_change_planned ON person_change (from_at) WHERE status = 'planned';

-- Identity numbers: a keyed digest to find two persons that are one, and a masked form to show. The number itself and
-- the key are never stored here.
CREATE TABLE person_identity (
    person  INTEGER NOT NULL PRIMARY KEY,
    digest  TEXT    NOT NULL,
    masked  TEXT    NOT NULL
) STRICT;
CREATE INDEX person_identity_digest ON person_identity (digest);

-- Imports of rosters that changed something. undone_at 0: it stands.
CREATE TABLE roster_import (
    id         INTEGER NOT NULL PRIMARY KEY,
    number     INTEGER NOT NULL UNIQUE,
    file       TEXT    NOT NULL,
    created    INTEGER NOT NULL,
    changed    INTEGER NOT NULL,
    departed   INTEGER NOT NULL,
    unchanged  INTEGER NOT NULL,
    refused    INTEGER NOT NULL,
    made_by    INTEGER NOT NULL,
    made_at    INTEGER NOT NULL,
    undone_by  INTEGER NOT NULL,
    undone_at  INTEGER NOT NULL
) STRICT;

-- Every person an import touched. kind: created | changed | departed; the values before (empty: there was nobody) and
-- after it, as JSON.
CREATE TABLE roster_import_row (
    import  INTEGER NOT NULL,
    person  INTEGER NOT NULL,
    kind    TEXT    NOT NULL,
    before  TEXT    NOT NULL,
    after   TEXT    NOT NULL,
    PRIMARY KEY (import, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX roster_import_row_person ON roster_import_row (person);

-- Units that an import made or put into another region. kind: created | placed.
CREATE TABLE roster_import_unit (
    import         INTEGER NOT NULL,
    unit           INTEGER NOT NULL,
    kind           TEXT    NOT NULL,
    region_before  INTEGER NOT NULL,
    PRIMARY KEY (import, unit)
) STRICT, WITHOUT ROWID;

-- Exemptions (免考) and deferrals (缓考) of one person for one exam. kind: exemption | deferral; state: requested |
-- approved | refused | withdrawn. At most one of a person and exam is alive.
CREATE TABLE exemption (
    id            INTEGER NOT NULL PRIMARY KEY,
    exam          INTEGER NOT NULL,
    person        INTEGER NOT NULL,
    kind          TEXT    NOT NULL,
    ground        TEXT    NOT NULL,
    words         TEXT    NOT NULL,
    state         TEXT    NOT NULL,
    requested_by  INTEGER NOT NULL,
    requested_at  INTEGER NOT NULL,
    decided_by    INTEGER NOT NULL,
    decided_at    INTEGER NOT NULL,
    reason        TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX exemption_alive ON exemption (exam, person) WHERE state IN ('requested', 'approved');
CREATE INDEX exemption_person ON exemption (person);

CREATE TABLE exemption_document (
    id           INTEGER NOT NULL PRIMARY KEY,
    exemption    INTEGER NOT NULL,
    name         TEXT    NOT NULL,
    body         BLOB    NOT NULL,
    uploaded_by  INTEGER NOT NULL,
    uploaded_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX exemption_document_exemption ON exemption_document (exemption);

-- More time or larger text for a person, in every exam while it holds. time_percent 100: no more time;
-- larger_text: 0 | 1.
CREATE TABLE accommodation (
    id            INTEGER NOT NULL PRIMARY KEY,
    person        INTEGER NOT NULL,
    time_percent  INTEGER NOT NULL,
    larger_text   INTEGER NOT NULL,
    valid_from    INTEGER NOT NULL,
    valid_until   INTEGER NOT NULL,
    ground        TEXT    NOT NULL,
    made_by       INTEGER NOT NULL,
    made_at       INTEGER NOT NULL,
    ended_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX accommodation_person ON accommodation (person);
