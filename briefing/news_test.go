package briefing

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/corpus"
	"chuchu/ingest"
	"chuchu/prompts"
	"chuchu/rag"
	"chuchu/rag/cite"
	"chuchu/rag/embed"
	"chuchu/rag/index"
	"chuchu/rag/lexicon"
)

// A paper is an article of the tests.
type paper struct{ id, title, published, text string }

// papers is a small collection about one firm.
func papers() []paper {
	return []paper{
		{"q3", "海燕云公布第三季度业绩", "2024-10-31", "海燕云公布2024年第三季度业绩。\n海燕云第三季度营收为14.2亿元，同比增长36%。\n增长主要来自政务客户，公司为此新设了西北分部。"},
		{"staff", "海燕云员工规模", "2024-06-20", "海燕云目前在全国共有员工3200人，其中研发人员占六成。\n海燕云的总部设在南屏市高新区，数据中心设在临江。"},
		{"price", "海燕云调整存储价格", "2024-03-05", "海燕云宣布对象存储标准版单价定为每月0.12元，自4月1日起生效。\n海燕云说，降价是为了留住中小客户。"},
		{"deal", "海燕云与松涛科技签约", "2024-05-11", "海燕云与松涛科技签订合作协议，双方将共建临江智算中心。"},
	}
}

// An archive is a collection with an engine over it, in a temporary directory.
type archive struct {
	record   *corpus.Record
	index    *index.Local
	embedder embed.Embedder
	engine   *rag.Engine
}

func newArchive(t testing.TB, papers ...paper) *archive {
	t.Helper()
	dir := t.TempDir()
	a := &archive{}
	var err error
	if a.record, err = corpus.Open(context.Background(), dir, corpus.Options{}); err != nil {
		t.Fatal(err)
	}
	if a.embedder, err = embed.NewStatic(); err != nil {
		t.Fatal(err)
	}
	fingerprint, err := a.embedder.Fingerprint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if a.index, err = index.OpenLocal(context.Background(), dir+"/index", fingerprint.Dimension, index.Defaults()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.index.Close(); err != nil {
			t.Error(err)
		}
		if err := a.record.Close(); err != nil {
			t.Error(err)
		}
	})
	set, err := prompts.Load("")
	if err != nil {
		t.Fatal(err)
	}
	words, err := lexicon.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	a.engine = rag.New(rag.Parts{Record: a.record, Index: a.index, Embedder: a.embedder, Lexicon: words, Prompts: set, Options: rag.Defaults()})
	a.put(t, papers...)
	return a
}

// put takes papers in.
func (a *archive) put(t testing.TB, papers ...paper) {
	t.Helper()
	var drafts []ingest.Draft
	for _, p := range papers {
		drafts = append(drafts, ingest.Draft{DeclaredID: p.id, Article: corpus.Article{ID: p.id, Title: p.title, Published: corpus.Date(p.published), Text: p.text}})
	}
	a.putDrafts(t, drafts...)
}

// putDrafts takes articles in.
func (a *archive) putDrafts(t testing.TB, drafts ...ingest.Draft) {
	t.Helper()
	ingester := ingest.New(ingest.Parts{
		Record: a.record, Embedder: a.embedder, Options: ingest.Defaults(),
		CatchUp: func(ctx context.Context) error { return a.index.CatchUp(ctx, a.record) },
	})
	err := ingester.Put(t.Context(), drafts, func(r ingest.Result) {
		if r.Status == "refused" {
			t.Errorf("%s: %s", r.Name, r.Reason)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// maker returns a maker over the archive, for tests of what follows the writing.
func (a *archive) maker(previous *Briefing) *maker {
	return &maker{Parts: Parts{Engine: a.engine, Options: Defaults()}, request: Request{Language: "zh", Length: "standard"}, previous: previous, tell: func(any) error { return nil }}
}

// quoted makes a sentence of a text that stands in an article.
func (a *archive) quoted(t testing.TB, m *maker, id, text string) Sentence {
	t.Helper()
	article, err := a.record.Article(t.Context(), id)
	if err != nil {
		t.Fatalf("%s: %v", id, err)
	}
	d := newEdition(article)
	i := slices.IndexFunc(d.sentences, func(at cite.Span) bool { return string(d.runes[at.Start:at.End]) == text })
	if i < 0 {
		t.Fatalf("%q is no sentence of %s", text, id)
	}
	s, err := m.quoteEdition(t.Context(), d, i)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// everything makes a briefing of all sentences of the archive, or of those of some
// articles.
func (a *archive) everything(t testing.TB, m *maker, ids ...string) *Briefing {
	t.Helper()
	b := &Briefing{Language: "zh"}
	b.empty()
	section := Section{Heading: "全部"}
	for article, err := range a.record.All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if len(ids) > 0 && !slices.Contains(ids, article.ID) {
			continue
		}
		d := newEdition(article)
		for i := range d.sentences {
			section.Sentences = append(section.Sentences, a.quoted(t, m, article.ID, d.text(i)))
		}
	}
	b.Sections = []Section{section}
	return b
}

// stored is a briefing as it is kept: numbered, without quotations.
func stored(m *maker, b *Briefing, article corpus.Article) *Briefing {
	m.number(b)
	for s := range b.sentences() {
		for i := range s.Spans {
			s.Spans[i].Quote = nil
		}
	}
	b.Created = article.Updated // the latest: nothing has changed since
	return b
}

// follow makes a briefing of all sentences of the archive, changes it, makes
// another, and returns the news with the sentences there were.
func (a *archive) follow(t testing.TB, change func(), language string, ids ...string) (*News, *Briefing, int) {
	t.Helper()
	m := a.maker(nil)
	earlier := a.everything(t, m)
	var last corpus.Article
	for article := range a.record.All(t.Context()) {
		if article.Updated.After(last.Updated) {
			last = article
		}
	}
	previous := stored(m, earlier, last)
	change()
	m = a.maker(previous)
	m.request.Language = language
	b := a.everything(t, m, ids...)
	news, err := m.news(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	b.News = news
	return news, b, len(previous.Sections[0].Sentences)
}

// bare takes the markers off.
func bare(list []Sentence) []string {
	texts := []string{}
	for _, s := range list {
		texts = append(texts, cite.Strip(s.Text))
	}
	return texts
}

func changesOf(list []Change) []string {
	texts := []string{}
	for _, c := range list {
		texts = append(texts, c.Was+" → "+cite.Strip(c.Now.Text))
	}
	return texts
}

// told is what a test expects of News.
type told struct {
	New, Changed, Corrected, Withdrawn []string
	Unmentioned, Unchanged             int
}

func TestNews(t *testing.T) {
	revenue, growth := "海燕云第三季度营收为14.2亿元，同比增长36%。", "增长主要来自政务客户，公司为此新设了西北分部。"
	staff := "海燕云目前在全国共有员工3200人，其中研发人员占六成。"
	all := papers()
	with := func(id, text string) paper {
		i := slices.IndexFunc(all, func(p paper) bool { return p.id == id })
		p := all[i]
		p.text = text
		return p
	}
	replaced := func(id, was, now string) paper {
		i := slices.IndexFunc(all, func(p paper) bool { return p.id == id })
		return with(id, strings.Replace(all[i].text, was, now, 1))
	}
	tests := []struct {
		name   string
		change func(a *archive)
		ids    []string // of the articles that the follow-up is of; none: all
		want   told
	}{
		{name: "nothing", change: func(*archive) {}, want: told{Unchanged: 8}},
		{
			name: "an article more",
			change: func(a *archive) {
				a.put(t, paper{"q4", "海燕云拓展海外", "2025-01-09", "海燕云在新加坡开设了首个海外数据中心。"})
			},
			want: told{New: []string{"海燕云在新加坡开设了首个海外数据中心。"}, Unchanged: 8},
		},
		{
			name:   "an article more that says nothing new",
			change: func(a *archive) { a.put(t, paper{"again", "海燕云业绩回顾", "2025-01-09", revenue}) },
			want:   told{Unchanged: 8},
		},
		{
			name: "a newer value",
			change: func(a *archive) {
				a.put(t, paper{"staff2", "海燕云员工规模", "2024-12-20", "海燕云目前在全国共有员工2600人，其中研发人员占六成。"})
			},
			want: told{Changed: []string{staff + " → 海燕云目前在全国共有员工2600人，其中研发人员占六成。"}, Unchanged: 7},
		},
		{
			name: "an older value that came late",
			change: func(a *archive) {
				a.put(t, paper{"staff0", "海燕云员工规模", "2022-12-20", "海燕云目前在全国共有员工1800人，其中研发人员占六成。"})
			},
			want: told{New: []string{"海燕云目前在全国共有员工1800人，其中研发人员占六成。"}, Unchanged: 8},
		},
		{
			name: "the same of another quarter",
			change: func(a *archive) {
				a.put(t, paper{"q4", "海燕云公布第四季度业绩", "2025-01-31", "海燕云第四季度营收为16.1亿元，同比增长29%。"})
			},
			want: told{New: []string{"海燕云第四季度营收为16.1亿元，同比增长29%。"}, Unchanged: 8},
		},
		{
			name:   "a figure corrected",
			change: func(a *archive) { a.put(t, replaced("q3", "14.2亿元", "13.9亿元")) },
			want:   told{Corrected: []string{revenue + " → 海燕云第三季度营收为13.9亿元，同比增长36%。"}, Unchanged: 7},
		},
		{
			name: "a figure corrected that stands elsewhere",
			change: func(a *archive) {
				a.put(t, paper{"print", "海燕云公布第三季度业绩", "2024-11-01", revenue}, replaced("q3", "14.2亿元", "13.9亿元"))
			},
			want: told{Corrected: []string{revenue + " → 海燕云第三季度营收为13.9亿元，同比增长36%。"}, Unchanged: 7},
		},
		{
			name: "other words",
			change: func(a *archive) {
				a.put(t, replaced("staff", "海燕云目前在全国共有员工3200人", "目前，海燕云在全国有员工3200人"))
			},
			want: told{Unchanged: 8},
		},
		{
			name: "another space and another title",
			change: func(a *archive) {
				p := replaced("q3", "14.2亿元，", "14.2 亿元，")
				p.title = "海燕云三季报"
				a.put(t, p)
			},
			want: told{Unchanged: 8},
		},
		{
			name:   "a sentence taken out",
			change: func(a *archive) { a.put(t, replaced("q3", "\n"+growth, "")) },
			want:   told{Withdrawn: []string{growth}, Unchanged: 7},
		},
		{
			name: "a paragraph more",
			change: func(a *archive) {
				a.put(t, with("deal", all[3].text+"\n临江智算中心首期将安装四千台服务器。"))
			},
			want: told{New: []string{"临江智算中心首期将安装四千台服务器。"}, Unchanged: 8},
		},
		{
			name: "an article deleted",
			change: func(a *archive) {
				if err := a.record.Delete(t.Context(), "deal"); err != nil {
					t.Fatal(err)
				}
			},
			want: told{Withdrawn: []string{"海燕云与松涛科技签订合作协议，双方将共建临江智算中心。"}, Unchanged: 7},
		},
		{
			name: "an article deleted that another repeats",
			change: func(a *archive) {
				if err := a.record.Delete(t.Context(), "deal"); err != nil {
					t.Fatal(err)
				}
				a.put(t, paper{"deal2", "海燕云签约", "2024-05-12", all[3].text})
			},
			want: told{Unchanged: 8},
		},
		{name: "less to say", change: func(*archive) {}, ids: []string{"q3", "staff"}, want: told{Unchanged: 5, Unmentioned: 3}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newArchive(t, all...)
			for _, language := range []string{"zh"} {
				news, b, _ := a.follow(t, func() { test.change(a) }, language, test.ids...)
				got := told{bare(news.New), changesOf(news.Changed), changesOf(news.Corrected), []string{}, news.Unmentioned, news.Unchanged}
				for _, w := range news.Withdrawn {
					got.Withdrawn = append(got.Withdrawn, w.Text)
					if !strings.Contains(w.Why, "《海燕云") {
						t.Errorf("withdrawn because %q", w.Why)
					}
				}
				for _, list := range []*[]string{&test.want.New, &test.want.Changed, &test.want.Corrected, &test.want.Withdrawn} {
					*list = append([]string{}, *list...)
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if material := len(test.want.New)+len(test.want.Changed)+len(test.want.Corrected)+len(test.want.Withdrawn) > 0; news.Material != material {
					t.Errorf("material: %v", news.Material)
				}
				a.checkSpans(t, b)
			}
		})
	}
}

// checkSpans holds every span of the news against the article it is in.
func (a *archive) checkSpans(t testing.TB, b *Briefing) {
	t.Helper()
	var all []Sentence
	all = append(all, b.News.New...)
	for _, c := range slices.Concat(b.News.Changed, b.News.Corrected) {
		all = append(all, c.Now)
	}
	for _, s := range all {
		if !holds(s.Verdict) || len(s.Spans) == 0 || len(s.Citations) == 0 {
			t.Errorf("%+v is no sentence that was checked", s)
		}
		for _, span := range s.Spans {
			if span.Quote == nil || !strings.Contains(cite.Strip(s.Text), *span.Quote) || span.PassageID == "" {
				t.Errorf("%q rests on %+v", s.Text, span)
			}
		}
	}
}

// TestNewsCounts: whatever happens to a collection, each sentence of the earlier
// briefing is told of or counted once.
func TestNewsCounts(t *testing.T) {
	words := []string{"海燕云", "松涛科技", "北辰数据", "营收", "员工", "客户", "签约", "下降", "增长", "为", "达到", "在临江", "宣布", "14.2亿元", "36%", "3200人", "四成"}
	random := rand.New(rand.NewPCG(6, 7))
	line := func() string {
		text := ""
		for range 4 + random.IntN(6) {
			text += words[random.IntN(len(words))]
		}
		return text + "。"
	}
	text := func() string {
		var lines []string
		for range 1 + random.IntN(4) {
			lines = append(lines, line())
		}
		return strings.Join(lines, "\n")
	}
	for round := range 12 {
		var list []paper
		for i := range 5 {
			list = append(list, paper{fmt.Sprintf("a%d", i), "海燕云" + line(), fmt.Sprintf("2024-0%d-01", 1+i), text()})
		}
		a := newArchive(t, list...)
		news, _, count := a.follow(t, func() {
			for i, p := range list {
				switch random.IntN(4) {
				case 0:
					if err := a.record.Delete(t.Context(), p.id); err != nil {
						t.Fatal(err)
					}
				case 1:
					lines := strings.Split(p.text, "\n")
					lines[random.IntN(len(lines))] = line()
					p.text = strings.Join(lines, "\n")
					a.put(t, p)
				case 2:
					a.put(t, paper{fmt.Sprintf("b%d", i), p.title, "2025-01-01", text()})
				}
			}
		}, "en", "a0", "a1", "b0", "b2", "b3")
		if sum := len(news.Changed) + len(news.Corrected) + len(news.Withdrawn) + news.Unmentioned + news.Unchanged; sum != count {
			t.Errorf("round %d: %d sentences of %d are told of or counted: %+v", round, sum, count, news)
		}
	}
}
