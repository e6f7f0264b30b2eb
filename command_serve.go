package main

import (
	"context"
	"errors"
	"fmt"
	"net"

	"chuchu/api"
	"chuchu/corpus"
	"chuchu/rag/llm"
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
	l, err := openInTurn(ctx, p.config, p.log)
	if locked := (*corpus.LockedError)(nil); errors.As(err, &locked) && locked.Holder.Address != "" {
		return fmt.Errorf("%w: end it first, or name another directory with --data", err)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	if err := l.addExamples(ctx); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("%w: choose another address with --listen; port 0 takes a free one", err)
	}
	if err := l.lock.Announce(listener.Addr().String()); err != nil {
		return errors.Join(err, listener.Close())
	}
	counts, err := l.record.Counts(ctx)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := l.desk.Start(ctx); err != nil {
		return errors.Join(err, listener.Close())
	}
	defer l.makeStanding(ctx, roomAddress(listener.Addr(), p.config.API.Hosts))()
	fmt.Fprintf(p.stdout, "chuchu serves %d articles at http://%s\n", counts.Articles, listener.Addr())
	return l.server(address).Serve(ctx, listener)
}

// server returns the server of the collection, which also counts what the calls of
// the model come to.
func (l *local) server(listen string) *api.Server {
	s := api.New(api.Parts{
		Engine: l.Engine, Desk: l.desk, Embedder: l.embedder, Ingester: l, Record: l.record, CatchUp: l.catchUp,
		Status: l.status, Doctor: l.examine, MCP: l.mcp().ServeHTTP, Options: l.config.API, Ingest: l.config.Ingest, Auth: l.config.Auth, Listen: listen, Log: l.log,
	})
	l.countCall = func(c llm.Call) {
		s.CountModelCall(api.ModelCall{
			Outcome: string(c.Outcome), Input: c.Usage.InputTokens, Output: c.Usage.OutputTokens, FirstToken: c.FirstToken,
		})
	}
	return s
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
	status := api.Status{
		Version: version(), Embedder: fingerprint.String(), Record: record, Index: indexed,
		Answers: api.Writing{Running: l.Writing()}, Standing: []api.Standing{},
	}
	for _, d := range l.scheduler("").Upcoming(ctx) {
		status.Standing = append(status.Standing, api.Standing{Name: d.Name, Next: d.Next.UTC()})
	}
	if l.model != nil {
		info := l.model.Info()
		status.Model = &info
	}
	return status, nil
}
