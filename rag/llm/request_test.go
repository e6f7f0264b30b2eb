package llm_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/rag/llm"
)

// TestRequests: what goes to the server.
func TestRequests(t *testing.T) {
	want := map[string]string{
		"openai": `{"model":"m","messages":[{"role":"system","content":"Answer in one sentence."},{"role":"user","content":"一"},{"role":"assistant","content":"二"},{"role":"user","content":"三"}],
			"temperature":0.3,"max_tokens":99,"stream":true,"stream_options":{"include_usage":true},"response_format":{"type":"json_object"}}`,
		"ollama": `{"model":"m","messages":[{"role":"system","content":"Answer in one sentence."},{"role":"user","content":"一"},{"role":"assistant","content":"二"},{"role":"user","content":"三"}],
			"stream":true,"format":"json","truncate":false,"shift":false,"options":{"num_ctx":16384,"num_predict":99,"temperature":0.3}}`,
		"anthropic": `{"model":"m","system":"Answer in one sentence.","messages":[{"role":"user","content":[{"type":"text","text":"一"}]},{"role":"assistant","content":[{"type":"text","text":"二"}]},{"role":"user","content":[{"type":"text","text":"三"}]}],
			"temperature":0.3,"max_tokens":99,"stream":true}`,
	}
	// What the libraries would take for themselves.
	for _, name := range []string{"OPENAI_API_KEY", "OPENAI_ORGANIZATION", "OPENAI_MODEL", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY", "OLLAMA_HOST"} {
		t.Setenv(name, "planted")
	}
	eachVoice(t, func(t *testing.T, v voice) {
		var path, body string
		var header http.Header
		m := connect(t, v, func(w http.ResponseWriter, r *http.Request) {
			b, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			path, body, header = r.URL.Path, string(b), r.Header
			saying(v.text("all"), v.stop(v.whole), v.end)(w, r)
		}, func(o *llm.Options) { o.Temperature, o.APIKeyEnv = .3, "" })
		r := llm.Request{
			System:    question.System,
			Messages:  []llm.Message{{Role: "user", Content: "一"}, {Role: "assistant", Content: "二"}, {Role: "user", Content: "三"}},
			MaxTokens: 99, JSON: true,
		}
		if _, _, err := llm.Text(t.Context(), m, r); err != nil {
			t.Fatal(err)
		}
		if path != v.path {
			t.Errorf("path %s, want %s", path, v.path)
		}
		if diff := cmp.Diff(decode(t, want[v.provider]), decode(t, body)); diff != "" {
			t.Error(diff)
		}
		if all := fmt.Sprint(header, body); strings.Contains(all, "planted") {
			t.Errorf("taken from the environment: %s", all)
		}
	})
}

func decode(t *testing.T, s string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(s), &v); err != nil {
		t.Fatalf("%v in %s", err, s)
	}
	return v
}

// TestTemperatureZero: it is said, as what a server takes otherwise is not 0.
func TestTemperatureZero(t *testing.T) {
	eachVoice(t, func(t *testing.T, v voice) {
		var asked struct {
			Temperature *float64
			Options     struct{ Temperature *float64 }
		}
		m := connect(t, v, func(w http.ResponseWriter, r *http.Request) {
			if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
				t.Error(err)
			}
			saying(v.text("all"), v.stop(v.whole), v.end)(w, r)
		})
		if _, _, err := llm.Text(t.Context(), m, question); err != nil {
			t.Fatal(err)
		}
		got := asked.Temperature
		if v.provider == "ollama" {
			got = asked.Options.Temperature
		}
		if got == nil || *got != 0 {
			t.Errorf("asked for the temperature %v", got)
		}
	})
}

func TestJSONModeRefused(t *testing.T) {
	v := voices[0]
	asked := 0
	m := connect(t, v, func(w http.ResponseWriter, r *http.Request) {
		asked++
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if bytes.Contains(body, []byte("response_format")) {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"error":{"message":"response_format is not supported"}}`)
			return
		}
		saying(v.text("{}"), v.stop(v.whole), v.end)(w, r)
	})
	r := question
	r.JSON = true
	if text, _, err := llm.Text(t.Context(), m, r); text != "{}" || err != nil || asked != 2 {
		t.Errorf("text %q, error %v, asked %d times", text, err, asked)
	}
}

func TestKeyIsNeverShown(t *testing.T) {
	eachVoice(t, func(t *testing.T, v voice) {
		var sent string
		m := connect(t, v, func(w http.ResponseWriter, r *http.Request) {
			sent = r.Header.Get("Authorization") + r.Header.Get("X-Api-Key")
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprintf(w, `{"error":{"message":"no such key: Bearer %s"}}`, secret)
		})
		_, _, err := read(t, m.Stream(t.Context(), question))
		if !strings.Contains(sent, secret) {
			t.Errorf("the key was not sent: %q", sent)
		}
		if err == nil || strings.Contains(fmt.Sprintf("%v %+v", err, err), secret) || !strings.Contains(err.Error(), "***") {
			t.Errorf("error %v", err)
		}
	})
}
