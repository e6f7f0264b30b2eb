package llm_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if os.Getenv("LLM_TEST") != "" {
		os.Exit(m.Run()) // connections to a real server stay open, to be used again
	}
	goleak.VerifyTestMain(m)
}
