package briefing

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/corpus"
	"chuchu/rag"
	"chuchu/rag/llm"
)

// A makeFunc takes the place of maker.make.
type makeFunc = func(ctx context.Context, m *maker, b *Briefing) error

// desk returns a desk over the collection that makes briefings so; nil: for real.
func (c *collection) desk(t testing.TB, make makeFunc) *Desk {
	t.Helper()
	d := NewDesk(Parts{Engine: c.engine(t, nil), Options: Defaults(), Explain: func(err error) Problem {
		return Problem{Type: "about:blank", Title: "Bad Gateway", Status: 502, Code: "model_failed", Detail: "explained: " + err.Error()}
	}})
	if make != nil {
		d.make = make
	}
	t.Cleanup(d.Close)
	return d
}

// quoteQ3 makes a briefing of one sentence, with a conflict and another figure besides.
func quoteQ3(ctx context.Context, m *maker, b *Briefing) error {
	a, err := m.Engine.Record.Article(ctx, "q3")
	if err != nil {
		return err
	}
	const quote = "营收为14.2亿元，同比增长36%。"
	start := len([]rune(a.Text[:strings.Index(a.Text, quote)]))
	span := func() rag.Span {
		return rag.Span{PassageID: "q3.1.0", Start: start, End: start + len([]rune(quote)), Quote: new(quote)}
	}
	s := Sentence{Text: quote + "[1]", Citations: []int{1}, Verdict: "quoted", Judge: "rules", Spans: []rag.NumberSpan{{Number: 1, Span: span()}}}
	section := Section{Heading: "业绩", Sentences: []Sentence{s}}
	if err := errors.Join(m.tell(Step{Step: "survey"}), m.tell(finished(section, 1, func(int) corpus.Ref { return a.Ref() })), m.tell(Step{Step: "finish"})); err != nil {
		return err
	}
	b.Sections = []Section{section}
	b.Citations = []Citation{{Number: 1, Article: a.Ref(), Spans: []CitedSpan{{span(), "quoted"}}, Prints: []corpus.Ref{{ID: "q2", Version: 1}}}}
	b.Figures = []Figure{{What: "营收", Sentence: s, Others: []OtherFigure{{Value: "9.8", Article: corpus.Ref{ID: "q2", Version: 1}, Span: rag.Span{Start: 0, End: 3}}}}}
	b.Conflicts = []Conflict{{About: "营收", Sides: []rag.Side{{Article: a.Ref(), Quote: quote, Span: span()}}}}
	return nil
}

// A bench makes briefings that a test lets go on.
type bench struct {
	begun chan string   // topics
	end   chan struct{} // one each
}

func newBench() *bench { return &bench{make(chan string, 100), make(chan struct{}, 100)} }

func (w *bench) make(ctx context.Context, m *maker, b *Briefing) error {
	if err := m.tell(Step{Step: "survey"}); err != nil {
		return err
	}
	w.begun <- b.Topic
	select {
	case <-w.end:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func orderFor(t testing.TB, d *Desk, topic string) string {
	t.Helper()
	b, err := d.Order(t.Context(), Request{Topic: topic})
	if err != nil {
		t.Fatal(err)
	}
	if b.Status != Queued || !strings.HasPrefix(b.ID, "brf_") || b.Topic != topic || b.Sections == nil {
		t.Errorf("ordered %+v", b)
	}
	return b.ID
}

func get(t testing.TB, d *Desk, id string) Briefing {
	t.Helper()
	b, err := d.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// follow collects the events after the first n, until the last.
func follow(t testing.TB, d *Desk, id string, n int) (list []rag.Event) {
	t.Helper()
	events, err := d.Follow(t.Context(), id, n)
	if err != nil {
		t.Fatal(err)
	}
	for event, err := range events {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, event)
	}
	return list
}

func names(events []rag.Event) (list []string) {
	for _, event := range events {
		list = append(list, event.Name)
	}
	return list
}

// waitFor follows a briefing to its end and returns it.
func waitFor(t testing.TB, d *Desk, id string) Briefing {
	t.Helper()
	if _, err := d.Follow(t.Context(), id, 0); !errors.Is(err, rag.ErrEnded) {
		follow(t, d, id, 0)
	}
	return get(t, d, id)
}

func TestBriefingIsKept(t *testing.T) {
	c := newCollection(t, news()...)
	d := c.desk(t, quoteQ3)
	id := orderFor(t, d, "海燕云业绩")
	live := follow(t, d, id, 0)
	if diff := cmp.Diff([]string{"step", "section", "step", "done"}, names(live)); diff != "" {
		t.Fatal(diff)
	}
	b := get(t, d, id)
	if done, err := rag.NewEvent("done", b); err != nil || string(done.Data) != string(live[3].Data) {
		t.Errorf("%v: the done event is\n%s\nthe briefing\n%s", err, live[3].Data, done.Data)
	}
	quoted := []*string{b.Sections[0].Sentences[0].Spans[0].Quote, b.Citations[0].Spans[0].Quote, b.Figures[0].Sentence.Spans[0].Quote, b.Conflicts[0].Sides[0].Span.Quote, &b.Conflicts[0].Sides[0].Quote}
	for i, q := range quoted {
		if q == nil || *q != "营收为14.2亿元，同比增长36%。" {
			t.Errorf("quotation %d: %v", i, q)
		}
	}
	if other := b.Figures[0].Others[0]; *other.Span.Quote != "海燕云" || other.Article.State != "same" || b.Status != Done {
		t.Errorf("%s, %+v", b.Status, other)
	}
	d.Close()
	d = c.desk(t, quoteQ3)
	for n := range live {
		if diff := cmp.Diff(live[n:], follow(t, d, id, n), asText); diff != "" {
			t.Errorf("told again after %d (-then +now):\n%s", n, diff)
		}
	}
	if _, err := d.Follow(t.Context(), id, len(live)); !errors.Is(err, rag.ErrEnded) {
		t.Errorf("after the last event: %v", err)
	}
	list, total, next, err := d.List(t.Context(), 10, "")
	want := []Listed{{ID: id, Topic: "海燕云业绩", Status: Done, Mode: "extracts", Created: b.Created}}
	if diff := cmp.Diff(want, list); diff != "" || total != 1 || next != "" || err != nil {
		t.Errorf("total %d, next %q, error %v\n%s", total, next, err, diff)
	}
	for _, article := range []string{"q2", "q3"} {
		citers, _, err := c.record.Citing(t.Context(), article)
		if err != nil || !slices.ContainsFunc(citers, func(c corpus.Citer) bool { return c.Kind == "briefing" && c.ID == id }) {
			t.Errorf("%s is cited by %v, %v", article, citers, err)
		}
	}
}

// TestSectionEvents: every number of a section that is told of has its article, and
// each section its place, while it is made and when it is told again.
func TestSectionEvents(t *testing.T) {
	c := newCollection(t, news()...)
	d := c.desk(t, nil)
	id := orderFor(t, d, "海燕云业绩")
	for range 2 {
		events := follow(t, d, id, 0)
		b := get(t, d, id)
		var places []int
		for _, e := range events {
			if e.Name != "section" {
				continue
			}
			var s FinishedSection
			if err := json.Unmarshal(e.Data, &s); err != nil {
				t.Fatal(err)
			}
			places = append(places, s.Place)
			if s.Place < 1 || s.Place > len(b.Sections) || b.Sections[s.Place-1].Heading != s.Heading {
				t.Errorf("%s is in place %d", s.Heading, s.Place)
			}
			for _, sentence := range s.Sentences {
				for _, n := range sentence.Citations {
					if !slices.ContainsFunc(s.Citations, func(x NumberedArticle) bool { return x.Number == n && x.Article.ID != "" }) {
						t.Errorf("%s has no article under %d: %+v", sentence.Text, n, s.Citations)
					}
				}
			}
		}
		if slices.Sort(places); len(places) == 0 || len(slices.Compact(places)) != len(b.Sections) {
			t.Errorf("places %v of %d sections", places, len(b.Sections))
		}
	}
}

// asText compares events as they are sent; the section is sent with its final numbers
// later.
var asText = cmp.Comparer(func(a, b rag.Event) bool {
	return a.Name == b.Name && (a.Name == "section" || string(a.Data) == string(b.Data))
})

// TestDeletedArticle: what was quoted of it is gone, also from the record, and the
// briefing says so; also where it is deleted while the briefing is made.
func TestDeletedArticle(t *testing.T) {
	c := newCollection(t, news()...)
	during := c.desk(t, func(ctx context.Context, m *maker, b *Briefing) error {
		if err := quoteQ3(ctx, m, b); err != nil {
			return err
		}
		return m.Engine.Record.Delete(ctx, "q3")
	})
	check := func(b Briefing) {
		t.Helper()
		span := b.Sections[0].Sentences[0].Spans[0]
		if b.Status != Done || span.Quote != nil || b.Citations[0].Spans[0].Quote != nil || b.Conflicts[0].Sides[0].Quote != "" {
			t.Errorf("%s, still quoted: %+v", b.Status, b.Citations[0])
		}
		var states []string
		for _, ref := range b.articles() {
			states = append(states, ref.ID+" "+ref.State)
		}
		if diff := cmp.Diff([]string{"q3 deleted", "q2 changed", "q2 changed", "q3 deleted"}, states); diff != "" {
			t.Error(diff)
		}
	}
	before := c.desk(t, quoteQ3)
	first := orderFor(t, before, "海燕云业绩")
	waitFor(t, before, first)
	document, err := c.record.Briefing(t.Context(), first)
	var spans struct {
		Citations []struct{ Spans []struct{ Quote *string } }
		Conflicts []struct{ Sides []struct{ Quote string } }
	}
	if err := errors.Join(err, json.Unmarshal(document.Body, &spans)); err != nil || spans.Citations[0].Spans[0].Quote != nil || spans.Conflicts[0].Sides[0].Quote != "" {
		t.Errorf("stored with what it quotes: %v, %s", err, document.Body)
	}
	c.put(t, article{"q2", "海燕云第二季度营收下滑", "南屏财讯", "2024-07-30", "海燕云改正：第二季度营收为9.9亿元。"})
	check(waitFor(t, during, orderFor(t, during, "海燕云业绩")))
	check(get(t, before, first))
}

func TestCancelBriefing(t *testing.T) {
	c := newCollection(t, news()...)
	w := newBench()
	d := c.desk(t, w.make)
	d.Options.Concurrent = 1
	running, queued, last := orderFor(t, d, "海燕云一"), orderFor(t, d, "海燕云二"), orderFor(t, d, "海燕云三")
	<-w.begun
	for _, x := range []struct{ name, id string }{{"queued", queued}, {"running", running}} {
		name, id := x.name, x.id
		var state *StateError
		if err := d.Delete(t.Context(), id); !errors.Is(err, rag.ErrRunning) || !errors.As(err, &state) || string(state.Status) != name {
			t.Errorf("%s: deleted while it is: %v", name, err)
		}
		events, err := d.Follow(t.Context(), id, 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Cancel(t.Context(), id); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var end rag.Event
		for event, err := range events {
			if end = event; err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if end.Name != "error" || !errors.Is(end.Err, rag.ErrCancelled) {
			t.Errorf("%s: the last event is %+v", name, end)
		}
		if b := get(t, d, id); b.Status != Cancelled || b.Problem != nil {
			t.Errorf("%s: %+v", name, b)
		}
		if document, err := c.record.Briefing(t.Context(), id); err != nil || document.Status != "cancelled" {
			t.Errorf("%s: in the record it is %q, %v", name, document.Status, err)
		}
		if err := d.Cancel(t.Context(), id); !errors.Is(err, rag.ErrEnded) {
			t.Errorf("%s: cancelled twice: %v", name, err)
		}
		if err := d.Delete(t.Context(), id); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := d.Get(t.Context(), id); !errors.Is(err, corpus.ErrNotFound) {
			t.Errorf("%s: deleted, and there: %v", name, err)
		}
	}
	if got := <-w.begun; got != "海燕云三" {
		t.Errorf("then %s begins", got)
	}
	w.end <- struct{}{}
	if b := waitFor(t, d, last); b.Status != Done {
		t.Errorf("the last is %s", b.Status)
	}
	if err := d.Cancel(t.Context(), last); !errors.Is(err, rag.ErrEnded) {
		t.Errorf("cancelled when it is done: %v", err)
	}
	if tally := d.Tally(); tally.Ended[Cancelled] != 2 || tally.Ended[Done] != 1 {
		t.Errorf("%+v", tally)
	}
}

// TestBriefingFails: it says why, and the next one is made.
func TestBriefingFails(t *testing.T) {
	c := newCollection(t, news()...)
	for name, make := range map[string]makeFunc{
		"failed": func(context.Context, *maker, *Briefing) error { return errors.New("no model") },
		"panic":  func(context.Context, *maker, *Briefing) error { panic("no model") },
		// Numbers of which none is a citation's would panic later.
		"unsound": func(_ context.Context, _ *maker, b *Briefing) error {
			b.Summary = []Sentence{{Spans: []rag.NumberSpan{{Number: 7}}}}
			return nil
		},
	} {
		d := c.desk(t, func(ctx context.Context, m *maker, b *Briefing) error {
			if b.Topic == "海燕云业绩" {
				return quoteQ3(ctx, m, b)
			}
			return errors.Join(m.tell(Step{Step: "survey"}), m.tell(FinishedSection{Section: Section{Heading: "一"}}), make(ctx, m, b))
		})
		bad, good := orderFor(t, d, "海燕云"), orderFor(t, d, "海燕云业绩")
		events := follow(t, d, bad, 0)
		var failed *FailedError
		if last := events[len(events)-1]; len(events) != 3 || last.Name != "error" || !errors.As(last.Err, &failed) || failed.Problem.Code != "model_failed" {
			t.Errorf("%s: events %v, %+v", name, names(events), last)
		}
		b := waitFor(t, d, bad)
		if b.Status != Failed || b.Problem == nil || b.Problem.Detail != failed.Problem.Detail || len(b.Summary) > 0 {
			t.Errorf("%s: %+v", name, b)
		}
		if again := follow(t, d, bad, 0); !slices.Equal(names(again), names(events)) {
			t.Errorf("%s: told again: %v", name, names(again))
		}
		if b := waitFor(t, d, good); b.Status != Done {
			t.Errorf("%s: the next is %s", name, b.Status)
		}
	}
}

// TestModelPanics: a section is written in a goroutine of its own; what happens there is
// the briefing's end and no more.
func TestModelPanics(t *testing.T) {
	c := newCollection(t, news()...)
	d := NewDesk(Parts{Engine: c.engine(t, llm.NewScripted(llm.Script{For: "json", Text: "{}"}, llm.Script{For: "text", Text: "海燕云", Fail: "panic"})), Options: Defaults()})
	t.Cleanup(d.Close)
	b := waitFor(t, d, orderFor(t, d, "海燕云营收"))
	if b.Status != Failed || b.Problem == nil || b.Problem.Code != "internal" {
		t.Errorf("it is %s, %+v", b.Status, b.Problem)
	}
}

// TestRecordFails: what cannot be stored is told to those who read, and ends nothing else.
func TestRecordFails(t *testing.T) {
	c := newCollection(t, news()...)
	d := c.desk(t, func(ctx context.Context, m *maker, b *Briefing) error {
		return errors.Join(quoteQ3(ctx, m, b), c.record.Close())
	})
	events := follow(t, d, orderFor(t, d, "海燕云业绩"), 0)
	if last := events[len(events)-1]; last.Name != "error" || last.Err == nil {
		t.Errorf("%v", names(events))
	}
	d.group.Wait()
	if _, err := d.Order(t.Context(), Request{Topic: "海燕云"}); err == nil {
		t.Error("an order was taken that is not stored")
	}
	if tally := d.Tally(); tally.Running != 0 || tally.Queued != 0 {
		t.Errorf("%+v", tally)
	}
}

func TestRefusedBriefing(t *testing.T) {
	c := newCollection(t, news()...)
	d := c.desk(t, func(_ context.Context, _ *maker, b *Briefing) error {
		b.Status, b.Refusal = Refused, &Refusal{Reason: "off_topic", Searched: []string{}, Nearest: []corpus.Ref{{ID: "q3", Version: 1}}}
		return nil
	})
	id := orderFor(t, d, "海燕云")
	if events := follow(t, d, id, 0); len(events) != 1 || events[0].Name != "done" {
		t.Errorf("events %v", names(events))
	}
	if b := get(t, d, id); b.Status != Refused || b.Refusal.Nearest[0].State != "same" {
		t.Errorf("%+v", b)
	}
	var input *rag.InputError
	if _, err := d.Order(t.Context(), Request{Topic: "海燕云", PreviousID: id}); !errors.As(err, &input) || input.Field != "previous_id" {
		t.Errorf("followed up: %v", err)
	}
}

func TestDeskRefuses(t *testing.T) {
	c := newCollection(t, news()...)
	w := newBench()
	d := c.desk(t, w.make)
	running := orderFor(t, d, "海燕云")
	<-w.begun
	for name, x := range map[string]struct {
		field string
		err   error
	}{
		"no topic":        {"topic", second(d.Order(t.Context(), Request{}))},
		"earlier running": {"previous_id", second(d.Order(t.Context(), Request{Topic: "海燕云", PreviousID: running}))},
		"too many events": {"Last-Event-ID", second(d.Follow(t.Context(), running, 2))},
	} {
		var input *rag.InputError
		if !errors.As(x.err, &input) || input.Field != x.field {
			t.Errorf("%s: %v", name, x.err)
		}
	}
	for name, err := range map[string]error{
		"get":       second(d.Get(t.Context(), "brf_none")),
		"follow up": second(d.Order(t.Context(), Request{Topic: "海燕云", PreviousID: "brf_none"})),
		"follow":    second(d.Follow(t.Context(), "brf_none", 0)),
		"cancel":    d.Cancel(t.Context(), "brf_none"),
		"delete":    d.Delete(t.Context(), "brf_none"),
	} {
		if !errors.Is(err, corpus.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }
