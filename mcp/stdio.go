package mcp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// Serve answers one assistant, a message a line, until in ends or out is not read any more,
// which is no error, or ctx ends. What is being done then ends with it. The caller may have briefings made.
func (s *Server) Serve(ctx context.Context, in io.Reader, out io.Writer) error {
	err := s.sdk.Run(calledBy(ctx, true, nil), &sdk.IOTransport{
		Reader: io.NopCloser(in), Writer: unclosed{out}, MaxLineLength: s.LineSize,
	})
	switch {
	case err == nil, errors.Is(err, io.EOF), errors.Is(err, io.ErrClosedPipe), errors.Is(err, syscall.EPIPE):
		return nil // the assistant has gone
	case ctx.Err() != nil:
		return err
	}
	return fmt.Errorf("speaking with the assistant: %w; a line holds one message of JSON, up to the limit of its size", err)
}

// unclosed is written to and left open: it is not this package's.
type unclosed struct{ io.Writer }

func (unclosed) Close() error { return nil }
