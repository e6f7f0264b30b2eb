package corpus

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Document is a stored answer or briefing: typed JSON under an id.
type Document struct {
	ID         string
	Question   string // that was asked; of a briefing its topic
	Status     string
	Mode       string
	PreviousID string
	Created    time.Time
	Articles   []string // ids it cites, for Citing
	Body       json.RawMessage
}

// A Retention says which documents are kept when one is put; the zero value keeps all.
type Retention struct {
	Most  int       // so many, the newest; 0: no limit
	Since time.Time // none created before; zero: no limit
}

// A shelf is a table of documents, and one of what they cite.
type shelf struct {
	table     string // the name of what is in it, and of the column of citations that names it
	question  string // column
	citations string // table
	// underWay is a condition for documents that have not ended: these are kept,
	// whatever the retention, and do not count for it.
	underWay string
}

var (
	answerShelf   = shelf{table: "answer", question: "question", citations: "citation", underWay: "FALSE"}
	briefingShelf = shelf{table: "briefing", question: "topic", citations: "briefing_citation", underWay: "status IN ('queued', 'running')"}
)

// sql puts the names of the shelf into a statement: $table, $question, $citations and
// $underWay.
func (s shelf) sql(statement string) string {
	return strings.NewReplacer("$table", s.table, "$question", s.question, "$citations", s.citations, "$underWay", s.underWay).Replace(statement)
}

// PutAnswer stores or replaces an answer, and deletes those that are no longer to
// be kept. Of many such it deletes some with each answer, the oldest first, so that
// a new limit on a large record makes nobody wait.
func (r *Record) PutAnswer(ctx context.Context, d Document, keep Retention) error {
	return r.putDocument(ctx, answerShelf, d, keep)
}

// PutBriefing stores or replaces a briefing, as PutAnswer does. Those that are queued
// or running are kept whatever their age, and not counted.
func (r *Record) PutBriefing(ctx context.Context, d Document, keep Retention) error {
	return r.putDocument(ctx, briefingShelf, d, keep)
}

func (r *Record) putDocument(ctx context.Context, s shelf, d Document, keep Retention) error {
	if !json.Valid(d.Body) {
		return fmt.Errorf("store %s %s: its body is no JSON", s.table, d.ID)
	}
	return r.update(ctx, "store "+s.table+" "+d.ID, func(tx *transaction) error {
		var n int64
		err := tx.queryRow(ctx, s.sql(`INSERT INTO $table (id, $question, status, mode, previous, created, body) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET $question = excluded.$question, status = excluded.status, mode = excluded.mode,
				previous = excluded.previous, created = excluded.created, body = excluded.body
			RETURNING n`),
			d.ID, d.Question, d.Status, d.Mode, d.PreviousID, d.Created.UnixMilli(), string(d.Body)).Scan(&n)
		if err != nil {
			return err
		}
		if err := tx.exec(ctx, s.sql("DELETE FROM $citations WHERE $table = ?"), n); err != nil {
			return err
		}
		if err := tx.exec(ctx, s.sql("INSERT OR IGNORE INTO $citations SELECT ?, value FROM json_each(?)"), n, jsonList(d.Articles)); err != nil {
			return err
		}
		return tx.dropDocuments(ctx, s, keep)
	})
}

// mostDropped is how many documents are deleted at once.
const mostDropped = 100

// dropDocuments deletes the oldest of the documents that are not to be kept.
func (tx *transaction) dropDocuments(ctx context.Context, s shelf, keep Retention) error {
	if !keep.Since.IsZero() {
		err := tx.exec(ctx, s.sql("DELETE FROM $table WHERE n IN (SELECT n FROM $table WHERE created < ? AND NOT ($underWay) ORDER BY created, n LIMIT ?)"),
			keep.Since.UnixMilli(), mostDropped)
		if err != nil {
			return err
		}
	}
	if keep.Most == 0 {
		return nil
	}
	// Counting reads indexes alone, which takes 0.6 ms of 100,000 answers.
	return tx.exec(ctx, s.sql(`DELETE FROM $table WHERE n IN (SELECT n FROM $table WHERE NOT ($underWay) ORDER BY created, n
		LIMIT max(0, min(?, (SELECT count(*) FROM $table) - (SELECT count(*) FROM $table WHERE $underWay) - ?)))`), mostDropped, keep.Most)
}

// Answer returns a stored answer. ErrNotFound.
func (r *Record) Answer(ctx context.Context, id string) (Document, error) {
	return r.document(ctx, answerShelf, id)
}

// Briefing returns a stored briefing. ErrNotFound.
func (r *Record) Briefing(ctx context.Context, id string) (Document, error) {
	return r.document(ctx, briefingShelf, id)
}

func (r *Record) document(ctx context.Context, s shelf, id string) (Document, error) {
	row := r.read.QueryRowContext(ctx, s.sql("SELECT "+documentColumns+wholeColumns+" FROM $table WHERE id = ?"), id)
	d, err := scanWhole(row.Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	if err != nil {
		return Document{}, r.explain(ctx, "read "+s.table+" "+id, err)
	}
	return d, nil
}

const (
	documentColumns = "id, $question, status, mode, previous, created"
	wholeColumns    = ", body, (SELECT json_group_array(article ORDER BY article) FROM $citations WHERE $table = $table.n)"
)

func scanDocument(scan scanner, d *Document, more ...any) error {
	var created int64
	err := scan(append([]any{&d.ID, &d.Question, &d.Status, &d.Mode, &d.PreviousID, &created}, more...)...)
	d.Created = fromMillis(created)
	return err
}

// scanWhole reads wholeColumns too.
func scanWhole(scan scanner) (d Document, err error) {
	var articles, body string
	if err := scanDocument(scan, &d, &body, &articles); err != nil {
		return Document{}, err
	}
	d.Body = json.RawMessage(body)
	return d, json.Unmarshal([]byte(articles), &d.Articles)
}

// Answers lists stored answers, newest first, without Body and Articles. next is
// empty on the last page. The limit is 50 by default and 1000 at most. ErrCursor.
func (r *Record) Answers(ctx context.Context, limit int, cursor string) (list []Document, total int, next string, err error) {
	return r.documents(ctx, answerShelf, limit, cursor)
}

// Briefings lists stored briefings as Answers does answers.
func (r *Record) Briefings(ctx context.Context, limit int, cursor string) (list []Document, total int, next string, err error) {
	return r.documents(ctx, briefingShelf, limit, cursor)
}

func (r *Record) documents(ctx context.Context, s shelf, limit int, cursor string) (list []Document, total int, next string, err error) {
	where, args := "TRUE", []any{}
	if cursor != "" {
		if where, args, err = documentsAfter(cursor); err != nil {
			return nil, 0, "", err
		}
	}
	limit = pageSize(limit)
	err = r.snapshot(ctx, "list "+s.table+"s", func(tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, s.sql("SELECT count(*) FROM $table")).Scan(&total); err != nil {
			return err
		}
		list, err = queryAll(ctx, tx, func(scan scanner) (Document, error) {
			var d Document
			err := scanDocument(scan, &d)
			return d, err
		},
			s.sql("SELECT "+documentColumns+" FROM $table WHERE "+where+" ORDER BY created DESC, id LIMIT ?"), append(args, limit+1)...)
		return err
	})
	if len(list) > limit {
		list = list[:limit]
		last := list[limit-1]
		next = encodeCursor(strconv.FormatInt(last.Created.UnixMilli(), 10), last.ID)
	}
	return list, total, next, err
}

func documentsAfter(cursor string) (where string, args []any, err error) {
	key, err := decodeCursor(cursor)
	if err != nil {
		return "", nil, err
	}
	created, err := strconv.ParseInt(key[0], 10, 64)
	if err != nil {
		return "", nil, fmt.Errorf("%w %q: leave it out to start at the first page", ErrCursor, cursor)
	}
	return "(created < ? OR created = ? AND id > ?)", []any{created, created, key[1]}, nil
}

// UnfinishedBriefings returns the briefings that are queued or running, whole, in the
// order in which they were first put.
func (r *Record) UnfinishedBriefings(ctx context.Context) ([]Document, error) {
	s := briefingShelf
	list, err := queryAll(ctx, r.read, scanWhole, s.sql("SELECT "+documentColumns+wholeColumns+" FROM $table WHERE $underWay ORDER BY created, n"))
	return list, r.explain(ctx, "list unfinished briefings", err)
}

// DeleteAnswer removes a stored answer. ErrNotFound.
func (r *Record) DeleteAnswer(ctx context.Context, id string) error {
	return r.deleteDocument(ctx, answerShelf, id)
}

// DeleteBriefing removes a stored briefing. ErrNotFound.
func (r *Record) DeleteBriefing(ctx context.Context, id string) error {
	return r.deleteDocument(ctx, briefingShelf, id)
}

func (r *Record) deleteDocument(ctx context.Context, s shelf, id string) error {
	return r.update(ctx, "delete "+s.table+" "+id, func(tx *transaction) error {
		result, err := tx.ExecContext(ctx, s.sql("DELETE FROM $table WHERE id = ?"), id)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, ErrNotFound)
		}
		return nil
	})
}

// A Citer is a stored document that cites an article.
type Citer struct {
	Kind    string    `json:"kind"` // answer or briefing
	ID      string    `json:"id"`
	Title   string    `json:"title"` // the beginning of the question, or of the topic
	Created time.Time `json:"created"`
}

const (
	mostCiters  = 200 // of an article: one that everybody cites makes nobody wait
	titleOfCite = 200 // code points: a question may have thousands
)

// Citing returns the answers and briefings that cite the article, newest first and no
// more than 200, and how many there are.
func (r *Record) Citing(ctx context.Context, articleID string) (list []Citer, total int, err error) {
	const each = "SELECT '$table' AS kind, id, substr($question, 1, ?) AS title, created FROM $citations JOIN $table ON $table.n = $citations.$table WHERE article = ?"
	const count = "(SELECT count(*) FROM $citations WHERE article = ?)"
	err = r.snapshot(ctx, "look up who cites article "+articleID, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, "SELECT "+answerShelf.sql(count)+" + "+briefingShelf.sql(count), articleID, articleID).Scan(&total)
		if err != nil {
			return err
		}
		list, err = queryAll(ctx, tx, func(scan scanner) (c Citer, err error) {
			var created int64
			err = scan(&c.Kind, &c.ID, &c.Title, &created)
			c.Created = fromMillis(created)
			return c, err
		},
			answerShelf.sql(each)+" UNION ALL "+briefingShelf.sql(each)+" ORDER BY created DESC, kind, id LIMIT ?",
			titleOfCite, articleID, titleOfCite, articleID, mostCiters)
		return err
	})
	return list, total, err
}
