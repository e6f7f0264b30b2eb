package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"

	"chuchu/api"
	"chuchu/corpus"
)

type backupCommand struct {
	File string `arg:"" help:"File to write; an existing one is not overwritten."`
}

func (c *backupCommand) Run(ctx context.Context, p *program) error {
	r, err := corpus.Open(ctx, p.config.Data, corpus.Options{ReadOnly: true})
	if errors.Is(err, corpus.ErrNotFound) {
		return fmt.Errorf("there is nothing to back up: %s holds no record", p.config.Data)
	}
	if err != nil {
		return err
	}
	if err := errors.Join(r.Backup(ctx, c.File), r.Close()); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "the record is copied to %s; to restore it, put it into an empty data directory as %s\n", c.File, corpus.File)
	return nil
}

type keyCommand struct {
	New newKeyCommand `cmd:"" help:"Make a key: prints it once, with the line for auth.keys in config.yaml."`
}

type newKeyCommand struct {
	Role string `help:"read: search, ask, read. write: also add and delete." enum:"read,write" default:"read"`
}

func (c *newKeyCommand) Run(p *program) error {
	key, line, err := api.NewKey(c.Role)
	if err != nil {
		return err
	}
	if p.json {
		return writeJSON(p.stdout, map[string]string{"key": key, "line": line})
	}
	fmt.Fprintf(p.stdout, "key (shown once, sent as Authorization: Bearer): %s\nline for auth.keys in config.yaml:               %s\n", key, line)
	return nil
}

type versionCommand struct{}

func (c *versionCommand) Run(p *program) error {
	fmt.Fprintf(p.stdout, "chuchu %s %s %s/%s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}

// version is the module's, or the commit it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(unknown)"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && info.Main.Version == "(devel)" {
			return s.Value[:min(12, len(s.Value))]
		}
	}
	return info.Main.Version
}
