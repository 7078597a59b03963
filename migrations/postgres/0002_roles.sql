-- Who may do what in which part of the tree; unit 0: everywhere. granted_by 0: the operator at the machine.
CREATE TABLE role_grant (
    account     BIGINT  NOT NULL,
    role        TEXT    NOT NULL,
    unit        BIGINT  NOT NULL,
    granted_by  BIGINT  NOT NULL,
    granted_at  BIGINT  NOT NULL,
    PRIMARY KEY (account, role, unit)
);
INSERT INTO role_grant (account, role, unit, granted_by, granted_at)
SELECT id, 'exam_administrator', 0, 0, 0 FROM account WHERE role = 'administrator';
INSERT INTO role_grant (account, role, unit, granted_by, granted_at)
SELECT id, 'system_administrator', 0, 0, 0 FROM account WHERE role = 'administrator';
ALTER TABLE account DROP COLUMN role;

-- The unit whose persons, with all units below it, an exam is for; 0: everybody.
ALTER TABLE exam ADD COLUMN unit BIGINT NOT NULL DEFAULT 0;

-- Administrative acts, append only. Each row is chained to the one before it: hash covers previous.
-- before, after: JSON; account 0: the operator at the machine or the server itself.
CREATE TABLE audit_entry (
    seq       BIGINT  NOT NULL PRIMARY KEY,
    at        BIGINT  NOT NULL,
    account   BIGINT  NOT NULL,
    who       TEXT    NOT NULL,
    act       TEXT    NOT NULL,
    subject   TEXT    NOT NULL,
    before    TEXT    NOT NULL,
    after     TEXT    NOT NULL,
    reason    TEXT    NOT NULL,
    previous  BYTEA   NOT NULL,
    hash      BYTEA   NOT NULL
);
CREATE INDEX audit_entry_act ON audit_entry (act, seq);

-- One row: the last entry. Whoever writes the next one takes its lock, on every node.
CREATE TABLE audit_head (
    one   BIGINT  NOT NULL PRIMARY KEY,
    seq   BIGINT  NOT NULL,
    hash  BYTEA   NOT NULL
);
INSERT INTO audit_head (one, seq, hash) VALUES (1, 0, '');

-- What a liaison asks to be put right in the roster. state: open | done | refused.
CREATE TABLE correction_request (
    id          BIGINT  NOT NULL PRIMARY KEY,
    person      BIGINT  NOT NULL,
    unit        BIGINT  NOT NULL,
    asked_by    BIGINT  NOT NULL,
    asked_at    BIGINT  NOT NULL,
    wish        TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    decided_by  BIGINT  NOT NULL,
    decided_at  BIGINT  NOT NULL,
    answer      TEXT    NOT NULL
);
CREATE INDEX correction_request_state ON correction_request (state, id);
CREATE INDEX correction_request_person ON correction_request (person);
