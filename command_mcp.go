package main

import (
	"context"
	"errors"

	"chuchu/api"
	"chuchu/mcp"
)

type mcpCommand struct{}

// Run answers an assistant until it closes standard input or the program is told to
// end; neither is a failure. Nothing but the protocol goes to standard output.
func (c *mcpCommand) Run(ctx context.Context, p *program) error {
	shared := newOnDemand(func() (collection, error) { return openWorking(ctx, p) }, p.log)
	server := mcp.New(mcp.Parts{
		Open: shared.open,
		// The assistant is started by who may read all this.
		Explain: func(err error) string { return err.Error() },
		Version: version(), LineSize: p.config.API.BodySize, Log: p.log,
	})
	err := server.Serve(ctx, p.stdin, p.stdout)
	if ctx.Err() != nil {
		err = nil
	}
	return errors.Join(err, shared.Close())
}

// openWorking opens the collection and takes up the briefings that an earlier process
// left, as a server does.
func openWorking(ctx context.Context, p *program) (collection, error) {
	opened, err := openCollection(ctx, p)
	if err != nil {
		return nil, err
	}
	if l, here := opened.(*local); here {
		if err := l.desk.Start(ctx); err != nil {
			return nil, errors.Join(err, l.Close())
		}
	}
	return opened, nil
}

// mcp returns what answers assistants at a server.
func (l *local) mcp() *mcp.Server {
	return mcp.New(mcp.Parts{
		Open: func(context.Context) (mcp.Opened, error) {
			return mcp.Opened{Collection: l, Desk: l.desk, Close: func() {}}, nil
		},
		Explain: func(err error) string {
			if p := api.Explain(err); p.Status != 500 {
				return p.Detail
			}
			return ""
		},
		Version: version(), Log: l.log,
	})
}
