package corpus

import "fmt"

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
	if e.Holder.Address != "" {
		return fmt.Sprintf("data directory %s is in use by the server with process id %d at %s", e.Dir, e.Holder.PID, e.Holder.Address)
	}
	return fmt.Sprintf("data directory %s is in use by process %d; wait until it ends", e.Dir, e.Holder.PID)
}

// A Lock is the right to write to a data directory. The operating system takes
// it back when the process dies.
type Lock struct{}

// LockDir makes the directory when needed and takes its lock; *LockedError when
// another process has it.
func LockDir(dir string) (*Lock, error) { panic("corpus") }

// Announce writes the address at which the holder serves into the lock file.
func (l *Lock) Announce(address string) error { panic("corpus") }

// Release gives the lock back.
func (l *Lock) Release() error { panic("corpus") }
