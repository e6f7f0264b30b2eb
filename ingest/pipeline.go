package ingest

import (
	"context"
	"errors"
	"iter"
	"runtime"
	"sync"

	"chuchu/corpus"
)

const (
	// batchArticles are recorded in one transaction and indexed together at most.
	// A larger batch makes the index faster to write and the report slower to come.
	batchArticles = 256
	// embedTogether articles are embedded in one call at most, so that a served
	// embedder gets full batches.
	embedTogether = 16
	// Texts on their way are bounded by tokens of so many bytes, not by number: an
	// article may have 2 kB or 6 MB.
	tokenBytes  = 64 << 10
	tokensOnWay = 256 // 16 MB
)

// A pending is an article between being read and being recorded.
type pending struct {
	name     string
	entry    corpus.Entry
	headings []Heading
	changes  bool  // it is new, or has changed
	refusal  error // then nothing else is set
	tokens   int
	ready    chan struct{} // closed when passages and vectors are made
}

// A run is one call of Ingest or Put: one goroutine reads, some split and embed,
// the caller's records, indexes and reports, in order.
type run struct {
	*Ingester
	ctx    context.Context
	cancel context.CancelCauseFunc
	tokens chan struct{}
	work   chan *pending
	out    chan *pending
	group  sync.WaitGroup

	mu       sync.Mutex
	embedErr error // after the first the embedder is not asked again
	bare     int   // articles that went in without vectors
}

func (g *Ingester) run(ctx context.Context, offers iter.Seq2[offer, error], report func(Result)) error {
	r := &run{
		Ingester: g,
		tokens:   make(chan struct{}, tokensOnWay),
		work:     make(chan *pending, batchArticles),
		out:      make(chan *pending, batchArticles),
	}
	r.ctx, r.cancel = context.WithCancelCause(ctx)
	defer r.group.Wait()
	defer r.cancel(nil)
	r.group.Go(func() { r.read(offers) })
	for range runtime.GOMAXPROCS(0) {
		r.group.Go(r.prepareAll)
	}
	err := r.record(report)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return err
	case r.bare > 0:
		return &EmbedError{r.bare, r.embedErr}
	}
	return nil
}

// read sends every offer, in order, to be prepared and recorded. It closes out
// when it is through; the cause of the context says whether that was the end.
func (r *run) read(offers iter.Seq2[offer, error]) {
	defer close(r.out)
	defer close(r.work)
	gate := newGate(r.Options)
	for o, err := range offers {
		if err == nil {
			err = r.send(gate, o)
		}
		if err != nil {
			r.cancel(err)
			return
		}
	}
}

func (r *run) send(gate *gate, o offer) error {
	p := &pending{name: o.name, ready: make(chan struct{})}
	if p.refusal = gate.check(&o); p.refusal != nil {
		close(p.ready)
		return r.pass(r.out, p)
	}
	status, err := r.Record.Status(r.ctx, o.draft.Article)
	if err != nil {
		return err
	}
	p.entry.Article, p.headings = o.draft.Article, o.draft.Headings
	p.changes = status != corpus.Unchanged
	for range min(len(p.entry.Article.Text)/tokenBytes+1, tokensOnWay) {
		select {
		case r.tokens <- struct{}{}:
			p.tokens++
		case <-r.ctx.Done():
			return context.Cause(r.ctx)
		}
	}
	if !p.changes {
		close(p.ready)
		return r.pass(r.out, p)
	}
	return errors.Join(r.pass(r.work, p), r.pass(r.out, p))
}

func (r *run) pass(to chan<- *pending, p *pending) error {
	select {
	case to <- p:
		return nil
	case <-r.ctx.Done():
		return context.Cause(r.ctx)
	}
}

// prepareAll splits and embeds until there is no more work.
func (r *run) prepareAll() {
	for p := range r.work {
		r.prepare(take(r.work, p, embedTogether))
	}
}

// take returns first and what else is waiting in the channel, n in all at most.
func take(from <-chan *pending, first *pending, n int) []*pending {
	list := []*pending{first}
	for len(list) < n {
		select {
		case p, open := <-from:
			if !open {
				return list
			}
			list = append(list, p)
		default:
			return list
		}
	}
	return list
}

// prepare splits articles and embeds their passages in one call.
func (r *run) prepare(list []*pending) {
	var texts []string
	for _, p := range list {
		p.entry.Passages = Split(p.entry.Article.Text, p.headings, r.Options)
		for _, passage := range p.entry.Passages {
			texts = append(texts, passage.Text)
		}
	}
	vectors, ok := r.embed(texts)
	for _, p := range list {
		if ok {
			n := len(p.entry.Passages)
			p.entry.Vectors, vectors = vectors[:n:n], vectors[n:]
		}
		close(p.ready)
	}
}

// embed asks the embedder, unless it has failed before.
func (r *run) embed(texts []string) ([][]float32, bool) {
	r.mu.Lock()
	failed := r.embedErr != nil
	r.mu.Unlock()
	if failed || r.ctx.Err() != nil {
		return nil, false
	}
	vectors, err := embedAll(r.ctx, r.Embedder, texts)
	if err == nil {
		return vectors, true
	}
	if r.ctx.Err() != nil {
		return nil, false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.embedErr == nil {
		r.embedErr = err
		r.Log.Warn("embedder failed; articles go in without vectors", "error", err)
	}
	return nil, false
}

// record takes what is ready in batches, as large as they come, puts each into
// the record, and reports it.
func (r *run) record(report func(Result)) error {
	for first := range r.out {
		batch := take(r.out, first, batchArticles)
		if err := r.recordBatch(batch, report); err != nil {
			return err
		}
		for _, p := range batch {
			for range p.tokens {
				<-r.tokens
			}
		}
	}
	return context.Cause(r.ctx)
}

func (r *run) recordBatch(batch []*pending, report func(Result)) error {
	var entries []corpus.Entry
	for _, p := range batch {
		select {
		case <-p.ready:
		case <-r.ctx.Done():
			return context.Cause(r.ctx)
		}
		if p.refusal == nil {
			entries = append(entries, p.entry)
		}
	}
	if r.ctx.Err() != nil {
		return context.Cause(r.ctx)
	}
	outcomes, err := r.Record.PutAll(r.ctx, entries)
	if err != nil {
		return err
	}
	changed := false
	for _, p := range batch {
		if p.refusal != nil {
			report(Refused(p.name, p.refusal))
			continue
		}
		o := outcomes[0]
		outcomes = outcomes[1:]
		if err := r.settle(p, o); err != nil {
			return err
		}
		changed = changed || o.Status != corpus.Unchanged
		report(Result{Name: p.name, Status: string(o.Status), Article: &o.Ref})
	}
	if !changed {
		return nil
	}
	// What is committed is to be found even if the caller leaves now.
	return r.CatchUp(context.WithoutCancel(r.ctx))
}

// settle counts an article that has no vectors, and splits one that was
// unchanged when it was read but is no longer: another run was faster.
func (r *run) settle(p *pending, o corpus.Outcome) error {
	if o.Status == corpus.Unchanged {
		return nil
	}
	if !p.changes {
		passages := Split(p.entry.Article.Text, p.headings, r.Options)
		if err := r.Record.Resplit(r.ctx, o.Ref.ID, passages, nil); err != nil {
			return err
		}
		return r.embedMissing(r.ctx)
	}
	if p.entry.Vectors == nil {
		r.bare++
	}
	return nil
}
