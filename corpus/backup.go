package corpus

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Backup writes a whole copy of the record to the file, beside a running server.
// An existing file is not overwritten. What was deleted is in no copy, and a
// backup that is broken off leaves no file behind.
func (r *Record) Backup(ctx context.Context, file string) error {
	dir := filepath.Dir(file)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return fmt.Errorf("back up to %s: there is no directory %s: make it first", file, dir)
	}
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("back up to %s: %w: name another file, or remove it first", file, fs.ErrExist)
	}
	copied, err := os.CreateTemp(dir, filepath.Base(file)+".*.partial") // of mode 0600
	if err != nil {
		return fmt.Errorf("back up to %s: %w", file, err)
	}
	defer os.Remove(copied.Name())
	_, err = r.read.ExecContext(ctx, "VACUUM INTO ?", copied.Name())
	if err == nil {
		err = copied.Sync()
	}
	if err = errors.Join(err, copied.Close()); err != nil {
		return r.explain(ctx, "back up to "+file, err)
	}
	return publish(copied.Name(), file)
}

// publish renames a file, but not over one that has appeared in the meantime.
func publish(from, to string) error {
	if err := createPrivate(to); err != nil {
		return fmt.Errorf("back up to %s: %w: name another file, or remove it first", to, err)
	}
	if err := os.Rename(from, to); err != nil {
		return errors.Join(fmt.Errorf("back up to %s: %w", to, err), os.Remove(to))
	}
	return nil
}
