-- Regions (行政区划) as a tree of their own; parent 0 is the top. A unit stands in one (0: none told).
CREATE TABLE region (
    id      BIGINT  NOT NULL PRIMARY KEY,
    parent  BIGINT  NOT NULL,
    name    TEXT    NOT NULL,
    UNIQUE (parent, name)
);

-- closed_at 0: the unit stands.
ALTER TABLE unit ADD COLUMN region BIGINT NOT NULL DEFAULT 0;
ALTER TABLE unit ADD COLUMN closed_at BIGINT NOT NULL DEFAULT 0;

-- What becomes of a unit from a day on, with what it was before. kind: move | rename | close | reopen | region;
-- status: planned | done | refused | withdrawn; done_at 0: not carried out. receiver: who takes the persons of a unit
-- that closes (0: nobody). refusal: why a planned change could not be carried out, as JSON.
CREATE TABLE unit_change (
    id             BIGINT  NOT NULL PRIMARY KEY,
    unit           BIGINT  NOT NULL,
    kind           TEXT    NOT NULL,
    from_at        BIGINT  NOT NULL,
    parent_before  BIGINT  NOT NULL,
    parent_after   BIGINT  NOT NULL,
    name_before    TEXT    NOT NULL,
    name_after     TEXT    NOT NULL,
    region_before  BIGINT  NOT NULL,
    region_after   BIGINT  NOT NULL,
    receiver       BIGINT  NOT NULL,
    reason         TEXT    NOT NULL,
    status         TEXT    NOT NULL,
    refusal        TEXT    NOT NULL,
    made_by        BIGINT  NOT NULL,
    made_at        BIGINT  NOT NULL,
    done_at        BIGINT  NOT NULL
);
CREATE INDEX unit_change_unit ON unit_change (unit);
CREATE INDEX unit_change_planned ON unit_change (from_at) WHERE status = 'planned';

-- state: active | transferred_out | left | retired.
ALTER TABLE person ADD COLUMN state TEXT NOT NULL DEFAULT 'active';

-- A transfer or a change of state of one person from a day on. Columns as in unit_change.
CREATE TABLE person_change (
    id            BIGINT  NOT NULL PRIMARY KEY,
    person        BIGINT  NOT NULL,
    kind          TEXT    NOT NULL,
    from_at       BIGINT  NOT NULL,
    unit_before   BIGINT  NOT NULL,
    unit_after    BIGINT  NOT NULL,
    state_before  TEXT    NOT NULL,
    state_after   TEXT    NOT NULL,
    reason        TEXT    NOT NULL,
    status        TEXT    NOT NULL,
    refusal       TEXT    NOT NULL,
    made_by       BIGINT  NOT NULL,
    made_at       BIGINT  NOT NULL,
    done_at       BIGINT  NOT NULL
);
CREATE INDEX person_change_person ON person_change (person);
CREATE INDEX person_change_planned ON person_change (from_at) WHERE status = 'planned';

-- Identity numbers: a keyed digest to find two persons that are one, and a masked form to show. The number itself and
-- the key are never stored here.
CREATE TABLE person_identity (
    person  BIGINT  NOT NULL PRIMARY KEY,
    digest  TEXT    NOT NULL,
    masked  TEXT    NOT NULL
);
CREATE INDEX person_identity_digest ON person_identity (digest);

-- Imports of rosters that changed something. undone_at 0: it stands.
CREATE TABLE roster_import (
    id         BIGINT  NOT NULL PRIMARY KEY,
    number     BIGINT  NOT NULL UNIQUE,
    file       TEXT    NOT NULL,
    created    BIGINT  NOT NULL,
    changed    BIGINT  NOT NULL,
    departed   BIGINT  NOT NULL,
    unchanged  BIGINT  NOT NULL,
    refused    BIGINT  NOT NULL,
    made_by    BIGINT  NOT NULL,
    made_at    BIGINT  NOT NULL,
    undone_by  BIGINT  NOT NULL,
    undone_at  BIGINT  NOT NULL
);

-- Every person an import touched. kind: created | changed | departed; the values before (empty: there was nobody) and
-- after it, as JSON.
CREATE TABLE roster_import_row (
    import  BIGINT  NOT NULL,
    person  BIGINT  NOT NULL,
    kind    TEXT    NOT NULL,
    before  TEXT    NOT NULL,
    after   TEXT    NOT NULL,
    PRIMARY KEY (import, person)
);
CREATE INDEX roster_import_row_person ON roster_import_row (person);

-- Units that an import made or put into another region. kind: created | placed.
CREATE TABLE roster_import_unit (
    import         BIGINT  NOT NULL,
    unit           BIGINT  NOT NULL,
    kind           TEXT    NOT NULL,
    region_before  BIGINT  NOT NULL,
    PRIMARY KEY (import, unit)
);

-- Exemptions (免考) and deferrals (缓考) of one person for one exam. kind: exemption | deferral; state: requested |
-- approved | refused | withdrawn. At most one of a person and exam is alive.
CREATE TABLE exemption (
    id            BIGINT  NOT NULL PRIMARY KEY,
    exam          BIGINT  NOT NULL,
    person        BIGINT  NOT NULL,
    kind          TEXT    NOT NULL,
    ground        TEXT    NOT NULL,
    words         TEXT    NOT NULL,
    state         TEXT    NOT NULL,
    requested_by  BIGINT  NOT NULL,
    requested_at  BIGINT  NOT NULL,
    decided_by    BIGINT  NOT NULL,
    decided_at    BIGINT  NOT NULL,
    reason        TEXT    NOT NULL
);
CREATE UNIQUE INDEX exemption_alive ON exemption (exam, person) WHERE state IN ('requested', 'approved');
CREATE INDEX exemption_person ON exemption (person);

CREATE TABLE exemption_document (
    id           BIGINT  NOT NULL PRIMARY KEY,
    exemption    BIGINT  NOT NULL,
    name         TEXT    NOT NULL,
    body         BYTEA   NOT NULL,
    uploaded_by  BIGINT  NOT NULL,
    uploaded_at  BIGINT  NOT NULL
);
CREATE INDEX exemption_document_exemption ON exemption_document (exemption);

-- More time or larger text for a person, in every exam while it holds. time_percent 100: no more time;
-- larger_text: 0 | 1.
CREATE TABLE accommodation (
    id            BIGINT  NOT NULL PRIMARY KEY,
    person        BIGINT  NOT NULL,
    time_percent  BIGINT  NOT NULL,
    larger_text   BIGINT  NOT NULL,
    valid_from    BIGINT  NOT NULL,
    valid_until   BIGINT  NOT NULL,
    ground        TEXT    NOT NULL,
    made_by       BIGINT  NOT NULL,
    made_at       BIGINT  NOT NULL,
    ended_at      BIGINT  NOT NULL
);
CREATE INDEX accommodation_person ON accommodation (person);
