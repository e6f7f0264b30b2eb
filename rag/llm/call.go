package llm

import (
	"context"
	"fmt"

	"github.com/tmc/langchaingo/llms"
)

// A send asks the model and calls text with each piece of its reply. An error of
// text ends the request.
type send func(ctx context.Context, messages []llms.MessageContent, options []llms.CallOption, text func(string) error) error

// protected asks langchaingo's model. A panic in the library becomes an error; a
// panic in text is the caller's own and goes on.
func protected(model llms.Model) send {
	return func(ctx context.Context, messages []llms.MessageContent, options []llms.CallOption, text func(string) error) (err error) {
		ours := false
		defer func() {
			if ours {
				return
			}
			if p := recover(); p != nil {
				err = fmt.Errorf("the model library failed: %v", p)
			}
		}()
		streaming := llms.WithStreamingFunc(func(_ context.Context, piece []byte) error {
			ours = true
			err := text(string(piece))
			ours = false
			return err
		})
		_, err = model.GenerateContent(ctx, messages, append(options, streaming)...)
		return err
	}
}

// relayed runs s on a goroutine of its own and calls text on the caller's, one
// piece after the other: a loop body must not run where its panic ends the
// process, nor where iter.Pull cannot follow. The goroutine has ended when the
// call returns.
func relayed(s send) send {
	return func(ctx context.Context, messages []llms.MessageContent, options []llms.CallOption, text func(string) error) error {
		ctx, cancel := context.WithCancel(ctx)
		pieces, taken := make(chan string), make(chan error)
		ended := make(chan error, 1)
		var finished bool
		go func() {
			ended <- s(ctx, messages, options, func(piece string) error {
				select {
				case pieces <- piece:
				case <-ctx.Done():
					return ctx.Err()
				}
				select {
				case err := <-taken:
					return err
				case <-ctx.Done():
					return ctx.Err()
				}
			})
		}()
		defer func() { // also when text panics
			cancel()
			if !finished {
				<-ended
			}
		}()
		for {
			select {
			case piece := <-pieces:
				if err := text(piece); err != nil {
					return err
				}
				select {
				case taken <- nil:
				case <-ctx.Done():
				}
			case err := <-ended:
				finished = true
				return err
			}
		}
	}
}
