package cite

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// The sources of the tables, of a made-up trade.
const (
	harbour = "云港科技周三公布财报：第三季度收入265.49亿元，同比增长7%，其中云业务收入占两成。公司创始人林舟表示：“价格战没有赢家，明年我们不再降价。”" +
		"据云港科技介绍，其自研的FX200芯片已在15家客户的机房部署，性能比上一代提升1.5倍。公司称，海外市场尚未盈利，预计2026年实现收支平衡。"
	bluewhale = "2025年3月12日，蓝鲸数据宣布收购青石网络，交易金额为3.2亿美元。收购完成后，青石网络将保留独立品牌，原有的200名员工全部留任。" +
		"市场传言蓝鲸数据将在年内上市的说法不实。该公司首席执行官陈默否认裁员一成。"
	english = "Cloud Harbour reported revenue of $3.2 billion for the third quarter, up 7% from a year earlier. " +
		"The company, led by Lin Zhou, did not raise prices in Europe. Its FX200 chip runs in 15 data centres."
)

func sourcesOf(names string) []*Source {
	var list []*Source
	for _, name := range strings.Fields(names) {
		list = append(list, NewSource(map[string]string{"harbour": harbour, "bluewhale": bluewhale, "english": english}[name], ""))
	}
	return list
}

func whyOf(j Judgement) string {
	var list []string
	for _, w := range j.Why {
		list = append(list, w.Kind+" "+w.Claim+"/"+w.Source)
	}
	return strings.Join(list, "; ")
}

func TestJudge(t *testing.T) {
	tests := []struct {
		name, claim, sources string
		want                 Verdict
		why                  string
	}{
		{"verbatim", "第三季度收入265.49亿元，同比增长7%。[1]", "harbour", Quoted, ""},
		{"verbatim in other width and punctuation", "第三季度收入２６５.４９亿元, 同比增长７％[1].", "harbour", Quoted, ""},
		{"verbatim with emphasis", "**其自研的FX200芯片已在15家客户的机房部署**。[1]", "harbour", Quoted, ""},
		{"verbatim list item", "- 其自研的 FX200 芯片已在 15 家客户的机房部署 [1]", "harbour", Quoted, ""},
		{"verbatim in one of two", "交易金额为3.2亿美元。[1][2]", "harbour bluewhale", Quoted, ""},
		{"verbatim over two sentences", "同比增长7%，其中云业务收入占两成。公司创始人林舟表示", "harbour", Quoted, ""},
		{"verbatim English", "The company, led by Lin Zhou, did not raise prices in Europe [1].", "english", Quoted, ""},
		{"verbatim number inside a longer one", "收入65.49亿元，同比增长7%。[1]", "harbour", Contradicted, "number 65.49亿元/265.49亿元"},
		{"verbatim after a denial", "该公司裁员一成。[1]", "bluewhale", Contradicted, "direction 裁员/否认裁员"},
		{"verbatim in a rumour", "蓝鲸数据将在年内上市。[1]", "bluewhale", Weak, "direction /传言"},
		{"quotation", "林舟在会上说：“价格战没有赢家，明年我们不再降价。”[1]", "harbour", Quoted, ""},
		{"quotation in corner brackets", "林舟表示「价格战没有赢家，明年我们不再降价」。[1]", "harbour", Quoted, ""},
		{"quotation with another figure beside", "林舟对3家客户表示：“价格战没有赢家，明年我们不再降价。”[1]", "harbour", Contradicted, "number 3家/15家"},
		{"quotation that was changed", "林舟表示：“价格战有赢家，明年我们还会降价。”[1]", "harbour", Contradicted, "direction 赢家/没有赢家"},
		{"scare quotes are no quotation", "云港科技把FX200称为“芯片”，已在15家客户的机房部署。[1]", "harbour", Supported, ""},

		{"English about Chinese, with a name in characters", "Yungang (云港科技) earned 26.5 billion yuan in the Third Quarter and put FX200 chips into 19 data centres.[1]", "harbour", Weak, ""},

		{"other words around", "云港科技第三季度的收入为265.49亿元，同比增长7%。[1]", "harbour", Supported, ""},
		{"other order", "同比增长7%，云港科技第三季度收入265.49亿元。[1]", "harbour", Supported, ""},
		{"from two places", "FX200芯片性能比上一代提升1.5倍，已在15家客户的机房部署。[1]", "harbour", Supported, ""},
		{"from two sources", "云港科技第三季度收入265.49亿元；蓝鲸数据宣布收购青石网络，交易金额为3.2亿美元。[1][2]", "harbour bluewhale", Supported, ""},
		{"tenths in digits", "其中云业务收入占20%。[1]", "harbour", Supported, "number 20%/两成"},
		{"denial kept", "云港科技的海外市场尚未盈利。[1]", "harbour", Supported, ""},
		{"English", "Cloud Harbour reported third quarter revenue of $3.2 billion, up 7%. [1]", "english", Supported, ""},

		{"other amount", "云港科技第三季度收入为265.94亿元，同比增长7%。[1]", "harbour", Contradicted, "number 265.94亿元/265.49亿元"},
		{"other percentage", "云港科技第三季度的收入265.49亿元，同比增长9%。[1]", "harbour", Contradicted, "number 9%/7%"},
		{"other scale", "蓝鲸数据收购青石网络，交易金额为3.2万美元。[1]", "bluewhale", Contradicted, "number 3.2万美元/3.2亿美元"},
		{"other currency", "蓝鲸数据宣布收购青石网络，金额为3.2亿元。[1]", "bluewhale", Contradicted, "number 3.2亿元/3.2亿美元"},
		{"other tenths", "云业务的收入占三成。[1]", "harbour", Contradicted, "number 三成/两成"},
		{"other unit", "青石网络原有的200家员工全部留任。[1]", "bluewhale", Weak, "number 200家/"},
		{"points for per cent", "云港科技收入同比增长7个百分点。[1]", "harbour", Contradicted, "number 7个百分点/7%"},
		{"other year", "云港科技海外市场预计2027年实现收支平衡。[1]", "harbour", Contradicted, "date 2027年/2026年"},
		{"other day", "2025年3月21日，蓝鲸数据宣布收购青石网络。[1]", "bluewhale", Contradicted, "date 2025年3月21日/2025年3月12日"},
		{"other name in Latin letters", "其自研的FX300芯片已经在15家客户的机房部署。[1]", "harbour", Contradicted, "name FX300/FX200"},
		{"other name", "蓝鲸数据宣布收购赤水软件。[1]", "bluewhale", Weak, "coverage 赤水软件/"},
		{"other direction", "云港科技第三季度收入265.49亿元，同比下降7%。[1]", "harbour", Contradicted, "direction 下降/增长"},
		{"denial dropped", "云港科技的海外市场已盈利。[1]", "harbour", Contradicted, "direction 盈利/未盈利"},
		{"denial added", "青石网络将不保留独立品牌。[1]", "bluewhale", Contradicted, "direction 不保留/保留"},
		{"English denial dropped", "Cloud Harbour, led by Lin Zhou, did raise prices in Europe, not in Asia. [1]", "english", Weak, ""},
		{"other English direction", "Cloud Harbour reported third quarter revenue of $3.2 billion, down 7%. [1]", "english", Contradicted, "direction down/up"},
		{"other subject", "赤水软件计划在西部建设数据中心。[1]", "harbour", Weak, "coverage"},
		{"other language", "Blue Whale acquired Bluestone for $3.2 billion. [1]", "bluewhale", Weak, ""},
		{"nothing located", "天气晴朗。[1]", "bluewhale", Weak, "coverage 天气晴朗/"},

		{"uncited", "云港科技第三季度收入265.49亿元。", "", Uncited, ""},
		{"heading", "## 云港科技的业绩", "", None, ""},
		{"bold heading", "**云港科技的业绩**", "", None, ""},
		{"bold claim", "**云港科技的收入增长了。**", "", Uncited, ""},
		{"question", "云港科技为什么降价？", "", None, ""},
		{"question with a citation", "云港科技为什么降价？[1]", "harbour", None, ""},
		{"lead-in", "以下是云港科技的业绩要点：", "", None, ""},
		{"lead-in with a colon", "云港科技的业绩有三点变化：", "", None, ""},
		{"cited lead-in is held against its source", "云港科技周三公布财报：[1]", "harbour", Quoted, ""},
		{"lead-in that goes on is a claim", "以下是要点：云港科技收购了青石网络。", "", Uncited, ""},
		{"cited lead-in without a claim", "以下是云港科技的业绩要点。[1]", "harbour", None, ""},
		{"English lead-in", "Here are the key figures:", "", None, ""},
		{"transition", "综上所述，", "", None, ""},
		{"transition before a claim", "综上所述，云港科技的收入增长了。", "", Uncited, ""},
		{"English transition", "In summary:", "", None, ""},
		{"rule", "---", "", None, ""},
		{"row that parts a table", "|---|---|", "", None, ""},
		{"markers alone", "[1][2]", "harbour", None, ""},
		{"confession", "所给资料没有提到云港科技的员工人数。", "", None, ""},
		{"a company's silence is a claim", "云港科技没有提到员工人数。", "", Uncited, ""},
		{"answer of one character", "是。[1]", "harbour", None, ""},
		{"empty", "", "", None, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sources := sourcesOf(test.sources)
			j := Judge(test.claim, sources, nil)
			if got := whyOf(j); j.Verdict != test.want || !strings.Contains(got, test.why) {
				t.Errorf("%s (%s), want %s (%s)", j.Verdict, got, test.want, test.why)
			}
			checkJudgement(t, test.claim, sources, j)
		})
	}
}

// checkJudgement holds what must be true of every judgement.
func checkJudgement(t *testing.T, claim string, sources []*Source, j Judgement) {
	t.Helper()
	if len(j.Spans) != len(sources) {
		t.Fatalf("places in %d sources, of %d", len(j.Spans), len(sources))
	}
	if (j.Verdict == Weak || j.Verdict == Contradicted) && len(j.Why) == 0 {
		t.Errorf("%s, and not why", j.Verdict)
	}
	located, held := false, ""
	for i, s := range sources {
		at := 0
		for _, sp := range j.Spans[i] {
			located = true
			if sp.Start < at || sp.End <= sp.Start || sp.End > len(s.runes) {
				t.Fatalf("span %v after %d, of %d", sp, at, len(s.runes))
			}
			at = sp.End
			held += "\n" + fold(s.runes[sp.Start:sp.End]).text
		}
	}
	if j.Verdict != Quoted && j.Verdict != Supported {
		return
	}
	if !located {
		t.Errorf("%s, and nothing located", j.Verdict)
	}
	for _, w := range j.Why {
		if w.Source == "" || w.Kind != "number" && w.Kind != "date" {
			t.Errorf("%s, although %v", j.Verdict, w)
		}
	}
}

func FuzzJudge(f *testing.F) {
	for _, claim := range []string{"第三季度收入265.49亿元[1]", "“价格战没有赢家，明年”7%", "It did not 3.2 billion", "否认裁员一成…\xff", "1. **两成**、2,000、３％"} {
		f.Add(claim, harbour)
	}
	f.Fuzz(func(t *testing.T, claim, text string) {
		sources := []*Source{NewSource(text, ""), NewSource(claim, ""), NewSource("", "")}
		checkJudgement(t, claim, sources, Judge(claim, sources, func(term string) float64 { return float64(len(term)%3) - .5 }))
		for _, q := range Quantities(claim) {
			if string([]rune(claim)[q.Span.Start:q.Span.End]) != q.Text {
				t.Fatalf("quantity %+v is not in %q", q, claim)
			}
		}
	})
}

// TestJudgeByRareGrammar: a figure is looked for where the subject is, not where the
// same word of grammar stands, however rare that is in the collection.
func TestJudgeByRareGrammar(t *testing.T) {
	source := NewSource("云港集团4月30日发布2025年第一季度财报，云港科技收入70.2亿元，同比增长13.4%，为九个季度以来最快。去年同期，受两轮降价拖累，云港科技收入为61.9亿元，同比下降0.8%。", "2025-04-30")
	weight := func(term string) float64 {
		if term == "入为" {
			return 8
		}
		return 1
	}
	for claim, want := range map[string]Verdict{
		"云港科技2025年第一季度收入为70.2亿元。": Supported, "云港科技2025年第一季度收入70.2亿元。": Supported, "云港科技2025年第一季度收入为90.2亿元。": Contradicted,
	} {
		if got := Judge(claim, []*Source{source}, weight, Searched()); got.Verdict != want {
			t.Errorf("%s: %s %v", claim, got.Verdict, got.Why)
		}
	}
}

// TestJudgeOfRandomClaims puts claims together from pieces of the sources and of
// what decides something.
func TestJudgeOfRandomClaims(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	sources := sourcesOf("harbour bluewhale english")
	for range 3000 {
		claim := randomClaim(random, sources)
		checkJudgement(t, claim, sources, Judge(claim, sources, nil))
	}
}

func randomClaim(random *rand.Rand, sources []*Source) string {
	var claim strings.Builder
	for range 1 + random.IntN(4) {
		runes := sources[random.IntN(len(sources))].runes
		start := random.IntN(len(runes))
		claim.WriteString(string(runes[start:min(len(runes), start+random.IntN(40))]))
		if random.IntN(2) == 0 {
			claim.WriteString(telling[random.IntN(len(telling))])
		}
	}
	return claim.String()
}
