package llm

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzRead: whatever a server sends, its line is read without a panic, and what
// langchaingo gets to see for it is lines of a bounded length.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"", ":", "data:", "data: [DONE]", `data: {"choices":[{"delta":{"content":"云"}}]}`, `data: {"choices":[{"delta":{"content":null},"finish_reason":"stop"}]}`,
		`{"message":{"content":"x"},"done":true,"done_reason":"stop"}`, `{"error":"boom"}`, `data: {"error":{"code":429,"message":"x"}}`,
		`data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"x"}}`, `data: {"type":"error","error":null}`, "{", "data: {]",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		for _, p := range []provider{openAI, ollamaNative, anthropicMessages} {
			e := p.dialect.read([]byte(line))
			for _, out := range strings.Split(string(p.dialect.text(e.text)), "\n") {
				if len(e.text) <= maxPiece && len(out) >= 64<<10 {
					t.Errorf("a line of %d bytes", len(out))
				}
			}
			if e.failure != nil && e.failure.Message == "" {
				t.Error("a failure without words")
			}
		}
	})
}

func TestCutBefore(t *testing.T) {
	for _, s := range []string{"", "abc", strings.Repeat("云", 10), "a" + strings.Repeat("云", 10)} {
		for limit := 4; limit < 12; limit++ {
			n := cutBefore(s, limit)
			if n > limit || n == 0 && s != "" || !utf8.ValidString(s[:n]) {
				t.Errorf("%q cut before %d: %d", s, limit, n)
			}
		}
	}
}

// TestAskKeepsTheBody: net/http can send a request that was changed once more.
func TestAskKeepsTheBody(t *testing.T) {
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1/api/chat", strings.NewReader(`{"model":"m"}`))
	if err != nil {
		t.Fatal(err)
	}
	r := &reply{dialect: ollamaNative.dialect}
	if request, err = r.ask(request); err != nil {
		t.Fatal(err)
	}
	again, err := request.GetBody()
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range []io.Reader{request.Body, again} {
		b, err := io.ReadAll(body)
		if want := `{"model":"m","shift":false,"truncate":false}`; string(b) != want || err != nil {
			t.Errorf("body %s, error %v; want %s", b, err, want)
		}
	}
}
