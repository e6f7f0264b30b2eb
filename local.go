package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"chuchu/api"
	"chuchu/briefing"
	"chuchu/corpus"
	"chuchu/ingest"
	"chuchu/prompts"
	"chuchu/rag"
	"chuchu/rag/embed"
	"chuchu/rag/index"
	"chuchu/rag/lexicon"
	"chuchu/rag/llm"
)

// A collection is what the commands work on: the one opened in this process, or
// the server's that has it open.
type collection interface {
	Search(ctx context.Context, r rag.SearchRequest) (rag.SearchReply, error)
	Answer(ctx context.Context, r rag.ChatRequest) iter.Seq2[rag.Event, error]
	Chat(ctx context.Context, r rag.ChatRequest) (rag.Reply, error)
	Check(ctx context.Context, r rag.CheckRequest) (rag.CheckReply, error)
	Briefings() briefings
	Ingest(ctx context.Context, sources iter.Seq2[ingest.Source, error], report func(ingest.Result)) error
	List(ctx context.Context, q corpus.ListQuery) (corpus.List, error)
	Text(ctx context.Context, id string, version int) (string, error)
	Article(ctx context.Context, id string, version int) (corpus.Article, error)
	Export(ctx context.Context, w io.Writer) error
	Delete(ctx context.Context, id string) error
	Close() error
}

// openCollection opens the data directory, or turns to the server that has it.
func openCollection(ctx context.Context, p *program) (collection, error) {
	l, err := openInTurn(ctx, p.config, p.log)
	var locked *corpus.LockedError
	if errors.As(err, &locked) && locked.Holder.Address != "" {
		p.log.Debug("using the running server", "address", locked.Holder.Address)
		return newRemote(locked.Holder.Address, os.Getenv(apiKeyVariable), p.config.Ingest), nil
	}
	if err != nil {
		return nil, err
	}
	return l, nil
}

// lockPatience is how long a command waits for another one to end, or for a server
// that starts to say where it serves.
const lockPatience = 10 * time.Second

// openInTurn opens the data directory when no other command has it any more.
// *corpus.LockedError where a server has it, or a command that takes long.
func openInTurn(ctx context.Context, c Config, log *slog.Logger) (*local, error) {
	over := time.After(lockPatience)
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		l, err := openLocal(ctx, c, log)
		var locked *corpus.LockedError
		if !errors.As(err, &locked) || locked.Holder.Address != "" {
			return l, err
		}
		select {
		case <-again.C:
		case <-over:
			return nil, err
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// local is a collection opened in this process, with all its parts.
type local struct {
	*rag.Engine
	desk     *briefing.Desk
	config   Config
	lock     *corpus.Lock
	record   *corpus.Record
	index    *index.Local
	embedder embed.Embedder
	model    llm.Model // nil without one
	// countCall, where a server has set it, is told of each call of the model.
	countCall func(llm.Call)
	ingester  *ingest.Ingester
	log       *slog.Logger
}

// openLocal takes the data directory's lock, opens the parts, makes again what a
// changed embedder or splitter left out of date, and brings the index level with
// the record.
func openLocal(ctx context.Context, c Config, log *slog.Logger) (_ *local, err error) {
	l := &local{config: c, log: log}
	defer func() {
		if err == nil {
			return
		}
		if closing := l.Close(); closing != nil { // most often the same fault once more
			log.Debug("closing after a failed start", "error", closing)
		}
	}()
	if l.lock, err = corpus.LockDir(c.Data); err != nil {
		return nil, err
	}
	if l.record, err = corpus.Open(ctx, c.Data, corpus.Options{}); err != nil {
		return nil, err
	}
	// A served embedder that is down is believed to be what it was.
	if c.Embed.Earlier, err = l.record.Setting(ctx, ingest.EmbedderSetting); err != nil {
		return nil, err
	}
	if l.embedder, err = embed.New(c.Embed); err != nil {
		return nil, fmt.Errorf("embedder: %w", err)
	}
	if l.model, err = l.openModel(ctx, c.LLM); err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	if err = l.openIndex(ctx); err != nil {
		return nil, err
	}
	l.ingester = ingest.New(ingest.Parts{Record: l.record, Embedder: l.embedder, CatchUp: l.catchUp, Options: c.Ingest, Log: log})
	if err = l.ingester.Refresh(ctx); err != nil {
		return nil, err
	}
	if err = l.catchUp(ctx); err != nil {
		return nil, err
	}
	l.makeRoom(ctx)
	set, err := prompts.Load(c.Prompts)
	if err != nil {
		return nil, fmt.Errorf("prompts: %w", err)
	}
	reranker, err := rag.NewReranker(c.RAG.Rerank, l.model, set, os.Getenv)
	if err != nil {
		return nil, fmt.Errorf("rag.rerank: %w", err)
	}
	words, err := openLexicon(c.RAG.Glossary)
	if err != nil {
		return nil, err
	}
	l.Engine = rag.New(rag.Parts{
		Record: l.record, Index: l.index, Embedder: l.embedder, Lexicon: words, Model: l.model, Reranker: reranker,
		Prompts: set, Options: c.RAG, Now: time.Now, Log: log,
	})
	l.desk = briefing.NewDesk(briefing.Parts{Engine: l.Engine, Options: c.Briefings, Log: log, Explain: api.Explain})
	return l, nil
}

// modelDaySetting is where the record keeps what the model has used of its day.
const modelDaySetting = "model_day"

// openModel returns the model, whose budget of a day goes on over restarts.
func (l *local) openModel(ctx context.Context, o llm.Options) (llm.Model, error) {
	earlier, err := l.record.Setting(ctx, modelDaySetting)
	if err != nil {
		return nil, err
	}
	if o.Earlier, err = llm.ParseTally(earlier); err != nil {
		l.log.Warn("the model's budget begins the day anew", "error", err)
	}
	o.Keep = func(ctx context.Context, used llm.Tally) {
		if err := l.record.SetSetting(ctx, modelDaySetting, used.String()); err != nil {
			l.log.Warn("what the model has used today was not kept", "used", used.Tokens, "error", err)
		}
	}
	o.Observe = func(c llm.Call) {
		if l.countCall != nil {
			l.countCall(c)
		}
	}
	return llm.New(o, os.Getenv)
}

// openLexicon returns the dictionary with the user's glossary, where there is one.
func openLexicon(glossary string) (*lexicon.Lexicon, error) {
	if glossary == "" {
		return lexicon.New(nil)
	}
	terms, err := lexicon.ReadGlossary(glossary)
	if err != nil {
		return nil, fmt.Errorf("glossary: %w", err)
	}
	words, err := lexicon.New(terms)
	if err != nil {
		return nil, fmt.Errorf("glossary %s: %w", glossary, err)
	}
	return words, nil
}

func (l *local) openIndex(ctx context.Context) error {
	fingerprint, err := l.embedder.Fingerprint(ctx)
	if err != nil {
		return fmt.Errorf("embedder: %w", err)
	}
	options := l.config.Index
	options.Log = l.log
	l.index, err = index.OpenLocal(ctx, filepath.Join(l.config.Data, "index"), fingerprint.Dimension, options)
	return err
}

func (l *local) catchUp(ctx context.Context) error { return l.index.CatchUp(ctx, l.record) }

// List implements collection.
func (l *local) List(ctx context.Context, q corpus.ListQuery) (corpus.List, error) {
	return l.record.Articles(ctx, q)
}

// Text implements collection.
func (l *local) Text(ctx context.Context, id string, version int) (string, error) {
	a, err := l.Article(ctx, id, version)
	return a.Text, err
}

// Article implements collection.
func (l *local) Article(ctx context.Context, id string, version int) (corpus.Article, error) {
	return l.record.ArticleVersion(ctx, id, version)
}

// Export implements collection.
func (l *local) Export(ctx context.Context, w io.Writer) error {
	return ingest.Export(ctx, l.record, w)
}

// Delete implements collection.
func (l *local) Delete(ctx context.Context, id string) error {
	if err := l.record.Delete(ctx, id); err != nil {
		return err
	}
	return l.catchUp(ctx)
}

// Close closes what is open, in the reverse order.
func (l *local) Close() error {
	var errs []error
	if l.desk != nil { // what it still makes needs the engine
		l.desk.Close()
	}
	if l.Engine != nil { // what it still writes needs the other parts
		l.Engine.Close()
	}
	if l.index != nil {
		errs = append(errs, l.index.Close())
	}
	if l.record != nil {
		errs = append(errs, l.record.Close())
	}
	if l.lock != nil {
		errs = append(errs, l.lock.Release())
	}
	return errors.Join(errs...)
}
