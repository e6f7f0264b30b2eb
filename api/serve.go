package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// What a client that sends or reads slowly can hold up.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = 5 * time.Minute  // of a whole request: 16 MB at half a megabit a second
	writeTimeout  = 30 * time.Second // of each piece of a reply
	idleTimeout   = 2 * time.Minute  // between requests
	// cutTimeout is how long streams have to write their error event when the
	// grace is over.
	cutTimeout = 3 * time.Second
)

// Serve answers requests on the listener until ctx ends, then stops: /readyz says
// so at once, no connection is taken any more, and what runs may end by itself
// within the grace of Options. After that its context is cancelled, with which
// streams end in an error event. It returns nil when everything ended so.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	base, cut := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cut(nil)
	server := &http.Server{
		Handler:           s,
		BaseContext:       func(net.Listener) context.Context { return base },
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout, // of what handlers do not write themselves
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	s.stopping.Store(true)
	s.Log.Info("stopping; what runs may end by itself", "grace", s.grace)
	err := stop(ctx, server, s.grace, func() { cut(errStopping) })
	if served := <-failed; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	if err != nil {
		return fmt.Errorf("stop serving: %w", err)
	}
	return nil
}

// stop waits for what runs, cuts it off when the grace is over, and closes what
// even then does not end.
func stop(ctx context.Context, server *http.Server, grace time.Duration, cut func()) error {
	ctx = context.WithoutCancel(ctx) // it has ended; what is to come has its own time
	waiting, done := context.WithTimeout(ctx, grace)
	defer done()
	err := server.Shutdown(waiting)
	if !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	cut()
	waiting, done = context.WithTimeout(ctx, cutTimeout)
	defer done()
	if err := server.Shutdown(waiting); err != nil {
		return errors.Join(err, server.Close())
	}
	return nil
}
