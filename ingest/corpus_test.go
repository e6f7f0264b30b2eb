package ingest

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// shared is where real articles and questions about them may stand, beside the
// repository. They are not part of it.
const shared = "../../shared"

// dates of the real articles, in the order of the files.
const realDates = `2025-01-23 2025-01-21 2025-01-17 2025-01-14 2025-01-03 2024-12-30 2024-12-30 2024-12-23 2024-11-26 2024-11-26
	2024-11-12 2024-11-12 2024-11-12 2024-11-07 2024-10-30 2024-10-12 2024-10-11 2024-09-24 2024-09-06 2024-09-02
	2024-08-20 2024-08-14 2024-07-10 2024-07-05 2024-06-20 2024-06-07 2024-06-07 2024-06-07 2024-06-07 2024-05-31
	2024-05-10 2024-04-16 2024-03-30 2024-03-18 2024-02-28 2024-01-29 2023-12-30 2023-08-11 2023-07-19 2023-07-16
	2023-05-31 2023-05-26 2023-04-20 2023-04-14 2023-04-12 2023-03-28 2023-03-27 2023-03-23 2023-03-23 2023-01-16
	2021-05-16 - -`

// realArticles reads the real articles, in the order of the files.
func realArticles(t testing.TB) []Draft {
	t.Helper()
	dir := filepath.Join(shared, "corpus")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no real articles beside the repository")
	}
	var all []Draft
	for source, err := range Walk(t.Context(), []string{dir}, Meta{}) {
		if err != nil {
			t.Fatal(err)
		}
		for d, err := range Read(t.Context(), source, Options{}) {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, d)
		}
	}
	return all
}

func TestRealArticles(t *testing.T) {
	all := realArticles(t)
	want := strings.Fields(realDates)
	if len(all) != len(want) {
		t.Fatalf("%d articles, want %d", len(all), len(want))
	}
	ids, titles := map[string]bool{}, make([]string, len(all))
	for i, d := range all {
		a := d.Article
		titles[i] = a.Title
		if date := cmp.Or(string(a.Published), "-"); date != want[i] {
			t.Errorf("article %d is dated %s, want %s", i, date, want[i])
		}
		ids[a.ID] = true
		if i < 50 && (a.Outlet != all[0].Article.Outlet || !strings.HasPrefix(a.URL, "https://") || !slices.Equal(a.Tags, all[0].Article.Tags)) {
			t.Errorf("article %d: outlet %q, url %q, tags %q", i, a.Outlet, a.URL, a.Tags)
		}
		checkDraft(t, d)
		checkReal(t, a.Text)
	}
	if len(ids) != len(all) {
		t.Errorf("%d ids for %d articles", len(ids), len(all))
	}
	sum := sha256.Sum256([]byte(strings.Join(titles, "\n")))
	if got := hex.EncodeToString(sum[:8]); got != "855c076222c994a3" {
		t.Errorf("the titles' hash is %s; one of them changed", got)
	}
	if n := utf8.RuneCountInString(all[50].Article.Author); n != 3 {
		t.Errorf("author %q, want the byline's", all[50].Article.Author)
	}
	if !strings.Contains(all[50].Article.Text, "601．2") {
		t.Error("the full-width point is not as written")
	}
}

// leftovers are what must not be in the text of the real articles.
var leftovers = regexp.MustCompile(`\]\]>|#comments|\]\(|</?(?:p|div|span|a|br|img|strong|em)\b|&[a-z]+;|\*\*|!\[|\\\[|\[\d+\]|\x{A0}|雷峰网雷峰网|(?:添加|加)作者|^图片来源|参考资料$|^---|^编辑[|丨:：]|^作者[|丨:：]|[+-]\d{4}$`)

func checkReal(t *testing.T, text string) {
	t.Helper()
	seen := map[string]bool{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if m := leftovers.FindString(line); m != "" {
			t.Errorf("%q is left in the text", m)
		}
		if utf8.RuneCountInString(line) >= 15 && seen[line] {
			t.Errorf("a line of %d characters is there twice", utf8.RuneCountInString(line))
		}
		seen[line] = true
		if contentsLine.MatchString(line) && !endsSentence(line) && strings.HasPrefix(line, "- ") {
			t.Errorf("a line of the table of contents is left")
		}
	}
}

// A golden is a quotation that a question's answer rests on.
type golden struct {
	Seed    string `json:"seed"`
	Article string `json:"article"`
	Quote   string `json:"quote"`
}

// goldens reads the quotations of the questions, claims and briefings.
func goldens(t *testing.T) []golden {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(shared, "eval", "*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Skip("no questions beside the repository")
	}
	found := map[golden]bool{}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var c struct {
				Gold  []golden `json:"gold"`
				Cover []golden `json:"must_cover"`
			}
			if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
				t.Fatal(err)
			}
			for _, g := range append(c.Gold, c.Cover...) {
				found[g] = true
			}
		}
		if err := lines.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return slices.Collect(maps.Keys(found))
}

// TestRealQuotes holds that what answers rest on is in the text of the article
// of that title, but for blanks. A quotation that runs into an invitation to
// write to the author, which is no part of the text, cannot be.
func TestRealQuotes(t *testing.T) {
	texts := map[string]string{}
	var everything strings.Builder
	for _, d := range realArticles(t) {
		text := withoutBlanks(d.Article.Text)
		texts[withoutBlanks(d.Article.Title)] = text
		everything.WriteString(text)
	}
	held, invitations := 0, 0
	for _, g := range goldens(t) {
		text, known := texts[withoutBlanks(g.Article)]
		if !known && g.Article != "" {
			t.Errorf("no article of %s has the title of a quotation", g.Seed)
		}
		if g.Article == "" {
			text = everything.String()
		}
		switch {
		case strings.Contains(text, withoutBlanks(g.Quote)):
			held++
		case solicitation.MatchString(g.Quote):
			invitations++
		default:
			t.Errorf("a quotation of %d characters is not in the text of its article in %s", utf8.RuneCountInString(g.Quote), g.Seed)
		}
	}
	t.Logf("%d quotations are in the texts, %d run into an invitation", held, invitations)
	if held == 0 || invitations > 2 {
		t.Errorf("%d quotations are in the texts, %d run into an invitation", held, invitations)
	}
}
