package llm

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tmc/langchaingo/llms"
)

// A chat is a model on a server.
type chat struct {
	info      Info
	provider  provider
	options   Options
	key       string
	first     time.Duration
	silence   time.Duration
	gate      gate
	budget    *budget
	sleep     func(context.Context, time.Duration) error
	transport http.RoundTripper
	// opened: the model's template opens the reasoning, which only a reply that
	// closed it tells.
	opened atomic.Bool
}

// A provider is what differs between the kinds of servers.
type provider struct {
	// connect makes langchaingo's model, which sends by the given client. It
	// reads nothing from the environment.
	connect func(o Options, key string, client *http.Client) (llms.Model, error)
	calls   func(o Options) []llms.CallOption
	// foreign: langchaingo calls back from a goroutine of its own.
	foreign bool
	dialect dialect
}

func newChat(o Options, key string, transport http.RoundTripper) (*chat, error) {
	providers := map[string]provider{"openai": openAI, "ollama": ollamaNative, "anthropic": anthropicMessages}
	first, err := positiveDuration(o.FirstToken)
	if err != nil {
		return nil, fmt.Errorf("first_token: %w", err)
	}
	silence, err := positiveDuration(o.Silence)
	if err != nil {
		return nil, fmt.Errorf("silence: %w", err)
	}
	return &chat{
		info:      Info{Provider: o.Provider, Name: o.Model, Room: o.room()},
		provider:  providers[o.Provider],
		options:   o,
		key:       key,
		first:     first,
		silence:   silence,
		gate:      newGate(o.Concurrent),
		budget:    newBudget(o),
		sleep:     sleep,
		transport: transport,
	}, nil
}

func (c *chat) Info() Info { return c.info }

// Stream yields on the caller's goroutine.
func (c *chat) Stream(ctx context.Context, r Request) iter.Seq2[Chunk, error] {
	return func(yield func(Chunk, error) bool) {
		call := Call{Outcome: OutcomeLeft} // also where the loop body panics
		if c.options.Observe != nil {
			defer func() { c.options.Observe(call) }()
		}
		if err := c.gate.enter(ctx); err != nil {
			call.Outcome = outcomeOf(err)
			yield(Chunk{}, err)
			return
		}
		defer c.gate.leave()
		most := promptTokens(r) + c.maxTokens(r)
		if err := c.budget.hold(most); err != nil {
			call.Outcome = outcomeOf(err)
			yield(Chunk{}, err)
			return
		}
		defer func() { c.budget.settle(ctx, most, call.Usage.InputTokens+call.Usage.OutputTokens) }()
		out := newOutput(yield, c.opened.Load())
		usage, err := c.ask(ctx, r, out, &call)
		if out.filter.orphan {
			c.opened.Store(true)
		}
		call.Outcome = outcomeOf(out.finish(usage, err))
	}
}

// ask makes the request, once more where the server refused JSON mode.
func (c *chat) ask(ctx context.Context, r Request, out *output, call *Call) (Usage, error) {
	usage, err := c.askInTime(ctx, r, out, call)
	// Not every server knows JSON mode, and those that do not say so in words of
	// their own: any refusal is asked once more without, but one that it explains.
	if refused := new(ProviderError); r.JSON && errors.As(err, &refused) && refused.Status == http.StatusBadRequest && !refused.TooLong {
		r.JSON = false
		return c.askInTime(ctx, r, out, call)
	}
	return usage, err
}

// longestPause is how long a reader is let wait for a server that wants a pause.
// Longer ones are the caller's to decide on.
const longestPause = 5 * time.Second

// askInTime makes the request, once more after the pause that a server asks for
// which is overrun. It names the pause itself, so none is made up here, and one
// that names none is not asked again.
func (c *chat) askInTime(ctx context.Context, r Request, out *output, call *Call) (Usage, error) {
	usage, err := c.generate(ctx, r, out, call)
	refused := new(ProviderError)
	if !errors.As(err, &refused) || refused.Status != http.StatusTooManyRequests && refused.Status != http.StatusServiceUnavailable {
		return usage, err
	}
	pause := time.Duration(refused.RetryAfter) * time.Second
	if pause == 0 || pause > longestPause {
		return usage, err
	}
	if err := c.sleep(ctx, pause); err != nil {
		return Usage{}, err
	}
	return c.generate(ctx, r, out, call)
}

// sleep waits, or until ctx ends, and then returns its error.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// generate makes one request, gives its text to out and what it used to call. Its
// error is the one Stream ends with.
func (c *chat) generate(parent context.Context, r Request, out *output, call *Call) (Usage, error) {
	ctx, dog, stop := watch(parent, c.first, c.silence)
	defer stop()
	reply := &reply{transport: c.transport, dialect: c.provider.dialect, key: c.key, alive: dog.alive, sent: time.Now()}
	defer func() { call.add(reply, r) }() // also when the loop body panics
	client := &http.Client{Transport: reply, CheckRedirect: refuseRedirect}
	model, err := c.provider.connect(c.options, c.key, client)
	if err != nil {
		return Usage{}, &ProviderError{Message: redact(err.Error(), c.key)}
	}
	send := protected(model)
	if c.provider.foreign {
		send = relayed(send)
	}
	options := append(c.provider.calls(c.options), llms.WithTemperature(c.options.Temperature), llms.WithMaxTokens(c.maxTokens(r)))
	if r.JSON {
		options = append(options, llms.WithJSONMode())
	}
	err = send(ctx, messages(r), options, func(text string) error {
		dog.pause()
		defer dog.resume()
		return out.text(text)
	})
	return reply.verdict(ctx, parent, err)
}

func (c *chat) maxTokens(r Request) int {
	if r.MaxTokens > 0 {
		return r.MaxTokens
	}
	return c.options.MaxTokens
}

// refuseRedirect hands the redirect itself back: following it would send the key
// to a server that nobody configured.
func refuseRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func messages(r Request) []llms.MessageContent {
	var all []llms.MessageContent
	if r.System != "" {
		all = append(all, llms.TextParts(llms.ChatMessageTypeSystem, r.System))
	}
	for _, m := range r.Messages {
		role := llms.ChatMessageTypeHuman
		if m.Role == "assistant" {
			role = llms.ChatMessageTypeAI
		}
		all = append(all, llms.TextParts(role, m.Content))
	}
	return all
}

// errStop is what a callback returns when nobody reads on.
var errStop = errors.New("stopped by the consumer")

// An output is the consumer's side of a stream: reasoning is taken out, and what
// ends it is checked.
type output struct {
	yield   func(Chunk, error) bool
	filter  *thinkFilter
	visible bool // something but blanks was yielded
	stopped bool
}

func newOutput(yield func(Chunk, error) bool, opened bool) *output {
	return &output{yield: yield, filter: newThinkFilter(opened)}
}

// text yields what of s is to be seen; errStop when the consumer broke off.
func (o *output) text(s string) error {
	return o.send(o.filter.add(s))
}

func (o *output) send(s string) error {
	if s == "" {
		return nil
	}
	o.visible = o.visible || strings.TrimSpace(s) != ""
	if !o.yield(Chunk{Text: s}, nil) {
		o.stopped = true
		return errStop
	}
	return nil
}

// finish ends the stream, with Done or with an error, and returns the error;
// errStop when the consumer broke off before.
func (o *output) finish(usage Usage, err error) error {
	if err == nil && !o.stopped {
		err = o.flush()
	}
	switch {
	case o.stopped:
		return errStop
	case err != nil:
		o.yield(Chunk{Usage: usage}, err)
		return err
	}
	o.yield(Chunk{Done: true, Usage: usage}, nil)
	return nil
}

// flush yields what was held, and says what is wrong with a reply that ended well
// as far as the server is concerned.
func (o *output) flush() error {
	if err := o.send(o.filter.end()); err != nil {
		return err
	}
	switch {
	case !o.visible:
		return ErrEmpty
	case o.filter.unfinished():
		return fmt.Errorf("%w: it ended in the middle of its reasoning", ErrCut)
	case o.filter.orphan:
		return fmt.Errorf("%w: it turned out to begin with reasoning that was not marked; from now on it will be taken out", ErrCut)
	}
	return nil
}
