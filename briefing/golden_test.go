package briefing

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

// TestGoldenFiles holds what is given out equal to the files in testdata/export.
func TestGoldenFiles(t *testing.T) {
	for _, name := range []string{"zh", "en"} {
		b := readBriefing(t, name)
		for _, f := range Formats() {
			t.Run(name+"."+f.Extension, func(t *testing.T) {
				got, file := written(t, f, b), name+"."+f.Extension
				if f.Extension == "docx" {
					got, file = zipped(t, got, "word/document.xml"), name+".document.xml"
					got = bytes.ReplaceAll(got, []byte("<w:p>"), []byte("\n<w:p>"))
				}
				file = filepath.Join("testdata", "export", file)
				if *update {
					if err := os.WriteFile(file, got, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
					t.Errorf("%s differs (-want +got); -update writes it anew:\n%s", file, diff)
				}
			})
		}
	}
}

// readBriefing reads a briefing made by hand.
func readBriefing(t testing.TB, name string) Briefing {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "export", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var b Briefing
	if err := json.Unmarshal(data, &b); err != nil {
		t.Fatal(err)
	}
	return b
}

func written(t testing.TB, f Format, b Briefing) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := f.Write(&out, b); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// zipped returns a member of an archive.
func zipped(t testing.TB, archive []byte, name string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	member, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer member.Close()
	data, err := io.ReadAll(member)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestWriteError hands on what the writer says.
func TestWriteError(t *testing.T) {
	full := errors.New("no space left on device")
	for _, f := range Formats() {
		if err := f.Write(failing{full}, readBriefing(t, "zh")); !errors.Is(err, full) {
			t.Errorf("%s: got %v, want %v", f.Extension, err, full)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
