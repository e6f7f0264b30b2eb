//go:build browser

package browser

import "testing"

// TestSpeed logs how long the page takes until it can be used, and holds what it loads
// to its own server. Times are not judged: the machine may be busy.
func TestSpeed(t *testing.T) {
	s := serve(t, "")
	w := s.open("/")
	for _, visit := range []string{"first", "second"} {
		w.navigate("/")
		w.wait(`document.activeElement?.id === 'question'`)
		ready := eval[float64](w, `performance.getEntriesByName('usable')[0].startTime`)
		size := eval[int64](w, `performance.getEntriesByType('resource').filter((r) => r.name.includes('/assets/')).reduce((sum, r) => sum + r.transferSize, 0)`)
		t.Logf("%s visit: usable after %.0f ms, %d bytes of files", visit, ready, size)
		if got := eval[[]string](w, `performance.getEntriesByType('resource').map((r) => r.name).filter((name) => !name.startsWith(location.origin + '/'))`); len(got) > 0 {
			t.Errorf("loaded from elsewhere: %v", got)
		}
	}
}
