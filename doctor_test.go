package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"chuchu/api"
)

// TestFindingWords: the reading room has the words of every finding, with the same
// parameters, and the English ones are these.
func TestFindingWords(t *testing.T) {
	source, err := os.ReadFile("web/static/js/page/words.js")
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]string{}
	for _, found := range regexp.MustCompile(`(?m)^  'doctor\.(\w+\.\w+(?:\.advice)?)': \['(?:[^'\\]|\\.)*', '((?:[^'\\]|\\.)*)'\],$`).FindAllStringSubmatch(string(source), -1) {
		words[found[1]] = found[2]
	}
	for code, pair := range findingWords {
		for key, want := range map[string]string{string(code): pair[0], string(code) + ".advice": pair[1]} {
			if words[key] != want {
				t.Errorf("doctor.%s is %q in words.js, not %q", key, words[key], want)
			}
			delete(words, key)
		}
	}
	for key := range words {
		if !strings.HasPrefix(key, "part.") {
			t.Errorf("doctor.%s is in words.js alone", key)
		}
	}
}

// openServed opens a collection of the example articles as a server has it; change sets its configuration.
func openServed(t *testing.T, change func(*Config)) *local {
	t.Helper()
	c := DefaultConfig()
	c.Data = filepath.Join(t.TempDir(), "the-data")
	if change != nil {
		change(&c)
	}
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	l, err := openLocal(t.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := l.addExamples(t.Context()); err != nil {
		t.Fatal(err)
	}
	return l
}

// codes are what was found, those that are not well marked.
func codes(list []finding) string {
	var b strings.Builder
	for _, f := range list {
		if b.WriteString(string(f.code)); !f.ok {
			b.WriteByte('!')
		}
		b.WriteByte(' ')
	}
	return strings.TrimSuffix(b.String(), " ")
}

// TestDoctorBesideServer: the server's own doctor finds its lock its own, and says
// nothing that only who runs it may know.
func TestDoctorBesideServer(t *testing.T) {
	l := openServed(t, nil)
	d := &doctor{config: l.config, patience: modelPatience, serving: l}
	list := d.examine(t.Context())
	pdf := string(list[len(list)-1].code)
	if got, want := codes(list), "configuration.valid data.own record.counts vectors.all index.level embedder.answers model.none network.none "+pdf; got != want {
		t.Errorf("found %s, not %s", got, want)
	}
	list = append(list, d.examine(t.Context())...) // the lock is still its own
	if err := os.Rename(l.config.Data, l.config.Data+"-away"); err != nil {
		t.Fatal(err)
	}
	list = append(list, d.directory())
	if got := list[len(list)-1]; got.code != "data.gone" || got.ok {
		t.Errorf("without its directory: %+v", got)
	}
	if err := os.Rename(l.config.Data+"-away", l.config.Data); err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		holdPublic(t, f, "the-data", "{")
	}
}

// holdPublic holds what anyone may read of a finding against what it must not have.
func holdPublic(t *testing.T, f finding, never ...string) {
	t.Helper()
	public, err := json.Marshal(f.public())
	if err != nil {
		t.Fatal(err)
	}
	text, advice := f.words()
	for _, one := range never {
		if strings.Contains(text+advice, one) || one != "{" && strings.Contains(string(public), one) {
			t.Errorf("%s has %q: %s", f.code, one, public)
		}
	}
	if text == "" {
		t.Errorf("%s has no words", f.code)
	}
}

// waitForLeaving replies nothing. The server sees its client leave only once the
// request was read.
func waitForLeaving(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

// TestDoctorModel: a model that answers, one that fails and shows what it was sent, one
// that is silent, one that is not there.
func TestDoctorModel(t *testing.T) {
	const secret = "sk-very-secret-0123456789"
	t.Setenv("DOCTOR_TEST_KEY", secret)
	for name, c := range map[string]struct {
		reply http.HandlerFunc
		want  string
		words string
	}{
		"answers": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprint(w, `data: {"choices":[{"index":0,"delta":{"role":"assistant","content":"2"},"finish_reason":"stop"}]}`+"\n\ndata: [DONE]\n\n")
		}, "model.answers", "openai m<b> answers in"},
		"fails": {func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusUnauthorized)
			_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]string{"message": "no such key: " + r.Header.Get("Authorization")}})
		}, "model.failed!", "no such key"},
		"is silent": {waitForLeaving, "model.silent!", "does not answer within 0.2 s"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(c.reply)
			defer server.Close()
			l := openServed(t, func(config *Config) {
				config.LLM.Provider, config.LLM.URL, config.LLM.Model, config.LLM.APIKeyEnv = "openai", server.URL+"/v1/secret-path", "m<b>", "DOCTOR_TEST_KEY"
			})
			d := &doctor{config: l.config, patience: 200 * time.Millisecond, serving: l}
			if name != "is silent" {
				d.patience = modelPatience
			}
			f := d.model(t.Context())
			if got := codes([]finding{f}); got != c.want {
				t.Errorf("found %s, not %s", got, c.want)
			}
			if text, advice := f.words(); !strings.Contains(text, c.words) || !f.ok && !strings.Contains(advice, "the key in DOCTOR_TEST_KEY") {
				t.Errorf("says %q, %q", text, advice)
			}
			network := d.network()
			if codes(network) != "network.model" || network[0].with["to"] != server.URL {
				t.Errorf("sends %+v", network)
			}
			for _, f := range append(network, f) {
				holdPublic(t, f, secret, "secret-path", "{")
			}
			d.offline = true
			if got := codes([]finding{d.model(t.Context())}); got != "model.skipped" {
				t.Errorf("offline: %s", got)
			}
			if !strings.Contains(printed(network)[0].Text, "sends questions and the passages found for them to "+server.URL+"/v1/secret-path for answering") {
				t.Errorf("at the command line: %+v", printed(network))
			}
		})
	}
}

// TestDoctorEmbedder: an embedder that cannot be reached.
func TestDoctorEmbedder(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	c := DefaultConfig()
	c.Embed.Provider, c.Embed.URL, c.Embed.Model = "ollama", gone.URL, "e"
	d := &doctor{config: c, patience: modelPatience}
	f := d.embedder(t.Context())
	if codes([]finding{f}) != "embedder.failed!" {
		t.Errorf("found %+v", f)
	}
	c.LLM.Provider, c.LLM.Model = "ollama", "m"
	d.config = c
	got := printed(append(d.network(), f))
	if len(got) != 2 || got[0].Text != "sends passages and questions to "+gone.URL+" for embedding; questions and the passages found for them to ollama's own address for answering" {
		t.Errorf("at the command line: %+v", got)
	}
}

// TestDoctorLeft: whoever waits for it and leaves does not wait for a silent model.
func TestDoctorLeft(t *testing.T) {
	asked := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(asked)
		waitForLeaving(w, r)
	}))
	defer server.Close()
	l := openServed(t, func(config *Config) {
		config.LLM.Provider, config.LLM.URL, config.LLM.Model = "openai", server.URL+"/v1", "m"
	})
	ctx, leave := context.WithCancel(t.Context())
	done := make(chan []api.Finding)
	go func() { done <- l.examine(ctx, false) }()
	<-asked
	leave()
	list := <-done
	if slices.ContainsFunc(list, func(f api.Finding) bool { return f.Code == "model.silent" }) {
		t.Errorf("it waited as long as it would have for anybody: %+v", list)
	}
}
