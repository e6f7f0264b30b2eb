package embed_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/philippgille/chromem-go"

	"chuchu/rag/embed"
)

func newStatic(t testing.TB) *embed.Static {
	t.Helper()
	s, err := embed.NewStatic()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func passage(t testing.TB, e embed.Embedder, text string) []float32 {
	t.Helper()
	vectors, err := e.Passages(t.Context(), []string{text})
	if err != nil || len(vectors) != 1 {
		t.Fatalf("Passages(%q): %d vectors, error %v", text, len(vectors), err)
	}
	return vectors[0]
}

func query(t testing.TB, e embed.Embedder, text string) []float32 {
	t.Helper()
	v, err := e.Query(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func dot(a, b []float32) float64 {
	sum := 0.0
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

// The golden vectors are made by tools/distill, in Python, to four decimals.
func TestStaticAgreesWithPython(t *testing.T) {
	file, err := os.Open("testdata/golden.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	s, texts := newStatic(t), 0
	lines := bufio.NewScanner(file)
	for ; lines.Scan(); texts++ {
		var golden struct {
			Text   string
			Vector []float64
		}
		if err := json.Unmarshal(lines.Bytes(), &golden); err != nil {
			t.Fatal(err)
		}
		got := passage(t, s, golden.Text)
		if len(got) != len(golden.Vector) {
			t.Fatalf("%q: %d numbers, Python has %d", golden.Text, len(got), len(golden.Vector))
		}
		for i, want := range golden.Vector {
			if math.Abs(float64(got[i])-want) > 0.000051 {
				t.Errorf("%q: number %d is %.5f, Python has %.4f", golden.Text, i, got[i], want)
				break
			}
		}
	}
	if lines.Err() != nil || texts < 100 {
		t.Errorf("%d golden texts, error %v", texts, lines.Err())
	}
}

func TestStaticKeepsTheContract(t *testing.T) {
	s := newStatic(t)
	print, err := s.Fingerprint(t.Context())
	if err != nil || print.Dimension != 256 || print.Name == "" || print.Version == "" {
		t.Fatalf("fingerprint %+v, error %v", print, err)
	}
	texts := []string{"云计算", "", "😀", "the cloud", strings.Repeat("数据中心", 10_000)}
	vectors, err := s.Passages(t.Context(), texts)
	if err != nil || len(vectors) != len(texts) {
		t.Fatalf("%d vectors, error %v", len(vectors), err)
	}
	for _, text := range texts {
		vectors = append(vectors, query(t, s, text))
	}
	for i, v := range vectors {
		if len(v) != print.Dimension || math.Abs(dot(v, v)-1) > 1e-6 {
			t.Errorf("vector %d has %d numbers, square %v", i, len(v), dot(v, v))
		}
	}
	if none, err := s.Passages(t.Context(), nil); err != nil || len(none) != 0 {
		t.Errorf("no texts: %v, %v", none, err)
	}
}

func TestStaticEndsWithItsContext(t *testing.T) {
	s := newStatic(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Passages(ctx, []string{"云"}); !errors.Is(err, context.Canceled) {
		t.Errorf("Passages: %v", err)
	}
	if _, err := s.Query(ctx, "云"); !errors.Is(err, context.Canceled) {
		t.Errorf("Query: %v", err)
	}
}

// A text without a known word is like nothing: not like other texts, and as a
// query not even like a passage that is just as unknown.
func TestStaticUnknownTextMatchesNothing(t *testing.T) {
	s := newStatic(t)
	known := []string{"云计算市场", "weather", "猫坐在窗台上"}
	unknown := []string{"", "😀", "Привет", "!?", "한국어"}
	for _, u := range unknown {
		for _, text := range slices.Concat(known, unknown) {
			if c := dot(query(t, s, u), passage(t, s, text)); c != 0 {
				t.Errorf("query %q, passage %q: cosine %v", u, text, c)
			}
			if c := dot(query(t, s, text), passage(t, s, u)); c != 0 {
				t.Errorf("query %q, passage %q: cosine %v", text, u, c)
			}
		}
	}
}

// chromem-go divides what is not of unit length by its length, also when that is 0.
func TestStaticUnknownTextInChromem(t *testing.T) {
	s := newStatic(t)
	c, err := chromem.NewDB().CreateCollection("passages", nil, func(context.Context, string) ([]float32, error) {
		return nil, errors.New("not asked for")
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"😀", "云计算市场"} {
		if err := c.AddDocument(t.Context(), chromem.Document{ID: text, Embedding: passage(t, s, text)}); err != nil {
			t.Fatal(err)
		}
	}
	for _, q := range []string{"😀", "云计算"} {
		results, err := c.QueryEmbedding(t.Context(), query(t, s, q), 2, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			if math.IsNaN(float64(r.Similarity)) {
				t.Errorf("query %q, passage %q: similarity is not a number", q, r.ID)
			}
		}
	}
}

func TestStaticFoldsForMatching(t *testing.T) {
	s := newStatic(t)
	for _, pair := range [][2]string{
		{"ＧＰＵ服务器", "gpu服务器"},
		{"Cloud", "cloud"},
		{"１２．５％", "12.5%"},
		{"25㎡", "25m2"},
		{"你好，世界", "你好,世界"},
		{"⼀⼆", "一二"},
	} {
		if c := dot(passage(t, s, pair[0]), passage(t, s, pair[1])); c < 0.999999 {
			t.Errorf("%q and %q: cosine %v", pair[0], pair[1], c)
		}
	}
}

// The order of words counts for nothing, how they are cut does: a blank ends a
// word, and a Latin piece inside a word is another than at its start.
func TestStaticCutsLongestWords(t *testing.T) {
	s := newStatic(t)
	if c := dot(passage(t, s, "市场。数据"), passage(t, s, "数据。市场")); c < 0.999999 {
		t.Errorf("in another order: cosine %v", c)
	}
	for _, pair := range [][2]string{{"数据库", "数据 库"}, {"databases", "data bases"}} {
		if c := dot(passage(t, s, pair[0]), passage(t, s, pair[1])); c > 0.99 {
			t.Errorf("%q and %q are cut alike: cosine %v", pair[0], pair[1], c)
		}
	}
}

// Each text is nearer to its like than to the third.
func TestStaticSeesLikeness(t *testing.T) {
	s := newStatic(t)
	for _, c := range []struct{ text, like, unlike string }{
		{"公司去年亏损了三亿元", "企业上一年度净利润为负", "公园里的樱花开了"},
		{"医院的医生不够", "大夫和护士短缺", "足球比赛踢平了"},
		{"服务器的价格下降了", "主机降价", "主持人的普通话很好"},
		{"电动汽车销量", "新能源车卖了多少辆", "汽水里的糖分"},
		{"总经理辞职", "首席执行官离任", "总是下雨"},
		{"学校招收新生", "大学录取学生", "工厂排放废水"},
		{"法院判决赔偿", "打官司赢了,对方要付钱", "厨师炒了三个菜"},
		{"云数据库迁移", "把数据搬到云上的数据库", "候鸟迁徙到南方"},
	} {
		q := query(t, s, c.text)
		like, unlike := dot(q, passage(t, s, c.like)), dot(q, passage(t, s, c.unlike))
		if like <= unlike {
			t.Errorf("%q: %.3f to %q, %.3f to %q", c.text, like, c.like, unlike, c.unlike)
		}
	}
}

func TestStaticIsSafeForConcurrentUse(t *testing.T) {
	s := newStatic(t)
	want := passage(t, s, "云计算市场")
	done := make(chan []float32)
	for range 8 {
		go func() {
			v, _ := s.Query(context.Background(), "云计算市场")
			done <- v
		}()
	}
	for range 8 {
		if got := <-done; !slices.Equal(got, want) {
			t.Error("another vector when embedded at once")
		}
	}
}

func FuzzStatic(f *testing.F) {
	for _, text := range []string{"", "云计算 market", "㎡😀\xff\xfe", "𝟏２", "ﷺ", "e\u0301"} {
		f.Add(text)
	}
	s := newStatic(f)
	f.Fuzz(func(t *testing.T, text string) {
		v := passage(t, s, text)
		if len(v) != 256 || !(math.Abs(dot(v, v)-1) < 1e-6) {
			t.Errorf("%q: %d numbers, square %v", text, len(v), dot(v, v))
		}
	})
}

func BenchmarkNewStatic(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		newStatic(b)
	}
}

func BenchmarkStaticPassages(b *testing.B) {
	text := strings.Repeat("这家云厂商第二季度的营业收入同比增长了12.5%,其中GPU服务器的租赁贡献了一半;管理层说,下半年还要在西部建设两个数据中心。", 6)
	texts := slices.Repeat([]string{text}, 500)
	s := newStatic(b)
	b.SetBytes(int64(len(text) * len(texts)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Passages(b.Context(), texts); err != nil {
			b.Fatal(err)
		}
	}
}

// The table and the page that tells how it is made change together.
func TestStaticTableIsTheDocumentedOne(t *testing.T) {
	page, err := os.ReadFile("../../tools/distill/README.md")
	if err != nil {
		t.Fatal(err)
	}
	sum := fmt.Sprintf("%x", sha256.Sum256([]byte(embed.StaticTable())))
	if !strings.Contains(string(page), sum) {
		t.Errorf("static.bin has SHA-256 %s; tools/distill/README.md names another", sum)
	}
}
