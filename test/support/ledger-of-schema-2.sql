-- A ledger as Winnow wrote it before bodies were packed by dictionaries: schema 2, dumped from a file of that version.
CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    model TEXT NOT NULL, method TEXT NOT NULL, stage TEXT NOT NULL, prompt TEXT NOT NULL, endpoint TEXT NOT NULL,
    UNIQUE (model, method, stage, prompt, endpoint)
  ) STRICT;
CREATE TABLE replies (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES sources,
    run TEXT NOT NULL,
    row TEXT NOT NULL,
    sample INTEGER NOT NULL,
    finish_reason TEXT NOT NULL,
    input_tokens INTEGER, output_tokens INTEGER, cached_tokens INTEGER, reasoning_tokens INTEGER,
    cost INTEGER,
    latency_ms INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    body BLOB NOT NULL
  ) STRICT;
CREATE TABLE tallies (
    run TEXT NOT NULL, source INTEGER NOT NULL REFERENCES sources,
    replies INTEGER NOT NULL, unpriced INTEGER NOT NULL, cost INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL, reasoning_tokens INTEGER NOT NULL,
    PRIMARY KEY (run, source)
  ) STRICT, WITHOUT ROWID;
CREATE TABLE keys (key BLOB PRIMARY KEY, reply INTEGER NOT NULL REFERENCES replies) STRICT, WITHOUT ROWID;
CREATE TABLE failures (
    key BLOB PRIMARY KEY, run TEXT NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL, created_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    input_hash TEXT NOT NULL,
    input_path TEXT NOT NULL,
    method TEXT NOT NULL,
    settings TEXT NOT NULL,
    prompts TEXT NOT NULL,
    started_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    gathered INTEGER NOT NULL,
    -- What may have been billed for calls that gave no reply, in billionths of a US dollar.
    unsettled INTEGER NOT NULL
  ) STRICT;
CREATE INDEX runs_by_input ON runs (input_hash);
CREATE TABLE claims (
    key BLOB PRIMARY KEY, owner INTEGER NOT NULL, run TEXT NOT NULL, amount INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
CREATE TABLE owners (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    host TEXT NOT NULL, pid INTEGER NOT NULL, seen_ms INTEGER NOT NULL, knows INTEGER NOT NULL
  ) STRICT;
INSERT INTO sources VALUES (1, 'm', 'rlhn', 'judge', 'rlhn.judge@1', 'http://a/v1');
INSERT INTO replies VALUES (1, 1, 'r1', 'r', 0, 'stop', 10, 2, 4, 1, 1500, 12, 1795848131859, x'2ba94c2d0600');
INSERT INTO replies VALUES (2, 1, 'r1', 'r', 0, 'length', 10, 2, 4, 1, 1500, 12, 1795848131864, x'ab562a49ad2851b2523a3c27eff0fae4fc9454850ff327cc50d2512a4a4d2b2d4ecc51b252cacb0773138bf3f332f3d295ac943272956a01');
INSERT INTO tallies VALUES ('r1', 1, 2, 0, 3000, 20, 4, 8, 2);
INSERT INTO keys VALUES (x'05b2a221e9152908b964341f081356c2', 2);
INSERT INTO keys VALUES (x'5a65ddc4af32607dba4aa9265e4aa0a2', 1);
INSERT INTO failures VALUES (x'4211f9411a267e664832a2648941ebad', 'r1', 'http-500', 'broken', 1795848131870);
INSERT INTO runs VALUES ('r1', 'h', 'rows.jsonl', 'rlhn', '{"options":{},"identities":{"judge":"m"},"limit":null}', '["rlhn.judge@1"]', 1795848131166, 1795848131166, 0, 0);
INSERT INTO claims VALUES (x'64656164', 1, 'r1', 700);
INSERT INTO owners VALUES (1, 'elsewhere', 1, 1795848131869, 0);
PRAGMA user_version = 2;
PRAGMA application_id = 1464421966;
