-- Who made a version, and why; 0 and '' for those that came by an import.
ALTER TABLE question_version ADD COLUMN made_by INTEGER NOT NULL DEFAULT 0;
ALTER TABLE question_version ADD COLUMN reason TEXT NOT NULL DEFAULT '';
