package mcp

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// A caller is who sends a request. Its context stands in that of the call, as the SDK
// keeps the values of a connection's context for what it calls, but not its end.
type caller struct {
	ctx       context.Context
	writes    bool
	keepAlive func() (stop func()) // while a tool works; nil where nothing needs it
}

type callerKey struct{}

// calledBy returns the context under which the SDK carries out what one caller sends
// until ctx ends.
func calledBy(ctx context.Context, writes bool, keepAlive func() func()) context.Context {
	return context.WithValue(ctx, callerKey{}, caller{ctx, writes, keepAlive})
}

// untilGone returns ctx, which also ends with that of the caller, and who that is.
func untilGone(ctx context.Context) (_ context.Context, who caller, stop func()) {
	who, ok := ctx.Value(callerKey{}).(caller)
	if !ok {
		return ctx, who, func() {}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	unhook := context.AfterFunc(who.ctx, func() { cancel(context.Cause(who.ctx)) })
	return ctx, who, func() {
		unhook()
		cancel(nil)
	}
}

// Kept is what a response can be for work that takes its time: KeepAlive keeps its
// connection from being taken for idle until the function that it returns is called. A
// tool calls it, whose reply is a stream of events.
type Kept interface {
	KeepAlive() (stop func())
}

// severalMessages refuses a list of messages: each request is counted as one.
const severalMessages = `{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"send one message a request, not a list of them"}}`

// ServeHTTP answers a request of the streamable HTTP transport. There are no sessions: a
// request stands for itself, and the end of its context ends its work. writes says
// whether the caller may have briefings made; w may be Kept. Whoever calls it has checked
// host, origin and key, and bounded the body.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request, writes bool) {
	body := bufio.NewReader(r.Body)
	if begin, _ := body.Peek(body.Size()); bytes.HasPrefix(bytes.TrimLeft(begin, " \t\r\n"), []byte("[")) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, severalMessages) // who is gone needs no answer
		return
	}
	var keepAlive func() func()
	if kept, ok := w.(Kept); ok {
		keepAlive = kept.KeepAlive
	}
	r = r.WithContext(calledBy(r.Context(), writes, keepAlive))
	if r.Header.Get("Accept") == "" { // which means anything, but not to the SDK
		r.Header.Set("Accept", "*/*")
	}
	r.Body = io.NopCloser(body)
	sdk.NewStreamableHTTPHandler(func(*http.Request) *sdk.Server { return s.sdk }, &sdk.StreamableHTTPOptions{
		Stateless:                    true,
		PropagateRequestCancellation: true,
		DisableLocalhostProtection:   true, // checked before, with the names of the configuration
		MaxRequestBodyBytes:          -1,   // bounded before
	}).ServeHTTP(w, r)
}
