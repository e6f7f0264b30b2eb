package api_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"chuchu/api"
	"chuchu/briefing"
	"chuchu/corpus"
	"chuchu/ingest"
	"chuchu/prompts"
	"chuchu/rag"
	"chuchu/rag/index"
	"chuchu/rag/llm"
)

// newRealService starts a server with the engine itself behind it; model may be nil.
func newRealService(t *testing.T, model llm.Model, change ...func(*rag.Options)) *service {
	t.Helper()
	options := rag.Defaults()
	for _, f := range change {
		f(&options)
	}
	ctx := context.WithoutCancel(t.Context())
	fingerprint, err := embedder().Fingerprint(ctx)
	if err != nil {
		t.Fatal(err)
	}
	local, err := index.OpenLocal(ctx, t.TempDir(), fingerprint.Dimension, index.Defaults())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := local.Close(); err != nil {
			t.Error(err)
		}
	})
	set, err := prompts.Load("")
	if err != nil {
		t.Fatal(err)
	}
	return newService(t, func(p *api.Parts) {
		p.CatchUp = func(ctx context.Context) error { return local.CatchUp(ctx, p.Record) }
		p.Ingester = ingest.New(ingest.Parts{Record: p.Record, Embedder: embedder(), CatchUp: p.CatchUp, Options: ingest.Defaults()})
		engine := rag.New(rag.Parts{
			Record: p.Record, Index: local, Embedder: embedder(), Model: model, Prompts: set, Options: options,
			Now: func() time.Time { return time.Date(2025, 2, 1, 0, 0, 0, 0, time.UTC) },
		})
		t.Cleanup(engine.Close)
		p.Engine = engine
		desk := briefing.NewDesk(briefing.Parts{Engine: engine, Options: briefing.Defaults(), Explain: api.Explain})
		t.Cleanup(desk.Close)
		p.Desk = desk
	})
}

// TestRealReplies holds what the engine itself replies against the description,
// with a model and without, and its events against the plain reply.
func TestRealReplies(t *testing.T) {
	for name, model := range map[string]llm.Model{
		"extracts": nil,
		"model":    llm.NewScripted(llm.Script{Text: "北辰数据的对象存储降价三成[S1]。降价自十二月起生效[S1]。"}),
	} {
		t.Run(name, func(t *testing.T) {
			s := newRealService(t, model)
			article := s.addText(`{"title":"北辰数据降价","text":"北辰数据宣布，对象存储降价三成。\n降价自2024年12月起生效，老客户不受影响。","url":"https://news.example/1","published":"2024-11-21"}`)
			s.addText(`{"title":"松涛科技换帅","text":"松涛科技宣布，陆明远接任首席执行官。","published":"2023"}`)
			search := s.post("/v1/search", `{"query":"对象存储降价","window":{"from":"2024-01-01","strict":true},"explain":true}`)
			if search.status != 200 || !strings.Contains(string(search.body), article.ID) {
				t.Errorf("search: %d %s", search.status, search.body)
			}
			plain := s.post("/v1/chat", strings.Replace(question, "true", "false", 1))
			frames := s.stream()
			if plain.status != 200 || !strings.Contains(string(plain.body), `"mode":"`+name+`"`) || frames[len(frames)-1].name != "done" {
				t.Fatalf("%d %s, %v", plain.status, plain.body, names(frames))
			}
			checkFrames(t, frames)
			if want, got := lasting(t, string(plain.body)), lasting(t, frames[len(frames)-1].data); !sameJSON(t, want, got) {
				t.Errorf("plain %s\ndone %s", want, got)
			}
			// A search, a plain and a streamed answer; the scripted model makes no plans.
			counted := map[string]string{"extracts": `fallback="",source="rules"} 3`, "model": `fallback="bad_reply",source="rules"} 3`}
			if got := s.get("/metrics"); !strings.Contains(string(got.body), "chuchu_plans_total{"+counted[name]) {
				t.Errorf("the metrics have not %s", counted[name])
			}
			s.checkStored(article, frames[len(frames)-1].data)
		})
	}
}

// checkStored deletes the article, and the stored answer says so.
func (s *service) checkStored(article corpus.Ref, done string) {
	s.t.Helper()
	var reply rag.Reply
	if err := json.Unmarshal([]byte(done), &reply); err != nil {
		s.t.Fatal(err)
	}
	s.get("/v1/answers/"+reply.ID).wantCitation(s.t, "same")
	if full := s.get("/v1/articles/" + article.ID); !strings.Contains(string(full.body), `{"kind":"answer","id":"`+reply.ID+`","title":"`) {
		s.t.Errorf("cited_by lacks the answer: %s", full.body)
	}
	s.delete("/v1/articles/" + article.ID)
	s.get("/v1/answers/"+reply.ID).wantCitation(s.t, "deleted")
	if search := s.post("/v1/search", `{"query":"对象存储降价"}`); strings.Contains(string(search.body), article.ID) {
		s.t.Errorf("found after its deletion: %s", search.body)
	}
}

// wantCitation checks the state of the first article a stored answer cites, and
// that what is deleted is not quoted.
func (r reply) wantCitation(t testing.TB, state string) {
	t.Helper()
	var stored rag.StoredReply
	r.decode(t, &stored)
	if r.status != 200 || len(stored.Citations) == 0 || stored.Citations[0].Article.State != state {
		t.Fatalf("want a citation of what is %s: %d %s", state, r.status, r.body)
	}
	for _, span := range stored.Citations[0].Spans {
		if (span.Quote == nil) != (state == "deleted") {
			t.Errorf("%s, but quoted: %s", state, r.body)
		}
	}
}

// checkFrames holds every event against the description.
func checkFrames(t testing.TB, frames []frame) {
	t.Helper()
	schemas := map[string]string{
		"meta": "EventMeta", "sources": "EventSources", "delta": "EventDelta", "citation": "EventCitation",
		"verdict": "EventVerdict", "caveat": "Caveat", "done": "ChatReply", "error": "Problem",
	}
	for _, f := range frames {
		var value any
		if err := json.Unmarshal([]byte(f.data), &value); err != nil {
			t.Fatal(err)
		}
		checkSchema(t, schemas[f.name], value)
	}
}

// lasting is a reply without what differs from one time to the next.
func lasting(t testing.TB, body string) string {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		t.Fatal(err)
	}
	delete(m, "id")
	delete(m, "took_ms")
	return asJSON(m)
}
