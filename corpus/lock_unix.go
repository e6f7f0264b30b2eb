//go:build unix

package corpus

import (
	"errors"
	"os"
	"syscall"
)

// tryLock takes the lock of an open file, which is given back when the file is
// closed or the process dies. errHeld when another has it.
func tryLock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errHeld
	}
	return err
}
