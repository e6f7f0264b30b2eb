package corpus

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
)

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

// A Retention says which answers are kept when one is put; the zero value keeps all.
type Retention struct {
	Most  int       // so many, the newest; 0: no limit
	Since time.Time // none created before; zero: no limit
}

// PutAnswer stores or replaces an answer, and deletes those that are no longer to
// be kept. Of many such it deletes some with each answer, the oldest first, so that
// a new limit on a large record makes nobody wait.
func (r *Record) PutAnswer(ctx context.Context, d Document, keep Retention) error {
	if !json.Valid(d.Body) {
		return fmt.Errorf("store answer %s: its body is no JSON", d.ID)
	}
	return r.update(ctx, "store answer "+d.ID, func(tx *transaction) error {
		if err := tx.exec(ctx, "DELETE FROM answer WHERE id = ?", d.ID); err != nil {
			return err
		}
		n, err := tx.insert(ctx, "INSERT INTO answer (id, question, status, mode, previous, created, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
			d.ID, d.Question, d.Status, d.Mode, d.PreviousID, d.Created.UnixMilli(), string(d.Body))
		if err != nil {
			return err
		}
		if err := tx.exec(ctx, "INSERT OR IGNORE INTO citation SELECT ?, value FROM json_each(?)", n, jsonList(d.Articles)); err != nil {
			return err
		}
		return tx.dropAnswers(ctx, keep)
	})
}

// mostDropped is how many answers are deleted at once.
const mostDropped = 100

// dropAnswers deletes the oldest of the answers that are not to be kept.
func (tx *transaction) dropAnswers(ctx context.Context, keep Retention) error {
	if !keep.Since.IsZero() {
		err := tx.exec(ctx, "DELETE FROM answer WHERE n IN (SELECT n FROM answer WHERE created < ? ORDER BY created, n LIMIT ?)",
			keep.Since.UnixMilli(), mostDropped)
		if err != nil {
			return err
		}
	}
	if keep.Most == 0 {
		return nil
	}
	// Counting reads an index alone, which takes 0.6 ms of 100,000 answers.
	return tx.exec(ctx, `DELETE FROM answer WHERE n IN (SELECT n FROM answer ORDER BY created, n
		LIMIT max(0, min(?, (SELECT count(*) FROM answer) - ?)))`, mostDropped, keep.Most)
}

// Answer returns a stored answer. ErrNotFound.
func (r *Record) Answer(ctx context.Context, id string) (Document, error) {
	var d Document
	var articles, body string
	row := r.read.QueryRowContext(ctx, "SELECT "+answerColumns+
		", body, (SELECT json_group_array(article ORDER BY article) FROM citation WHERE answer = answer.n) FROM answer WHERE id = ?", id)
	err := scanAnswer(row.Scan, &d, &body, &articles)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	if err == nil {
		err = json.Unmarshal([]byte(articles), &d.Articles)
	}
	if err != nil {
		return Document{}, r.explain(ctx, "read answer "+id, err)
	}
	d.Body = json.RawMessage(body)
	return d, nil
}

const answerColumns = "id, question, status, mode, previous, created"

func scanAnswer(scan scanner, d *Document, more ...any) error {
	var created int64
	err := scan(append([]any{&d.ID, &d.Question, &d.Status, &d.Mode, &d.PreviousID, &created}, more...)...)
	d.Created = fromMillis(created)
	return err
}

// Answers lists stored answers, newest first, without Body and Articles. next is
// empty on the last page. The limit is 50 by default and 1000 at most. ErrCursor.
func (r *Record) Answers(ctx context.Context, limit int, cursor string) (list []Document, total int, next string, err error) {
	where, args := "TRUE", []any{}
	if cursor != "" {
		if where, args, err = answersAfter(cursor); err != nil {
			return nil, 0, "", err
		}
	}
	limit = pageSize(limit)
	err = r.snapshot(ctx, "list answers", func(tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM answer").Scan(&total); err != nil {
			return err
		}
		list, err = queryAll(ctx, tx, func(scan scanner) (Document, error) {
			var d Document
			err := scanAnswer(scan, &d)
			return d, err
		},
			"SELECT "+answerColumns+" FROM answer WHERE "+where+" ORDER BY created DESC, id LIMIT ?", append(args, limit+1)...)
		return err
	})
	if len(list) > limit {
		list = list[:limit]
		last := list[limit-1]
		next = encodeCursor(strconv.FormatInt(last.Created.UnixMilli(), 10), last.ID)
	}
	return list, total, next, err
}

func answersAfter(cursor string) (where string, args []any, err error) {
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

// DeleteAnswer removes a stored answer. ErrNotFound.
func (r *Record) DeleteAnswer(ctx context.Context, id string) error {
	return r.update(ctx, "delete answer "+id, func(tx *transaction) error {
		result, err := tx.ExecContext(ctx, "DELETE FROM answer WHERE id = ?", id)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, ErrNotFound)
		}
		return nil
	})
}

// Citing returns the ids of the answers that cite the article, newest first.
func (r *Record) Citing(ctx context.Context, articleID string) ([]string, error) {
	ids, err := queryAll(ctx, r.read, column[string],
		"SELECT answer.id FROM citation JOIN answer ON answer.n = citation.answer WHERE article = ? ORDER BY created DESC, id", articleID)
	return ids, r.explain(ctx, "look up who cites article "+articleID, err)
}
