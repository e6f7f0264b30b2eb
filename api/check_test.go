package api_test

import (
	"slices"
	"strings"
	"testing"

	"chuchu/api"
	"chuchu/rag"
)

func (s *service) checkFile(name, content string) reply {
	body, contentType := multipartBody(s.t, part{"files", name, content})
	return s.do(s.request("POST", "/v1/check", contentType, body))
}

// TestCheckFiles: a file is read as ingest reads it.
func TestCheckFiles(t *testing.T) {
	s := newService(t, nil)
	for name, c := range map[string]struct{ file, content, want string }{
		"text":     {"a.txt", "海燕云签下一家银行。\r\n它没有说是哪一家。", "海燕云签下一家银行。\n它没有说是哪一家。"},
		"Markdown": {"a.md", "# 快讯\n\n海燕云**签下**一家银行。", "海燕云签下一家银行。"},
		"GB18030":  {"a.txt", "\xba\xa3\xd1\xe0\xd4\xc6\xc7\xa9\xcf\xc2\xd2\xbb\xbc\xd2\xd2\xf8\xd0\xd0\xa1\xa3\xcb\xfc\xc3\xbb\xd3\xd0\xcb\xb5\xca\xc7\xc4\xc4\xd2\xbb\xbc\xd2\xa1\xa3", "海燕云签下一家银行。它没有说是哪一家。"},
	} {
		t.Run(name, func(t *testing.T) {
			got := s.checkFile(c.file, c.content)
			var reply struct {
				Text string
				rag.CheckReply
			}
			got.decode(t, &reply)
			if got.status != 200 || len(reply.Sentences) != 1 || !strings.HasSuffix(reply.Sentences[0].Text, c.want) {
				t.Fatalf("%d %s", got.status, got.body)
			}
			s := reply.Sentences[0]
			if in := []rune(reply.Text); string(in[s.Start:s.End]) != s.Text {
				t.Errorf("the sentence is not [%d,%d) of %q", s.Start, s.End, reply.Text)
			}
		})
	}
}

// TestCheckFileWithin: a file comes with what narrows the search down.
func TestCheckFileWithin(t *testing.T) {
	engine := newFakeEngine()
	s := newService(t, func(p *api.Parts) { p.Engine = engine })
	check := func(request string) reply {
		body, contentType := multipartBody(t, part{"request", "", request}, part{"files", "a.txt", "海燕云签下一家银行。"})
		return s.do(s.request("POST", "/v1/check", contentType, body))
	}
	if got := check(`{"filter":{"outlets":["云报"]},"as_of":"2025-02-01","window":"off","plan":"rules"}`); got.status != 200 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	got := engine.checked
	if got.Text != "海燕云签下一家银行。" || got.AsOf != "2025-02-01" || got.Plan != "rules" || !slices.Equal(got.Filter.Outlets, []string{"云报"}) {
		t.Errorf("checked is %+v", got)
	}
	check(`{"outlets":[]}`).wantProblem(t, 400, "unknown_field", "outlets")
	check(`{"text":"别的。"}`).wantProblem(t, 400, "invalid_request", "request.text")
	check(`{`).wantProblem(t, 400, "invalid_request", "request")
}

func TestCheckRefusesBadRequests(t *testing.T) {
	s := newService(t, nil)
	s.checkFile("a.txt", "").wantProblem(t, 422, "refused", "empty")
	s.checkFile("a.bin", "\x00\x01\x02").wantProblem(t, 422, "refused", "no text")
	s.checkFile("a.docx", "PK\x03\x04 but no archive").wantProblem(t, 422, "refused", "a.docx")
	s.checkFile("a.json", `[{"text":"一篇。"},{"text":"又一篇。"}]`).wantProblem(t, 422, "refused", "several")
	s.checkFile("", "没有名字。").wantProblem(t, 400, "invalid_request", "no file name")
	body, contentType := multipartBody(t, part{"files", "a.txt", "一。"}, part{"files", "b.txt", "二。"})
	s.do(s.request("POST", "/v1/check", contentType, body)).wantProblem(t, 400, "invalid_request", "one file")
	body, contentType = multipartBody(t, part{"text", "", "一。"})
	s.do(s.request("POST", "/v1/check", contentType, body)).wantProblem(t, 400, "unknown_field", "files")
	s.post("/v1/check", `{"text":""}`).wantProblem(t, 400, "invalid_request", "text")
	s.post("/v1/check", `{"txt":"一。"}`).wantProblem(t, 400, "unknown_field", "txt")
	s.do(s.request("POST", "/v1/check", "text/plain", "一。")).wantProblem(t, 415, "unsupported_format")
}
