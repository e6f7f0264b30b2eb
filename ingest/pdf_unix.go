//go:build unix

package ingest

import (
	"os/exec"
	"syscall"
)

// ownGroup gives the command a process group of its own, so that ending it ends
// whatever it started.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
