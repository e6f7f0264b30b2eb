package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"

	"chuchu/briefing"
	"chuchu/eval"
	"chuchu/rag"
	"chuchu/rag/llm"
)

// A setting is how a set is asked: with which plan, and with which options of rag.
type setting struct {
	name   string // as in "plan=model vector=0.4"; empty where nothing is compared
	plan   string // empty: auto
	config Config
	varied bool // config is not that of the program
}

// mostSettings bounds a comparison: all values of all keys combined.
const mostSettings = 64

// readSettings returns the settings of all combinations of values, "key=a,b" each; the
// one of the configuration, without a name, where none is given.
func readSettings(vary []string, c Config) ([]setting, error) {
	settings := []setting{{config: c}}
	var seen []string
	for _, v := range vary {
		key, values, ok := strings.Cut(v, "=")
		if !ok || values == "" {
			return nil, fmt.Errorf("%q is not KEY=VALUE,…", v)
		}
		if slices.Contains(seen, key) {
			return nil, fmt.Errorf("%s is given twice", key)
		}
		seen = append(seen, key)
		var next []setting
		for _, s := range settings {
			for value := range strings.SplitSeq(values, ",") {
				with, err := s.with(key, value)
				if err != nil {
					return nil, err
				}
				next = append(next, with)
			}
		}
		if settings = next; len(settings) > mostSettings {
			return nil, fmt.Errorf("these are more than %d settings", mostSettings)
		}
	}
	return settings, nil
}

// with returns the setting with a key set.
func (s setting) with(key, value string) (setting, error) {
	s.name = strings.TrimSpace(s.name + " " + key + "=" + value)
	if key == "plan" {
		if s.plan = value; !slices.Contains([]string{"auto", "rules", "model"}, value) {
			return s, fmt.Errorf("plan=%s is none of auto, rules, model", value)
		}
		return s, nil
	}
	if !slices.Contains(configKeys(), "rag."+key) {
		return s, fmt.Errorf("there is no key rag.%s; what can be varied: plan, %s", key, strings.Join(ragKeys(), ", "))
	}
	s.varied = true
	if err := setKey(&s.config, "rag."+key, value); err != nil {
		return s, fmt.Errorf("%s: %w", key, err)
	}
	return s, s.config.RAG.Validate()
}

// ragKeys are the keys below rag: in the configuration.
func ragKeys() []string {
	var keys []string
	for _, key := range configKeys() {
		if below, ok := strings.CutPrefix(key, "rag."); ok {
			keys = append(keys, below)
		}
	}
	return keys
}

// An arrangement is a collection as a setting has it.
type arrangement struct {
	collection eval.Collection
	playBack   func(eval.Voice) eval.Collection // nil where it cannot be given a voice
	close      func()
}

// arrange returns the collection as the setting has it, to be closed before the
// collection. A server's is as it is, and has no voice.
func (s setting) arrange(c collection) (arrangement, error) {
	var l *local
	switch c := c.(type) {
	case *local:
		l = c
	case *passing:
		l = c.local
	default:
		if s.varied {
			return arrangement{}, errors.New("a server's settings cannot be varied; stop the server, or give --articles")
		}
		return arrangement{collection: c, close: func() {}}, nil
	}
	parts, err := s.parts(l)
	if err != nil {
		return arrangement{}, err
	}
	told, on := parts, &stage{}
	told.Model, told.Log = on, slog.New(slog.DiscardHandler)
	told.Options.OnModelError = "extracts" // where a voice says nothing the rest is to be as ever
	engine, scene := rag.New(parts), rag.New(told)
	makes := l.desk.Parts
	makes.Engine = engine
	desk := briefing.NewDesk(makes)
	return arrangement{
		collection: variant{engine, desk, l},
		playBack:   func(v eval.Voice) eval.Collection { return speaking{variant{scene, desk, l}, on, v} },
		close:      func() { desk.Close(); engine.Close(); scene.Close() },
	}, nil
}

// parts returns the parts of the collection with the setting's options of rag. Answers
// are not stored: they are nobody's.
func (s setting) parts(l *local) (rag.Parts, error) {
	parts := l.Parts
	var err error
	if s.varied {
		parts.Options = s.config.RAG
		if parts.Lexicon, err = openLexicon(s.config.RAG.Glossary); err != nil {
			return parts, err
		}
		parts.Reranker, err = rag.NewReranker(s.config.RAG.Rerank, l.model, parts.Prompts, os.Getenv)
	}
	parts.Options.Answers.Keep = false
	return parts, err
}

// A variant is a local collection with another engine over it.
type variant struct {
	*rag.Engine
	desk  *briefing.Desk
	local *local
}

var (
	_ eval.Topical = variant{}
	_ eval.Briefer = variant{}
)

// Brief implements eval.Briefer.
func (v variant) Brief(ctx context.Context, r briefing.Request) (briefing.Briefing, error) {
	return briefPassing(ctx, v.desk, r)
}

// Text implements eval.Collection.
func (v variant) Text(ctx context.Context, id string, version int) (string, error) {
	return v.local.Text(ctx, id, version)
}

// speaking is a variant whose model speaks with a voice.
type speaking struct {
	variant
	stage *stage
	voice eval.Voice
}

// Search implements eval.Collection.
func (s speaking) Search(ctx context.Context, r rag.SearchRequest) (rag.SearchReply, error) {
	defer s.stage.enter(s.voice)()
	return s.variant.Search(ctx, r)
}

// Chat implements eval.Collection.
func (s speaking) Chat(ctx context.Context, r rag.ChatRequest) (rag.Reply, error) {
	defer s.stage.enter(s.voice)()
	return s.variant.Chat(ctx, r)
}

// A stage is a model that speaks with one voice at a time.
type stage struct {
	mu    sync.Mutex
	voice eval.Voice
}

// enter gives the model a voice, until the function that it returns is called.
func (m *stage) enter(v eval.Voice) (leave func()) {
	m.mu.Lock()
	m.voice = v
	return m.mu.Unlock
}

// Stream implements llm.Model: a scripted model says what the voice says to the last
// message, and fails where it says nothing.
func (m *stage) Stream(ctx context.Context, r llm.Request) iter.Seq2[llm.Chunk, error] {
	var script []llm.Script
	if text, ok := m.voice(r.Messages[len(r.Messages)-1].Content, r.JSON); ok {
		script = append(script, llm.Script{Text: text})
	}
	return llm.NewScripted(script...).Stream(ctx, r)
}

// Info implements llm.Model.
func (m *stage) Info() llm.Info { return llm.NewScripted().Info() }
