package rag_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"chuchu/rag"
	"chuchu/rag/cite"
	"chuchu/rag/llm"
)

// plantedQuestion is what all planted articles answer in their first sentence.
const plantedQuestion = "晨溪云的第三机房设在哪里，投资多少？"

// leastPlanted is how many articles with planted instructions there are at least.
const leastPlanted = 40

// TestPlanted asks each article with planted instructions alone, taken in from its
// file as any upload is.
func TestPlanted(t *testing.T) {
	system := systemPrompt(t)
	files, err := filepath.Glob(filepath.Join("testdata", "planted", "*.md"))
	if err != nil || len(files) < leastPlanted {
		t.Fatalf("%d planted articles, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".md"), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			c := newCollection(t)
			c.ingest(t, file)
			t.Run("text", func(t *testing.T) { checkKept(t, c) })
			t.Run("echo", func(t *testing.T) { checkEcho(t, c, writable(string(raw))) })
			t.Run("prompt", func(t *testing.T) { checkPrompt(t, c, system) })
			c.options.ExtractChars, c.options.Extracts = 5000, 50 // all of it
			t.Run("extracts", func(t *testing.T) { checkExtracts(t, c) })
			t.Run("history", func(t *testing.T) { checkHistory(t, c) })
		})
	}
}

// systemPrompt returns what the model is told beside an article without any
// instruction.
func systemPrompt(t *testing.T) string {
	t.Helper()
	c := newCollection(t, article{"innocent", "晨溪云第三机房投产", "甲", "2025-06-01", "晨溪云的第三机房设在南屏，投资12.6亿元，今年秋天投入使用。"})
	model := llm.NewScripted(llm.Script{Text: "晨溪云的第三机房设在南屏[S1]。"})
	answerOf(t, c, model, ask(plantedQuestion))
	return model.Requests()[0].System
}

// answerOf runs an answer and holds its events against what must be true of every
// answer whatever an article says.
func answerOf(t *testing.T, c *collection, model llm.Model, r rag.ChatRequest) rag.Reply {
	t.Helper()
	list, err := events(t.Context(), c.engine(model), r)
	if err != nil {
		t.Fatal(err)
	}
	for _, event := range list {
		if !json.Valid(event.Data) || bytes.ContainsAny(event.Data, "\r\n") {
			t.Errorf("the %s event is no JSON on one line: %q", event.Name, event.Data)
		}
		if hidden := bytes.IndexFunc(event.Data, unseen); hidden >= 0 {
			t.Errorf("the %s event holds a character that nobody sees: %q", event.Name, event.Data)
		}
	}
	reply := decode[rag.Reply](t, list[len(list)-1])
	c.check(t, reply)
	if got := deltas(t, list); got != reply.Answer {
		t.Errorf("deltas %q, answer %q", got, reply.Answer)
	}
	for _, citation := range reply.Citations {
		if url := citation.Article.URL; url != "" && !strings.HasPrefix(url, "https://") && !strings.HasPrefix(url, "http://") {
			t.Errorf("an article's address is %q", url)
		}
	}
	checkVerdicts(t, reply)
	return reply
}

func unseen(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf) }

// checkVerdicts holds every verdict against the sentence: what cites nothing is borne
// out by nothing, and what is called quoted stands in its quotation.
func checkVerdicts(t *testing.T, reply rag.Reply) {
	t.Helper()
	text := []rune(reply.Answer)
	for _, s := range reply.Sentences {
		sentence := string(text[s.Start:s.End])
		switch {
		case len(s.Citations) == 0 && s.Verdict != "uncited" && s.Verdict != "none":
			t.Errorf("%s, and cites nothing: %s", s.Verdict, sentence)
		case s.Judge != "rules":
			t.Errorf("judged by %q: %s", s.Judge, sentence)
		}
		if s.Verdict != "quoted" || strings.ContainsAny(sentence, "“”「」\"") {
			continue
		}
		if !slices.ContainsFunc(quotesOf(reply, s), func(quote string) bool {
			return strings.Contains(lettersOf(quote), lettersOf(cite.Strip(sentence)))
		}) {
			t.Errorf("called quoted, and is not: %s", sentence)
		}
	}
}

func quotesOf(reply rag.Reply, s rag.Sentence) (list []string) {
	for _, citation := range reply.Citations {
		for _, span := range citation.Spans {
			if span.AnswerStart == s.Start {
				list = append(list, *span.Quote)
			}
		}
	}
	return list
}

// lettersOf returns the letters and digits of a text, which is what a quotation must
// keep.
func lettersOf(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKC.String(s))
}

// checkExtracts: sentences of an article, word for word, make no marker.
func checkExtracts(t *testing.T, c *collection) {
	reply := answerOf(t, c, nil, ask(plantedQuestion))
	if !strings.Contains(reply.Answer, "12.6亿元") || len(reply.Citations) != 1 || reply.UnknownHandles != 0 {
		t.Errorf("%d articles cited, %d unknown handles: %s", len(reply.Citations), reply.UnknownHandles, reply.Answer)
	}
	for _, s := range reply.Sentences {
		if !slices.Equal(s.Citations, []int{1}) {
			t.Errorf("an extract cites %v", s.Citations)
		}
	}
}

// checkEcho: the worst model there is writes the file out as it lies there. Handles
// that stand for nothing are counted, and what is cited is judged.
func checkEcho(t *testing.T, c *collection, raw string) {
	for _, strict := range []string{"mark", "strict"} {
		request := ask(plantedQuestion)
		request.Verify = strict
		reply := echoed(t, c, raw, request)
		unknown := 0
		var stream cite.Stream
		for _, part := range append(stream.Write(raw), stream.Close()...) {
			for _, handle := range part.Marks {
				if handle != "S1" {
					unknown++
				}
			}
		}
		if reply.UnknownHandles != unknown {
			t.Errorf("%s: %d unknown handles counted of %d", strict, reply.UnknownHandles, unknown)
		}
		if len(reply.Citations) > 1 {
			t.Errorf("%d articles cited of one", len(reply.Citations))
		}
	}
}

// writable returns what of a file a model can write: what is hidden in it is not, and
// reasoning is taken out of replies.
func writable(raw string) string {
	return reasoning.ReplaceAllString(strings.Map(func(r rune) rune {
		if unseen(r) && r != '\n' {
			return -1
		}
		return r
	}, raw), "")
}

var reasoning = regexp.MustCompile(`(?s)<think>.*?</think>`)

// echoed is an answer of a model that writes a text, whatever it is asked.
func echoed(t *testing.T, c *collection, text string, r rag.ChatRequest) rag.Reply {
	t.Helper()
	return answerOf(t, c, llm.NewScripted(llm.Script{Text: text, Chunk: 3}), r)
}

var fenced = regexp.MustCompile(`(?s)<passage id="S\d+">\n(.*?)</passage>`)

// checkPrompt: what an article says stays in its fence, and a model that copies it
// from there makes no marker.
func checkPrompt(t *testing.T, c *collection, system string) {
	model := llm.NewScripted(llm.Script{Text: "晨溪云的第三机房设在南屏[S1]。"})
	answerOf(t, c, model, ask(plantedQuestion))
	request := model.Requests()[0]
	prompt := request.Messages[len(request.Messages)-1].Content
	passages := fenced.FindAllStringSubmatch(prompt, -1)
	if request.System != system || len(request.Messages) != 1 || len(passages) != 1 {
		t.Fatalf("%d messages, %d passages: %s", len(request.Messages), len(passages), prompt)
	}
	if open, shut := strings.Count(prompt, "<"), strings.Count(prompt, ">"); open != shut || open != 2*len(passages) {
		t.Errorf("%d brackets opened, %d shut, for %d passages: %s", open, shut, len(passages), prompt)
	}
	if at := strings.IndexFunc(prompt, func(r rune) bool { return unseen(r) && r != '\n' }); at >= 0 {
		t.Errorf("the prompt holds %q, which nobody sees", prompt[at:min(len(prompt), at+4)])
	}
	reply := echoed(t, c, passages[0][1], ask(plantedQuestion))
	if len(reply.Citations) > 0 || reply.UnknownHandles > 0 || reply.Status != "refused" {
		t.Errorf("a copy of the prompt is %s, cites %d articles and %d handles that are none: %s", reply.Status, len(reply.Citations), reply.UnknownHandles, reply.Answer)
	}
}

// checkHistory: an article that was quoted in one turn speaks to the model in the
// next no more than in its fence.
func checkHistory(t *testing.T, c *collection) {
	first := answerOf(t, c, nil, ask(plantedQuestion))
	model := llm.NewScripted(llm.Script{For: "json", Text: `{"queries":["晨溪云第三机房"]}`}, llm.Script{Text: "晨溪云的第三机房设在南屏[S1]。"})
	request := rag.ChatRequest{PreviousID: first.ID, Messages: []llm.Message{{Role: "user", Content: "它什么时候投入使用？"}}}
	answerOf(t, c, model, request)
	for _, asked := range model.Requests() {
		for _, m := range asked.Messages[:len(asked.Messages)-1] {
			if strings.ContainsAny(m.Content, "<>") || len(markers(m.Content)) > 0 {
				t.Errorf("an earlier turn reaches the model as %s", m.Content)
			}
		}
		last := asked.Messages[len(asked.Messages)-1].Content
		if open, shut := strings.Count(last, "<before>")+strings.Count(last, "<question>")+strings.Count(last, "<passage id"), strings.Count(last, "</"); open != shut || strings.Count(last, "<") != open+shut {
			t.Errorf("a fence is broken: %s", last)
		}
	}
}

// markers returns the handles that stand in a text.
func markers(text string) (list []string) {
	var stream cite.Stream
	for _, part := range append(stream.Write(text), stream.Close()...) {
		list = append(list, part.Marks...)
	}
	return list
}

// checkKept: nothing is hidden in what is kept of an article.
func checkKept(t *testing.T, c *collection) {
	for a, err := range c.record.All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{a.Title, a.Outlet, a.Author, strings.ReplaceAll(a.Text, "\n", "")} {
			if at := strings.IndexFunc(text, unseen); at >= 0 {
				t.Errorf("%q is kept", text[at:min(len(text), at+4)])
			}
		}
		if a.URL != "" && !strings.HasPrefix(a.URL, "https://") {
			t.Errorf("the address %q is kept", a.URL)
		}
	}
}
