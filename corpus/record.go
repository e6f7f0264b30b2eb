package corpus

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"time"
)

var (
	// ErrNotFound is returned for an id that was never in the record.
	ErrNotFound = errors.New("not found")
	// ErrGone is returned for an article that was deleted.
	ErrGone = errors.New("deleted")
	// ErrNewerSchema is returned by Open for a record written by a newer
	// program; nothing of it was touched.
	ErrNewerSchema = errors.New("the record was written by a newer chuchu")
)

// A Record is the SQLite database with everything that cannot be rebuilt.
// It is safe for concurrent use.
type Record struct{}

// Options of Open.
type Options struct {
	ReadOnly bool // beside a running server: nothing is migrated or written
}

// Open opens the record in dir, makes it when it is not there, and brings an
// older schema up to date. The caller holds the directory's Lock, unless ReadOnly.
func Open(ctx context.Context, dir string, opt Options) (*Record, error) { panic("corpus") }

// Close ends the use of the record.
func (r *Record) Close() error { panic("corpus") }

// An Entry is one article with all that is derived from it, to be put into the
// record in one transaction. ID, URL, Title and so on of Article are filled by
// ingest; Version, Hash, Fetched and Updated by the record.
type Entry struct {
	Article  Article
	Passages []Passage   // Start, End, Heading, Ordinal; the rest is filled in
	Vectors  [][]float32 // one a passage, or nil when they are still to be made
}

// Status says what became of an article that was offered.
type Status string

const (
	Added     Status = "added"
	Updated   Status = "updated"
	Unchanged Status = "unchanged"
)

// Status says what Put would do with the article, so that nothing is split or
// embedded for nothing.
func (r *Record) Status(ctx context.Context, a Article) (Status, error) { panic("corpus") }

// Put adds the article, or updates it: changed metadata in place, changed text
// as a new version whose predecessor is kept. The same again does nothing.
func (r *Record) Put(ctx context.Context, e Entry) (Status, Ref, error) { panic("corpus") }

// Article returns the article's newest version. ErrNotFound, ErrGone.
func (r *Record) Article(ctx context.Context, id string) (Article, error) { panic("corpus") }

// ArticleVersion returns one version; 0 means the newest.
func (r *Record) ArticleVersion(ctx context.Context, id string, version int) (Article, error) {
	panic("corpus")
}

// A Version is one state of an article's text.
type Version struct {
	Version int       `json:"version"`
	Hash    string    `json:"hash"`
	Updated time.Time `json:"updated"`
}

// Versions lists an article's versions, oldest first.
func (r *Record) Versions(ctx context.Context, id string) ([]Version, error) { panic("corpus") }

// Refs returns how replies name the articles, by id; unknown and deleted ids are
// missing from the map.
func (r *Record) Refs(ctx context.Context, ids []string) (map[string]Ref, error) { panic("corpus") }

// A ListQuery asks for a page of articles, newest publication first.
type ListQuery struct {
	Filter Filter
	Text   string // must occur in the title, as written
	Limit  int    // default 50, at most 1000
	Cursor string // of the page before
}

// A List is a page of articles. Total and Months count all that match.
type List struct {
	Articles []Ref
	Total    int
	Next     string         // empty on the last page
	Months   map[string]int // "2024-11" → number
}

// Articles lists articles.
func (r *Record) Articles(ctx context.Context, q ListQuery) (List, error) { panic("corpus") }

// All yields every article in full, by id, for export.
func (r *Record) All(ctx context.Context) iter.Seq2[Article, error] { panic("corpus") }

// Passages returns the passages of an article's newest version, in order.
func (r *Record) Passages(ctx context.Context, articleID string) ([]Passage, error) { panic("corpus") }

// PassagesByID returns passages in the order of ids; those that are no longer
// there (deleted, another version) are left out.
func (r *Record) PassagesByID(ctx context.Context, ids []string) ([]Passage, error) { panic("corpus") }

// Text returns text[start:end] of a version of an article, in code points; the
// bounds are cut to the text.
func (r *Record) Text(ctx context.Context, articleID string, version, start, end int) (string, error) {
	panic("corpus")
}

// Delete erases the text of all versions and leaves a tombstone.
func (r *Record) Delete(ctx context.Context, id string) error { panic("corpus") }

// Change returns the running number of the last change.
func (r *Record) Change(ctx context.Context) (int64, error) { panic("corpus") }

// A Change is the present state of an article that changed. Text is not filled
// in Article; the passages carry theirs.
type Change struct {
	Number   int64
	Deleted  bool
	Article  Article
	Passages []Passage
	Vectors  [][]float32 // as long as Passages; an element is nil while it is not made
}

// ChangesSince yields what changed after number n, in order of the numbers, each
// article once. An index that applies it and then remembers the last number is
// level with the record.
func (r *Record) ChangesSince(ctx context.Context, n int64) iter.Seq2[Change, error] {
	panic("corpus")
}

// Setting returns a value kept with the record (fingerprints), empty when unset.
func (r *Record) Setting(ctx context.Context, key string) (string, error) { panic("corpus") }

// SetSetting keeps a value.
func (r *Record) SetSetting(ctx context.Context, key, value string) error { panic("corpus") }

// Unembedded yields the passages that have no vector, in batches of at most n
// of one article, so that embedding resumes by passage after a failure.
func (r *Record) Unembedded(ctx context.Context, n int) iter.Seq2[[]Passage, error] { panic("corpus") }

// SetVectors keeps vectors of passages and counts as a change of their articles.
func (r *Record) SetVectors(ctx context.Context, ids []string, vectors [][]float32) error {
	panic("corpus")
}

// DropVectors forgets all vectors, after the embedder changed.
func (r *Record) DropVectors(ctx context.Context) error { panic("corpus") }

// Resplit replaces the passages of an article's newest version, after the
// splitter changed, and counts as a change.
func (r *Record) Resplit(ctx context.Context, articleID string, passages []Passage, vectors [][]float32) error {
	panic("corpus")
}

// Counts of what is in the record.
type Counts struct {
	Articles int `json:"articles"`
	Passages int `json:"passages"`
	Embedded int `json:"embedded"`
	Answers  int `json:"answers"`
}

// Counts returns what is in the record.
func (r *Record) Counts(ctx context.Context) (Counts, error) { panic("corpus") }

// Check runs the database's own integrity check.
func (r *Record) Check(ctx context.Context) error { panic("corpus") }

// Backup writes a whole copy of the record to the file, beside a running server.
// An existing file is not overwritten.
func (r *Record) Backup(ctx context.Context, file string) error { panic("corpus") }

// A Document is a stored answer (later: briefing, job): typed JSON under an id.
type Document struct {
	ID         string
	Question   string
	Status     string
	Mode       string
	PreviousID string
	Created    time.Time
	Articles   []string // ids it cites, for Citing
	Body       json.RawMessage
}

// PutAnswer stores or replaces an answer.
func (r *Record) PutAnswer(ctx context.Context, d Document) error { panic("corpus") }

// Answer returns a stored answer. ErrNotFound.
func (r *Record) Answer(ctx context.Context, id string) (Document, error) { panic("corpus") }

// Answers lists stored answers, newest first, without Body. next is empty on the
// last page.
func (r *Record) Answers(ctx context.Context, limit int, cursor string) (list []Document, total int, next string, err error) {
	panic("corpus")
}

// DeleteAnswer removes a stored answer. ErrNotFound.
func (r *Record) DeleteAnswer(ctx context.Context, id string) error { panic("corpus") }

// Citing returns the ids of the answers that cite the article.
func (r *Record) Citing(ctx context.Context, articleID string) ([]string, error) { panic("corpus") }
