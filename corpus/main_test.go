package corpus_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// These make the test binary a child that a test starts and kills; the value is
// the data directory.
const (
	putVariable  = "CHUCHU_TEST_PUT_INTO"
	lockVariable = "CHUCHU_TEST_LOCK"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(putVariable); dir != "" {
		os.Exit(putUntilKilled(dir))
	}
	if dir := os.Getenv(lockVariable); dir != "" {
		os.Exit(holdLock(dir))
	}
	goleak.VerifyTestMain(m)
}
