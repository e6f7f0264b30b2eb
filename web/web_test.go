package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"chuchu/web"
)

// names are the files of the page, as they stand in static.
func names(t *testing.T) []string {
	t.Helper()
	var list []string
	err := fs.WalkDir(os.DirFS("static"), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			list = append(list, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile("static/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// get asks for a file of the page, index.html for the page itself.
func get(t *testing.T, name string, header http.Header) *http.Response {
	t.Helper()
	room, err := web.New()
	if err != nil {
		t.Fatal(err)
	}
	handler := room.Page()
	if name != "index.html" {
		asset, ok := room.Asset(web.Prefix + name)
		if !ok {
			t.Fatalf("no file %s", name)
		}
		handler = asset
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for key, values := range header {
		r.Header[key] = values
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) []byte {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestFiles(t *testing.T) {
	kinds := map[string]string{".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
	size := 0
	for _, name := range names(t) {
		plain := get(t, name, nil)
		if got := string(body(t, plain)); got != read(t, name) {
			t.Errorf("%s is not the file", name)
		}
		for key, want := range map[string]string{
			"Content-Type": kinds[name[strings.LastIndex(name, "."):]], "Content-Security-Policy": web.Policy, "Cache-Control": "no-cache",
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin", "Vary": "Accept-Encoding", "Content-Encoding": "",
		} {
			if got := plain.Header.Get(key); got != want || key == "Content-Type" && got == "" {
				t.Errorf("%s: %s is %q, not %q", name, key, got, want)
			}
		}
		packed := get(t, name, http.Header{"Accept-Encoding": {"br, gzip"}})
		sent := body(t, packed)
		size += len(sent)
		reader, err := gzip.NewReader(bytes.NewReader(sent))
		if err != nil {
			t.Fatal(name, err)
		}
		if unpacked, err := io.ReadAll(reader); err != nil || string(unpacked) != read(t, name) || packed.Header.Get("Content-Encoding") != "gzip" {
			t.Errorf("%s by gzip is not the file: %v", name, err)
		}
		if tag := plain.Header.Get("ETag"); len(tag) < 10 || tag == packed.Header.Get("ETag") {
			t.Errorf("%s: tags %q and %q", name, tag, packed.Header.Get("ETag"))
		}
	}
	if t.Logf("%d bytes in all", size); size >= 150<<10 {
		t.Errorf("the page has %d bytes compressed", size)
	}
}

func TestKnown(t *testing.T) {
	for _, accept := range []string{"", "gzip"} {
		accepts := http.Header{"Accept-Encoding": {accept}}
		tag := get(t, "js/main.js", accepts).Header.Get("ETag")
		for header, status := range map[string]int{"": 200, tag: 304, "W/" + tag: 304, `"x", ` + tag: 304, "*": 304, `"x"`: 200} {
			got := get(t, "js/main.js", http.Header{"Accept-Encoding": {accept}, "If-None-Match": {header}})
			if b := body(t, got); got.StatusCode != status || (status == 304) != (len(b) == 0) || got.Header.Get("ETag") != tag {
				t.Errorf("%q, If-None-Match %s: %d, %d bytes", accept, header, got.StatusCode, len(b))
			}
		}
	}
}

func TestEncodings(t *testing.T) {
	for accept, want := range map[string]string{
		"": "", "gzip": "gzip", "deflate, GZIP;q=0.5": "gzip", "gzip;q=0": "", "gzip; q=0, *": "", "*": "gzip", "*;q=0": "", "identity": "", "gzip;q=x": "",
	} {
		if got := get(t, "css/base.css", http.Header{"Accept-Encoding": {accept}}).Header.Get("Content-Encoding"); got != want {
			t.Errorf("%q: %q", accept, got)
		}
	}
}

func TestNoSuchFile(t *testing.T) {
	room, err := web.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/assets/", "/assets/js", "/assets/js/", "/assets/../web.go", "/assets/index.html", "/assets/js/none.js", "/js/main.js", ""} {
		if _, ok := room.Asset(path); ok {
			t.Errorf("%q is a file", path)
		}
	}
}

// TestNothingInline holds the files to what the policy allows: scripts and styles are
// files, and no string ever becomes markup or code.
func TestNothingInline(t *testing.T) {
	forbidden := map[string]*regexp.Regexp{
		".html": regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|javascript:|<script(?:\s+type="module")?>|https?://`),
		".js":   regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|parseFromString|srcdoc|\beval\(|new Function|setTimeout\('|\.cssText|'style'`),
		".css":  regexp.MustCompile(`(?i)@import|url\(|https?://|expression\(`),
	}
	for _, name := range names(t) {
		rule := forbidden[name[strings.LastIndex(name, "."):]]
		if rule == nil {
			continue
		}
		if found := rule.FindString(read(t, name)); found != "" {
			t.Errorf("%s has %q", name, found)
		}
	}
}

// TestModules: what is imported is there, what is there is imported or on the page, and
// nothing comes from elsewhere.
func TestModules(t *testing.T) {
	used := map[string]bool{"index.html": true}
	for _, found := range regexp.MustCompile(`(?:src|href)="/assets/([^"]+)"`).FindAllStringSubmatch(read(t, "index.html"), -1) {
		used[found[1]] = true
	}
	list := names(t)
	for _, name := range list {
		if !strings.HasSuffix(name, ".js") {
			continue
		}
		for _, found := range regexp.MustCompile(`(?m)(?:^(?:import|export) [^;]*?from |\bimport\()'([^']+)'`).FindAllStringSubmatch(read(t, name), -1) {
			file := path.Join(path.Dir(name), found[1])
			if !strings.HasPrefix(found[1], ".") || !slices.Contains(list, file) {
				t.Errorf("%s imports %s", name, found[1])
			}
			if why := crosses(name, file); why != "" {
				t.Errorf("%s imports %s: %s", name, file, why)
			}
			used[file] = true
		}
	}
	needed := map[string]bool{}
	need(t, "js/main.js", needed)
	need(t, "js/ask/ask.js", needed)
	for _, name := range list {
		if !used[name] {
			t.Errorf("nothing uses %s", name)
		}
		// What the first screen needs is named, or the browser learns of it only from the
		// modules before it; what others need would only be in the way.
		wanted := needed[name] && name != "js/main.js"
		if named := strings.Contains(read(t, "index.html"), `<link rel="modulepreload" href="/assets/`+name+`">`); named != wanted {
			t.Errorf("%s: index.html has it as a modulepreload: %v", name, named)
		}
	}
}

// need adds a module and what it imports from the beginning.
func need(t *testing.T, name string, needed map[string]bool) {
	t.Helper()
	if needed[name] {
		return
	}
	needed[name] = true
	for _, found := range regexp.MustCompile(`(?m)^(?:import|export) [^;]*?from '([^']+)'`).FindAllStringSubmatch(read(t, name), -1) {
		need(t, path.Join(path.Dir(name), found[1]), needed)
	}
}

// crosses says what is wrong with an import: screens know nothing of each other, what
// they are made with knows no screen.
func crosses(from, to string) string {
	of := func(name string) string { return strings.TrimPrefix(path.Dir(name), "js") }
	switch {
	case of(from) == of(to), of(to) == "/page", from == "js/main.js":
		return ""
	case of(from) == "/page":
		return "pages are made with it, and it with nothing"
	case of(to) == "/source":
		return ""
	case of(from) == "/source":
		return "it belongs to a screen"
	}
	return "it belongs to another screen"
}

var (
	wordLine  = regexp.MustCompile(`(?m)^  '([\w.]+)': \['((?:[^'\\]|\\.)*)', '((?:[^'\\]|\\.)*)'\],$`)
	parameter = regexp.MustCompile(`\{\w+\}`)
	han       = regexp.MustCompile(`\p{Han}`)
)

// TestWords: every text is there in both languages, with the same parameters, and
// every text that the page asks for is there.
func TestWords(t *testing.T) {
	source := read(t, "js/page/words.js")
	table := source[strings.Index(source, "const words = {"):strings.Index(source, "\n};\n")]
	lines := regexp.MustCompile(`(?m)^  '`).FindAllString(table, -1)
	words := map[string][2]string{}
	for _, found := range wordLine.FindAllStringSubmatch(table, -1) {
		if _, twice := words[found[1]]; twice {
			t.Errorf("%s is there twice", found[1])
		}
		words[found[1]] = [2]string{found[2], found[3]}
	}
	if len(words) != len(lines) || len(words) < 100 {
		t.Fatalf("%d texts on %d lines", len(words), len(lines))
	}
	for key, pair := range words {
		chinese, english := parameter.FindAllString(pair[0], -1), parameter.FindAllString(pair[1], -1)
		slices.Sort(chinese)
		slices.Sort(english)
		if pair[0] == "" || pair[1] == "" || !slices.Equal(chinese, english) {
			t.Errorf("%s: %q and %q", key, pair[0], pair[1])
		}
		plain := parameter.ReplaceAllString(pair[0], "")
		if key != "language" && key != "language.label" && strings.Trim(plain, " ,/%“”：") != "" && !han.MatchString(plain) {
			t.Errorf("%s is not Chinese: %q", key, pair[0])
		}
		if key != "language" && key != "language.label" && han.MatchString(pair[1]) {
			t.Errorf("%s is not English: %q", key, pair[1])
		}
	}
	asked := regexp.MustCompile(`[ {](?:say|label|tip|hint|key): '([\w.]+)'|(?:\bsay|announce|setTitle|showLine|[^.]add)\((?:[\w.]+, )?'([\w.]+)'|sayAttribute\([\w.]+, '[\w-]+', '([\w.]+)'`)
	for _, name := range names(t) {
		if !strings.HasSuffix(name, ".js") {
			continue
		}
		for _, found := range asked.FindAllStringSubmatch(read(t, name), -1) {
			key := found[1] + found[2] + found[3]
			if _, ok := words[key]; !ok && !strings.HasSuffix(key, ".") {
				t.Errorf("%s asks for %s, and there is no such text", name, key)
			}
		}
	}
	checkUsed(t, words)
}

// checkUsed holds that every text is asked for, by its key or by one that is put
// together: 'verdict.' + verdict.
func checkUsed(t *testing.T, words map[string][2]string) {
	t.Helper()
	var source strings.Builder
	for _, name := range names(t) {
		if strings.HasSuffix(name, ".js") && name != "js/page/words.js" {
			source.WriteString(read(t, name))
		}
	}
	var beginnings []string
	for _, found := range regexp.MustCompile(`'([\w.]+\.)' \+`).FindAllStringSubmatch(source.String(), -1) {
		beginnings = append(beginnings, found[1])
	}
	for key := range words {
		together := slices.ContainsFunc(beginnings, func(b string) bool { return strings.HasPrefix(key, b) })
		if !together && !strings.Contains(source.String(), "'"+key+"'") {
			t.Errorf("nothing asks for %s", key)
		}
	}
}

// TestContrast measures the colours as WCAG 2.2 does: text 4.5:1, edges of controls
// and marks 3:1, in both schemes.
func TestContrast(t *testing.T) {
	colours := map[string][2][3]float64{}
	for _, found := range regexp.MustCompile(`--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)`).FindAllStringSubmatch(read(t, "css/base.css"), -1) {
		colours[found[1]] = [2][3]float64{channels(found[2]), channels(found[3])}
	}
	for _, pair := range []struct {
		front string
		least float64
		on    []string
	}{
		{"ink", 4.5, []string{"paper", "sheet", "sunk", "tint"}},
		{"soft", 4.5, []string{"paper", "sheet", "sunk"}},
		{"accent", 4.5, []string{"paper", "sheet", "tint", "sunk"}},
		{"on-accent", 4.5, []string{"accent"}},
		{"mark-ink", 4.5, []string{"mark"}},
		{"good", 4.5, []string{"paper", "sheet"}},
		{"warn", 4.5, []string{"paper", "sheet", "sunk"}},
		{"bad", 4.5, []string{"paper", "sheet", "bad-tint"}},
		{"edge", 3, []string{"paper", "sheet"}},
	} {
		for _, ground := range pair.on {
			for scheme, name := range []string{"light", "dark"} {
				if got := contrast(colours[pair.front][scheme], colours[ground][scheme]); got < pair.least {
					t.Errorf("%s on %s, %s: %.2f", pair.front, ground, name, got)
				}
			}
		}
	}
}
