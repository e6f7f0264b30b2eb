package corpus

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"modernc.org/sqlite"
)

var (
	// ErrNotFound is returned for an id that was never in the record.
	ErrNotFound = errors.New("not found")
	// ErrGone is returned for an article that was deleted.
	ErrGone = errors.New("deleted")
	// ErrNewerSchema is returned by Open for a record written by a newer
	// program; nothing of it was touched.
	ErrNewerSchema = errors.New("the record was written by a newer chuchu")
	// ErrReadOnly is returned by methods that write, of a record opened ReadOnly.
	ErrReadOnly = errors.New("the record is open for reading only")
	// ErrDiskFull is returned when there is no room for what was to be written;
	// nothing of it was kept.
	ErrDiskFull = errors.New("no space left")
	// ErrDamaged is returned when the file is no sound database.
	ErrDamaged = errors.New("the record is damaged")
	// ErrCursor is returned for a cursor that no list gave out.
	ErrCursor = errors.New("unknown cursor")
)

// Primary result codes of SQLite, https://www.sqlite.org/rescode.html.
const (
	sqliteError    = 1
	sqliteBusy     = 5
	sqliteReadOnly = 8
	sqliteIOErr    = 10
	sqliteCorrupt  = 11
	sqliteFull     = 13
	sqliteCantOpen = 14
	sqliteNotADB   = 26
)

// explain wraps err, if there is one, with the operation that failed and what to
// do about it. A cancelled context is returned as such: the driver reports it in
// several ways.
func (r *Record) explain(ctx context.Context, operation string, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", operation, context.Cause(ctx))
	}
	switch code := resultCode(err); {
	case code == sqliteFull || errors.Is(err, syscall.ENOSPC):
		return fmt.Errorf("%s: %w in data directory %s: free some and try again (%w)", operation, ErrDiskFull, r.dir, err)
	case code == sqliteCorrupt || code == sqliteNotADB:
		return fmt.Errorf("%s: %w: %s: restore a backup (%w)", operation, ErrDamaged, r.file(), err)
	case code == sqliteBusy:
		return fmt.Errorf("%s: another program keeps %s busy: close it and try again (%w)", operation, r.file(), err)
	case code == sqliteReadOnly || code == sqliteCantOpen:
		return fmt.Errorf("%s: no permission to open and write %s and the files beside it: check their owner and mode (%w)", operation, r.file(), err)
	case code == sqliteIOErr:
		return fmt.Errorf("%s: the disk of data directory %s failed: check it and try again (%w)", operation, r.dir, err)
	}
	return fmt.Errorf("%s: %w", operation, err)
}

// resultCode returns SQLite's primary result code, 0 when err is none of its errors.
func resultCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}
