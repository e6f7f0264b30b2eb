package llm_test

import (
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"testing"

	"chuchu/rag/llm"
)

// A voice is how one kind of server says things.
type voice struct {
	provider string
	path     string
	text     func(string) string
	think    func(string) string
	stop     func(reason string) string
	end      string
	fault    func(string) string
	noise    string
	whole    string // reason to stop
	length   string // reason to stop at the limit
}

func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

var voices = []voice{
	{
		provider: "openai",
		path:     "/chat/completions",
		text: func(s string) string {
			return `data: {"choices":[{"index":0,"delta":{"content":` + quote(s) + "}}]}\n\n"
		},
		think: func(s string) string {
			return `data: {"choices":[{"index":0,"delta":{"content":null,"reasoning_content":` + quote(s) + "}}]}\n\n"
		},
		stop: func(reason string) string {
			return `data: {"choices":[{"index":0,"delta":{},"finish_reason":` + quote(reason) + "}]}\n\n" +
				`data: {"choices":[],"usage":{"prompt_tokens":11,"completion_tokens":7}}` + "\n\n"
		},
		end: "data: [DONE]\n\n",
		fault: func(s string) string {
			return `data: {"error":{"message":` + quote(s) + `,"type":"server_error"}}` + "\n\n"
		},
		noise: ": ping\n\nevent: x\nid: 1\nretry: 5\ndata:\n\ndata: still here\n\n" +
			`data: {"choices":[{"index":0,"delta":{"role":"assistant","content":null},"finish_reason":null}]}` + "\n\n",
		whole: "stop", length: "length",
	},
	{
		provider: "ollama",
		path:     "/api/chat",
		text: func(s string) string {
			return `{"model":"m","message":{"role":"assistant","content":` + quote(s) + `},"done":false}` + "\n"
		},
		think: func(s string) string {
			return `{"model":"m","message":{"role":"assistant","content":"","thinking":` + quote(s) + `},"done":false}` + "\n"
		},
		stop: func(reason string) string {
			return `{"model":"m","message":{"role":"assistant","content":""},"done":true,"done_reason":` + quote(reason) + `,"prompt_eval_count":11,"eval_count":7}` + "\n"
		},
		fault: func(s string) string { return `{"error":` + quote(s) + "}\n" },
		noise: "\n\n" + `{"model":"m","done":false}` + "\n",
		whole: "stop", length: "length",
	},
	{
		provider: "anthropic",
		path:     "/messages",
		text: func(s string) string {
			return "event: content_block_delta\ndata: " + `{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":` + quote(s) + "}}\n\n"
		},
		think: func(s string) string {
			return "event: content_block_delta\ndata: " + `{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":` + quote(s) + "}}\n\n"
		},
		stop: func(reason string) string {
			return `data: {"type":"message_delta","delta":{"stop_reason":` + quote(reason) + `},"usage":{"output_tokens":7}}` + "\n\n"
		},
		end: "event: message_stop\ndata: " + `{"type":"message_stop"}` + "\n\n",
		fault: func(s string) string {
			return "event: error\ndata: " + `{"type":"error","error":{"type":"overloaded_error","message":` + quote(s) + "}}\n\n"
		},
		noise: "event: ping\ndata: " + `{"type":"ping"}` + "\n\ndata: " + `{"type":"message_start","message":{"usage":{"input_tokens":4,"cache_read_input_tokens":5,"cache_creation_input_tokens":2,"output_tokens":1}}}` + "\n\n" +
			// an index on which the library would panic
			"data: " + `{"type":"content_block_start","index":-1,"content_block":{"type":"text"}}` + "\n\n",
		whole: "end_turn", length: "max_tokens",
	},
}

func eachVoice(t *testing.T, test func(t *testing.T, v voice)) {
	for _, v := range voices {
		t.Run(v.provider, func(t *testing.T) { test(t, v) })
	}
}

const secret = "sk-test-4f1d"

var question = llm.Request{
	System:   "Answer in one sentence.",
	Messages: []llm.Message{{Role: "user", Content: "云市场有多大？"}},
}

// connect returns a model on a server, with changes to its options.
func connect(t *testing.T, v voice, handler http.HandlerFunc, changes ...func(*llm.Options)) llm.Model {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return connectURL(t, v, server.URL, changes...)
}

func connectURL(t *testing.T, v voice, url string, changes ...func(*llm.Options)) llm.Model {
	t.Helper()
	o := llm.Defaults()
	o.Provider, o.Model, o.URL, o.APIKeyEnv = v.provider, "m", url, "MODEL_KEY"
	for _, change := range changes {
		change(&o)
	}
	m, err := llm.New(o, func(name string) string { return map[string]string{"MODEL_KEY": secret}[name] })
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// saying answers every request with a stream.
func saying(stream ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for _, piece := range stream {
			fmt.Fprint(w, piece)
			w.(http.Flusher).Flush()
		}
	}
}

// read collects a stream and holds it against the contract.
func read(t *testing.T, s iter.Seq2[llm.Chunk, error]) (text string, usage llm.Usage, err error) {
	t.Helper()
	done := false
	for chunk, e := range s {
		if done || err != nil {
			t.Errorf("the stream goes on after its end with %+v, %v", chunk, e)
		}
		text += chunk.Text
		err = e
		if chunk.Done {
			done, usage = true, chunk.Usage
		}
	}
	if !done && err == nil {
		t.Error("the stream ended silently")
	}
	return text, usage, err
}
