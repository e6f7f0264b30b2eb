package briefing

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"chuchu/corpus"
	"chuchu/rag"
	"chuchu/rag/cite"
	"chuchu/rag/lexicon"
)

// papers is a small collection about one firm.
func papers() []article {
	return []article{
		{"q3", "海燕云公布第三季度业绩", "", "2024-10-31", "海燕云公布2024年第三季度业绩。\n海燕云第三季度营收为14.2亿元，同比增长36%。\n增长主要来自政务客户，公司为此新设了西北分部。"},
		{"staff", "海燕云员工规模", "", "2024-06-20", "海燕云目前在全国共有员工3200人，其中研发人员占六成。\n海燕云的总部设在南屏市高新区，数据中心设在临江。"},
		{"price", "海燕云调整存储价格", "", "2024-03-05", "海燕云宣布对象存储标准版单价定为每月0.12元，自4月1日起生效。\n海燕云说，降价是为了留住中小客户。"},
		{"deal", "海燕云与松涛科技签约", "", "2024-05-11", "海燕云与松涛科技签订合作协议，双方将共建临江智算中心。"},
	}
}

// An archive is a collection with an engine over it that knows English words.
type archive struct {
	*collection
	engine *rag.Engine
}

func newArchive(t testing.TB, articles ...article) *archive {
	t.Helper()
	words, err := lexicon.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	a := &archive{collection: newCollection(t, articles...)}
	a.engine = a.collection.engine(t, nil)
	a.engine.Lexicon = words
	return a
}

// maker returns a maker over the collection, for tests of what follows the writing.
func (c *collection) maker(t testing.TB, previous *Briefing) *maker {
	return &maker{Parts: Parts{Engine: c.engine(t, nil), Options: Defaults()}, request: Request{Language: "zh", Length: "standard"}, previous: previous, tell: func(any) error { return nil }}
}

// quoted makes a sentence of a text that stands in an article.
func (c *collection) quoted(t testing.TB, m *maker, id, text string) Sentence {
	t.Helper()
	article, err := c.record.Article(t.Context(), id)
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

// everything makes a briefing of all sentences of the collection, or of those of some
// articles.
func (c *collection) everything(t testing.TB, m *maker, ids ...string) *Briefing {
	t.Helper()
	b := &Briefing{Language: "zh"}
	b.empty()
	section := Section{Heading: "全部"}
	for article, err := range c.record.All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if len(ids) > 0 && !slices.Contains(ids, article.ID) {
			continue
		}
		d := newEdition(article)
		for i := range d.sentences {
			section.Sentences = append(section.Sentences, c.quoted(t, m, article.ID, d.text(i)))
		}
	}
	b.Sections = []Section{section}
	return b
}

// stored is a briefing as it is kept: numbered, without quotations, and made when the
// newest of its articles had come in.
func stored(m *maker, b *Briefing, newest corpus.Article) *Briefing {
	m.number(b)
	b.dropQuotes()
	b.Created = newest.Updated
	return b
}

// follow makes a briefing of all sentences of the collection, changes it, makes
// another, and returns the news with the sentences there were.
func (c *collection) follow(t testing.TB, change func(), language string, ids ...string) (*News, *Briefing, int) {
	t.Helper()
	m := c.maker(t, nil)
	earlier := c.everything(t, m)
	var last corpus.Article
	for article := range c.record.All(t.Context()) {
		if article.Updated.After(last.Updated) {
			last = article
		}
	}
	previous := stored(m, earlier, last)
	change()
	m = c.maker(t, previous)
	m.request.Language = language
	b := c.everything(t, m, ids...)
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
	with := func(id, text string) article {
		i := slices.IndexFunc(all, func(p article) bool { return p.id == id })
		p := all[i]
		p.text = text
		return p
	}
	replaced := func(id, was, now string) article {
		i := slices.IndexFunc(all, func(p article) bool { return p.id == id })
		return with(id, strings.Replace(all[i].text, was, now, 1))
	}
	tests := []struct {
		name   string
		change func(c *collection)
		ids    []string // of the articles that the follow-up is of; none: all
		want   told
	}{
		{name: "nothing", change: func(*collection) {}, want: told{Unchanged: 8}},
		{
			name: "an article more",
			change: func(c *collection) {
				c.put(t, article{"q4", "海燕云拓展海外", "", "2025-01-09", "海燕云在新加坡开设了首个海外数据中心。"})
			},
			want: told{New: []string{"海燕云在新加坡开设了首个海外数据中心。"}, Unchanged: 8},
		},
		{
			name:   "an article more that says nothing new",
			change: func(c *collection) { c.put(t, article{"again", "海燕云业绩回顾", "", "2025-01-09", revenue}) },
			want:   told{Unchanged: 8},
		},
		{
			name: "a newer value",
			change: func(c *collection) {
				c.put(t, article{"staff2", "海燕云员工规模", "", "2024-12-20", "海燕云目前在全国共有员工2600人，其中研发人员占六成。"})
			},
			want: told{Changed: []string{staff + " → 海燕云目前在全国共有员工2600人，其中研发人员占六成。"}, Unchanged: 7},
		},
		{
			name: "an older value that came late",
			change: func(c *collection) {
				c.put(t, article{"staff0", "海燕云员工规模", "", "2022-12-20", "海燕云目前在全国共有员工1800人，其中研发人员占六成。"})
			},
			want: told{New: []string{"海燕云目前在全国共有员工1800人，其中研发人员占六成。"}, Unchanged: 8},
		},
		{
			name: "the same of another quarter",
			change: func(c *collection) {
				c.put(t, article{"q4", "海燕云公布第四季度业绩", "", "2025-01-31", "海燕云第四季度营收为16.1亿元，同比增长29%。"})
			},
			want: told{New: []string{"海燕云第四季度营收为16.1亿元，同比增长29%。"}, Unchanged: 8},
		},
		{
			name:   "a figure corrected",
			change: func(c *collection) { c.put(t, replaced("q3", "14.2亿元", "13.9亿元")) },
			want:   told{Corrected: []string{revenue + " → 海燕云第三季度营收为13.9亿元，同比增长36%。"}, Unchanged: 7},
		},
		{
			name: "a figure corrected that stands elsewhere",
			change: func(c *collection) {
				c.put(t, article{"print", "海燕云公布第三季度业绩", "", "2024-11-01", revenue}, replaced("q3", "14.2亿元", "13.9亿元"))
			},
			want: told{Corrected: []string{revenue + " → 海燕云第三季度营收为13.9亿元，同比增长36%。"}, Unchanged: 7},
		},
		{
			name: "other words",
			change: func(c *collection) {
				c.put(t, replaced("staff", "海燕云目前在全国共有员工3200人", "目前，海燕云在全国有员工3200人"))
			},
			want: told{Unchanged: 8},
		},
		{
			name: "another space and another title",
			change: func(c *collection) {
				p := replaced("q3", "14.2亿元，", "14.2 亿元，")
				p.title = "海燕云三季报"
				c.put(t, p)
			},
			want: told{Unchanged: 8},
		},
		{
			name:   "a sentence taken out",
			change: func(c *collection) { c.put(t, replaced("q3", "\n"+growth, "")) },
			want:   told{Withdrawn: []string{growth}, Unchanged: 7},
		},
		{
			name: "a paragraph more",
			change: func(c *collection) {
				c.put(t, with("deal", all[3].text+"\n临江智算中心首期将安装四千台服务器。"))
			},
			want: told{New: []string{"临江智算中心首期将安装四千台服务器。"}, Unchanged: 8},
		},
		{
			name: "an article deleted",
			change: func(c *collection) {
				c.delete(t, "deal")
			},
			want: told{Withdrawn: []string{"海燕云与松涛科技签订合作协议，双方将共建临江智算中心。"}, Unchanged: 7},
		},
		{
			name: "an article deleted that another repeats",
			change: func(c *collection) {
				c.delete(t, "deal")
				c.put(t, article{"deal2", "海燕云签约", "", "2024-05-12", all[3].text})
			},
			want: told{Unchanged: 8},
		},
		{name: "less to say", change: func(*collection) {}, ids: []string{"q3", "staff"}, want: told{Unchanged: 5, Unmentioned: 3}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := newCollection(t, all...)
			news, b, _ := c.follow(t, func() { test.change(c) }, "zh", test.ids...)
			got := told{bare(news.New), changesOf(news.Changed), changesOf(news.Corrected), []string{}, news.Unmentioned, news.Unchanged}
			for _, w := range news.Withdrawn {
				got.Withdrawn = append(got.Withdrawn, w.Text)
				if !strings.Contains(w.Why, "《海燕云") {
					t.Errorf("withdrawn because %q", w.Why)
				}
			}
			if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if material := len(test.want.New)+len(test.want.Changed)+len(test.want.Corrected)+len(test.want.Withdrawn) > 0; news.Material != material {
				t.Errorf("material: %v", news.Material)
			}
			c.checkSpans(t, b)
		})
	}
}

// checkSpans holds every span of the news against the article it is in.
func (c *collection) checkSpans(t testing.TB, b *Briefing) {
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
		var list []article
		for i := range 5 {
			list = append(list, article{fmt.Sprintf("a%d", i), "海燕云" + line(), "", fmt.Sprintf("2024-0%d-01", 1+i), text()})
		}
		c := newCollection(t, list...)
		news, _, count := c.follow(t, func() {
			for i, p := range list {
				switch random.IntN(4) {
				case 0:
					c.delete(t, p.id)
				case 1:
					lines := strings.Split(p.text, "\n")
					lines[random.IntN(len(lines))] = line()
					p.text = strings.Join(lines, "\n")
					c.put(t, p)
				case 2:
					c.put(t, article{fmt.Sprintf("b%d", i), p.title, "", "2025-01-01", text()})
				}
			}
		}, "en", "a0", "a1", "b0", "b2", "b3")
		if sum := len(news.Changed) + len(news.Corrected) + len(news.Withdrawn) + news.Unmentioned + news.Unchanged; sum != count {
			t.Errorf("round %d: %d sentences of %d are told of or counted: %+v", round, sum, count, news)
		}
	}
}

// TestFollowUp follows a briefing over what becomes of its articles, through the desk.
func TestFollowUp(t *testing.T) {
	a := newArchive(t, papers()...)
	d := NewDesk(Parts{Engine: a.engine, Options: Defaults()})
	t.Cleanup(d.Close)
	order := func(previous string) Briefing {
		b, err := d.Order(t.Context(), Request{Topic: "海燕云", Length: "long", PreviousID: previous})
		if err != nil {
			t.Fatal(err)
		}
		if b = waitFor(t, d, b.ID); b.Status != Done {
			t.Fatalf("%s: %+v %+v", b.Status, b.Problem, b.Refusal)
		}
		return b
	}
	first := order("")
	if first.News != nil {
		t.Errorf("a first briefing has news: %+v", first.News)
	}
	for name, text := range map[string]string{"q3": "14.2亿元", "deal": "临江智算中心", "staff": "3200人"} {
		if !strings.Contains(strings.Join(bare(bodyOf(first)), ""), text) {
			t.Fatalf("the first briefing does not speak of %s: %+v", name, first.Sections)
		}
	}
	same := order(first.ID)
	if n := same.News; n == nil || n.Material || n.Unchanged == 0 || n.Unmentioned > 0 {
		t.Errorf("after nothing: %+v", n)
	}
	c := a.collection
	q3 := papers()[0]
	q3.text = strings.Replace(q3.text, "14.2亿元", "13.9亿元", 1)
	c.put(t, q3, article{"staff2", "海燕云员工规模", "", "2024-12-20", "海燕云目前在全国共有员工2600人，其中研发人员占六成。"},
		article{"abroad", "海燕云拓展海外", "", "2025-01-09", "海燕云在新加坡开设了首个海外数据中心，投资3亿元。"})
	c.delete(t, "deal")

	b := order(same.ID)
	n := b.News
	if n == nil || !n.Material {
		t.Fatalf("after all that: %+v", n)
	}
	c.checkSpans(t, &b)
	want := told{
		New:       []string{"海燕云在新加坡开设了首个海外数据中心，投资3亿元。"},
		Changed:   []string{"海燕云目前在全国共有员工3200人，其中研发人员占六成。 → 海燕云目前在全国共有员工2600人，其中研发人员占六成。"},
		Corrected: []string{"海燕云第三季度营收为14.2亿元，同比增长36%。 → 海燕云第三季度营收为13.9亿元，同比增长36%。"},
		Unchanged: n.Unchanged, Unmentioned: n.Unmentioned,
	}
	got := told{bare(n.New), changesOf(n.Changed), changesOf(n.Corrected), nil, n.Unmentioned, n.Unchanged}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(n.Withdrawn) != 1 || n.Withdrawn[0] != (Withdrawn{"海燕云与松涛科技签订合作协议，双方将共建临江智算中心。", "所引文章《海燕云与松涛科技签约》已被删除。"}) {
		t.Errorf("withdrawn: %+v", n.Withdrawn)
	}
	if sum := 3 + n.Unmentioned + n.Unchanged; sum != len(bodyOf(same)) {
		t.Errorf("%d sentences of %d are told of or counted", sum, len(bodyOf(same)))
	}
	if again := order(b.ID).News; again == nil || again.Material {
		t.Errorf("once more, after nothing: %+v", again)
	}
}

// bodyOf returns the sentences of all sections.
func bodyOf(b Briefing) (list []Sentence) {
	for _, section := range b.Sections {
		list = append(list, section.Sentences...)
	}
	return list
}

// TestNewsOtherPrints: a sentence whose article was deleted stands as long as another
// print of that is there.
func TestNewsOtherPrints(t *testing.T) {
	deal := papers()[3]
	reprint := article{"reprint", "海燕云牵手松涛科技", "", "2024-05-12", deal.text}
	c := newCollection(t, append(papers(), reprint)...)
	m := c.maker(t, nil)
	earlier := c.everything(t, m, "deal")
	other, err := c.record.Article(t.Context(), "reprint")
	if err != nil {
		t.Fatal(err)
	}
	m.survey.prints = map[string][]corpus.Ref{"deal": {other.Ref()}}
	previous := stored(m, earlier, other)
	follow := func(language string) *News {
		m := c.maker(t, previous)
		m.request.Language = language
		news, err := m.news(t.Context(), c.everything(t, m, "staff"))
		if err != nil {
			t.Fatal(err)
		}
		return news
	}
	c.delete(t, "deal")
	if n := follow("zh"); n.Unmentioned != 1 || n.Material {
		t.Errorf("with another print: %+v", n)
	}
	c.delete(t, "reprint")
	want := []Withdrawn{{"海燕云与松涛科技签订合作协议，双方将共建临江智算中心。", "“海燕云与松涛科技签约” was deleted."}}
	if n := follow("en"); !slices.Equal(n.Withdrawn, want) || !n.Material {
		t.Errorf("with none: %+v", n)
	}
}

// TestNewsOfModel: sentences that a model wrote, each in its own words, are unchanged
// while they rest on the same place and say nothing else.
func TestNewsOfModel(t *testing.T) {
	c := newCollection(t, papers()...)
	written := func(m *maker, text string) *Briefing {
		s := c.quoted(t, m, "staff", "海燕云目前在全国共有员工3200人，其中研发人员占六成。")
		s.Text, s.Verdict, s.Judge = text+marker(s.Citations[0])+"。", string(cite.Supported), "model"
		b := &Briefing{Language: "zh"}
		b.empty()
		b.Sections = []Section{{Heading: "规模", Sentences: []Sentence{s}}}
		return b
	}
	staff, err := c.record.Article(t.Context(), "staff")
	if err != nil {
		t.Fatal(err)
	}
	m := c.maker(t, nil)
	previous := stored(m, written(m, "公司员工达3200人，六成做研发"), staff)
	for _, test := range []struct {
		text string
		want told
	}{
		{"海燕云有3200名员工，研发占六成", told{Unchanged: 1}},
		{"海燕云的研发人员占六成", told{Unchanged: 1}},
		{"海燕云有2600名员工，研发占七成", told{Unmentioned: 1}}, // which the article does not say: nothing has changed
	} {
		m := c.maker(t, previous)
		news, err := m.news(t.Context(), written(m, test.text))
		if err != nil {
			t.Fatal(err)
		}
		got := told{bare(news.New), changesOf(news.Changed), changesOf(news.Corrected), nil, news.Unmentioned, news.Unchanged}
		if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.text, diff)
		}
	}
}
