package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// allowed says which packages of the project each package may import directly.
// A name that ends in /... stands for everything below it.
var allowed = map[string][]string{
	"corpus":      {},
	"prompts":     {},
	"examples":    {},
	"web":         {},
	"rag/when":    {},
	"rag/lexicon": {},
	"rag/cite":    {"rag/when"},
	"rag/embed":   {"corpus"},
	"rag/llm":     {"corpus"},
	"rag/index":   {"corpus", "rag/lexicon"},
	"ingest":      {"corpus", "rag/embed", "rag/index", "rag/when"},
	"rag":         {"corpus", "prompts", "rag/..."},
	"briefing":    {"rag", "corpus", "prompts", "rag/cite", "rag/when", "rag/llm"},
	"eval":        {"rag", "briefing", "corpus"},
	"mcp":         {"rag", "briefing", "corpus"},
	"api":         {"briefing", "ingest", "rag", "corpus", "web"},
}

// rooms says in which packages a dependency may be met.
var rooms = map[string][]string{
	"github.com/labstack/echo/":          {"api"},
	"github.com/philippgille/chromem-go": {"rag/index"},
	"github.com/blevesearch/":            {"rag/index"},
	"github.com/tmc/langchaingo/":        {"rag/llm", "rag/embed"},
	"github.com/modelcontextprotocol/":   {"mcp"},
	"database/sql":                       {"corpus"},
	"modernc.org/sqlite":                 {"corpus"},
}

// TestNoDateTables holds that the program does not carry the tables of go-dateparser,
// which nothing calls and every start would pay for.
func TestNoDateTables(t *testing.T) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		t.Fatal("the program does not know what it is made of")
	}
	at := slices.IndexFunc(info.Deps, func(dep *debug.Module) bool { return dep.Path == "github.com/markusmobius/go-dateparser" })
	if at < 0 || info.Deps[at].Replace == nil || info.Deps[at].Replace.Path != "./ingest/nodates" {
		t.Errorf("go-dateparser is not the one of ingest/nodates; remove that if nothing needs it any more")
	}
}

// TestImports holds who may import whom. Tests may reach further: they run a
// package against the real parts around it.
func TestImports(t *testing.T) {
	seen := 0
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		seen++
		checkImports(t, filepath.ToSlash(file))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 20 {
		t.Fatalf("looked at %d files only", seen)
	}
}

func checkImports(t *testing.T, file string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Errorf("%s: %v", file, err)
		return
	}
	from := path.Dir(file)
	for _, spec := range parsed.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if ours, ok := strings.CutPrefix(name, "chuchu/"); ok && !mayImport(from, ours) {
			t.Errorf("%s imports %s; %s may import %v", file, name, from, allowed[from])
		}
		for dependency, where := range rooms {
			if strings.HasPrefix(name+"/", dependency) && !slices.Contains(where, from) && !strings.HasPrefix(from, "tools/") {
				t.Errorf("%s imports %s, which is met only in %v", file, name, where)
			}
		}
	}
}

func mayImport(from, what string) bool {
	if from == "." || strings.HasPrefix(from, "tools/") {
		return true // main joins everything
	}
	for _, pattern := range allowed[from] {
		if prefix, ok := strings.CutSuffix(pattern, "..."); ok && strings.HasPrefix(what, prefix) || pattern == what {
			return true
		}
	}
	return false
}
