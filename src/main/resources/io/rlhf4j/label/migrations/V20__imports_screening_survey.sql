-- What came in with each import, what is waiting for a look, how people were chosen, and what they
-- said at the end.

CREATE TABLE imports (
  id          TEXT PRIMARY KEY,
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  source      TEXT NOT NULL,
  kept        INTEGER NOT NULL,
  labels      INTEGER NOT NULL,
  dropped     TEXT NOT NULL, -- JSON list of {prompt_id, text, step, why}
  created_by  TEXT,
  created_at  BIGINT NOT NULL
);
CREATE INDEX imports_campaign ON imports (campaign_id, created_at);

CREATE TABLE held_items (
  id          TEXT PRIMARY KEY,
  import_id   TEXT NOT NULL REFERENCES imports (id),
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  item        TEXT NOT NULL, -- JSON of prompt and outputs
  findings    TEXT NOT NULL, -- JSON list of {kind, text}
  state       TEXT NOT NULL, -- WAITING, RELEASED, REDACTED or DISCARDED
  decided_by  TEXT,
  decided_at  BIGINT
);
CREATE INDEX held_items_state ON held_items (campaign_id, state);

-- A lead's rating of a demonstration, 1 to 7, given without knowing whose it is.
CREATE TABLE demonstration_ratings (
  submission_id TEXT PRIMARY KEY REFERENCES submissions (id),
  likert        INTEGER NOT NULL,
  rated_by      TEXT NOT NULL,
  rated_at      BIGINT NOT NULL
);

CREATE TABLE self_assessments (
  person_id TEXT PRIMARY KEY REFERENCES people (id),
  text      TEXT NOT NULL,
  at        BIGINT NOT NULL
);

CREATE TABLE screening_decisions (
  person_id  TEXT PRIMARY KEY REFERENCES people (id),
  decision   TEXT NOT NULL, -- ACCEPTED, HELD_OUT or DECLINED
  note       TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  decided_at BIGINT NOT NULL
);

CREATE TABLE surveys (
  person_id TEXT PRIMARY KEY REFERENCES people (id),
  answers   TEXT NOT NULL, -- JSON object
  at        BIGINT NOT NULL
);
