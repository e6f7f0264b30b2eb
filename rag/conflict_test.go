package rag_test

import (
	"fmt"
	"strings"
	"testing"

	"chuchu/rag"
	"chuchu/rag/cite"
	"chuchu/rag/llm"
)

// A pair is two articles and whether they disagree about what is asked.
type pair struct {
	name, question, a, b string
	conflict             bool
	published            [2]string // of the articles, else a week in autumn 2024
}

// pairs are constructed: every way in which two figures, dates or names are told
// apart by a reader, and the nearest that is no disagreement.
func pairs() []pair {
	const (
		revenue = "海燕云第三季度营收是多少？"
		staff   = "海燕云有多少员工？"
		layoff  = "海燕云裁员多少人？"
		opening = "海燕云南屏机房是什么时候投产的？"
		price   = "北辰数据对象存储的价格是多少？"
		share   = "政务客户占海燕云营收的比例是多少？"
		spend   = "松涛科技在海燕云上的用量有多大？"
		english = "What was Kestrel Cloud's revenue in the third quarter?"
	)
	return []pair{
		{name: "another amount", question: revenue, a: "海燕云第三季度营收为14.2亿元。", b: "海燕云第三季度营收为15.1亿元。", conflict: true},
		{name: "the same amount", question: revenue, a: "海燕云第三季度营收为14.2亿元。", b: "海燕云公布，第三季度营收为14.2亿元。"},
		{name: "another amount beside more", question: revenue, a: "海燕云公布第三季度业绩，第三季度营收为14.2亿元，高于市场预估。", b: "海燕云第三季度营收为15.1亿元，创下新高。", conflict: true},
		{name: "about", question: revenue, a: "海燕云第三季度营收为14.2亿元。", b: "海燕云第三季度营收约14亿元。"},
		{name: "rounded", question: revenue, a: "海燕云第三季度营收为14.2亿元。", b: "海燕云第三季度营收为14亿元。"},
		{name: "nearly", question: revenue, a: "海燕云第三季度营收为14.2亿元。", b: "海燕云第三季度营收接近15亿元。"},
		{name: "above a bound", question: revenue, a: "海燕云第三季度营收超过14亿元。", b: "海燕云第三季度营收为14.2亿元。"},
		{name: "below a bound", question: revenue, a: "海燕云第三季度营收不到14亿元。", b: "海燕云第三季度营收为15.6亿元。", conflict: true},
		{name: "a range that holds it", question: revenue, a: "海燕云第三季度营收为14亿元至15亿元。", b: "海燕云第三季度营收为14.2亿元。"},
		{name: "a range that does not", question: revenue, a: "海燕云第三季度营收为10亿元至12亿元。", b: "海燕云第三季度营收为14.2亿元。", conflict: true},
		{name: "other units", question: revenue, a: "海燕云第三季度营收为14.2亿元。", b: "海燕云第三季度营收为142000万元。"},
		{name: "other currencies", question: revenue, a: "海燕云第三季度营收为14.2亿元。", b: "海燕云第三季度营收为2亿美元。"},
		{name: "another quarter", question: revenue, a: "海燕云第三季度营收为14.2亿元。", b: "海燕云第二季度营收为9.8亿元。"},
		{name: "another quarter, said before", question: revenue, a: "海燕云公布第三季度业绩。海燕云营收为14.2亿元。", b: "海燕云第二季度营收为9.8亿元。"},
		{name: "another year", question: "海燕云全年营收是多少？", a: "2022年，海燕云全年营收为41亿元。", b: "2023年，海燕云全年营收为46亿元。"},
		{name: "the year and a part of it", question: "海燕云2023年营收是多少？", a: "2023年，海燕云营收为46亿元。", b: "2023年上半年，海燕云营收为21亿元。"},
		{name: "another time of the articles", question: staff, a: "海燕云目前有员工1200人。", b: "海燕云目前有员工800人。", published: [2]string{"2022-05-01", "2024-05-01"}},
		{name: "another company", question: revenue, a: "海燕云第三季度营收为14.2亿元。", b: "北辰数据第三季度营收为6.3亿元。"},
		{name: "another measure", question: revenue, a: "海燕云第三季度营收为14.2亿元。", b: "海燕云第三季度净亏损为3.1亿元。"},
		{name: "a part", question: revenue, a: "海燕云第三季度营收为14.2亿元。", b: "海燕云第三季度政务业务营收为5.2亿元。"},
		{name: "a part, said so", question: revenue, a: "海燕云第三季度营收为14.2亿元。", b: "海燕云第三季度营收增长，其中政务客户营收为5.2亿元。"},
		{name: "a plan", question: revenue, a: "海燕云第三季度营收目标为16亿元。", b: "海燕云第三季度营收为14.2亿元。"},
		{name: "another plan", question: "海燕云今年的营收目标是多少？", a: "海燕云今年的营收目标为60亿元。", b: "海燕云今年的营收目标为50亿元。", conflict: true},
		{name: "expected", question: revenue, a: "海燕云预计第三季度营收为16亿元。", b: "海燕云第三季度营收为14.2亿元。"},
		{name: "another growth", question: "海燕云第三季度营收增速是多少？", a: "海燕云第三季度营收同比增长36%。", b: "海燕云第三季度营收同比增长30%。", conflict: true},
		{name: "growth and fall", question: "海燕云第三季度营收增速是多少？", a: "海燕云第三季度营收同比增长4%。", b: "海燕云第三季度营收同比下滑4%。", conflict: true},
		{name: "against last year and last quarter", question: "海燕云第三季度营收增速是多少？", a: "海燕云第三季度营收同比增长36%。", b: "海燕云第三季度营收环比增长5%。"},
		{name: "a growth and a share", question: "海燕云政务业务增速是多少？", a: "海燕云政务业务同比增长36%。", b: "海燕云政务业务占比为20%。"},
		{name: "another headcount", question: staff, a: "海燕云目前有员工1200人。", b: "海燕云目前有员工800人。", conflict: true},
		{name: "another headcount in other words", question: staff, a: "海燕云员工有1200名。", b: "海燕云员工有800人。", conflict: true},
		{name: "an open number that holds it", question: staff, a: "海燕云目前有员工1200多人。", b: "海燕云目前有员工1250人。"},
		{name: "new ones and all", question: staff, a: "海燕云员工有1200人。", b: "海燕云新增员工有300人。"},
		{name: "another number of dismissed", question: layoff, a: "海燕云裁员80人。", b: "海燕云裁员200人。", conflict: true},
		{name: "dismissals of two months", question: layoff, a: "海燕云今年3月裁员80人。", b: "海燕云今年9月裁员200人。"},
		{name: "tenths and per cent", question: share, a: "政务客户占海燕云营收的比例为两成。", b: "政务客户占海燕云营收的比例为20%。"},
		{name: "other tenths", question: share, a: "政务客户占海燕云营收的比例为两成。", b: "政务客户占海燕云营收的比例为35%。", conflict: true},
		{name: "half", question: share, a: "政务客户占海燕云营收的比例为一半。", b: "政务客户占海燕云营收的比例为50%。"},
		{name: "nearly half", question: share, a: "政务客户占海燕云营收的比例为30%。", b: "政务客户占海燕云营收的比例将近一半。", conflict: true},
		{name: "other customers", question: share, a: "政务客户占海燕云营收的比例为20%。", b: "游戏客户占海燕云营收的比例为35%。"},
		{name: "from and to", question: price, a: "北辰数据对象存储的价格从每月100元降至70元。", b: "北辰数据对象存储的价格为每月70元。"},
		{name: "another price", question: price, a: "北辰数据对象存储的价格为每月100元。", b: "北辰数据对象存储的价格为每月70元。", conflict: true},
		{name: "the highest and the mean", question: price, a: "北辰数据对象存储的价格最高为每月100元。", b: "北辰数据对象存储的价格平均为每月70元。"},
		{name: "the least", question: price, a: "北辰数据对象存储的价格最低为每月40元。", b: "北辰数据对象存储的价格为每月70元。"},
		{name: "abroad", question: price, a: "北辰数据对象存储的海外价格为每月100元。", b: "北辰数据对象存储的价格为每月70元。"},
		{name: "a month and a year", question: spend, a: "松涛科技在海燕云上的用量每月约20万元。", b: "松涛科技在海燕云上的用量每年约240万元。"},
		{name: "a month and another year", question: spend, a: "松涛科技在海燕云上的用量每月约20万元。", b: "松涛科技在海燕云上的用量每年约900万元。", conflict: true},
		{name: "a month and all", question: spend, a: "松涛科技在海燕云上的用量每月约20万元。", b: "松涛科技在海燕云上的用量累计为3000万元。"},
		{name: "another month", question: opening, a: "海燕云南屏机房于2024年3月投产。", b: "海燕云南屏机房于2024年5月投产。", conflict: true},
		{name: "a day of the month", question: opening, a: "海燕云南屏机房于2024年3月投产。", b: "海燕云南屏机房于2024年3月12日投产。"},
		{name: "the month told from the article", question: opening, a: "海燕云南屏机房于2024年3月投产。", b: "海燕云南屏机房于今年3月投产。"},
		{name: "another site", question: opening, a: "海燕云南屏机房于2024年3月投产。", b: "海燕云临朔机房于2024年5月投产。"},
		{name: "another event", question: opening, a: "海燕云南屏机房于2024年3月投产。", b: "海燕云南屏机房于2023年5月开工。"},
		{name: "another name", question: "松涛科技首席执行官由谁接任？", a: "松涛科技首席执行官由副总裁方知夏接任。", b: "松涛科技首席执行官由副总裁方志远接任。", conflict: true},
		{name: "the same name", question: "松涛科技首席执行官由谁接任？", a: "松涛科技首席执行官由副总裁方知夏接任。", b: "松涛科技首席执行官由副总裁方知夏接任，即日生效。"},
		{name: "another office", question: "松涛科技首席执行官由谁接任？", a: "松涛科技首席执行官由副总裁方知夏接任。", b: "松涛科技首席财务官由副总裁陆明远接任。"},
		{name: "asked, nearly and more", question: "海燕云团队有多少人？两篇报道说法一致吗？", a: "海燕云扩张很快，团队接近千人。", b: "海燕云至今没有盈利，要养一千多号员工。", conflict: true},
		{name: "asked, and they agree", question: "海燕云团队有多少人？两篇报道说法一致吗？", a: "海燕云扩张很快，团队约有1000人。", b: "海燕云至今没有盈利，要养1020名员工。"},
		{name: "asked of dates", question: "海燕云南屏机房什么时候投产？2024年10月和11月的报道对得上吗？", a: "去年3月，海燕云在南屏的机房投产。", b: "2022年底投产的海燕云南屏机房又扩建了。", conflict: true},
		{name: "asked, and a condition", question: "海燕云团队有多少人？两篇报道说法一致吗？", a: "海燕云扩张很快，团队接近千人。", b: "如果海燕云的客户有50人开会，费用会翻倍。"},
		{name: "English", question: english, a: "Kestrel Cloud's revenue in the third quarter was $1.2 billion.", b: "Kestrel Cloud's revenue in the third quarter was $1.4 billion.", conflict: true},
		{name: "English, about", question: english, a: "Kestrel Cloud's revenue in the third quarter was about $1.2 billion.", b: "Kestrel Cloud's revenue in the third quarter was $1.23 billion."},
		{name: "English, another quarter", question: english, a: "Kestrel Cloud's revenue in the third quarter was $1.2 billion.", b: "Kestrel Cloud's revenue in the second quarter was $1.1 billion."},
		{name: "English, expected", question: english, a: "Kestrel Cloud's expected revenue in the third quarter was $1.5 billion.", b: "Kestrel Cloud's revenue in the third quarter was $1.2 billion."},
		{name: "English, of Chinese articles", question: "How many employees does 海燕云 have?", a: "海燕云员工有1200人。", b: "海燕云员工有800人。", conflict: true},
		{name: "English dates", question: "When did Kestrel Cloud open its Nanping site?", a: "Kestrel Cloud opened its Nanping site in March 2024.", b: "Kestrel Cloud opened its Nanping site in June 2024.", conflict: true},
	}
}

// filler are articles that make the words of the pairs as rare as they would be.
func filler() []article {
	var list []article
	for i, text := range []string{
		"城东的面馆换了新掌柜，老客都说汤头没变。", "雨季提前到来，水库开闸泄洪。", "图书馆把闭馆时间推迟到晚上十点。", "球队在主场输了两球，教练承认排兵有误。",
		"The museum opens a new wing for ceramics.", "Rain delayed the harvest in the valley.", "渔民说今年的带鱼比往年瘦。", "剧团下乡演出，场场满座。",
	} {
		list = append(list, article{fmt.Sprintf("filler%d", i), fmt.Sprintf("杂记%d", i), "", "", text})
	}
	return list
}

// TestConflictPairs asks about each pair alone.
func TestConflictPairs(t *testing.T) {
	articles := filler()
	for i, p := range pairs() {
		published := p.published
		if published[0] == "" {
			published = [2]string{"2024-10-31", "2024-11-05"}
		}
		articles = append(articles,
			article{fmt.Sprintf("a%d", i), fmt.Sprintf("快讯甲%d", i), "云上观察", published[0], p.a},
			article{fmt.Sprintf("b%d", i), fmt.Sprintf("快讯乙%d", i), "南屏财讯", published[1], p.b})
	}
	c := newCollection(t, articles...)
	e := c.engine(nil)
	for i, p := range pairs() {
		t.Run(p.name, func(t *testing.T) {
			r := ask(p.question)
			r.Filter.ArticleIDs = []string{fmt.Sprintf("a%d", i), fmt.Sprintf("b%d", i)}
			reply := chat(t, e, r)
			c.checkConflicts(t, reply)
			if got := len(reply.Conflicts) > 0; got != p.conflict {
				t.Errorf("conflicts %+v in %s: %s", reply.Conflicts, reply.Status, reply.Answer)
			}
		})
	}
}

// checkConflicts holds what every conflict must be: the sides are of two articles,
// each whole sentences at the place they are said to stand at.
func (c *collection) checkConflicts(t testing.TB, reply rag.Reply) {
	t.Helper()
	for _, x := range reply.Conflicts {
		if x.About == "" || len(x.Sides) < 2 || x.Sides[0].Article.ID == x.Sides[1].Article.ID {
			t.Errorf("conflict %+v", x)
		}
		for _, side := range x.Sides {
			if side.Article.ID != x.Sides[0].Article.ID && side.Article.ID != x.Sides[1].Article.ID {
				t.Errorf("a third article in %+v", x)
			}
			c.checkSide(t, reply, side)
		}
	}
	told := strings.Contains(fmt.Sprint(reply.Caveats), "{conflict ")
	if told != (len(reply.Conflicts) > 0) {
		t.Errorf("%d conflicts, caveats %v", len(reply.Conflicts), reply.Caveats)
	}
}

func (c *collection) checkSide(t testing.TB, reply rag.Reply, side rag.Side) {
	t.Helper()
	a, err := c.record.ArticleVersion(t.Context(), side.Article.ID, side.Article.Version)
	if err != nil {
		t.Fatal(err)
	}
	text := []rune(a.Text)
	span := side.Span
	if span.Start < 0 || span.End > len(text) || span.Start >= span.End || string(text[span.Start:span.End]) != side.Quote || *span.Quote != side.Quote {
		t.Fatalf("%+v is not in its article", side)
	}
	start, end := false, false
	for _, s := range cite.Sentences(a.Text) {
		start, end = start || s.Start == span.Start, end || s.End == span.End
	}
	if !start || !end {
		t.Errorf("%q is no whole sentence", side.Quote)
	}
	cited := 0
	for _, x := range reply.Citations {
		if x.Article.ID == side.Article.ID {
			cited = x.Number
		}
	}
	if side.Citation == nil && cited > 0 || side.Citation != nil && *side.Citation != cited {
		t.Errorf("the side of citation %d has %v", cited, side.Citation)
	}
}

// views are two articles that judge one thing differently, and one beside them.
func views() []article {
	return []article{
		{"fair", "自研芯片之得", "云上观察", "2024-04-14", "海燕云去年起自研芯片。几位工程师说，自研芯片让机房省下不少电，是有远见的决定。"},
		{"foul", "自研芯片之失", "南屏财讯", "2024-05-31", "海燕云去年起自研芯片。一位前主管认为，自研芯片是拖累利润的沉重包袱。"},
		{"other", "芯片手记", "栈桥评论", "2024-06-02", "关于自研芯片的沙龙在南屏开场，海燕云的人也来了。"},
	}
}

// handleOf returns the handle that the passage with a text has in a prompt.
func handleOf(t testing.TB, prompt, text string) string {
	t.Helper()
	at := strings.Index(prompt, text)
	if at < 0 {
		t.Fatalf("%q is not in %s", text, prompt)
	}
	id := prompt[strings.LastIndex(prompt[:at], `<passage id="`)+len(`<passage id="`):]
	return id[:strings.IndexByte(id, '"')]
}

// TestConflictsByModel plays what a model may say of two articles: it is believed
// where both quotations stand in two articles, and nowhere else.
func TestConflictsByModel(t *testing.T) {
	const question = "海燕云自研芯片好不好？"
	const fair, foul = "自研芯片让机房省下不少电，是有远见的决定", "自研芯片是拖累利润的沉重包袱"
	c := newCollection(t, views()...)
	first := llm.NewScripted(llm.Script{For: "text", Text: "自研芯片让机房省下不少电[S1]。"})
	chat(t, c.engine(first), ask(question))
	prompt := first.Requests()[0].Messages[0].Content
	s1, s2 := handleOf(t, prompt, fair), handleOf(t, prompt, foul)
	finding := func(handle1, quote1, handle2, quote2 string) string {
		return fmt.Sprintf(`{"conflicts":[{"about":"自研芯片是好是坏[S1]","sides":[{"handle":%q,"quote":%q},{"handle":%q,"quote":%q}]}]}`, handle1, quote1, handle2, quote2)
	}
	good := finding(s1, fair, s2, foul)
	for name, x := range map[string]struct {
		script llm.Script
		want   int
	}{
		"good":                     {llm.Script{Text: good}, 1},
		"in a fence":               {llm.Script{Text: "```json\n" + good + "\n```"}, 1},
		"other marks and blanks":   {llm.Script{Text: finding("["+s1+"]", "自研芯片让机房省下不少电, 是有 远见的决定", s2, foul+"。")}, 1},
		"twice":                    {llm.Script{Text: strings.Replace(good, "]}]}", "]},"+good[len(`{"conflicts":[`):], 1)}, 1},
		"a quote that is nowhere":  {llm.Script{Text: finding(s1, "自研芯片没让机房省下电", s2, foul)}, 0},
		"a quote of another":       {llm.Script{Text: finding(s1, foul, s2, fair)}, 0},
		"one article only":         {llm.Script{Text: finding(s1, fair, s1, "海燕云去年起自研芯片")}, 0},
		"an unknown handle":        {llm.Script{Text: finding("S99", fair, s2, foul)}, 0},
		"a quote of three letters": {llm.Script{Text: finding(s1, "芯片", s2, foul)}, 0},
		"one side":                 {llm.Script{Text: fmt.Sprintf(`{"conflicts":[{"about":"x","sides":[{"handle":%q,"quote":%q}]}]}`, s1, fair)}, 0},
		"of another shape":         {llm.Script{Text: `{"conflicts":[1,"x",{"about":2,"sides":{}},{"about":"x","sides":[[],null]}]}`}, 0},
		"none":                     {llm.Script{Text: `{"conflicts":[]}`}, 0},
		"no list":                  {llm.Script{Text: `{"conflicts":"none"}`}, 0},
		"bad JSON":                 {llm.Script{Text: "两篇文章看法不同。"}, 0},
		"empty":                    {llm.Script{Text: " "}, 0},
		"cut":                      {llm.Script{Text: good, Fail: "cut", After: 9}, 0},
		"time-out":                 {llm.Script{Fail: "timeout"}, 0},
		"refused":                  {llm.Script{Fail: "error", Status: 429, Message: "slow down"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			x.script.For, x.script.Match = "json", "找出它们就同一件事说法不同的地方"
			model := llm.NewScripted(llm.Script{For: "text", Text: "自研芯片让机房省下不少电[" + s1 + "]。"}, x.script)
			reply := chat(t, c.engine(model), ask(question))
			c.check(t, reply)
			c.checkConflicts(t, reply)
			if len(reply.Conflicts) != x.want || reply.Status != "answered" || !strings.HasPrefix(reply.Answer, "自研芯片让机房省下不少电") {
				t.Fatalf("%s: %s with %+v", reply.Status, reply.Answer, reply.Conflicts)
			}
			if x.want > 0 {
				about := reply.Conflicts[0].About
				if !strings.HasPrefix(about, "自研芯片是好是坏") || strings.Contains(about, "[S1]") || !strings.Contains(about, "后者较新") {
					t.Errorf("about %q", about)
				}
			}
		})
	}
}

// TestConflictsAfterText: what the model is asked of conflicts never holds back a
// word of the answer, and its failing leaves the answer whole.
func TestConflictsAfterText(t *testing.T) {
	c := newCollection(t, views()...)
	wait := make(chan struct{})
	model := llm.NewScripted(
		llm.Script{For: "text", Text: "自研芯片让机房省下不少电[S1]。"},
		llm.Script{For: "json", Match: "说法不同的地方", Text: `{"conflicts":[]}`, Wait: wait})
	var seen []string
	for event, err := range c.engine(model).Answer(t.Context(), ask("海燕云自研芯片好不好？")) {
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, event.Name)
		if event.Name == "verdict" { // all text is out
			close(wait)
		}
	}
	if n := len(seen); n == 0 || seen[n-1] != "done" {
		t.Errorf("events %v", seen)
	}
}

// TestConflictOfOneArticle: with one article there is nothing to compare, and no
// model is asked.
func TestConflictOfOneArticle(t *testing.T) {
	c := newCollection(t, article{"a", "海燕云业绩", "甲", "2024-01-01", "海燕云第三季度营收为14.2亿元。海燕云第三季度营收为15.1亿元。"})
	model := llm.NewScripted(llm.Script{Text: "海燕云第三季度营收为14.2亿元[S1]。"})
	reply := chat(t, c.engine(model), ask("海燕云第三季度营收是多少？"))
	if n := len(model.Requests()); n != 1 || len(reply.Conflicts) > 0 {
		t.Errorf("%d requests, conflicts %+v", n, reply.Conflicts)
	}
}

// TestConflictOfReprints: a reprint with another figure is one article printed twice.
func TestConflictOfReprints(t *testing.T) {
	text := "海燕云公布业绩。海燕云第三季度营收为%s亿元，" + strings.Repeat("管理层在说明会上逐项解释了政务、金融和游戏三个行业的订单变化，也回答了关于机房与带宽成本的提问。", 6)
	c := newCollection(t, append(filler(),
		article{"a", "海燕云业绩", "甲", "2024-10-31", fmt.Sprintf(text, "14.2")},
		article{"b", "海燕云业绩说明会", "乙", "2024-11-01", fmt.Sprintf(text, "15.1")})...)
	for _, question := range []string{"海燕云第三季度营收是多少？", "海燕云第三季度营收是多少？两篇报道说法一致吗？", "海燕云第三季度营收是多少？2024年10月和11月的报道对得上吗？"} {
		if reply := chat(t, c.engine(nil), ask(question)); len(reply.Conflicts) > 0 || reply.Status == "refused" {
			t.Errorf("%s %s: %+v", question, reply.Status, reply.Conflicts)
		}
	}
}

// TestConflictInWords holds the words around a conflict in both languages, and that
// a side knows its citation.
func TestConflictInWords(t *testing.T) {
	c := newCollection(t, append(filler(),
		article{"a", "快讯甲", "云上观察", "2024-10-31", "海燕云第三季度营收为14.2亿元。"},
		article{"b", "快讯乙", "南屏财讯", "2024-11-05", "海燕云第三季度营收为15.1亿元。"})...)
	r := ask("海燕云第三季度营收是多少？")
	reply := chat(t, c.engine(nil), r)
	c.checkConflicts(t, reply)
	const zh = "“海燕云第三季度营收是多少”：一说14.2亿元（云上观察，2024-10-31），一说15.1亿元（南屏财讯，2024-11-05）；后者较新，但未必更准确。"
	if len(reply.Conflicts) != 1 || reply.Conflicts[0].About != zh || reply.Conflicts[0].Sides[0].Citation == nil {
		t.Errorf("conflicts %+v of %s", reply.Conflicts, reply.Answer)
	}
	r.Language = "en"
	reply = chat(t, c.engine(nil), r)
	const en = "“海燕云第三季度营收是多少”: one says 14.2亿元 (云上观察, 2024-10-31), another 15.1亿元 (南屏财讯, 2024-11-05); the latter is newer, which does not make it right."
	if len(reply.Conflicts) != 1 || reply.Conflicts[0].About != en {
		t.Errorf("conflicts %+v", reply.Conflicts)
	}
}
