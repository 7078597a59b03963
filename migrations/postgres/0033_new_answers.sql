-- What a correction or a ruling says is right of a question beyond choice: its form with other answers, as JSON; empty for a choice.
ALTER TABLE key_correction ADD COLUMN key_form TEXT NOT NULL DEFAULT '';
ALTER TABLE ruling ADD COLUMN key_form TEXT NOT NULL DEFAULT '';
