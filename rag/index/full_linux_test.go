package index_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestDiskFull fills the disk under the index: searches go on with what it had, and
// once there is room again it is brought level.
func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	small := filepath.Join(dir, "small")
	if err := os.Mkdir(small, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", small, "tmpfs", 0, "size=4m"); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v", err)
	}
	defer func() {
		if err := syscall.Unmount(small, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	}()
	r := openRecord(t, dir)
	put(t, r, entry("first", "", "云计算的新闻。", east))
	l := openLocal(t, filepath.Join(small, "index"))
	defer closeLocal(t, l)
	catchUp(t, l, r)
	ballast := filepath.Join(small, "ballast")
	fill(t, ballast)
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 40 {
		put(t, r, entry(fmt.Sprintf("more%d", n), "", "云计算"+randomText(random, 2000), nil))
	}
	for range 3 {
		if err := l.CatchUp(t.Context(), r); err == nil {
			t.Fatal("the index was written to a full disk")
		}
		wantHits(t, search(t, l, words("云计算")), "first.1.0")
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	catchUp(t, l, r)
	if hits := search(t, l, words("云计算")); len(hits) != 41 {
		t.Errorf("%d hits once there is room, want 41", len(hits))
	}
}

// fill writes a file until nothing more fits.
func fill(t *testing.T, file string) {
	t.Helper()
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 4096); err == nil; {
		_, err = f.Write(block)
	}
}

func randomText(random *rand.Rand, n int) string {
	runes := make([]rune, n)
	for i := range runes {
		runes[i] = rune(0x4e00 + random.IntN(5000))
	}
	return string(runes)
}
