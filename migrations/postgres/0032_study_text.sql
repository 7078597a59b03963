-- What was written into the fields of a question beyond choice, as on the sheet of an exam; empty for a choice and for a question left
-- out.
ALTER TABLE study_answer ADD COLUMN said TEXT NOT NULL DEFAULT '';
