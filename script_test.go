package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// asProgram, set in its environment, makes the test binary the program itself, for
// tests that start or kill it.
const asProgram = "AS_CHUCHU"

// TestMain lets the scripts run this very program as the command chuchu.
func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(testscript.RunMain(m, map[string]func() int{
		"chuchu": func() int {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			return report(os.Stderr, run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
		},
	}))
}

// TestScripts plays testdata/script: each file is one scenario at the command
// line, with its files and what must be printed.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("TZ", "UTC")
			return nil
		},
	})
}
