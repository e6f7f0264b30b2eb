package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"chuchu/corpus"
	"chuchu/ingest"
	"chuchu/rag"
)

// remoteTo returns the collection of a server that does what handle does.
func remoteTo(t *testing.T, key string, handle http.HandlerFunc) *remote {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	r := newRemote(server.Listener.Addr().String(), key, ingest.Defaults())
	t.Cleanup(func() { _ = r.Close() })
	return r
}

// breakOff ends a reply in its middle, as a server that dies.
func breakOff() { panic(http.ErrAbortHandler) }

func refuseWith(w http.ResponseWriter, status int, code, detail string, results ...ingest.Result) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"status": status, "code": code, "detail": detail, "results": results})
}

func TestRemoteErrors(t *testing.T) {
	for name, c := range map[string]struct {
		key    string
		handle http.HandlerFunc
		want   []string
		is     error
	}{
		"no key":       {"", func(w http.ResponseWriter, _ *http.Request) { refuseWith(w, 401, "unauthorized", "send a key") }, []string{"set CHUCHU_API_KEY"}, nil},
		"wrong key":    {"secret", func(w http.ResponseWriter, _ *http.Request) { refuseWith(w, 401, "unauthorized", "not known") }, []string{"the key in CHUCHU_API_KEY", "not known"}, nil},
		"reading key":  {"secret", func(w http.ResponseWriter, _ *http.Request) { refuseWith(w, 403, "forbidden", "may read only") }, []string{"the key in CHUCHU_API_KEY", "may read only"}, nil},
		"not found":    {"", func(w http.ResponseWriter, _ *http.Request) { refuseWith(w, 404, "not_found", "no such") }, []string{"no such"}, corpus.ErrNotFound},
		"gone":         {"", func(w http.ResponseWriter, _ *http.Request) { refuseWith(w, 410, "gone", "was deleted") }, []string{"was deleted"}, corpus.ErrGone},
		"another":      {"", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "<html>", 502) }, []string{"502", "is not chuchu"}, nil},
		"dies at once": {"", func(http.ResponseWriter, *http.Request) { breakOff() }, []string{"went away", "try again"}, nil},
		"dies half-way": {"", func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"articles":[`)
			w.(http.Flusher).Flush()
			breakOff()
		}, []string{"went away", "try again"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := remoteTo(t, c.key, c.handle)
			for operation, err := range map[string]error{
				"list":   func() error { _, err := r.List(t.Context(), corpus.ListQuery{}); return err }(),
				"export": r.Export(t.Context(), io.Discard),
			} {
				for _, want := range c.want {
					if err == nil || !strings.Contains(err.Error(), want) {
						t.Errorf("%s: error %v, want %q", operation, err, want)
					}
				}
				if c.is != nil && !errors.Is(err, c.is) {
					t.Errorf("%s: error %v is not %v", operation, err, c.is)
				}
				if err != nil && strings.Contains(err.Error(), "secret") {
					t.Errorf("%s: the key stands in %v", operation, err)
				}
			}
		})
	}
}

// TestRemoteAnswer holds that a stream which does not end as it must is an error,
// however much of it had come.
func TestRemoteAnswer(t *testing.T) {
	const begun = "id: 1\nevent: meta\ndata: {}\n\n: still here\n\nid: 2\nevent: delta\ndata: {\"text\":\"半句\"}\n\n"
	for name, c := range map[string]struct {
		rest string
		dies bool
		want string
	}{
		"done":            {"id: 3\nevent: done\ndata: {\"answer\":\"半句\"}\n\n", false, ""},
		"error":           {"id: 3\nevent: error\ndata: {\"code\":\"model_failed\",\"detail\":\"the model broke off\"}\n\n", false, "the model broke off"},
		"no end":          {"", false, "has no end"},
		"half an event":   {"id: 3\nevent: done\nda", false, "has no end"},
		"dies":            {"", true, "went away"},
		"dies after done": {"id: 3\nevent: done\ndata: {\"answer\":\"半句\"}\n\n", true, "went away"},
	} {
		t.Run(name, func(t *testing.T) {
			r := remoteTo(t, "", func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprint(w, begun+c.rest)
				w.(http.Flusher).Flush()
				if c.dies {
					breakOff()
				}
			})
			var out strings.Builder
			p := &program{stdout: &out}
			reply, _, err := new(askCommand).answer(t.Context(), p, r, rag.ChatRequest{})
			if out.String() != "半句" {
				t.Errorf("printed %q", out.String())
			}
			switch {
			case c.want == "" && (err != nil || reply.Answer != "半句"):
				t.Errorf("reply %q, error %v", reply.Answer, err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

// linesOf returns the names that the lines of an upload have as their titles.
func linesOf(t *testing.T, r *http.Request) (titles []string) {
	t.Helper()
	f, _, err := r.FormFile("files")
	if err != nil {
		t.Error(err)
		return nil
	}
	defer f.Close()
	for lines := json.NewDecoder(f); ; {
		var line struct{ Title string }
		if err := lines.Decode(&line); errors.Is(err, io.EOF) {
			return titles
		} else if err != nil {
			t.Error(err)
			return titles
		}
		titles = append(titles, line.Title)
	}
}

// titled yields one article a title, and a refusal for an empty one.
func titled(t *testing.T, titles ...string) string {
	t.Helper()
	var b strings.Builder
	for _, title := range titles {
		text := "正文。"
		if title == "" {
			text = ""
		}
		line, err := json.Marshal(map[string]string{"id": title, "title": title, "text": text})
		if err != nil {
			t.Fatal(err)
		}
		b.Write(append(line, '\n'))
	}
	return b.String()
}

func ingestText(t *testing.T, r *remote, ctx context.Context, text string) (told []string, err error) {
	t.Helper()
	source := ingest.Source{Name: "a.jsonl", Size: int64(len(text)), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
	err = r.Ingest(ctx, func(yield func(ingest.Source, error) bool) { yield(source, nil) }, func(result ingest.Result) {
		told = append(told, result.Name+" "+result.Status)
	})
	return told, err
}

func added(titles []string) []ingest.Result {
	results := make([]ingest.Result, len(titles))
	for i, title := range titles {
		results[i] = ingest.Result{Name: fmt.Sprintf("articles.jsonl#%d", i+1), Status: "added", Article: &corpus.Ref{Title: title}}
	}
	return results
}

func TestRemoteIngest(t *testing.T) {
	for name, c := range map[string]struct {
		reply func(w http.ResponseWriter, titles []string)
		told  []string
		want  string
	}{
		"taken": {
			func(w http.ResponseWriter, titles []string) {
				_ = json.NewEncoder(w).Encode(map[string]any{"results": added(titles)})
			},
			[]string{"a.jsonl#1 added", "a.jsonl#2 refused", "a.jsonl#3 added", "a.jsonl#4 added"}, "",
		},
		"refused": {
			func(w http.ResponseWriter, titles []string) {
				results := added(titles)
				for i := range results {
					results[i].Status = "refused"
				}
				refuseWith(w, 422, "refused", "nothing in it could be taken", results...)
			},
			[]string{"a.jsonl#1 refused", "a.jsonl#2 refused", "a.jsonl#3 refused", "a.jsonl#4 refused"}, "",
		},
		"a full disk": {
			func(w http.ResponseWriter, titles []string) {
				refuseWith(w, 503, "unavailable", "the server's disk is full", added(titles[:1])...)
			},
			[]string{"a.jsonl#1 added", "a.jsonl#2 refused"}, "the server's disk is full",
		},
		"one too large": {
			func(w http.ResponseWriter, titles []string) {
				if slices.Contains(titles, "丙") {
					refuseWith(w, 413, "too_large", "the upload is larger than 1 MB")
					return
				}
				_ = json.NewEncoder(w).Encode(map[string]any{"results": added(titles)})
			},
			[]string{"a.jsonl#1 added", "a.jsonl#2 refused", "a.jsonl#3 refused", "a.jsonl#4 added"}, "",
		},
		"without vectors": {
			func(w http.ResponseWriter, titles []string) {
				_ = json.NewEncoder(w).Encode(map[string]any{"results": added(titles), "caveats": []any{map[string]string{"text": "found by their words alone"}}})
			},
			[]string{"a.jsonl#1 added", "a.jsonl#2 refused", "a.jsonl#3 added", "a.jsonl#4 added"}, "found by their words alone",
		},
		"too few results": {
			func(w http.ResponseWriter, titles []string) {
				_ = json.NewEncoder(w).Encode(map[string]any{"results": added(titles[:1])})
			},
			[]string{"a.jsonl#1 added", "a.jsonl#2 refused"}, "sent were 3",
		},
		"dies": {
			func(http.ResponseWriter, []string) { breakOff() },
			nil, "went away",
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := remoteTo(t, "", func(w http.ResponseWriter, request *http.Request) { c.reply(w, linesOf(t, request)) })
			told, err := ingestText(t, r, t.Context(), titled(t, "甲", "", "丙", "丁"))
			if !slices.Equal(told, c.told) {
				t.Errorf("told %q, want %q", told, c.told)
			}
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

// TestRemoteIngestStopped stops an ingest while a batch is with the server: the
// batch is finished and reported, and nothing is sent after it.
func TestRemoteIngestStopped(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	batches := 0
	r := remoteTo(t, "", func(w http.ResponseWriter, request *http.Request) {
		batches++
		titles := linesOf(t, request)
		stop()
		if request.Context().Err() != nil {
			t.Error("the batch that is on its way was given up")
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"results": added(titles)})
	})
	titles := make([]string, 3*batchArticles)
	for i := range titles {
		titles[i] = fmt.Sprint(i)
	}
	told, err := ingestText(t, r, ctx, titled(t, titles...))
	if !errors.Is(err, context.Canceled) || batches != 1 || len(told) == 0 || len(told) > batchArticles {
		t.Errorf("%d batches, %d articles reported, error %v", batches, len(told), err)
	}
}
