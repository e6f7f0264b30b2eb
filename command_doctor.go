package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"chuchu/corpus"
	"chuchu/prompts"
	"chuchu/rag/embed"
	"chuchu/rag/index"
	"chuchu/rag/llm"
)

type doctorCommand struct {
	Offline bool `help:"Do not speak to the configured embedder and model."`
}

// A finding is what one check found.
type finding struct {
	Part   string `json:"part"`
	OK     bool   `json:"ok"`
	Text   string `json:"text"`
	Advice string `json:"advice,omitempty"`
}

func (c *doctorCommand) Run(ctx context.Context, p *program) error {
	d := &doctor{config: p.config, offline: c.Offline}
	findings := []finding{d.configuration(), d.directory()}
	findings = append(findings, d.collection(ctx)...)
	findings = append(findings, d.embedder(ctx), d.model(ctx), d.network(), pdfReader(ctx))
	healthy := true
	for _, f := range findings {
		healthy = healthy && f.OK
		if !p.json {
			printFinding(p, f)
		}
	}
	if p.json {
		if err := writeJSON(p.stdout, findings); err != nil {
			return err
		}
	}
	if !healthy {
		return &exitError{status: statusFailed}
	}
	return nil
}

func printFinding(p *program, f finding) {
	style := p.style()
	mark := style.number("ok  ")
	if !f.OK {
		mark = style.warning("FAIL")
	}
	fmt.Fprintf(p.stdout, "%s  %-13s  %s\n", mark, f.Part, f.Text)
	if f.Advice != "" {
		fmt.Fprintf(p.stdout, "%21s%s\n", "", f.Advice)
	}
}

// doctor looks at each part by itself, so that one failure hides no other. It
// reads beside a running server and changes nothing.
type doctor struct {
	config  Config
	offline bool
}

// modelPatience is how long the doctor waits for a server.
const modelPatience = 30 * time.Second

func (d *doctor) configuration() finding {
	f := finding{Part: "configuration", OK: true, Text: "is valid"}
	if _, err := prompts.Load(d.config.Prompts); err != nil {
		f.OK, f.Text, f.Advice = false, err.Error(), "mend or remove the file in the folder that prompts names"
	}
	return f
}

func (d *doctor) directory() finding {
	f := finding{Part: "data", OK: true}
	if _, err := os.Stat(d.config.Data); errors.Is(err, fs.ErrNotExist) {
		f.Text = fmt.Sprintf("%s is not there yet", d.config.Data)
		f.Advice = "chuchu serve makes it, with example articles; chuchu ingest with yours"
		return f
	}
	lock, err := corpus.LockDir(d.config.Data)
	var locked *corpus.LockedError
	switch {
	case errors.As(err, &locked):
		f.Text = locked.Error()
		return f
	case err != nil:
		f.OK, f.Text, f.Advice = false, err.Error(), "check its owner and mode, or name another directory with --data"
		return f
	}
	if err := lock.Release(); err != nil {
		f.OK, f.Text = false, err.Error()
		return f
	}
	f.Text = d.config.Data + " is there and free"
	return f
}

// collection checks record and indexes, where there is a data directory.
func (d *doctor) collection(ctx context.Context) []finding {
	if _, err := os.Stat(d.config.Data); err != nil {
		return nil
	}
	r, err := corpus.Open(ctx, d.config.Data, corpus.Options{ReadOnly: true})
	if errors.Is(err, corpus.ErrNotFound) {
		return []finding{{Part: "record", OK: true, Text: "is empty", Advice: "chuchu ingest PATH fills it"}}
	}
	if err != nil {
		return []finding{{Part: "record", Text: err.Error(), Advice: recordAdvice(err)}}
	}
	defer r.Close()
	return []finding{d.record(ctx, r), d.vectors(ctx, r), d.index()}
}

func recordAdvice(err error) string {
	switch {
	case errors.Is(err, corpus.ErrNewerSchema):
		return "use the newer chuchu, or another data directory"
	case errors.Is(err, corpus.ErrDamaged):
		return "restore the newest backup into an empty data directory, as " + corpus.File
	case errors.Is(err, fs.ErrPermission):
		return "check owner and mode of the data directory and the files in it"
	}
	return ""
}

func (d *doctor) record(ctx context.Context, r *corpus.Record) finding {
	if err := r.Check(ctx); err != nil {
		return finding{Part: "record", Text: err.Error(), Advice: recordAdvice(err)}
	}
	n, err := r.Counts(ctx)
	if err != nil {
		return finding{Part: "record", Text: err.Error(), Advice: recordAdvice(err)}
	}
	return finding{Part: "record", OK: true, Text: fmt.Sprintf("%d articles, %d passages, %d stored answers, %d briefings", n.Articles, n.Passages, n.Answers, n.Briefings)}
}

func (d *doctor) vectors(ctx context.Context, r *corpus.Record) finding {
	f := finding{Part: "vectors", OK: true}
	n, err := r.Counts(ctx)
	if err != nil {
		return finding{Part: "vectors", Text: err.Error()}
	}
	f.Text = fmt.Sprintf("%d of %d passages have one", n.Embedded, n.Passages)
	if n.Embedded < n.Passages {
		f.Advice = "the next start makes the rest"
	}
	return f
}

func (d *doctor) index() finding {
	dir := filepath.Join(d.config.Data, "index")
	if err := index.Check(dir); err != nil {
		return finding{Part: "index", OK: true, Text: err.Error(), Advice: "the next start builds it from the record"}
	}
	return finding{Part: "index", OK: true, Text: dir + " is there and fits this version"}
}

func (d *doctor) embedder(ctx context.Context) finding {
	f := finding{Part: "embedder"}
	e, err := embed.New(d.config.Embed)
	if err != nil {
		f.Text, f.Advice = err.Error(), "see embed: in config.yaml"
		return f
	}
	if d.offline && d.config.Embed.Provider != "static" {
		f.OK, f.Text = true, d.config.Embed.Provider+" is configured; not asked (--offline)"
		return f
	}
	ctx, cancel := context.WithTimeout(ctx, modelPatience)
	defer cancel()
	started := time.Now()
	if _, err := e.Query(ctx, "云计算"); err != nil {
		f.Text, f.Advice = err.Error(), "check embed.url, embed.model and the key, or set embed.provider: static"
		return f
	}
	name, err := e.Fingerprint(ctx)
	if err != nil {
		f.Text = err.Error()
		return f
	}
	f.OK, f.Text = true, fmt.Sprintf("%s answers in %d ms", name, time.Since(started).Milliseconds())
	return f
}

func (d *doctor) model(ctx context.Context) finding {
	f := finding{Part: "model"}
	o := d.config.LLM
	o.RequestTokens, o.DayTokens = 0, 0 // a question to see that it answers is not counted
	m, err := llm.New(o, os.Getenv)
	switch {
	case err != nil:
		f.Text, f.Advice = err.Error(), "see llm: in config.yaml"
		return f
	case m == nil:
		f.OK, f.Text = true, "none: answers are made of extracts"
		f.Advice = "llm.provider in config.yaml connects one"
		return f
	case d.offline:
		f.OK, f.Text = true, d.config.LLM.Provider+" is configured; not asked (--offline)"
		return f
	}
	ctx, cancel := context.WithTimeout(ctx, modelPatience)
	defer cancel()
	started := time.Now()
	request := llm.Request{Messages: []llm.Message{{Role: "user", Content: "1+1=?"}}, MaxTokens: 512}
	// A model that reasons may spend all its tokens on that; it answers all the same.
	if _, _, err := llm.Text(ctx, m, request); err != nil && !errors.Is(err, llm.ErrCut) {
		f.Text, f.Advice = err.Error(), "check llm.url, llm.model and the key in "+orDefault(d.config.LLM.APIKeyEnv, "llm.api_key_env")
		return f
	}
	info := m.Info()
	f.OK, f.Text = true, fmt.Sprintf("%s %s answers in %d ms", info.Provider, info.Name, time.Since(started).Milliseconds())
	return f
}

// network says what leaves this machine.
func (d *doctor) network() finding {
	var sent []string
	if d.config.Embed.Provider != "static" {
		sent = append(sent, fmt.Sprintf("passages and questions to %s for embedding", orDefault(d.config.Embed.URL, d.config.Embed.Provider+"'s own address")))
	}
	if d.config.LLM.Provider != "none" {
		sent = append(sent, fmt.Sprintf("questions and the passages found for them to %s for answering", orDefault(d.config.LLM.URL, d.config.LLM.Provider+"'s own address")))
	}
	if r := d.config.RAG.Rerank; r.Provider == "server" || r.Provider == "tei" {
		sent = append(sent, "questions and the passages found for them to "+r.URL+" for reranking")
	}
	if len(sent) == 0 {
		return finding{Part: "network", OK: true, Text: "nothing is sent anywhere"}
	}
	return finding{Part: "network", OK: true, Text: "sends " + strings.Join(sent, "; ")}
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
		return finding{
			Part: "pdf", OK: true, Text: "pdftotext is not installed: PDF files are refused",
			Advice: "install poppler: apt install poppler-utils, or brew install poppler",
		}
	}
	first, _, _ := strings.Cut(string(out), "\n")
	return finding{Part: "pdf", OK: true, Text: first}
}
