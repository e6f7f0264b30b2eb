package index_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// childVariable makes the test binary a child that another test kills; its value
// is the directory of a record and an index.
const childVariable = "CHUCHU_TEST_CATCH_UP_IN"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childVariable); dir != "" {
		os.Exit(catchUpUntilKilled(dir))
	}
	goleak.VerifyTestMain(m)
}
