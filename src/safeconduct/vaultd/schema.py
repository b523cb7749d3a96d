"""The tables of the vault process's own store. No column holds a name, a selector or a body in clear.

Names and bodies are sealed (``*_sealed``); what is looked up is a random id, a digest or a keyed blind index.
"""

VERSION = 7

ALARMS = """
CREATE TABLE alarm (
  id INTEGER PRIMARY KEY AUTOINCREMENT, hour TEXT NOT NULL, code TEXT NOT NULL, gate TEXT NOT NULL,
  caller TEXT NOT NULL, subject TEXT NOT NULL, matter TEXT NOT NULL, at TEXT NOT NULL, last TEXT NOT NULL,
  count INTEGER NOT NULL CHECK (count > 0), UNIQUE (hour, code, gate, caller, subject)) STRICT;
CREATE TRIGGER alarm_kept BEFORE DELETE ON alarm BEGIN SELECT raise(ABORT, 'an alarm is kept'); END;
CREATE TRIGGER alarm_counted BEFORE UPDATE ON alarm
  WHEN new.id <> old.id OR new.hour <> old.hour OR new.code <> old.code OR new.gate <> old.gate
    OR new.caller <> old.caller OR new.subject <> old.subject OR new.matter <> old.matter OR new.at <> old.at
    OR new.count <> old.count + 1
  BEGIN SELECT raise(ABORT, 'an alarm only counts up'); END;
"""

SEGMENT_KEYS = """
CREATE TABLE segment_key (
  segment TEXT NOT NULL, customer TEXT NOT NULL, version INTEGER NOT NULL CHECK (version > 1),
  PRIMARY KEY (segment, customer)) STRICT, WITHOUT ROWID;
"""
"""Under which version of a customer's key their pages of a segment are sealed, where that is not the first."""

MANDATES = """
CREATE TABLE mandate (
  id TEXT PRIMARY KEY, matter TEXT NOT NULL, person TEXT NOT NULL, until TEXT NOT NULL, at TEXT NOT NULL,
  ended_at TEXT) STRICT, WITHOUT ROWID;
CREATE INDEX mandate_of ON mandate (matter, person);
"""
"""Which outside counsel may open which matter's papers, until when, as proven entries say."""

RUNS = """
CREATE TABLE segment_facts (
  segment TEXT PRIMARY KEY, month TEXT NOT NULL, index_sha256 TEXT NOT NULL, postings INTEGER NOT NULL,
  earliest INTEGER NOT NULL, latest INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE index_run (
  id TEXT PRIMARY KEY, record_table TEXT NOT NULL, index_sha256 TEXT NOT NULL, postings INTEGER NOT NULL,
  at TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE index_of (segment TEXT PRIMARY KEY, run TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE superseded (path TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
"""
"""When a segment's rows were and how long its index is; merged runs, which segments they answer for; what may go."""

CODES = """
CREATE TABLE one_time_code (
  id TEXT PRIMARY KEY, account TEXT NOT NULL, secret_sealed BLOB NOT NULL, at TEXT NOT NULL,
  last_step INTEGER NOT NULL, wrong INTEGER NOT NULL, stopped_until TEXT, ended_at TEXT) STRICT, WITHOUT ROWID;
CREATE TRIGGER one_time_code_forward BEFORE UPDATE ON one_time_code
  WHEN new.last_step < old.last_step OR (old.ended_at IS NOT NULL AND new.ended_at IS NULL)
  BEGIN SELECT raise(ABORT, 'a used step stays used, and what ended stays ended'); END;
"""
"""Sealed secrets of officers' one-time codes, with the last step that served and the wrong codes in a row."""

HOMES = """
CREATE TABLE customer_region (customer TEXT PRIMARY KEY, region TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE home (
  path TEXT PRIMARY KEY, name TEXT NOT NULL, region TEXT NOT NULL, bytes INTEGER NOT NULL CHECK (bytes >= 0),
  sha256 TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX home_of ON home (name);
CREATE TABLE far_rest (path TEXT PRIMARY KEY, region TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE erasure (
  customer TEXT PRIMARY KEY, asked TEXT NOT NULL, destroyed TEXT NOT NULL, epochs TEXT NOT NULL,
  unreadable TEXT, purged TEXT) STRICT, WITHOUT ROWID;
CREATE TRIGGER erasure_kept BEFORE DELETE ON erasure BEGIN SELECT raise(ABORT, 'an erasure is kept'); END;
CREATE TRIGGER erasure_once BEFORE UPDATE ON erasure
  WHEN new.customer <> old.customer OR new.asked <> old.asked OR new.destroyed <> old.destroyed
    OR new.epochs <> old.epochs OR old.unreadable IS NOT NULL AND new.unreadable IS NOT old.unreadable
    OR old.purged IS NOT NULL AND new.purged IS NOT old.purged
  BEGIN SELECT raise(ABORT, 'an erasure happened when it happened'); END;
"""
"""Whose records lie in which region, the far files in force with their digests, what is to go; customers' erasures."""

TABLES = f"""
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE wrapped_key (
  owner TEXT NOT NULL, version INTEGER NOT NULL, epoch TEXT NOT NULL, wrapped BLOB NOT NULL,
  PRIMARY KEY (owner, version)) STRICT, WITHOUT ROWID;

CREATE TABLE signing_key (
  purpose TEXT PRIMARY KEY, name TEXT NOT NULL, public BLOB NOT NULL, key_sealed BLOB NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE object (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, owner TEXT NOT NULL, key_version INTEGER NOT NULL,
  bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, at TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX object_of_owner ON object (owner, kind);

CREATE TABLE person (id TEXT PRIMARY KEY, roles TEXT NOT NULL, name_sealed BLOB NOT NULL,
  removed_at TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE credential (
  id TEXT PRIMARY KEY, person TEXT NOT NULL, public_key TEXT NOT NULL, rp_id TEXT NOT NULL,
  sign_count INTEGER NOT NULL DEFAULT 0, removed_at TEXT) STRICT, WITHOUT ROWID;
CREATE INDEX credential_of_person ON credential (person, rp_id);

CREATE TABLE holder (
  person TEXT PRIMARY KEY, organisation TEXT NOT NULL, fingerprint TEXT NOT NULL, country TEXT NOT NULL,
  governmental INTEGER NOT NULL, suspended_at TEXT, body_sealed BLOB NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE consent (
  digest TEXT PRIMARY KEY, kind TEXT NOT NULL, matter TEXT NOT NULL, expires TEXT, parent TEXT,
  revoked_at TEXT, applied_at TEXT, at TEXT NOT NULL, body_sealed BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE approval (
  digest TEXT NOT NULL, person TEXT NOT NULL, role TEXT NOT NULL, credential TEXT NOT NULL, at TEXT NOT NULL,
  nonce TEXT NOT NULL UNIQUE, assertion_sealed BLOB NOT NULL,
  PRIMARY KEY (digest, person)) STRICT, WITHOUT ROWID;
CREATE TABLE decline (
  digest TEXT NOT NULL, person TEXT NOT NULL, at TEXT NOT NULL, reason_sealed BLOB NOT NULL,
  PRIMARY KEY (digest, person)) STRICT, WITHOUT ROWID;

CREATE TABLE nonce (
  challenge TEXT PRIMARY KEY, nonce TEXT NOT NULL, person TEXT NOT NULL, domain TEXT NOT NULL, role TEXT NOT NULL,
  digest TEXT NOT NULL, ends REAL NOT NULL, used INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;

CREATE TABLE lease (
  digest TEXT PRIMARY KEY, journey TEXT NOT NULL UNIQUE, segments TEXT NOT NULL, at TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('leased', 'collected', 'released'))) STRICT, WITHOUT ROWID;

CREATE TABLE act (
  entry TEXT PRIMARY KEY, op TEXT NOT NULL, act TEXT NOT NULL, at TEXT NOT NULL,
  answer_sealed BLOB) STRICT, WITHOUT ROWID;
CREATE INDEX act_of_op ON act (op, act);

CREATE TABLE head (
  log TEXT PRIMARY KEY, size INTEGER NOT NULL, root TEXT NOT NULL, at TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE case_grant (
  id TEXT PRIMARY KEY, matter TEXT NOT NULL, person TEXT NOT NULL, at TEXT NOT NULL, until TEXT NOT NULL,
  opened INTEGER NOT NULL DEFAULT 0, reads INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;

CREATE TABLE segment (
  id TEXT PRIMARY KEY, record_table TEXT NOT NULL, matter TEXT NOT NULL, rows INTEGER NOT NULL,
  directory_sha256 TEXT NOT NULL, at TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE preservation (
  matter TEXT NOT NULL, entry TEXT PRIMARY KEY, until TEXT NOT NULL, ended_at TEXT) STRICT, WITHOUT ROWID;

CREATE TABLE delivery (
  digest TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL, object TEXT NOT NULL,
  recipients TEXT NOT NULL, PRIMARY KEY (digest, name)) STRICT, WITHOUT ROWID;

CREATE TABLE meter (day TEXT NOT NULL, matter TEXT NOT NULL, what TEXT NOT NULL, used INTEGER NOT NULL,
  PRIMARY KEY (day, matter, what)) STRICT, WITHOUT ROWID;
{ALARMS}{SEGMENT_KEYS}{MANDATES}{RUNS}{CODES}{HOMES}"""

CHANGES = {1: ALARMS, 2: SEGMENT_KEYS, 3: MANDATES, 4: RUNS, 5: CODES, 6: HOMES}
"""What brings a store of each older version to the next one."""
