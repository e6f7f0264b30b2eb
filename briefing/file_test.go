package briefing

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWriteFile holds that a file is written whole, over another, or that the folder
// is left as it was.
func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "folder.md"), 0o700); err != nil {
		t.Fatal(err)
	}
	b := Briefing{ID: "brf_1", Status: Done, Title: "云计算简报", Topic: "云计算", Language: "zh"}
	for _, c := range []struct{ name, fault string }{
		{"a.md", ""},
		{"a.md", ""},
		{"简报.HTML", ""},
		{"a.docx", ""},
		{"a.pdf", "a.pdf does not end in .md or .html or .docx"},
		{"a", "does not end in"},
		{"folder.md", "folder.md is a folder"},
		{"none/a.md", "none/a.md: no such file or directory"},
		{"a.md/a.md", "a.md/a.md: not a directory"},
	} {
		err := WriteFile(filepath.Join(dir, c.name), b)
		if (c.fault == "") != (err == nil) || err != nil && (!strings.Contains(err.Error(), c.fault) || strings.Contains(err.Error(), ".part")) {
			t.Errorf("%s: %v, want %q", c.name, err, c.fault)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if got := strings.Join(names, " "); got != "a.docx a.md folder.md 简报.HTML" {
		t.Errorf("in the folder are %s", got)
	}
}
