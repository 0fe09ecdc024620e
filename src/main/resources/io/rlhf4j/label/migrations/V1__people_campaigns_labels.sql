-- Plain enough for SQLite and PostgreSQL alike: identifiers are made by the program, times are
-- milliseconds since 1970, truth values are 0 or 1, and structured values are JSON texts.

CREATE TABLE people (
  id            TEXT PRIMARY KEY,
  login         TEXT NOT NULL UNIQUE,
  name          TEXT NOT NULL,
  pseudonym     TEXT NOT NULL UNIQUE, -- the only name that leaves the database
  password_hash TEXT NOT NULL,
  role          TEXT NOT NULL,
  active        INTEGER NOT NULL,
  created_at    BIGINT NOT NULL
);

CREATE TABLE invitations (
  token_hash TEXT PRIMARY KEY,
  role       TEXT NOT NULL,
  note       TEXT NOT NULL,
  created_by TEXT REFERENCES people (id), -- null: printed by the program for the first lead
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_by    TEXT REFERENCES people (id)
);

CREATE TABLE sessions (
  token_hash TEXT PRIMARY KEY,
  person_id  TEXT NOT NULL REFERENCES people (id),
  csrf       TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_person ON sessions (person_id);

-- Never changed once written: a label points at the very text it was made under.
CREATE TABLE instructions (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  version    INTEGER NOT NULL,
  body       TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (name, version)
);

CREATE TABLE campaigns (
  id             TEXT PRIMARY KEY,
  name           TEXT NOT NULL UNIQUE,
  task           TEXT NOT NULL,
  status         TEXT NOT NULL,
  audience       TEXT NOT NULL,
  instruction_id TEXT NOT NULL REFERENCES instructions (id),
  overlap        INTEGER NOT NULL,
  lease_minutes  INTEGER NOT NULL,
  baseline       TEXT NOT NULL,
  created_at     BIGINT NOT NULL
);

CREATE TABLE prompts (
  id          TEXT PRIMARY KEY,
  external_id TEXT NOT NULL,
  messages    TEXT NOT NULL,
  sender      TEXT,
  use_case    TEXT,
  kind        TEXT NOT NULL,
  split       TEXT NOT NULL,
  source      TEXT NOT NULL,
  created_at  BIGINT NOT NULL
);
CREATE INDEX prompts_external ON prompts (external_id);

CREATE TABLE items (
  id          TEXT PRIMARY KEY,
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  seq         INTEGER NOT NULL,
  prompt_id   TEXT REFERENCES prompts (id), -- null where a prompt is what is to be written
  brief       TEXT NOT NULL,                -- what to write, where there is no prompt
  priority    INTEGER NOT NULL,
  wanted      INTEGER NOT NULL,             -- labels asked for
  taken       INTEGER NOT NULL,             -- leases that live and labels that are in
  gold        TEXT,                         -- the answer a lead expects, as JSON
  UNIQUE (campaign_id, seq)
);
CREATE INDEX items_next ON items (campaign_id, priority DESC, taken, seq);
CREATE INDEX items_prompt ON items (prompt_id);

CREATE TABLE outputs (
  id        TEXT PRIMARY KEY,
  item_id   TEXT NOT NULL REFERENCES items (id),
  position  INTEGER NOT NULL,
  text      TEXT NOT NULL,
  policy    TEXT NOT NULL,
  author_id TEXT REFERENCES people (id), -- who wrote it, where a person did
  finished  INTEGER NOT NULL,
  UNIQUE (item_id, position)
);
CREATE INDEX outputs_author ON outputs (author_id);

CREATE TABLE assignments (
  id          TEXT PRIMARY KEY,
  item_id     TEXT NOT NULL REFERENCES items (id),
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  person_id   TEXT NOT NULL REFERENCES people (id),
  state       TEXT NOT NULL,
  shown_order TEXT NOT NULL, -- JSON: positions of the outputs in the order this person sees
  leased_at   BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL,
  finished_at BIGINT,
  skip_reason TEXT,
  UNIQUE (item_id, person_id)
);
CREATE INDEX assignments_person ON assignments (person_id, campaign_id, state);
CREATE INDEX assignments_lease ON assignments (campaign_id, state, expires_at);

CREATE TABLE drafts (
  assignment_id TEXT PRIMARY KEY REFERENCES assignments (id),
  revision      INTEGER NOT NULL,
  body          TEXT NOT NULL,
  saved_at      BIGINT NOT NULL
);

CREATE TABLE submissions (
  id             TEXT PRIMARY KEY, -- made by the sender, so that sending twice stores once
  assignment_id  TEXT NOT NULL UNIQUE REFERENCES assignments (id),
  item_id        TEXT NOT NULL REFERENCES items (id),
  campaign_id    TEXT NOT NULL REFERENCES campaigns (id),
  person_id      TEXT NOT NULL REFERENCES people (id),
  instruction_id TEXT NOT NULL REFERENCES instructions (id),
  role           TEXT NOT NULL,    -- the person's when the label was made
  answer         TEXT NOT NULL,    -- JSON
  seconds        INTEGER NOT NULL,
  submitted_at   BIGINT NOT NULL
);
CREATE INDEX submissions_campaign ON submissions (campaign_id, submitted_at);
CREATE INDEX submissions_person ON submissions (person_id, submitted_at);
CREATE INDEX submissions_item ON submissions (item_id);

CREATE TABLE audit (
  id        TEXT PRIMARY KEY,
  at        BIGINT NOT NULL,
  person_id TEXT, -- no reference: the entry outlives the person
  action    TEXT NOT NULL,
  subject   TEXT NOT NULL,
  detail    TEXT NOT NULL
);
CREATE INDEX audit_at ON audit (at);
