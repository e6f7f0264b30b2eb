package rag

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"chuchu/corpus"
	"chuchu/rag/cite"
	"chuchu/rag/llm"
)

// Answer begins an answer and yields its events: meta, sources, then delta,
// citation, verdict and caveat as they come, and done or error last. An error
// before the first event is yielded as such, so that the caller can still reply
// with a status; after it, a failure is an error event.
//
// A reader who breaks off, or whose context ends, leaves the answer: it goes on
// for Options.ResumeGrace, in which Follow picks it up. What ends while nobody
// reads is stored all the same.
func (e *Engine) Answer(ctx context.Context, r ChatRequest) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		a, err := e.start(ctx, r)
		if err != nil {
			yield(Event{}, err)
			return
		}
		defer a.leave()
		a.log.read(ctx, 0, yield)
	}
}

// Chat returns the whole answer: what Answer's done event carries. A caller whose
// context ends leaves it as a reader does.
func (e *Engine) Chat(ctx context.Context, r ChatRequest) (Reply, error) {
	a, err := e.start(ctx, r)
	if err != nil {
		return Reply{}, err
	}
	defer a.leave()
	return a.wait(ctx)
}

// answer writes an answer, tells its events, and stores it.
func (e *Engine) answer(ctx context.Context, r ChatRequest, a *running) (stored bool, err error) {
	w, err := e.begin(ctx, r)
	if err != nil {
		return false, err
	}
	w.reply.ID, w.emit = a.id, a.log.Add
	if err := w.announce(); err != nil {
		return false, err
	}
	started := time.Now()
	if err := e.fill(ctx, w); err != nil {
		return false, err
	}
	if err := e.findConflicts(ctx, w); err != nil {
		return false, err
	}
	w.finish()
	w.reply.TookMS.Verify = w.verifying.Milliseconds()
	w.reply.TookMS.Answer = (time.Since(started) - w.verifying).Milliseconds()
	done, err := NewEvent("done", w.reply)
	if err != nil {
		return false, err
	}
	events, err := a.settle()
	if err != nil {
		return false, err
	}
	if stored, err = e.keep(ctx, w, events); err != nil {
		return false, err
	}
	a.finish(w.reply, done, nil)
	return stored, nil
}

// begin checks the request, makes the plan and finds the passages.
func (e *Engine) begin(ctx context.Context, r ChatRequest) (*writing, error) {
	if err := checkChat(r); err != nil {
		return nil, err
	}
	limit, err := limitOf(r.Limit, e.Options.Limit)
	if err != nil {
		return nil, err
	}
	started := time.Now()
	history, cut, err := e.history(ctx, r)
	if err != nil {
		return nil, err
	}
	question := r.Messages[len(r.Messages)-1].Content
	if r.Extracts {
		r.Plan = "rules"
	}
	q, err := e.plan(ctx, SearchRequest{
		Query: question, Filter: r.Filter, AsOf: r.AsOf, Window: r.Window, Plan: r.Plan, History: history,
	})
	if err != nil {
		var input *InputError
		if errors.As(err, &input) && input.Field == "query" {
			input.Field = "messages"
		}
		return nil, err
	}
	planned := time.Now()
	found, err := e.retrieve(ctx, q, limit)
	if err != nil {
		return nil, err
	}
	w := newWriting(r, q, history, found)
	w.created = e.Now()
	w.verifier, w.render = e.verifier(ctx), e.answering(w)
	w.reply.TookMS.Plan = planned.Sub(started).Milliseconds()
	w.reply.TookMS.Retrieve = time.Since(planned).Milliseconds()
	if e.Model != nil && !r.Extracts {
		w.reply.Mode, w.reply.Model, w.judging = "model", e.Model.Info(), true
	}
	if cut {
		w.later = append(w.later, Caveat{Code: "history_cut", Text: w.words(
			"对话较长，较早的几轮没有用到。",
			"The conversation is long; its oldest turns were not used.")})
	}
	return w, nil
}

func checkChat(r ChatRequest) error {
	switch {
	case len(r.Messages) == 0:
		return &InputError{Field: "messages", Reason: "it is empty; the last message is the question"}
	case r.Messages[len(r.Messages)-1].Role != "user":
		return &InputError{Field: "messages", Reason: "the last one must be the user's: it is the question"}
	case r.PreviousID != "" && len(r.Messages) > 1:
		return &InputError{Field: "messages", Reason: "with previous_id it holds the new question alone; the turns before it are known"}
	case !slices.Contains([]string{"", "auto", "zh", "en"}, r.Language):
		return &InputError{Field: "language", Reason: quoteShort(r.Language) + " is none of auto, zh, en"}
	case !slices.Contains([]string{"", "mark", "strict"}, r.Verify):
		return &InputError{Field: "verify", Reason: quoteShort(r.Verify) + " is neither mark nor strict"}
	}
	for _, m := range r.Messages {
		if m.Role != "user" && m.Role != "assistant" {
			return &InputError{Field: "messages", Reason: "the role " + quoteShort(m.Role) + " is neither user nor assistant"}
		}
	}
	return nil
}

// maxHistory is the most earlier messages that are used.
const maxHistory = 20

// history returns the earlier turns, without markers, and whether the oldest had
// to be left out.
func (e *Engine) history(ctx context.Context, r ChatRequest) (history []llm.Message, cut bool, err error) {
	history = slices.Clone(r.Messages[:len(r.Messages)-1])
	if r.PreviousID != "" {
		if history, cut, err = e.turnsUpTo(ctx, r.PreviousID); err != nil {
			return nil, false, err
		}
	}
	for i, m := range history {
		if m.Role == "assistant" {
			history[i].Content = cite.Strip(m.Content)
		}
	}
	kept := e.latest(history)
	return kept, cut || len(kept) < len(history), nil
}

// latest returns the newest messages that are used: maxHistory, and no more than
// half of what a prompt holds.
func (e *Engine) latest(history []llm.Message) []llm.Message {
	start, tokens := len(history), 0
	for start > 0 && len(history)-start < maxHistory {
		if tokens += llm.EstimateTokens(history[start-1].Content); tokens > e.Options.PromptTokens/2 {
			break
		}
		start--
	}
	return history[start:]
}

// announce sends what is known before the first word.
func (w *writing) announce() error {
	if err := w.event("meta", metaEvent{w.reply.ID, w.reply.Plan, w.reply.Model}); err != nil {
		return err
	}
	if err := w.event("sources", sourcesEvent{w.considered()}); err != nil {
		return err
	}
	for _, c := range w.later {
		if err := w.caveat(c.Code, c.Text); err != nil {
			return err
		}
	}
	return nil
}

// fill writes the text: by the model where there is one, else of extracts; or it
// refuses when there is nothing to write from.
func (e *Engine) fill(ctx context.Context, w *writing) error {
	byModel := w.reply.Mode == "model"
	if len(w.sources) == 0 || !byModel && !w.anyWord() {
		return w.refuse("no_evidence")
	}
	off, err := e.offTopic(ctx, w)
	switch {
	case err != nil:
		return err
	case off:
		return w.refuse("off_topic")
	case !byModel:
		return e.writeExtracts(ctx, w)
	}
	err = e.writeByModel(ctx, w)
	switch {
	case err == nil:
		return e.endByModel(ctx, w)
	case ctx.Err() != nil || w.begun() || e.Options.OnModelError != "extracts":
		return err
	}
	e.Log.Warn("the model failed; the answer is made of extracts", "answer", w.reply.ID, "error", err)
	w.reset()
	if err := w.caveat("model_failed", w.words(
		"语言模型没有给出回答（"+FailureWords(err, "zh")+"），以下改为原文摘录。",
		"The language model gave no answer ("+FailureWords(err, "en")+"); these are extracts instead.")); err != nil {
		return err
	}
	if !w.anyWord() {
		return w.refuse("no_evidence")
	}
	return e.writeExtracts(ctx, w)
}

// FailureWords says in a few words how a model failed; what its server said is in
// the log.
func FailureWords(err error, language string) string {
	zh, en := "出错", "it failed"
	var provider *llm.ProviderError
	var budget *llm.BudgetError
	switch {
	case errors.As(err, &budget):
		zh, en = "用量额度已用完", "its budget of tokens is spent"
	case errors.Is(err, llm.ErrContext):
		zh, en = "内容超出模型的上下文", "the prompt does not fit its context"
	case errors.Is(err, llm.ErrTimeout):
		zh, en = "超时", "it did not answer in time"
	case errors.Is(err, llm.ErrCut):
		zh, en = "回答中断", "its reply broke off"
	case errors.Is(err, llm.ErrEmpty):
		zh, en = "回答为空", "its reply was empty"
	case errors.As(err, &provider):
		zh, en = statusWords(provider.Status)
	}
	if language == "zh" {
		return zh
	}
	return en
}

// statusWords says what an HTTP status of a model's server means, 0 that it could
// not be reached.
func statusWords(status int) (zh, en string) {
	switch {
	case status == 0:
		return "连接不上", "its server cannot be reached"
	case status == 401 || status == 403:
		return "密钥不被接受", "its server refused the key"
	case status == 404:
		return "没有这个模型", "its server has no such model"
	case status == 429:
		return "请求过多", "its server takes no more requests now"
	case status >= 400 && status < 500:
		return "请求被拒绝", "its server refused the request"
	}
	return "出错", "it failed"
}

// refuse makes the answer a refusal, which says so in words.
func (w *writing) refuse(reason string) error {
	w.decline(reason)
	text := w.words("所收文章没有可以回答这个问题的内容。", "Nothing in the collection answers this question.")
	if reason == "off_topic" {
		text = w.words("所收文章不涉及这个问题。", "The collection is not about this question.")
	}
	if len(w.reply.Refusal.Nearest) > 0 {
		text += w.words("最接近的文章：", " The nearest articles: ") + titles(w.reply.Refusal.Nearest, w.reply.Language)
	}
	return w.plain(cite.Escape(text))
}

func titles(articles []corpus.Ref, language string) string {
	var list []string
	for _, a := range articles[:min(len(articles), 3)] {
		name := "《" + a.Title + "》"
		if language == "en" {
			name = "“" + a.Title + "”"
		}
		if a.Published != "" {
			name += fmt.Sprintf(" (%s)", a.Published)
		}
		list = append(list, name)
	}
	if language == "en" {
		return strings.Join(list, "; ") + "."
	}
	return strings.Join(list, "、") + "。"
}

// NewID returns an id that cannot be guessed.
func NewID(prefix string) string { return prefix + strings.ToLower(rand.Text()[:20]) }
