-- The submission that a gold answer was taken from: nobody is measured against their own answer.
ALTER TABLE items ADD COLUMN gold_from TEXT; -- no reference: the gold answer outlives the person
