package corpus_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"chuchu/corpus"
)

// report is an article of many sentences; the same seed gives the same.
func report(seed uint64, sentences int) string {
	random := rand.New(rand.NewPCG(seed, 3))
	subjects := []string{"霁石云", "栎川云", "棠溪云", "朔桐数据", "槐序智能", "监管部门", "多位客户", "分析师"}
	verbs := []string{"宣布", "否认", "推迟", "完成", "扩大", "缩减", "公布", "评估"}
	objects := []string{"新一轮融资", "海外节点的建设", "对象存储的价格", "机房的扩容计划", "与银行的合作", "高管的任命", "季度的营收", "模型的推理成本"}
	tails := []string{"消息传出后同行反应不一", "具体金额没有披露", "时间比原计划晚了三个月", "这在业内引起了讨论", "相关负责人拒绝置评"}
	pick := func(list []string) string { return list[random.IntN(len(list))] }
	var b strings.Builder
	for i := range sentences {
		fmt.Fprintf(&b, "%s在%d月%d日%s%s，%s。", pick(subjects), 1+random.IntN(12), 1+random.IntN(28), pick(verbs), pick(objects), pick(tails))
		if i%4 == 3 {
			b.WriteString("\n")
		}
	}
	return b.String()
}

// reprintOf is the text as another outlet prints it: a new lead, the last paragraph
// cut, other punctuation.
func reprintOf(text string) string {
	paragraphs := strings.Split(strings.TrimSpace(text), "\n")
	text = strings.Join(paragraphs[:len(paragraphs)-1], "\n")
	return "本报综合报道，以下内容经授权转载。\n" + strings.NewReplacer("，", ",", "。", ". ", "云", "云").Replace(text)
}

func family(t *testing.T, r *corpus.Record, id string) []string {
	t.Helper()
	list, err := r.Family(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, a := range list {
		ids = append(ids, a.ID)
	}
	return ids
}

func printed(id, published, text string) corpus.Entry {
	e := entry(id, text)
	e.Article.Published = corpus.Date(published)
	return e
}

func TestReprintsAreAFamily(t *testing.T) {
	r := open(t, t.TempDir())
	original := report(1, 24)
	put(t, r, printed("late", "2024-05-03", reprintOf(original)))
	put(t, r, printed("undated", "", original))
	put(t, r, printed("first", "2024-05-01", original))
	put(t, r, printed("other", "2024-05-01", report(2, 24)))
	put(t, r, printed("quotes", "2024-05-01", report(3, 40)+string([]rune(original)[:80])))
	if got := family(t, r, "undated"); !slices.Equal(got, []string{"first", "late"}) {
		t.Errorf("family %v", got)
	}
	for _, alone := range []string{"other", "quotes", "missing"} {
		if got := family(t, r, alone); len(got) > 0 {
			t.Errorf("%s has family %v", alone, got)
		}
	}
	families, err := r.Families(t.Context(), []string{"first", "late", "undated", "other", "missing"})
	if err != nil || len(families) != 3 || families["first"] != families["late"] || families["first"] != families["undated"] {
		t.Errorf("families %v, %v", families, err)
	}
}

func TestFamilyFollowsChanges(t *testing.T) {
	r := open(t, t.TempDir())
	original := report(1, 24)
	for _, id := range []string{"a", "b", "c"} {
		put(t, r, entry(id, original))
	}
	put(t, r, entry("b", report(9, 24)))
	if got := family(t, r, "a"); !slices.Equal(got, []string{"c"}) {
		t.Errorf("after b changed: %v", got)
	}
	remove(t, r, "c")
	if got := family(t, r, "a"); len(got) > 0 {
		t.Errorf("after c was deleted: %v", got)
	}
	if families, err := r.Families(t.Context(), []string{"a", "b", "c"}); err != nil || len(families) > 0 {
		t.Errorf("families of articles alone: %v, %v", families, err)
	}
	put(t, r, entry("c", original))
	put(t, r, entry("b", original))
	if got := family(t, r, "a"); !slices.Equal(got, []string{"b", "c"}) {
		t.Errorf("after both came back: %v", got)
	}
	retitled := entry("a", original)
	retitled.Article.Title = "另一个题目"
	put(t, r, retitled)
	if got := family(t, r, "a"); len(got) != 2 {
		t.Errorf("after a new title: %v", got)
	}
}

func TestShortTextsHaveNoFamily(t *testing.T) {
	r := open(t, t.TempDir())
	for i := range 3 {
		put(t, r, entry(fmt.Sprint(i), "北辰数据宣布对象存储降价三成。"))
	}
	if got := family(t, r, "0"); len(got) > 0 {
		t.Errorf("family %v", got)
	}
}

// TestFamilyOfAnArticleThatChanged: the article that gave a family its number becomes
// another's reprint, which does not make one family of both.
func TestFamilyOfAnArticleThatChanged(t *testing.T) {
	r := open(t, t.TempDir())
	for _, id := range []string{"a", "b", "c"} {
		put(t, r, entry(id, report(1, 24)))
	}
	put(t, r, entry("a", report(9, 24)))
	put(t, r, entry("d", report(9, 24)))
	for id, want := range map[string][]string{"a": {"d"}, "b": {"c"}, "c": {"b"}, "d": {"a"}} {
		if got := family(t, r, id); !slices.Equal(got, want) {
			t.Errorf("%s has family %v, want %v", id, got, want)
		}
	}
}

// serial returns part i of a text that goes on: neighbours resemble each other, parts
// further apart do not.
func serial(i int) string {
	lines := strings.SplitAfter(report(77, 400), "。")
	return strings.Join(lines[9*i:9*i+40], "")
}

// TestFamilyIsAChain: what hangs together by one article alone is one family as long as
// it is there.
func TestFamilyIsAChain(t *testing.T) {
	r := open(t, t.TempDir())
	for _, i := range []int{0, 4, 2, 1, 3} {
		put(t, r, entry(fmt.Sprint(i), serial(i)))
	}
	if got := family(t, r, "0"); !slices.Equal(got, []string{"1", "2", "3", "4"}) {
		t.Fatalf("family %v", got)
	}
	remove(t, r, "2")
	if a, b := family(t, r, "0"), family(t, r, "4"); !slices.Equal(a, []string{"1"}) || !slices.Equal(b, []string{"3"}) {
		t.Errorf("after the one between them went: %v and %v", a, b)
	}
	put(t, r, entry("2", serial(2)))
	if got := family(t, r, "4"); !slices.Equal(got, []string{"0", "1", "2", "3"}) {
		t.Errorf("after it came back: %v", got)
	}
}

// TestFamiliesInAnyOrder: who is in which family is a matter of the articles that are
// there, whatever came, changed and went before, and in whatever batches.
func TestFamiliesInAnyOrder(t *testing.T) {
	var texts []string
	for i := range 12 {
		text := report(uint64(i%3), 20)
		texts = append(texts, serial(i), text, reprintOf(text), report(uint64(100+i), 8))
	}
	for seed := range uint64(8) {
		random := rand.New(rand.NewPCG(seed, 4))
		moved, now := open(t, t.TempDir()), map[string]string{}
		for range 40 {
			var batch []corpus.Entry
			for range 1 + random.IntN(6) {
				id := fmt.Sprint(random.IntN(25))
				now[id] = texts[random.IntN(len(texts))]
				batch = append(batch, entry(id, now[id]))
			}
			if _, err := moved.PutAll(t.Context(), batch); err != nil {
				t.Fatal(err)
			}
			if id := fmt.Sprint(random.IntN(25)); now[id] != "" && random.IntN(2) == 0 {
				remove(t, moved, id)
				delete(now, id)
			}
		}
		straight := open(t, t.TempDir())
		for id, text := range now {
			put(t, straight, entry(id, text))
		}
		for id := range now {
			if got, want := family(t, moved, id), family(t, straight, id); !slices.Equal(got, want) {
				t.Fatalf("seed %d: %s has family %v, and %v when what is there is put as it is", seed, id, got, want)
			}
		}
	}
}

// TestFamilyOfManyAlike: a family may be larger than what one article is compared with.
func TestFamilyOfManyAlike(t *testing.T) {
	r := open(t, t.TempDir())
	var batch []corpus.Entry
	for i := range 300 {
		batch = append(batch, entry(fmt.Sprintf("%03d", i), report(1, 24)))
	}
	for part := range slices.Chunk(batch, 90) {
		if _, err := r.PutAll(t.Context(), part); err != nil {
			t.Fatal(err)
		}
	}
	if got := family(t, r, "299"); len(got) != 299 || got[0] != "000" {
		t.Errorf("%d others", len(got))
	}
	remove(t, r, "000")
	if got := family(t, r, "299"); len(got) != 298 || got[0] != "001" {
		t.Errorf("%d others after one was deleted", len(got))
	}
}

// TestRefreshFamilies: what another method found is found anew, once.
func TestRefreshFamilies(t *testing.T) {
	r := open(t, t.TempDir())
	if n, err := r.RefreshFamilies(t.Context()); err != nil || n != 0 {
		t.Errorf("of an empty record %d articles were compared, %v", n, err)
	}
	for i := range 300 {
		put(t, r, entry(fmt.Sprint(i), report(uint64(i/2), 10)))
	}
	put(t, r, entry("short", "霁石云没有置评。"))
	remove(t, r, "299")
	if err := r.SetSetting(t.Context(), "families", "another method"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{300, 0} {
		if n, err := r.RefreshFamilies(t.Context()); err != nil || n != want {
			t.Errorf("%d articles were compared, want %d, error %v", n, want, err)
		}
		if got := family(t, r, "7"); !slices.Equal(got, []string{"6"}) {
			t.Errorf("family %v", got)
		}
	}
}

// BenchmarkFamilies puts batches as ingest does into a record of so many articles.
func BenchmarkFamilies(b *testing.B) {
	for _, size := range []int{10_000, 70_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			r := open(b, b.TempDir())
			random, n := rand.New(rand.NewPCG(1, 2)), 0
			batch := func() []corpus.Entry {
				list := make([]corpus.Entry, 256)
				for i := range list {
					list[i] = newsEntry(random, n)
					n++
				}
				return list
			}
			for n < size {
				if _, err := r.PutAll(b.Context(), batch()); err != nil {
					b.Fatal(err)
				}
			}
			articles := 0
			for b.Loop() {
				b.StopTimer()
				list := batch()
				b.StartTimer()
				if _, err := r.PutAll(b.Context(), list); err != nil {
					b.Fatal(err)
				}
				articles += len(list)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(articles), "µs/article")
		})
	}
}
