package corpus

import (
	"context"
	"database/sql"
	"errors"
)

// A transaction is one of the writer's. It prepares each statement once.
type transaction struct {
	*sql.Tx
	prepared map[string]*sql.Stmt
	// uncompared are the articles with a new text, by number: joinFamilies.
	uncompared map[int64]sketch
}

// update runs f in a transaction that is committed when f returns no error, and
// otherwise leaves no trace. Writers wait for one another.
func (r *Record) update(ctx context.Context, operation string, f func(*transaction) error) error {
	if r.write == nil {
		return r.explain(ctx, operation, ErrReadOnly)
	}
	tx, err := r.write.BeginTx(ctx, nil)
	if err != nil {
		return r.explain(ctx, operation, err)
	}
	if err := f(&transaction{Tx: tx, prepared: map[string]*sql.Stmt{}}); err != nil {
		return r.explain(ctx, operation, errors.Join(err, ignoreDone(tx.Rollback())))
	}
	return r.explain(ctx, operation, tx.Commit())
}

// ignoreDone drops the news that a cancelled context, or SQLite itself after a
// full disk, has ended the transaction before us.
func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) || resultCode(err) == sqliteError {
		return nil
	}
	return err
}

func (tx *transaction) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := tx.prepared[query]; ok {
		return s, nil
	}
	s, err := tx.PrepareContext(ctx, query)
	if err == nil {
		tx.prepared[query] = s
	}
	return s, err
}

func (tx *transaction) exec(ctx context.Context, query string, args ...any) error {
	_, err := tx.insert(ctx, query, args...)
	return err
}

// insert returns the rowid of the row that was inserted.
func (tx *transaction) insert(ctx context.Context, query string, args ...any) (int64, error) {
	s, err := tx.statement(ctx, query)
	if err != nil {
		return 0, err
	}
	result, err := s.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

// queryRow is QueryRowContext with the statement prepared once.
func (tx *transaction) queryRow(ctx context.Context, query string, args ...any) *sql.Row {
	s, err := tx.statement(ctx, query)
	if err != nil {
		return tx.QueryRowContext(ctx, query, args...) // fails in the same way
	}
	return s.QueryRowContext(ctx, args...)
}

// snapshot runs f on one unchanging state of the record.
func (r *Record) snapshot(ctx context.Context, operation string, f func(*sql.Tx) error) error {
	tx, err := r.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return r.explain(ctx, operation, err)
	}
	return r.explain(ctx, operation, errors.Join(f(tx), ignoreDone(tx.Rollback())))
}

// A scanner is the Scan method of a row.
type scanner func(dest ...any) error

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// queryAll returns what read makes of each row.
func queryAll[T any](ctx context.Context, db querier, read func(scanner) (T, error), query string, args ...any) (list []T, err error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		v, err := read(rows.Scan)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

// column reads rows of one column.
func column[T any](scan scanner) (T, error) {
	var v T
	err := scan(&v)
	return v, err
}
