package corpus

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// lockFile is the name of the lock in a data directory.
const lockFile = "lock"

// A Holder is the process that has the data directory.
type Holder struct {
	PID     int    `json:"pid"`
	Address string `json:"address"` // HOST:PORT of its API, empty when it serves none
}

// LockedError says that another process has the data directory.
type LockedError struct {
	Dir    string
	Holder Holder
}

func (e *LockedError) Error() string {
	switch {
	case e.Holder.Address != "":
		return fmt.Sprintf("data directory %s is in use by the server with process id %d at %s", e.Dir, e.Holder.PID, e.Holder.Address)
	case e.Holder.PID != 0:
		return fmt.Sprintf("data directory %s is in use by process %d; wait until it ends", e.Dir, e.Holder.PID)
	}
	return fmt.Sprintf("data directory %s is in use by another process; wait until it ends", e.Dir)
}

// errHeld is returned by tryLock when another has the lock.
var errHeld = errors.New("held by another")

// A Lock is the right to write to a data directory. The operating system takes
// it back when the process dies; what the file says of its holder counts only
// while it is held.
type Lock struct{ file *os.File }

// LockDir makes the directory when needed and takes its lock; *LockedError when
// another process has it.
func LockDir(dir string) (*Lock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data directory: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock data directory %s: %w", dir, err)
	}
	l := &Lock{f}
	if err := tryLock(f); errors.Is(err, errHeld) {
		return nil, errors.Join(&LockedError{Dir: dir, Holder: l.holder()}, f.Close())
	} else if err != nil {
		return nil, errors.Join(fmt.Errorf("lock data directory %s: %w", dir, err), f.Close())
	}
	if err := l.Announce(""); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return l, nil
}

// holderSize is the size of the file: one write of the whole leaves nothing of
// what was there and is never seen by half.
const holderSize = 512

// Announce writes the address at which the holder serves into the lock file.
func (l *Lock) Announce(address string) error {
	b, err := json.Marshal(Holder{PID: os.Getpid(), Address: address})
	if err != nil {
		return err
	}
	b = append(b, bytes.Repeat([]byte{' '}, max(holderSize-1-len(b), 0))...)
	if _, err := l.file.WriteAt(append(b, '\n'), 0); err != nil {
		return fmt.Errorf("write the lock file: %w", err)
	}
	return nil
}

// holder reads who has the lock; the zero Holder when the file does not say.
func (l *Lock) holder() Holder {
	var h Holder
	b := make([]byte, holderSize)
	n, _ := l.file.ReadAt(b, 0) // a short file says less, and what it says is checked next
	if json.Unmarshal(b[:n], &h) != nil {
		return Holder{}
	}
	return h
}

// Release gives the lock back.
func (l *Lock) Release() error { return l.file.Close() }
