package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"

	"chuchu/api"
	"chuchu/corpus"
	"chuchu/examples"
	"chuchu/ingest"
)

type serveCommand struct {
	Listen   string `help:"Address to serve at (default: 127.0.0.1:8080); port 0 takes a free one." placeholder:"HOST:PORT"`
	Insecure bool   `help:"Serve an address that is not loopback without API keys: whoever reaches it may read and delete."`
}

func (c *serveCommand) Run(ctx context.Context, p *program) (err error) {
	address := p.config.Listen
	if c.Listen != "" {
		address = c.Listen
	}
	if err := api.CheckListen(address, p.config.Auth, c.Insecure); err != nil {
		return &exitError{statusUsage, err}
	}
	_, statErr := os.Stat(p.config.Data)
	l, err := openLocal(ctx, p.config, p.log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	if errors.Is(statErr, fs.ErrNotExist) {
		if err := l.addExamples(ctx); err != nil {
			return err
		}
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("listening at %s: %w", address, err)
	}
	if err := l.lock.Announce(listener.Addr().String()); err != nil {
		return errors.Join(err, listener.Close())
	}
	counts, err := l.record.Counts(ctx)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	fmt.Fprintf(p.stdout, "chuchu serves %d articles at http://%s\n", counts.Articles, listener.Addr())
	return l.server(address).Serve(ctx, listener)
}

func (l *local) server(listen string) *api.Server {
	return api.New(api.Parts{
		Engine: l.Engine, Ingester: serving{l}, Record: l.record, CatchUp: l.catchUp,
		Status: l.status, Options: l.config.API, Ingest: l.config.Ingest, Auth: l.config.Auth, Listen: listen, Log: l.log,
	})
}

// serving is the ingester as the server uses it: the user's first article takes
// the place of the examples.
type serving struct{ *local }

// Put puts articles that did not come from a file into the record.
func (s serving) Put(ctx context.Context, drafts []ingest.Draft, report func(ingest.Result)) error {
	return s.examplesGiveWay(ctx, report, func(report func(ingest.Result)) error {
		return s.ingester.Put(ctx, drafts, report)
	})
}

// status says what is connected and what is there.
func (l *local) status(ctx context.Context) (api.Status, error) {
	fingerprint, err := l.embedder.Fingerprint(ctx)
	if err != nil {
		return api.Status{}, err
	}
	record, err := l.record.Counts(ctx)
	if err != nil {
		return api.Status{}, err
	}
	indexed, err := l.index.Counts(ctx)
	if err != nil {
		return api.Status{}, err
	}
	status := api.Status{Version: version(), Embedder: fingerprint.String(), Record: record, Index: indexed}
	if l.model != nil {
		info := l.model.Info()
		status.Model = &info
	}
	return status, nil
}

const (
	exampleTag = "example"
	// examplesSetting is set in the record while the examples are all there is.
	examplesSetting = "examples"
)

// addExamples fills a new collection, so that the first question has an answer.
func (l *local) addExamples(ctx context.Context) error {
	refused := 0
	err := l.ingester.Ingest(ctx, ingest.WalkFS(ctx, examples.Articles(), ingest.Meta{Tags: []string{exampleTag}}), func(r ingest.Result) {
		if r.Status == "refused" {
			refused++
			l.log.Warn("example refused", "name", r.Name, "reason", r.Reason)
		}
	})
	if err != nil {
		return fmt.Errorf("taking in the example articles: %w", err)
	}
	return l.record.SetSetting(ctx, examplesSetting, "present")
}

// examplesGiveWay carries out an ingest and, when it brought the first article of
// the user's own, removes the examples.
func (l *local) examplesGiveWay(ctx context.Context, report func(ingest.Result), ingestAll func(func(ingest.Result)) error) error {
	arrived := false
	err := ingestAll(func(r ingest.Result) {
		arrived = arrived || r.Status == string(corpus.Added)
		report(r)
	})
	if !arrived {
		return err
	}
	return errors.Join(err, l.removeExamples(context.WithoutCancel(ctx)))
}

func (l *local) removeExamples(ctx context.Context) error {
	present, err := l.record.Setting(ctx, examplesSetting)
	if err != nil || present == "" {
		return err
	}
	list, err := l.record.Articles(ctx, corpus.ListQuery{Filter: corpus.Filter{Tags: []string{exampleTag}}, Limit: 1000})
	if err != nil {
		return err
	}
	for _, a := range list.Articles {
		if err := l.record.Delete(ctx, a.ID); err != nil {
			return fmt.Errorf("removing the example articles: %w", err)
		}
	}
	l.log.Info("the example articles gave way to yours", "removed", len(list.Articles))
	if err := l.record.SetSetting(ctx, examplesSetting, ""); err != nil {
		return err
	}
	return l.catchUp(ctx)
}
