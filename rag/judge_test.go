package rag_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"chuchu/rag"
	"chuchu/rag/llm"
)

const (
	judged       = "海燕云第三季度营收为14.2亿元吗？"
	freelyPut    = "海燕云三季度进账超过14亿元，比上年同期多出三成以上[S1]。"
	freelyPutOut = "海燕云三季度进账超过14亿元，比上年同期多出三成以上[1]。"
)

// withJudge is a model that answers with text, and then judges so.
func withJudge(text, judgement string) *llm.Scripted {
	return llm.NewScripted(
		llm.Script{For: "text", Text: text, Usage: llm.Usage{InputTokens: 100, OutputTokens: 10}},
		llm.Script{For: "json", Text: judgement, Usage: llm.Usage{InputTokens: 7, OutputTokens: 3}})
}

func rulesAlone(question, verify string) rag.ChatRequest {
	r := ask(question)
	r.Plan, r.Verify = "rules", verify
	return r
}

// TestModelJudges: what the rules call weak is judged by the model in one call; what
// it cannot show in the place given is not believed.
func TestModelJudges(t *testing.T) {
	c := newCollection(t, news()...)
	for name, x := range map[string]struct {
		judgement, verdict, judge, status string
		caveat                            string
	}{
		"supported, with words that are there":      {`{"judgements":[{"sentence":1,"verdict":"supported","quote":"营收为14.2亿元，同比增长36%"}]}`, "supported", "model", "answered", ""},
		"contradicted":                              {`{"judgements":[{"sentence":1,"verdict":"contradicted","quote":"营收为14.2亿元"}]}`, "contradicted", "model", "refused", "unsupported"},
		"in a fence, with single quotes":            {"```json\n{'judgements':[{'sentence':1,'verdict':'SUPPORTED','quote':'营收为 14.2 亿元，同比增长 36%'},]}\n```", "supported", "model", "answered", ""},
		"words that are nowhere":                    {`{"judgements":[{"sentence":1,"verdict":"supported","quote":"营收超过14亿元"}]}`, "weak", "rules", "refused", "unsupported"},
		"no words":                                  {`{"judgements":[{"sentence":1,"verdict":"supported","quote":""}]}`, "weak", "rules", "refused", "unsupported"},
		"words too few to say anything":             {`{"judgements":[{"sentence":1,"verdict":"supported","quote":"36"}]}`, "weak", "rules", "refused", "unsupported"},
		"unclear":                                   {`{"judgements":[{"sentence":1,"verdict":"unclear"}]}`, "weak", "rules", "refused", "unsupported"},
		"of a sentence that there is none of":       {`{"judgements":[{"sentence":2,"verdict":"supported","quote":"营收为14.2亿元"}]}`, "weak", "rules", "refused", "unsupported"},
		"of other shapes":                           {`{"judgements":["supported",{"sentence":"1","verdict":["supported"],"quote":{}}]}`, "weak", "rules", "refused", "unsupported"},
		"not JSON":                                  {`All sentences are supported.`, "weak", "rules", "partial", "not_judged"},
		"an object of another kind":                 {`{"verdict":"supported"}`, "weak", "rules", "partial", "not_judged"},
		"the first opinion of a sentence counts":    {`{"judgements":[{"sentence":1,"verdict":"supported","quote":"营收为14.2亿元"},{"sentence":1,"verdict":"contradicted","quote":"营收为14.2亿元"}]}`, "supported", "model", "answered", ""},
		"a verdict of its own making is no verdict": {`{"judgements":[{"sentence":1,"verdict":"quoted","quote":"营收为14.2亿元"}]}`, "weak", "rules", "refused", "unsupported"},
	} {
		t.Run(name, func(t *testing.T) {
			list, err := events(t.Context(), c.engine(withJudge(freelyPut, x.judgement)), rulesAlone(judged, ""))
			if err != nil {
				t.Fatal(err)
			}
			reply := decode[rag.Reply](t, list[len(list)-1])
			c.check(t, reply)
			s := reply.Sentences[0]
			if reply.Answer != freelyPutOut || s.Verdict != x.verdict || s.Judge != x.judge || reply.Status != x.status {
				t.Errorf("%s: %q is %s by %s, %+v", reply.Status, reply.Answer, s.Verdict, s.Judge, s.Why)
			}
			for _, span := range reply.Citations[0].Spans {
				if span.Verdict != x.verdict {
					t.Errorf("the citation says %s", span.Verdict)
				}
			}
			if x.judge == "model" && len(reply.Citations[0].Spans) == 0 {
				t.Error("the model's words are no span")
			}
			if has := slices.ContainsFunc(reply.Caveats, func(c rag.Caveat) bool { return c.Code == x.caveat }); has != (x.caveat != "") {
				t.Errorf("caveats %+v", reply.Caveats)
			}
			told := 0
			for _, e := range list {
				if e.Name == "verdict" {
					told++
					if v := decode[struct{ Sentence rag.Sentence }](t, e); v.Sentence.Verdict != x.verdict {
						t.Errorf("the event says %+v", v)
					}
				}
			}
			if told != 1 {
				t.Errorf("%d verdicts of one sentence", told)
			}
			if reply.Usage.InputTokens < 107 && x.caveat != "not_judged" { // looking for disagreement costs some, too
				t.Errorf("usage %+v", reply.Usage)
			}
		})
	}
}

// TestJudgeSeesSentenceAndPlaceOnly: neither the question nor other passages.
func TestJudgeSeesSentenceAndPlaceOnly(t *testing.T) {
	c := newCollection(t, news()...)
	model := withJudge(freelyPut+"海燕云明年会更好[S1]。", `{"judgements":[]}`)
	chat(t, c.engine(model), rulesAlone(judged, ""))
	requests := model.Requests()
	if len(requests) != 2 || !requests[1].JSON {
		t.Fatalf("%d requests", len(requests))
	}
	asked := requests[1].Messages[0].Content
	if !strings.Contains(asked, "比上年同期多出三成以上") || !strings.Contains(asked, "14.2亿元") || strings.Contains(asked, judged) || strings.Contains(asked, "S1") {
		t.Error(asked)
	}
}

// TestStrictWaitsForTheJudge: where only what holds may appear, a weak sentence
// appears when the model has borne it out, and in its place.
func TestStrictWaitsForTheJudge(t *testing.T) {
	c := newCollection(t, news()...)
	text := "营收为14.2亿元，同比增长36%[S1]。\n" + freelyPut + "明年营收将达到900亿元[S1]。\n公司预计全年营收超过50亿元[S1]。"
	good := `{"judgements":[{"sentence":1,"verdict":"supported","quote":"同比增长36%"}]}`
	for _, judgement := range []string{good, `{"judgements":[]}`, "no"} {
		reply := chat(t, c.engine(withJudge(text, judgement)), rulesAlone(judged, "strict"))
		c.check(t, reply)
		want := "营收为14.2亿元，同比增长36%[1]。\n公司预计全年营收超过50亿元[1]。"
		dropped := 2
		if judgement == good {
			want, dropped = "营收为14.2亿元，同比增长36%[1]。\n"+freelyPutOut+"\n公司预计全年营收超过50亿元[1]。", 1
		}
		if reply.Answer != want || len(reply.Dropped) != dropped || reply.Status != "partial" {
			t.Errorf("%s: %s %q, dropped %+v", judgement, reply.Status, reply.Answer, reply.Dropped)
		}
	}
}

// TestOpenings: the model's own word on whether the passages answer.
func TestOpenings(t *testing.T) {
	c := newCollection(t, news()...)
	const told, toldOut = "营收为14.2亿元，同比增长36%[S1]。", "营收为14.2亿元，同比增长36%[1]。"
	for name, x := range map[string]struct{ reply, answer, status, reason string }{
		"yes":                              {"ANSWERABLE: YES\n" + told, toldOut, "answered", ""},
		"partly":                           {"ANSWERABLE: PARTLY\n\n" + told, toldOut, "partial", ""},
		"no, and what is there":            {"ANSWERABLE: NO\n所给文章没有提到利润。" + told, "所给文章没有提到利润。" + toldOut, "refused", "model_declined"},
		"no, and nothing":                  {"ANSWERABLE: NO", "", "refused", "model_declined"},
		"another form":                     {"**Answerable： partially**\n" + told, toldOut, "partial", ""},
		"with a reason behind it":          {"ANSWERABLE: YES（段落写明了）\n" + told, toldOut, "answered", ""},
		"none":                             {told, toldOut, "answered", ""},
		"only its beginning":               {"ANSWER\n" + told, "ANSWER\n" + toldOut, "answered", ""},
		"another word":                     {"ANSWERABLE: MAYBE\n" + told, "ANSWERABLE: MAYBE\n" + toldOut, "answered", ""},
		"it confesses without it":          {"所给文章没有提到利润。", "所给文章没有提到利润。", "refused", "model_declined"},
		"with the text on its line":        {"ANSWERABLE: YES " + told, toldOut, "answered", ""},
		"with a line of text that is long": {"ANSWERABLE: YES（" + strings.Repeat("很", 80) + "）" + told, "（" + strings.Repeat("很", 80) + "）" + toldOut, "answered", ""},
	} {
		t.Run(name, func(t *testing.T) {
			for chunk := 1; chunk < 80; chunk += 13 {
				model := llm.NewScripted(llm.Script{For: "text", Text: x.reply, Chunk: chunk}, llm.Script{For: "json", Text: `{"judgements":[]}`})
				reply := chat(t, c.engine(model), rulesAlone(judged, ""))
				c.check(t, reply)
				if x.answer == "" {
					if !strings.Contains(reply.Answer, "最接近的文章") || len(reply.Refusal.Nearest) == 0 {
						t.Errorf("%q, %+v", reply.Answer, reply.Refusal)
					}
				} else if reply.Answer != x.answer {
					t.Errorf("chunks of %d: %q", chunk, reply.Answer)
				}
				reason := ""
				if reply.Refusal != nil {
					reason = reply.Refusal.Reason
				}
				if reply.Status != x.status || reason != x.reason {
					t.Errorf("%s %s", reply.Status, reason)
				}
			}
		})
	}
}

// TestPassagesCut: what did not fit into the prompt is said.
func TestPassagesCut(t *testing.T) {
	var articles []article
	for i, name := range []string{"甲云", "乙云", "丙云", "丁云", "戊云"} {
		articles = append(articles, article{name, name + "的营收", "报", "2024-0" + string(rune('1'+i)) + "-01", strings.Repeat(name+"的营收在这一季度又有增长。", 40)})
	}
	c := newCollection(t, articles...)
	c.options.PromptTokens = 900
	model := llm.NewScripted(llm.Script{For: "text", Text: "甲云的营收在这一季度又有增长[S1]。"})
	reply := chat(t, c.engine(model), rulesAlone("各家的营收有增长吗？", ""))
	if !slices.ContainsFunc(reply.Caveats, func(c rag.Caveat) bool { return c.Code == "passages_cut" }) {
		t.Errorf("caveats %+v", reply.Caveats)
	}
	prompt, err := json.Marshal(model.Requests()[0])
	if err != nil || strings.Count(string(prompt), "passage id") != 1 {
		t.Errorf("%s %v", prompt, err)
	}
}

// TestPromptTooLong: half of the passages are tried; when that is too much, too,
// extracts answer from all that was found.
func TestPromptTooLong(t *testing.T) {
	c := newCollection(t, news()...)
	all := strings.Count(promptOf(t, c, llm.Script{For: "text", Text: "营收为14.2亿元，同比增长36%[S1]。"}), "<passage id=")
	if all < 3 {
		t.Fatalf("%d passages", all)
	}
	model := llm.NewScripted(llm.Script{For: "text", Fail: "context"}, llm.Script{For: "text", Text: "营收为14.2亿元，同比增长36%[S1]。"})
	reply := chat(t, c.engine(model), rulesAlone(judged, ""))
	c.check(t, reply)
	requests := model.Requests()
	if n := strings.Count(requests[1].Messages[0].Content, "<passage id="); n >= all || n == 0 {
		t.Errorf("%d requests, the second with %d of %d passages", len(requests), n, all)
	}
	if reply.Mode != "model" || reply.Status != "answered" || reply.Caveats[0].Code != "passages_cut" {
		t.Errorf("%s %s %+v", reply.Mode, reply.Status, reply.Caveats)
	}
	never := llm.NewScripted(llm.Script{For: "text", Fail: "context"})
	reply = chat(t, c.engine(never), rulesAlone(judged, ""))
	c.check(t, reply)
	if reply.Mode != "extracts" || !strings.Contains(reply.Answer, "14.2亿元") || reply.Caveats[0].Code != "model_failed" || !strings.Contains(reply.Caveats[0].Text, "上下文") {
		t.Errorf("%s %q %+v", reply.Mode, reply.Answer, reply.Caveats)
	}
	spent := llm.NewScripted(llm.Script{For: "text", Fail: "budget"})
	reply = chat(t, c.engine(spent), rulesAlone(judged, ""))
	if reply.Mode != "extracts" || !strings.Contains(reply.Caveats[0].Text, "额度") {
		t.Errorf("%s %+v", reply.Mode, reply.Caveats)
	}
}

// promptOf returns the user's turn that a model is asked with.
func promptOf(t *testing.T, c *collection, script llm.Script) string {
	t.Helper()
	model := llm.NewScripted(script)
	chat(t, c.engine(model), rulesAlone(judged, ""))
	return model.Requests()[0].Messages[0].Content
}
