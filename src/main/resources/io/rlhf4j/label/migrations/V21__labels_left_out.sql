-- Judgements that an import did not take, so that its count of labels can be checked.
ALTER TABLE imports ADD COLUMN left_out TEXT NOT NULL DEFAULT '[]'; -- JSON list of {where, prompt_id, why}
