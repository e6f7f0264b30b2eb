package ingest

import (
	"context"
	"errors"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type reader func(context.Context, Source, []byte, Options) iter.Seq2[Draft, error]

// readOne reads what must be one article or one error.
func readOne(t testing.TB, read reader, b []byte, opt Options) (Draft, error) {
	t.Helper()
	n := 0
	var draft Draft
	var fault error
	for d, err := range read(t.Context(), Source{Name: "given"}, b, opt) {
		draft, fault = d, err
		n++
	}
	if n != 1 {
		t.Fatalf("%d articles and errors, want one", n)
	}
	return draft, fault
}

func testFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func needPoppler(t testing.TB) {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("poppler's pdftotext is not installed: apt install poppler-utils, or brew install poppler")
	}
}

// observed are paragraphs of the report that testdata/libreoffice.* and
// chromium.pdf hold, without blanks: some broken by lines, one by a page.
var observed = []string{
	"一、需求的变化",
	"运维团队的顾虑则集中在迁移。桐山食品在春季把订单系统迁到星槎云，原计划两周完成，实际用了三十一天，主要时间花在核对旧库的字符编码和梳理没有文档的定时任务上；迁移之后，促销日的峰值响应时间由1.9秒降到0.6秒，故障单减少了四成。",
	"供给一侧，三家主要厂商在九月先后下调了推理服务的价格。星槎云的标准实例由每小时12.8元降到9.6元，降幅为25%；远岫云随后把同类实例定在9.2元；青屿计算没有直接降价，而是把赠送的流量从每月200GB提高到500GB，并承诺三年之内不涨价。",
	"厂商|原价（元/小时）|现价（元/小时）",
	"青屿计算|10.9|10.9",
	"分析师对此看法不一。有人认为价格战会持续到明年上半年，毛利率还将下降两到三个百分点；也有人指出，芯片供应的紧张已经缓解，新机房的折旧年限又由四年改为六年，账面利润未必会变差。无论哪一种判断成立，采购方都应当在合同中写明价格调整的条件，而不是只看首年的折扣。",
	"第一，先量后买。用一个月的时间把现有任务的峰值、均值和空闲时段记录下来，再决定包年与按量的比例。第二，把迁移当作项目来管，指定一名对结果负责的人，并为清理旧系统留出至少三分之一的时间。第三，要求供应商提供可以独立核对的计量数据，发生争议时以双方都能重算的数字为准。",
	"TheEnglishsummaryisshort:pricesfellbyaquarterinSeptember,migrationtooktwiceaslongasplanned,andbuyersnowaskforbillsthattheycanrecalculate.Interoperabilitybetweenprovidersremainslimited,andindependentbenchmarkingisstilluncommonamongmedium-sizedmanufacturers.",
}

func checkObserved(t *testing.T, d Draft) {
	t.Helper()
	lines := map[string]bool{}
	for line := range strings.Lines(d.Article.Text) {
		lines[strings.ReplaceAll(strings.TrimSpace(line), " ", "")] = true
	}
	for _, want := range observed {
		if !lines[want] {
			t.Errorf("not a paragraph of its own: %s", want)
		}
	}
	if strings.Contains(d.Article.Text, "内部参考") || len(lines) != 17 {
		t.Errorf("running lines are left, or %d paragraphs are not 17:\n%s", len(lines), d.Article.Text)
	}
	if !strings.Contains(d.Article.Text, "migration took twice as long as planned, and buyers now ask") {
		t.Error("blanks between English words are lost")
	}
	var headings []string
	for _, h := range d.Headings {
		headings = append(headings, string([]rune(d.Article.Text)[h.Start:h.End]))
	}
	want := []string{"一、需求的变化", "二、供给的变化", "三、给采购方的建议"}
	if diff := cmp.Diff(want, headings); diff != "" {
		t.Errorf("headings (-want +got):\n%s", diff)
	}
	if d.Article.Title != "星槎云二〇二五年算力服务观察" || d.Article.Published != "" {
		t.Errorf("title %q, published %q", d.Article.Title, d.Article.Published)
	}
}

func TestReadPDF(t *testing.T) {
	needPoppler(t)
	for _, name := range []string{"libreoffice.pdf", "chromium.pdf"} {
		t.Run(name, func(t *testing.T) {
			d, err := readOne(t, readPDF, testFile(t, name), Options{})
			if err != nil {
				t.Fatal(err)
			}
			checkObserved(t, d)
			if !strings.HasPrefix(d.Article.Provenance, "PDF, pdftotext version ") {
				t.Errorf("provenance %q", d.Article.Provenance)
			}
		})
	}
}

func TestReadPDFColumns(t *testing.T) {
	needPoppler(t)
	d, err := readOne(t, readPDF, testFile(t, "columns.pdf"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(d.Article.Text, "\n", " ")
	for _, want := range []string{
		"Three vendors cut them by a quarter within two weeks, and one of them gave away more traffic instead.",
		"One manufacturer of food needed a month instead of two weeks, because nobody had written down",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("not in reading order, missing %q:\n%s", want, d.Article.Text)
		}
	}
}

func TestReadPDFRefuses(t *testing.T) {
	needPoppler(t)
	whole := testFile(t, "libreoffice.pdf")
	tests := []struct {
		name   string
		b      []byte
		opt    Options
		reason string
	}{
		{"no text layer", testFile(t, "no_text.pdf"), Options{}, "no text layer; run OCR"},
		{"moved letters", testFile(t, "rubbish.pdf"), Options{}, "rubbish (12 % of its letters are vowels)"},
		{"characters by chance", testFile(t, "rubbish_han.pdf"), Options{}, "are common ones"},
		{"encrypted", testFile(t, "encrypted.pdf"), Options{}, "encrypted; save it without a password"},
		{"truncated", whole[:len(whole)/3], Options{}, "damaged"},
		{"empty", nil, Options{}, "damaged"},
		{"no PDF", []byte("just text"), Options{}, "damaged"},
		{"too much text", whole, Options{MaxArticle: 100}, "more text than an article may have"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d, err := readOne(t, readPDF, test.b, test.opt)
			var refusal *Refusal
			if !errors.As(err, &refusal) {
				t.Fatalf("error %v, want a refusal; text %q", err, d.Article.Text)
			}
			if refusal.Name != "given" || !strings.Contains(refusal.Reason, test.reason) {
				t.Errorf("refusal %v, want %q in it", refusal, test.reason)
			}
		})
	}
}

func TestReadPDFWithoutPoppler(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := readOne(t, readPDF, testFile(t, "libreoffice.pdf"), Options{})
	var refusal *Refusal
	if !errors.As(err, &refusal) || !strings.Contains(refusal.Reason, "poppler-utils") {
		t.Errorf("error %v, want the hint to install poppler", err)
	}
}

func TestReadPDFCancelled(t *testing.T) {
	needPoppler(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range readPDF(ctx, Source{Name: "given"}, testFile(t, "libreoffice.pdf"), Options{}) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want that it was cancelled", err)
		}
	}
}

// TestPopplerStuck runs a program in poppler's place that starts another and
// never ends: both end with the context, or when there is too much output.
func TestPopplerStuck(t *testing.T) {
	tests := []struct{ name, script, reason string }{
		{"endless output", "while :; do echo 星槎云; done", "more text than an article may have"},
		{"out of memory", "echo 'Out of memory' >&2; exit 1", "damaged: Out of memory"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			info := "#!/bin/sh\necho 'Title: x'\n"
			if err := errors.Join(
				os.WriteFile(filepath.Join(dir, "pdfinfo"), []byte(info), 0o700),
				os.WriteFile(filepath.Join(dir, "pdftotext"), []byte("#!/bin/sh\n"+test.script+"\n"), 0o700)); err != nil {
				t.Fatal(err)
			}
			t.Setenv("PATH", dir)
			_, err := readOne(t, readPDF, []byte("%PDF-1.4"), Options{MaxArticle: 1000})
			var refusal *Refusal
			if !errors.As(err, &refusal) || !strings.Contains(refusal.Reason, test.reason) {
				t.Errorf("error %v, want %q", err, test.reason)
			}
		})
	}
}

func TestPlainRadicals(t *testing.T) {
	if got := plainRadicals("⼀⽉⼈⼯智能⻛"); got != "一月人工智能⻛" {
		t.Errorf("got %q", got)
	}
}

func TestSensibleTitle(t *testing.T) {
	for title, want := range map[string]string{
		"星槎云二〇二五年算力服务观察":           "星槎云二〇二五年算力服务观察",
		"Microsoft Word - 报告3.doc": "", "未命名": "", "report_final.indd": "", "20251103": "", "a": "",
	} {
		if got := sensibleTitle(title); got != want {
			t.Errorf("title %q gives %q, want %q", title, got, want)
		}
	}
}
