package rag

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"chuchu/prompts"
	"chuchu/rag/cite"
	"chuchu/rag/llm"
)

// writeByModel lets the model write from the passages. When its server says that the
// prompt is too long after all, half of them are tried.
func (e *Engine) writeByModel(ctx context.Context, w *writing) error {
	err := e.writeFrom(ctx, w, e.passageTokens(w))
	if errors.Is(err, llm.ErrContext) && !w.begun() && len(w.sources) > 1 {
		e.Log.Info("the prompt was too long for the model; half of the passages are tried", "answer", w.reply.ID)
		w.opening = opening{}
		err = e.writeFrom(ctx, w, w.sourceTokens()/2)
	}
	if err != nil {
		return err
	}
	if len(w.reply.Sentences)+len(w.reply.Dropped)+len(w.waiting) == 0 && w.opening.says == "" {
		return llm.ErrEmpty
	}
	return w.tellLeftOut()
}

// writeFrom lets the model write from as many passages as have so many tokens.
func (e *Engine) writeFrom(ctx context.Context, w *writing, tokens int) error {
	w.fit(tokens)
	request, err := w.prompt()
	if err != nil {
		return err
	}
	var stream cite.Stream
	for chunk, err := range e.Model.Stream(ctx, request) {
		w.use(chunk.Usage)
		if err != nil {
			return err
		}
		if err := w.takeAll(stream.Write(w.opening.read(chunk.Text))); err != nil {
			return err
		}
	}
	return w.takeAll(append(stream.Write(w.opening.rest()), stream.Close()...))
}

// passageTokens is how many tokens the passages may have beside the rules, the
// question and the earlier turns, by estimate.
func (e *Engine) passageTokens(w *writing) int {
	tokens := e.Options.PromptTokens
	if room := e.Model.Info().Room; room > 0 {
		system, user, err := w.render(nil)
		if err == nil { // else the prompt fails, and says so
			tokens = min(tokens, room-llm.EstimateTokens(system+user))
		}
	}
	for _, m := range w.history {
		tokens -= llm.EstimateTokens(m.Content)
	}
	return tokens
}

// fit leaves out the last sources until the rest has so many tokens; the first stays.
// What is left out is no source of this answer.
func (w *writing) fit(tokens int) {
	if n := fitting(w.sources, tokens); n < len(w.sources) {
		w.leftOut += len(w.sources) - n
		w.setSources(w.sources[:n])
	}
}

// fitting returns how many of the first sources have so many tokens, at least one.
func fitting(sources []*source, tokens int) int {
	for i, s := range sources {
		if tokens -= s.tokens(); tokens < 0 && i > 0 {
			return i
		}
	}
	return len(sources)
}

func (w *writing) sourceTokens() int {
	n := 0
	for _, s := range w.sources {
		n += s.tokens()
	}
	return n
}

// fence is about what a prompt puts around a source.
const fence = "<passage id=\"S10\">\nTitle: ; outlet: ; date: unknown\n\n</passage>\n\n"

func (s *source) tokens() int { return llm.EstimateTokens(fence + s.title() + s.text) }

// tellLeftOut says what the model was not given.
func (w *writing) tellLeftOut() error {
	if w.leftOut == 0 {
		return nil
	}
	all := len(w.sources) + w.leftOut
	return w.caveat("passages_cut", w.words(
		fmt.Sprintf("提示的长度有限：找到的%d处原文中，相关度较低的%d处没有交给语言模型。", all, w.leftOut),
		fmt.Sprintf("The prompt has a limit: of the %d stretches found, the %d that came last were not given to the language model.", all, w.leftOut)))
}

// prompt renders what the model is asked.
func (w *writing) prompt() (llm.Request, error) {
	system, user, err := w.render(passagesOf(w.sources))
	if err != nil {
		return llm.Request{}, err
	}
	w.promptHash = hashOf(system, user)
	messages := slices.Clone(w.history)
	for i := range messages { // earlier answers quote articles, too
		messages[i].Content = prompts.Data(messages[i].Content)
	}
	return llm.Request{System: system, Messages: append(messages, llm.Message{Role: "user", Content: user})}, nil
}

// answering renders the prompt of an answer.
func (e *Engine) answering(w *writing) render {
	return func(passages []prompts.Passage) (system, user string, err error) {
		return e.Prompts.Answer(prompts.Answer{Language: w.reply.Language, AsOf: w.reply.AsOf, Question: w.question, Passages: passages})
	}
}

func passagesOf(sources []*source) []prompts.Passage {
	var list []prompts.Passage
	for _, s := range sources {
		list = append(list, prompts.Passage{
			Handle: s.handle, Title: s.article.Title, Outlet: s.article.Outlet,
			Published: string(s.article.Published), Text: s.text,
		})
	}
	return list
}
