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

// TestFamiliesInAnyOrder: who is in which family does not depend on who came first.
func TestFamiliesInAnyOrder(t *testing.T) {
	texts := map[string]string{}
	for i := range uint64(6) {
		text := report(i, 20)
		texts[fmt.Sprintf("%d", i)] = text
		texts[fmt.Sprintf("%d'", i)] = reprintOf(text)
	}
	ids := make([]string, 0, len(texts))
	for id := range texts {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	random := rand.New(rand.NewPCG(4, 4))
	for range 5 {
		r := open(t, t.TempDir())
		random.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
		for _, id := range ids {
			put(t, r, entry(id, texts[id]))
		}
		for id := range texts {
			want := strings.TrimSuffix(id, "'")
			if want == id {
				want += "'"
			}
			if got := family(t, r, id); !slices.Equal(got, []string{want}) {
				t.Errorf("in the order %v, %s has family %v", ids, id, got)
			}
		}
	}
}

// TestFamiliesFoundAnew: a record whose families another method found finds them
// anew when it is opened.
func TestFamiliesFoundAnew(t *testing.T) {
	dir := t.TempDir()
	r := open(t, dir)
	put(t, r, entry("a", report(1, 24)))
	put(t, r, entry("b", reprintOf(report(1, 24))))
	if err := r.SetSetting(t.Context(), "families", "another method"); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if got := family(t, open(t, dir), "a"); !slices.Equal(got, []string{"b"}) {
		t.Errorf("family %v", got)
	}
}

// BenchmarkPutWithFamilies puts articles of about 700 characters, a tenth of them
// reprints.
func BenchmarkPutWithFamilies(b *testing.B) {
	r := open(b, b.TempDir())
	i := 0
	for b.Loop() {
		text := report(uint64(i), 22)
		if i%10 == 9 {
			text = reprintOf(report(uint64(i-1), 22))
		}
		put(b, r, entry(fmt.Sprint(i), text))
		i++
	}
}
