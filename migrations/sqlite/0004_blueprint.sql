-- topic: what a blueprint counts the question under; '' for none. difficulty: easy | medium | hard | unknown.
-- pinned: options that stay last, as bits; versions stored before have none, so that their papers can be drawn again.
ALTER TABLE question_version ADD COLUMN topic TEXT NOT NULL DEFAULT '';
ALTER TABLE question_version ADD COLUMN difficulty TEXT NOT NULL DEFAULT 'unknown';
ALTER TABLE question_version ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
UPDATE question_version SET topic = COALESCE(json_extract(tags, '$[0]'), '');

-- Papers of the exam on which the question stands.
ALTER TABLE exam_item ADD COLUMN papers INTEGER NOT NULL DEFAULT 0;
CREATE INDEX exam_item_version ON exam_item (version);

-- The block of the draw in which an exposure ceiling held, from 1; 0: no ceiling, or not a first paper.
ALTER TABLE paper ADD COLUMN block INTEGER NOT NULL DEFAULT 0;
CREATE INDEX paper_block ON paper (exam, block) WHERE block > 0;
