package corpus

import (
	"context"
	"database/sql"
	"fmt"
)

// migrations lists the steps that lead from an empty file to the present
// schema; step i leads to version i+1. A step that was released is never
// changed: what comes later is a step of its own.
func migrations() []string { return []string{firstSchema, familySchema, bandSchema, briefingSchema} }

// firstSchema keeps texts apart from articles, so that lists read no text, and
// vectors apart from passages, so that reading passages reads no vectors.
const firstSchema = `
CREATE TABLE article (
	n          INTEGER PRIMARY KEY,
	id         TEXT NOT NULL UNIQUE,
	version    INTEGER NOT NULL,            -- the newest
	passages   INTEGER NOT NULL DEFAULT 0,  -- of the newest version
	change     INTEGER NOT NULL UNIQUE,     -- of the last change, deletion included
	deleted    INTEGER NOT NULL DEFAULT 0,  -- 1: a tombstone, every text field empty
	url        TEXT NOT NULL,
	title      TEXT NOT NULL,
	outlet     TEXT NOT NULL,
	author     TEXT NOT NULL,
	language   TEXT NOT NULL,
	published  TEXT NOT NULL,               -- YYYY-MM-DD, YYYY-MM, YYYY or empty
	first_day  TEXT NOT NULL,               -- the bounds of published
	last_day   TEXT NOT NULL,
	fetched    INTEGER NOT NULL,            -- milliseconds since 1970
	updated    INTEGER NOT NULL,
	provenance TEXT NOT NULL
) STRICT;
CREATE INDEX article_published ON article (published DESC, id) WHERE NOT deleted;
CREATE INDEX article_days ON article (first_day, last_day) WHERE NOT deleted;
CREATE INDEX article_outlet ON article (outlet) WHERE NOT deleted;

CREATE TABLE tag (
	article INTEGER NOT NULL REFERENCES article (n),
	tag     TEXT NOT NULL,
	PRIMARY KEY (article, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX tag_tag ON tag (tag, article);

CREATE TABLE version (
	n       INTEGER PRIMARY KEY,
	article INTEGER NOT NULL REFERENCES article (n),
	version INTEGER NOT NULL,
	hash    TEXT NOT NULL,
	updated INTEGER NOT NULL,
	text    TEXT NOT NULL,
	UNIQUE (article, version)
) STRICT;

CREATE TABLE passage (
	n       INTEGER PRIMARY KEY,
	article INTEGER NOT NULL REFERENCES article (n),
	version INTEGER NOT NULL,
	ordinal INTEGER NOT NULL,
	first   INTEGER NOT NULL,               -- code points into the text, half-open
	past    INTEGER NOT NULL,
	heading TEXT NOT NULL,
	text    TEXT NOT NULL,
	UNIQUE (article, version, ordinal)
) STRICT;

CREATE TABLE vector (                       -- of passages of newest versions only
	passage INTEGER PRIMARY KEY REFERENCES passage (n) ON DELETE CASCADE,
	vector  BLOB NOT NULL                   -- float32, little-endian
) STRICT;
CREATE INDEX vector_passage ON vector (passage); -- to count them without reading them

CREATE TABLE setting (
	key   TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE answer (
	n        INTEGER PRIMARY KEY,
	id       TEXT NOT NULL UNIQUE,
	question TEXT NOT NULL,
	status   TEXT NOT NULL,
	mode     TEXT NOT NULL,
	previous TEXT NOT NULL,
	created  INTEGER NOT NULL,              -- milliseconds since 1970
	body     TEXT NOT NULL                  -- JSON
) STRICT;
CREATE INDEX answer_created ON answer (created DESC, id);

CREATE TABLE citation (
	answer  INTEGER NOT NULL REFERENCES answer (n) ON DELETE CASCADE,
	article TEXT NOT NULL,
	PRIMARY KEY (answer, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX citation_article ON citation (article);
`

// briefingSchema keeps briefings as answers are kept. The ones that have not ended are
// few, and looked for whenever one is put.
const briefingSchema = `
CREATE TABLE briefing (
	n        INTEGER PRIMARY KEY,
	id       TEXT NOT NULL UNIQUE,
	topic    TEXT NOT NULL,
	status   TEXT NOT NULL,
	mode     TEXT NOT NULL,
	previous TEXT NOT NULL,
	created  INTEGER NOT NULL,              -- milliseconds since 1970
	body     TEXT NOT NULL                  -- JSON
) STRICT;
CREATE INDEX briefing_created ON briefing (created DESC, id);
CREATE INDEX briefing_under_way ON briefing (created) WHERE status IN ('queued', 'running');

CREATE TABLE briefing_citation (
	briefing INTEGER NOT NULL REFERENCES briefing (n) ON DELETE CASCADE,
	article  TEXT NOT NULL,
	PRIMARY KEY (briefing, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX briefing_citation_article ON briefing_citation (article);
`

func schemaVersion(ctx context.Context, db interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}) (int, error) {
	var v int
	err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&v)
	return v, err
}

// migrate takes the steps that the database lacks, each in a transaction of its
// own, so that a crash in between leaves a record of an older version.
func migrate(ctx context.Context, db *sql.DB, steps []string) error {
	version, err := schemaVersion(ctx, db)
	if err != nil {
		return err
	}
	for ; version < len(steps); version++ {
		if err := takeStep(ctx, db, steps[version], version+1); err != nil {
			return fmt.Errorf("bring the schema to version %d: %w", version+1, err)
		}
	}
	return nil
}

func takeStep(ctx context.Context, db *sql.DB, step string, version int) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, step); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", version)); err != nil {
		return err
	}
	return tx.Commit()
}
