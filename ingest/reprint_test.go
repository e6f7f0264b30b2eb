package ingest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"chuchu/corpus"
	"chuchu/examples"
)

// These tests show where the border between reprints and other texts lies; how they are
// compared is corpus' matter.

func exampleArticles(t *testing.T) (list []corpus.Article) {
	t.Helper()
	for source, err := range WalkFS(t.Context(), examples.Articles(), Meta{}) {
		if err != nil {
			t.Fatal(err)
		}
		for d, err := range Read(t.Context(), source, Defaults()) {
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, d.Article)
		}
	}
	return list
}

// familiesOf returns the families of the articles in a record of their own, by title,
// in the order of the titles.
func familiesOf(t *testing.T, articles []corpus.Article) (families [][]string) {
	t.Helper()
	record, err := corpus.Open(t.Context(), t.TempDir(), corpus.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer record.Close()
	entries, ids, titles := make([]corpus.Entry, len(articles)), make([]string, len(articles)), map[string]string{}
	for i, a := range articles {
		a.ID = fmt.Sprint(i)
		entries[i], ids[i], titles[a.ID] = corpus.Entry{Article: a}, a.ID, a.Title
	}
	if _, err := record.PutAll(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	found, err := record.Families(t.Context(), ids)
	if err != nil {
		t.Fatal(err)
	}
	members := map[int64][]string{}
	for id, family := range found {
		members[family] = append(members[family], titles[id])
	}
	for _, list := range members {
		slices.Sort(list)
		families = append(families, list)
	}
	slices.SortFunc(families, slices.Compare)
	return families
}

func TestReprintsInTheExamples(t *testing.T) {
	want := [][]string{
		{"主冷却泵没有启动：栎川云临朔机房停摆始末", "栎川云临朔可用区B宕机4小时37分，波及逾千家企业"},
		{"智算卡租金半年跌掉四成，谁在裸泳", "算力租赁价格半年跌去四成：十一家租赁商询价记"},
	}
	if got := familiesOf(t, exampleArticles(t)); !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("families %q", got)
	}
}

func TestNoReprintsInTheRealArticles(t *testing.T) {
	var articles []corpus.Article
	for _, d := range realArticles(t) {
		articles = append(articles, d.Article)
	}
	if got := familiesOf(t, articles); len(got) > 0 {
		t.Errorf("families %q", got)
	}
}

const (
	lead = "本报讯 记者获悉，以下内容来自合作媒体，略有删节。\n"
	note = "编者按：云计算行业近来变化很快，本文对此作了梳理，经作者授权转载，仅代表作者观点，不代表本报立场，供读者参考。\n"
)

var otherPunctuation = strings.NewReplacer("，", ",", "。", ". ", "“", "「", "”", "」", "：", ":", "（", "(", "）", ")", "%", "％", "\n", "\n\n")

// without returns a text without its last n paragraphs.
func without(n int, text string) string {
	paragraphs := strings.Split(text, "\n")
	return strings.Join(paragraphs[:max(1, len(paragraphs)-n)], "\n")
}

// TestReprintsAreFound prints every example again, edited as reprints are.
func TestReprintsAreFound(t *testing.T) {
	for _, c := range []struct {
		name  string
		edit  func(text string) string
		found int // of the 45, at least
	}{
		{"punctuation", otherPunctuation.Replace, 45},
		{"lead", func(s string) string { return lead + s }, 45},
		{"editor's note", func(s string) string { return note + s }, 45},
		{"last paragraph cut", func(s string) string { return without(1, s) }, 45},
		{"lead, cut, punctuation", func(s string) string { return otherPunctuation.Replace(lead + without(1, s)) }, 45},
		{"note, cut, punctuation", func(s string) string { return otherPunctuation.Replace(note + without(1, s)) }, 45},
		{"two paragraphs cut, note", func(s string) string { return note + without(2, s) }, 40},
	} {
		t.Run(c.name, func(t *testing.T) {
			articles := exampleArticles(t)
			for i, a := range articles[:len(articles):len(articles)] {
				articles[i].Title = fmt.Sprint(i)
				a.Title, a.Text = fmt.Sprint(i), c.edit(a.Text)
				articles = append(articles, a)
			}
			twice := map[string]bool{}
			for _, family := range familiesOf(t, articles) {
				for i := 1; i < len(family); i++ {
					twice[family[i]] = twice[family[i]] || family[i] == family[i-1]
				}
				// The two that are reprints already bring theirs with them.
				if different := slices.Compact(slices.Clone(family)); len(different) > 2 || len(family) > 4 {
					t.Errorf("family %q", family)
				}
			}
			found := 0
			for _, is := range twice {
				if is {
					found++
				}
			}
			if found < c.found {
				t.Errorf("%d of %d reprints were found, want %d", found, len(articles)/2, c.found)
			}
		})
	}
}

// TestWhatIsNoReprint: texts that have much in common and are not the same news.
func TestWhatIsNoReprint(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 9))
	pick := func(list ...string) string { return list[random.IntN(len(list))] }
	name := func() string { return pick("霁石云", "栎川云", "棠溪云", "朔桐数据") }
	examples := exampleArticles(t)
	for _, c := range []struct {
		name string
		text func(i int) string
	}{
		{"notices of prices", func(int) string {
			who := name()
			return fmt.Sprintf("%s公告：自%d年%d月%d日零时起，%s下调%s价格，标准型从每月%d元降至%d元，高配型从每月%d元降至%d元，降幅最高%d%%。已购买包年套餐的客户可在到期后享受新价，不退差价。%s表示，降价得益于规模效应和技术进步，今后将继续与客户分享技术红利。",
				who, 2020+random.IntN(6), 1+random.IntN(12), 1+random.IntN(28), who, pick("云主机", "对象存储", "数据库"),
				random.IntN(900), random.IntN(900), random.IntN(900), random.IntN(900), random.IntN(80), who)
		}},
		{"reports of a month", func(i int) string {
			return fmt.Sprintf("据统计，霁石云%d月公共云收入为%d.%d亿元，环比上升%d%%，其中人工智能相关收入占比为%d%%，客户数量继续增长，海外业务保持稳定，毛利率与上月持平。公司管理层在电话会上表示，将继续控制资本开支的节奏，并在下半年优化机房布局。",
				1+i%12, 20+random.IntN(30), random.IntN(10), 1+random.IntN(9), 10+random.IntN(30))
		}},
		{"short news", func(int) string {
			return fmt.Sprintf("%s今日宣布完成%d亿元融资，由%d家机构参投，估值达到%d亿元。公司表示资金将用于扩建机房和研发下一代服务器。", name(), 1+random.IntN(50), 2+random.IntN(9), 50+random.IntN(500))
		}},
		{"short articles over a long standing remark", func(i int) string {
			return string([]rune(examples[i].Text)[:60]) + "\n本文来自合作媒体，版权归原作者所有，转载请联系授权；文中观点仅代表作者个人，不构成投资建议，市场有风险，投资需谨慎。如有侵权请联系本站删除。"
		}},
		{"a note, and the article that quotes it whole", func(i int) string {
			quoted := string([]rune(examples[i/2].Text)[:150])
			if i%2 == 0 {
				return quoted
			}
			return examples[20+i/2].Text + quoted
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var articles []corpus.Article
			for i := range 20 {
				articles = append(articles, corpus.Article{Title: fmt.Sprint(i), Text: c.text(i)})
			}
			if got := familiesOf(t, articles); len(got) > 0 {
				t.Errorf("families %q", got)
			}
		})
	}
}
