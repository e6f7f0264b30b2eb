package main

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"chuchu/api"
	"chuchu/corpus"
	"chuchu/prompts"
	"chuchu/rag"
	"chuchu/rag/embed"
	"chuchu/rag/index"
	"chuchu/rag/llm"
)

// doctor looks at each part by itself, so that one failure hides no other. It
// reads beside a running server and changes nothing.
type doctor struct {
	config   Config
	offline  bool
	patience time.Duration // how long it waits for embedder, and for model
	// serving is the collection whose server asks; nil at the command line, which
	// makes parts of its own. In one process the lock must not be tried: to the
	// operating system the server's own lock is another's.
	serving *local
}

// modelPatience is how long the doctor waits for a server.
const modelPatience = 30 * time.Second

func (d *doctor) examine(ctx context.Context) []finding {
	findings := []finding{d.configuration(), d.directory()}
	findings = append(findings, d.collection(ctx)...)
	findings = append(findings, d.embedder(ctx), d.model(ctx))
	findings = append(findings, d.network()...)
	return append(findings, pdfReader(ctx))
}

// examine is the doctor of the server that serves the collection. What only who runs
// it may know goes to the log.
func (l *local) examine(ctx context.Context, offline bool) []api.Finding {
	d := &doctor{config: l.config, offline: offline, patience: modelPatience, serving: l}
	var list []api.Finding
	for _, f := range d.examine(ctx) {
		if !f.ok && ctx.Err() == nil {
			l.log.Warn("the doctor found a fault", "code", f.code, "cause", f.text)
		}
		list = append(list, f.public())
	}
	return list
}

func (d *doctor) configuration() finding {
	if _, err := prompts.Load(d.config.Prompts); err != nil {
		return finding{code: "configuration.prompts", text: err.Error()}
	}
	return finding{code: "configuration.valid", ok: true}
}

func (d *doctor) directory() finding {
	_, err := os.Stat(d.config.Data)
	gone := errors.Is(err, fs.ErrNotExist)
	switch {
	case gone && d.serving != nil:
		return finding{code: "data.gone", text: err.Error()}
	case gone:
		return finding{code: "data.missing", ok: true, text: d.config.Data + " is not there yet"}
	case d.serving != nil:
		return finding{code: "data.own", ok: true}
	}
	lock, err := corpus.LockDir(d.config.Data)
	var locked *corpus.LockedError
	switch {
	case errors.As(err, &locked):
		return finding{code: "data.locked", ok: true, text: locked.Error()}
	case err != nil:
		return finding{code: "data.unusable", text: err.Error()}
	}
	if err := lock.Release(); err != nil {
		return finding{code: "data.unusable", text: err.Error()}
	}
	return finding{code: "data.free", ok: true, text: d.config.Data + " is there and free"}
}

// collection checks record and indexes, where there is a data directory.
func (d *doctor) collection(ctx context.Context) []finding {
	if d.serving != nil {
		r := d.serving.record
		return []finding{d.record(ctx, r), d.vectors(ctx, r), d.servedIndex(ctx)}
	}
	if _, err := os.Stat(d.config.Data); err != nil {
		return nil
	}
	r, err := corpus.Open(ctx, d.config.Data, corpus.Options{ReadOnly: true})
	if errors.Is(err, corpus.ErrNotFound) {
		return []finding{{code: "record.empty", ok: true}}
	}
	if err != nil {
		return []finding{recordFault(err)}
	}
	defer r.Close()
	return []finding{d.record(ctx, r), d.vectors(ctx, r), d.index()}
}

func recordFault(err error) finding {
	f := finding{code: "record.failed", text: err.Error()}
	switch {
	case errors.Is(err, corpus.ErrNewerSchema):
		f.code = "record.newer"
	case errors.Is(err, corpus.ErrDamaged):
		f.code = "record.damaged"
	case errors.Is(err, fs.ErrPermission):
		f.code = "record.forbidden"
	}
	return f
}

func (d *doctor) record(ctx context.Context, r *corpus.Record) finding {
	if err := r.Check(ctx); err != nil {
		return recordFault(err)
	}
	n, err := r.Counts(ctx)
	if err != nil {
		return recordFault(err)
	}
	return finding{code: "record.counts", ok: true, with: map[string]any{"articles": n.Articles, "passages": n.Passages, "answers": n.Answers, "briefings": n.Briefings}}
}

func (d *doctor) vectors(ctx context.Context, r *corpus.Record) finding {
	n, err := r.Counts(ctx)
	if err != nil {
		return finding{code: "vectors.failed", text: err.Error()}
	}
	f := finding{code: "vectors.all", ok: true, with: map[string]any{"embedded": n.Embedded, "passages": n.Passages}}
	if n.Embedded < n.Passages {
		f.code = "vectors.some"
	}
	return f
}

func (d *doctor) index() finding {
	dir := filepath.Join(d.config.Data, "index")
	if err := index.Check(dir); err != nil {
		return finding{code: "index.none", ok: true, text: err.Error()}
	}
	return finding{code: "index.fits", ok: true, text: dir + " is there and fits this version"}
}

// servedIndex holds the index that is open against the record.
func (d *doctor) servedIndex(ctx context.Context) finding {
	indexed, err := d.serving.index.Counts(ctx)
	if err != nil {
		return finding{code: "index.failed", text: err.Error()}
	}
	n, err := d.serving.record.Counts(ctx)
	if err != nil {
		return finding{code: "index.failed", text: err.Error()}
	}
	f := finding{code: "index.level", ok: true, with: map[string]any{"indexed": indexed.Passages, "passages": n.Passages}}
	if indexed.Passages != n.Passages {
		f.code = "index.behind"
	}
	return f
}

func (d *doctor) embedder(ctx context.Context) finding {
	e, err := d.openEmbedder()
	if err != nil {
		return finding{code: "embedder.config", text: err.Error()}
	}
	if provider := d.config.Embed.Provider; d.offline && provider != "static" {
		return finding{code: "embedder.skipped", ok: true, with: map[string]any{"provider": provider}, text: provider + " is configured; not asked (--offline)"}
	}
	ctx, cancel := context.WithTimeout(ctx, d.patience)
	defer cancel()
	started := time.Now()
	_, err = e.Query(ctx, "云计算")
	var name embed.Fingerprint
	if err == nil {
		name, err = e.Fingerprint(ctx)
	}
	if err != nil {
		return d.fault(ctx, "embedder", err, map[string]any{})
	}
	return finding{code: "embedder.answers", ok: true, with: map[string]any{"name": name.String(), "ms": time.Since(started).Milliseconds()}}
}

func (d *doctor) openEmbedder() (embed.Embedder, error) {
	if d.serving != nil {
		return d.serving.embedder, nil
	}
	return embed.New(d.config.Embed)
}

// fault says what kept a server from answering: its packages keep secrets out of their
// errors.
func (d *doctor) fault(ctx context.Context, part string, err error, with map[string]any) finding {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		with["seconds"] = d.patience.Seconds()
		return finding{code: findingCode(part + ".silent"), with: with, text: err.Error()}
	}
	with["detail"] = err.Error()
	return finding{code: findingCode(part + ".failed"), with: with}
}

func (d *doctor) model(ctx context.Context) finding {
	m, err := d.openModel()
	switch {
	case err != nil:
		return finding{code: "model.config", text: err.Error()}
	case m == nil:
		return finding{code: "model.none", ok: true}
	case d.offline:
		provider := d.config.LLM.Provider
		return finding{code: "model.skipped", ok: true, with: map[string]any{"provider": provider}, text: provider + " is configured; not asked (--offline)"}
	}
	ctx, cancel := context.WithTimeout(ctx, d.patience)
	defer cancel()
	started := time.Now()
	request := llm.Request{Messages: []llm.Message{{Role: "user", Content: "1+1=?"}}, MaxTokens: 512}
	// A model that reasons may spend all its tokens on that; it answers all the same.
	if _, _, err := llm.Text(ctx, m, request); err != nil && !errors.Is(err, llm.ErrCut) {
		if code, ok := rag.Failure(err); ok && code == "budget_exceeded" {
			return finding{code: "model.spent", text: err.Error()}
		}
		return d.fault(ctx, "model", err, map[string]any{"variable": orDefault(d.config.LLM.APIKeyEnv, "llm.api_key_env")})
	}
	info := m.Info()
	return finding{code: "model.answers", ok: true, with: map[string]any{"provider": info.Provider, "name": info.Name, "ms": time.Since(started).Milliseconds()}}
}

// openModel returns the server's own model, whose day the question is counted into as
// any caller may ask it; at the command line another, where it is not counted.
func (d *doctor) openModel() (llm.Model, error) {
	if d.serving != nil {
		return d.serving.model, nil
	}
	o := d.config.LLM
	o.RequestTokens, o.DayTokens = 0, 0
	return llm.New(o, os.Getenv)
}

// network says what leaves this machine.
func (d *doctor) network() (list []finding) {
	sends := func(code findingCode, address, provider string) {
		whole, _ := finding{code: code, with: map[string]any{"to": orDefault(address, provider+"'s own address")}}.words()
		list = append(list, finding{code: code, ok: true, with: map[string]any{"to": orDefault(originOf(address), provider)}, text: whole})
	}
	if e := d.config.Embed; e.Provider != "static" {
		sends("network.embedder", e.URL, e.Provider)
	}
	if m := d.config.LLM; m.Provider != "none" {
		sends("network.model", m.URL, m.Provider)
	}
	if r := d.config.RAG.Rerank; r.Provider == "server" || r.Provider == "tei" {
		sends("network.reranker", r.URL, r.Provider)
	}
	if len(list) == 0 {
		return []finding{{code: "network.none", ok: true}}
	}
	return list
}

// originOf is an address without its path and what follows, where a key may stand.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

func orDefault(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// pdfReader says whether PDF files can be read; that they cannot is no failure.
func pdfReader(ctx context.Context) finding {
	out, err := exec.CommandContext(ctx, "pdftotext", "-v").CombinedOutput()
	if err != nil {
		return finding{code: "pdf.none", ok: true}
	}
	first, _, _ := strings.Cut(string(out), "\n")
	return finding{code: "pdf.there", ok: true, with: map[string]any{"version": first}}
}
