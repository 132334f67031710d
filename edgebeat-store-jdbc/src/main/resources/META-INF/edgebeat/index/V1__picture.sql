-- H2 and PostgreSQL. Amounts are base units (up to 2^96 - 1), times are nanoseconds since 1970: both exact.
-- A node sees the rows of its generation; a picture that is being drawn anew has the next one.
-- Whoever dies in the middle begins again: not every database takes back what a migration had done until then.
CREATE TABLE IF NOT EXISTS nodes (
  node VARCHAR(42) NOT NULL,
  generation BIGINT NOT NULL,
  building BIGINT,
  journal VARCHAR,
  journal_sequence BIGINT,
  ledger_block BIGINT,
  PRIMARY KEY (node)
);

CREATE TABLE IF NOT EXISTS agreement_rows (
  node VARCHAR(42) NOT NULL,
  generation BIGINT NOT NULL,
  id VARCHAR(66) NOT NULL,
  buyer VARCHAR(42) NOT NULL,
  seller VARCHAR(42) NOT NULL,
  status VARCHAR(20) NOT NULL,
  work VARCHAR NOT NULL,
  asset VARCHAR NOT NULL,
  deposit NUMERIC(29) NOT NULL,
  paid NUMERIC(29) NOT NULL,
  changed_at NUMERIC(29) NOT NULL,
  PRIMARY KEY (node, generation, id)
);
CREATE INDEX IF NOT EXISTS agreement_rows_by_change ON agreement_rows (node, generation, changed_at, id);

CREATE TABLE IF NOT EXISTS payment_rows (
  node VARCHAR(42) NOT NULL,
  generation BIGINT NOT NULL,
  agreement VARCHAR(66) NOT NULL,
  sequence BIGINT NOT NULL,
  asset VARCHAR NOT NULL,
  amount NUMERIC(29) NOT NULL,
  changed_at NUMERIC(29) NOT NULL,
  PRIMARY KEY (node, generation, agreement, sequence)
);

CREATE TABLE IF NOT EXISTS invoice_rows (
  node VARCHAR(42) NOT NULL,
  generation BIGINT NOT NULL,
  agreement VARCHAR(66) NOT NULL,
  buyer VARCHAR(42) NOT NULL,
  seller VARCHAR(42) NOT NULL,
  asset VARCHAR NOT NULL,
  deposit NUMERIC(29) NOT NULL,
  top_ups NUMERIC(29) NOT NULL,
  fee_escrowed NUMERIC(29) NOT NULL,
  setup NUMERIC(29) NOT NULL,
  tick_amount NUMERIC(29) NOT NULL,
  ticks BIGINT NOT NULL,
  paid NUMERIC(29) NOT NULL,
  fee NUMERIC(29) NOT NULL,
  refunded NUMERIC(29) NOT NULL,
  lines VARCHAR NOT NULL,
  closed_at NUMERIC(29) NOT NULL,
  PRIMARY KEY (node, generation, agreement)
);
CREATE INDEX IF NOT EXISTS invoice_rows_by_time ON invoice_rows (node, generation, closed_at, agreement);

CREATE TABLE IF NOT EXISTS listing_rows (
  node VARCHAR(42) NOT NULL,
  generation BIGINT NOT NULL,
  seller VARCHAR(42) NOT NULL,
  content_hash VARCHAR(66) NOT NULL,
  sequence BIGINT NOT NULL,
  valid_until NUMERIC(29) NOT NULL,
  endpoint VARCHAR NOT NULL,
  receipt_key VARCHAR(42) NOT NULL,
  region VARCHAR NOT NULL,
  cpu_millis BIGINT NOT NULL,
  memory_bytes BIGINT NOT NULL,
  storage_bytes BIGINT NOT NULL,
  workload_types VARCHAR NOT NULL,
  capabilities VARCHAR NOT NULL,
  asset VARCHAR NOT NULL,
  per_tick NUMERIC(29) NOT NULL,
  tick_kind VARCHAR(20) NOT NULL,
  tick_count BIGINT NOT NULL,
  setup NUMERIC(29) NOT NULL,
  lease BOOLEAN NOT NULL,
  PRIMARY KEY (node, generation, seller, content_hash)
);

-- For whoever asks the database itself: the rows that count now, of every node.
CREATE OR REPLACE VIEW agreements AS
  SELECT r.* FROM agreement_rows r JOIN nodes n ON n.node = r.node AND n.generation = r.generation;
CREATE OR REPLACE VIEW payments AS
  SELECT r.* FROM payment_rows r JOIN nodes n ON n.node = r.node AND n.generation = r.generation;
CREATE OR REPLACE VIEW invoices AS
  SELECT r.* FROM invoice_rows r JOIN nodes n ON n.node = r.node AND n.generation = r.generation;
CREATE OR REPLACE VIEW listings AS
  SELECT r.* FROM listing_rows r JOIN nodes n ON n.node = r.node AND n.generation = r.generation;
