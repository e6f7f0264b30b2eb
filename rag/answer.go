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
	"chuchu/prompts"
	"chuchu/rag/cite"
	"chuchu/rag/llm"
)

// Answer yields the events of an answer: meta, sources, then delta, citation,
// verdict and caveat as they come, and done or error last. An error before the
// first event is yielded as such, so that the caller can still reply with a
// status; after it, a failure is an error event. Breaking off the loop ends the
// answer, and nothing of it is kept.
func (e *Engine) Answer(ctx context.Context, r ChatRequest) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		started := false
		_, err := e.answer(ctx, r, func(event Event) error {
			started = true
			if !yield(event, nil) {
				return errLeft
			}
			return nil
		})
		switch {
		case err == nil || errors.Is(err, errLeft):
		case started:
			yield(Event{Name: "error", Err: err}, nil)
		default:
			yield(Event{}, err)
		}
	}
}

// errLeft: the reader of the events broke off.
var errLeft = errors.New("the reader left")

// Chat returns the whole answer: what Answer's done event carries.
func (e *Engine) Chat(ctx context.Context, r ChatRequest) (Reply, error) {
	return e.answer(ctx, r, func(Event) error { return nil })
}

// answer writes an answer and hands out its events.
func (e *Engine) answer(ctx context.Context, r ChatRequest, emit func(Event) error) (Reply, error) {
	w, err := e.begin(ctx, r)
	if err != nil {
		return Reply{}, err
	}
	w.emit = emit
	if err := w.announce(); err != nil {
		return Reply{}, err
	}
	started := time.Now()
	if err := e.fill(ctx, w); err != nil {
		return Reply{}, err
	}
	w.finish()
	w.reply.TookMS.Verify = w.verifying.Milliseconds()
	w.reply.TookMS.Answer = (time.Since(started) - w.verifying).Milliseconds()
	if err := e.keep(ctx, w); err != nil {
		return Reply{}, err
	}
	return w.reply, w.event("done", w.reply)
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
	w.weight = e.weigh(ctx)
	w.reply.TookMS.Plan = planned.Sub(started).Milliseconds()
	w.reply.TookMS.Retrieve = time.Since(planned).Milliseconds()
	if e.Model != nil {
		w.reply.Mode, w.reply.Model = "model", e.Model.Info()
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
		if history, err = e.turnsUpTo(ctx, r.PreviousID); err != nil {
			return nil, false, err
		}
	}
	for i, m := range history {
		if m.Role == "assistant" {
			history[i].Content = cite.Strip(m.Content)
		}
	}
	kept := e.latest(history)
	return kept, len(kept) < len(history), nil
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

// weigh returns how telling a term is in the collection, asked of the index once
// a term. An index that fails makes all terms alike: verdicts are then humbler.
func (e *Engine) weigh(ctx context.Context) func(terms []string) map[string]float64 {
	known := make(map[string]float64)
	return func(terms []string) map[string]float64 {
		var unknown []string
		for _, t := range terms {
			if _, ok := known[t]; !ok {
				known[t] = 1
				unknown = append(unknown, t)
			}
		}
		if len(unknown) == 0 {
			return known
		}
		weights, err := e.Index.Weights(ctx, unknown)
		if err != nil {
			e.Log.Warn("weighing terms failed", "error", err)
			return known
		}
		for i, t := range unknown {
			known[t] = weights[i]
		}
		return known
	}
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
	if len(w.sources) == 0 || e.Model == nil && !w.anyWord() {
		return w.refuse("no_evidence")
	}
	if e.Model == nil {
		return e.writeExtracts(ctx, w)
	}
	err := e.writeByModel(ctx, w)
	switch {
	case err == nil:
		return w.refuseUncited()
	case errors.Is(err, errLeft) || ctx.Err() != nil || w.begun() || e.Options.OnModelError != "extracts":
		return err
	}
	e.Log.Warn("the model failed; the answer is made of extracts", "answer", w.reply.ID, "error", err)
	w.reset()
	if err := w.caveat("model_failed", w.words(
		"语言模型没有给出回答（"+failureWords(err, "zh")+"），以下改为原文摘录。",
		"The language model gave no answer ("+failureWords(err, "en")+"); these are extracts instead.")); err != nil {
		return err
	}
	if !w.anyWord() {
		return w.refuse("no_evidence")
	}
	return e.writeExtracts(ctx, w)
}

// failureWords says in a few words how a model failed; what its server said is in
// the log.
func failureWords(err error, language string) string {
	zh, en := "出错", "it failed"
	var provider *llm.ProviderError
	switch {
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

// writeByModel lets the model write from the passages.
func (e *Engine) writeByModel(ctx context.Context, w *writing) error {
	request, err := e.prompt(w)
	if err != nil {
		return err
	}
	var stream cite.Stream
	for chunk, err := range e.Model.Stream(ctx, request) {
		if err != nil {
			return err
		}
		if chunk.Done {
			w.reply.Usage.InputTokens += chunk.Usage.InputTokens
			w.reply.Usage.OutputTokens += chunk.Usage.OutputTokens
		}
		if err := w.takeAll(stream.Write(chunk.Text)); err != nil {
			return err
		}
	}
	if err := w.takeAll(stream.Close()); err != nil {
		return err
	}
	if len(w.reply.Sentences)+len(w.reply.Dropped) == 0 {
		return llm.ErrEmpty
	}
	return nil
}

// prompt renders what the model is asked. Passages go in best first, until the
// budget of tokens is spent; what did not fit is no source of this answer.
func (e *Engine) prompt(w *writing) (llm.Request, error) {
	p := prompts.Answer{Language: w.reply.Language, AsOf: w.reply.AsOf, Question: w.question}
	budget := e.Options.PromptTokens
	for _, m := range w.history {
		budget -= llm.EstimateTokens(m.Content)
	}
	for i, s := range w.sources {
		budget -= llm.EstimateTokens(s.title() + s.text)
		if budget < 0 && i > 0 {
			w.sources = w.sources[:i]
			break
		}
		p.Passages = append(p.Passages, prompts.Passage{
			Handle: s.handle, Title: s.article.Title, Outlet: s.article.Outlet,
			Published: string(s.article.Published), Text: s.text,
		})
	}
	system, user, err := e.Prompts.Answer(p)
	if err != nil {
		return llm.Request{}, err
	}
	w.promptHash = hashOf(system, user)
	messages := append(slices.Clone(w.history), llm.Message{Role: "user", Content: user})
	return llm.Request{System: system, Messages: messages}, nil
}

// refuse makes the answer a refusal, which says so in words.
func (w *writing) refuse(reason string) error {
	nearest := w.considered()
	w.reply.Status = "refused"
	w.reply.Refusal = &Refusal{Reason: reason, Searched: w.reply.Plan.Queries, Nearest: nearest[:min(len(nearest), 5)]}
	text := w.words("所收文章没有可以回答这个问题的内容。", "Nothing in the collection answers this question.")
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

// refuseUncited calls an answer refused none of whose claims cites anything: the
// text stays as it was sent, but it is no answer from the collection.
func (w *writing) refuseUncited() error {
	claims, cited := 0, 0
	for _, s := range w.reply.Sentences {
		if s.Verdict != string(cite.None) {
			claims++
		}
		cited += len(s.Citations)
	}
	switch {
	case cited > 0:
		return nil
	case len(w.reply.Sentences) == 0: // strict: nothing of it held
		return w.refuse("unsupported")
	}
	nearest := w.considered()
	w.reply.Status = "refused"
	w.reply.Refusal = &Refusal{Reason: "model_declined", Searched: w.reply.Plan.Queries, Nearest: nearest[:min(len(nearest), 5)]}
	if claims == 0 {
		return nil // it says itself that it has no answer
	}
	w.reply.Refusal.Reason = "unsupported"
	return w.caveat("unsupported", w.words(
		"语言模型的这段文字没有引用任何文章，不能算作依据所收文章的回答。",
		"The language model's text cites no article; it is no answer from the collection."))
}

// newID returns an id that cannot be guessed.
func newID(prefix string) string { return prefix + strings.ToLower(rand.Text()[:20]) }
