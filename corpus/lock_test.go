package corpus_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"chuchu/corpus"
)

// holdLock is a child that takes the lock, says so, announces an address when it
// gets a line, and holds the lock until its stdin ends.
func holdLock(dir string) int {
	l, err := corpus.LockDir(dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println("locked")
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		if err := l.Announce(in.Text()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		fmt.Println("announced")
	}
	return 0 // without Release: the system takes the lock back
}

// A lockHolder is a process that has the lock of a directory.
type lockHolder struct {
	process *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

func startHolder(t *testing.T, dir string) *lockHolder {
	t.Helper()
	h := &lockHolder{process: exec.CommandContext(t.Context(), os.Args[0])}
	h.process.Env = append(os.Environ(), lockVariable+"="+dir)
	h.process.Stderr = os.Stderr
	out, err := h.process.StdoutPipe()
	if err == nil {
		h.in, err = h.process.StdinPipe()
	}
	if err == nil {
		err = h.process.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	h.out = bufio.NewReader(out)
	h.wait(t, "locked\n")
	return h
}

func (h *lockHolder) wait(t *testing.T, want string) {
	t.Helper()
	if line, err := h.out.ReadString('\n'); err != nil || line != want {
		t.Fatalf("the holder says %q, error %v", line, err)
	}
}

func (h *lockHolder) announce(t *testing.T, address string) {
	t.Helper()
	if _, err := io.WriteString(h.in, address+"\n"); err != nil {
		t.Fatal(err)
	}
	h.wait(t, "announced\n")
}

// wantLocked looks whether the lock is refused, and the holder named.
func wantLocked(t *testing.T, dir string, want corpus.Holder, says string) {
	t.Helper()
	_, err := corpus.LockDir(dir)
	var locked *corpus.LockedError
	if !errors.As(err, &locked) {
		t.Fatalf("error %v, want a *LockedError", err)
	}
	if locked.Holder != want || locked.Dir != dir || !strings.Contains(err.Error(), says) {
		t.Errorf("%+v says %q, want %+v and %q", locked, err, want, says)
	}
}

func TestLockOfAnotherProcess(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	h := startHolder(t, dir)
	pid := h.process.Process.Pid
	wantLocked(t, dir, corpus.Holder{PID: pid}, fmt.Sprintf("process %d; wait until it ends", pid))
	h.announce(t, "127.0.0.1:8080")
	wantLocked(t, dir, corpus.Holder{PID: pid, Address: "127.0.0.1:8080"}, fmt.Sprintf("process id %d at 127.0.0.1:8080", pid))
	h.announce(t, "[::1]:80") // shorter than what stood there
	wantLocked(t, dir, corpus.Holder{PID: pid, Address: "[::1]:80"}, "[::1]:80")
	h.in.Close()
	if err := h.process.Wait(); err != nil {
		t.Fatal(err)
	}
	wantFree(t, dir)
}

func TestLockOfAKilledProcess(t *testing.T) {
	dir := t.TempDir()
	h := startHolder(t, dir)
	h.announce(t, "127.0.0.1:8080")
	if err := h.process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	h.process.Wait() // killed
	wantFree(t, dir)
}

// wantFree takes the lock, finds it held, and gives it back.
func wantFree(t *testing.T, dir string) {
	t.Helper()
	l, err := corpus.LockDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	wantLocked(t, dir, corpus.Holder{PID: os.Getpid()}, "in use by process")
	if err := l.Release(); err != nil {
		t.Error(err)
	}
	again, err := corpus.LockDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Release(); err != nil {
		t.Error(err)
	}
}

func TestLockFileOfRubbish(t *testing.T) {
	dir := t.TempDir()
	h := startHolder(t, dir)
	if err := os.WriteFile(filepath.Join(dir, "lock"), []byte("{rubbish"), 0o600); err != nil {
		t.Fatal(err)
	}
	wantLocked(t, dir, corpus.Holder{}, "in use by another process")
	h.in.Close()
	if err := h.process.Wait(); err != nil {
		t.Fatal(err)
	}
	wantFree(t, dir)
}

func TestLockWhereNothingMayBeMade(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var locked *corpus.LockedError
	if _, err := corpus.LockDir(filepath.Join(file, "data")); err == nil || errors.As(err, &locked) {
		t.Errorf("error %v", err)
	}
}
