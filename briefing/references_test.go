package briefing

import (
	"strings"
	"testing"
	"time"

	"chuchu/corpus"
)

func TestReferences(t *testing.T) {
	article := func(title, url, outlet, published string) corpus.Ref {
		a := corpus.Article{ID: "a", Title: title, URL: url, Outlet: outlet, Published: corpus.Date(published)}
		return a.Ref()
	}
	online := article("一期竣工：液冷过半", "https://news.example.cn/1", "岭南科技报", "2024-06-18")
	english := article("What will Ridge Cloud do next?", "https://www.example.com/next", "Cloud Weekly", "2024-07")
	tests := []struct {
		name    string
		article corpus.Ref
		author  string
		style   string
		want    string
	}{
		{"no author", online, "", "gbt7714", "岭南科技报. 一期竣工：液冷过半[EB/OL]. （2024-06-18）[2026-11-20]. https://news.example.cn/1."},
		{"an author", online, "林小满", "gbt7714", "林小满. 一期竣工：液冷过半[EB/OL]. 岭南科技报（2024-06-18）[2026-11-20]. https://news.example.cn/1."},
		{"the outlet for its author", online, "岭南科技报", "gbt7714", "岭南科技报. 一期竣工：液冷过半[EB/OL]. （2024-06-18）[2026-11-20]. https://news.example.cn/1."},
		{"four authors", online, "林小满、周一，吴二；王五", "gbt7714", "林小满，周一，吴二，等. 一期竣工：液冷过半[EB/OL]. 岭南科技报（2024-06-18）[2026-11-20]. https://news.example.cn/1."},
		{"names parted by a blank", online, "林小满 周一", "gbt7714", "林小满，周一. 一期竣工：液冷过半[EB/OL]. 岭南科技报（2024-06-18）[2026-11-20]. https://news.example.cn/1."},
		{"names in Latin letters", english, "Jane Q. Lee, Mark Wang and Ann O’Hara & Bob Ray", "gbt7714", "Lee J Q，Wang M，O’Hara A，et al. What will Ridge Cloud do next?[EB/OL]. Cloud Weekly（2024-07）[2026-11-20]. https://www.example.com/next."},
		{"a team is no person", english, "Cloud News Desk", "gbt7714", "Cloud News Desk. What will Ridge Cloud do next?[EB/OL]. Cloud Weekly（2024-07）[2026-11-20]. https://www.example.com/next."},
		{"no date", article("访谈", "http://talk.example.org/42", "", ""), "", "gbt7714", "访谈[EB/OL]. [2026-11-20]. http://talk.example.org/42."},
		{"no address", article("账本", "", "岭南晚报", "2024-08-02"), "", "gbt7714", "账本[N]. 岭南晚报，2024-08-02."},
		{"no address, an author", article("账本", "", "岭南晚报", "2024"), "吴二", "gbt7714", "吴二. 账本[N]. 岭南晚报，2024."},
		{"nothing but a title", article("账本[草稿] *初版*", "", "", ""), "", "gbt7714", "账本[草稿] *初版*[Z]."},
		{"an address that is none of the web", article("账本", "javascript:alert(1)", "", "2024"), "", "gbt7714", "账本[Z]. 2024."},
		{"a title of lines", article("账本\n  的\t后面", "", "", "2024"), "", "gbt7714", "账本 的 后面[Z]. 2024."},
		{"apa", english, "Jane Q. Lee, Mark Wang", "apa", "Lee, J. Q., & Wang, M. (2024, July). What will Ridge Cloud do next? Cloud Weekly. https://www.example.com/next"},
		{"apa, one author in Chinese", online, "林小满", "apa", "林小满. (2024, June 18). 一期竣工：液冷过半. 岭南科技报. https://news.example.cn/1"},
		{"apa, no author", online, "", "apa", "岭南科技报. (2024, June 18). 一期竣工：液冷过半. https://news.example.cn/1"},
		{"apa, no author and no outlet", article("Prices", "https://www.example.com/p", "", "2024"), "", "apa", "Prices. (2024). https://www.example.com/p"},
		{"apa, undated", article("Prices", "https://www.example.com/p", "Cloud Weekly", ""), "", "apa", "Cloud Weekly. (n.d.). Prices. Retrieved November 20, 2026, from https://www.example.com/p"},
		{"plain", online, "林小满", "plain", "《一期竣工：液冷过半》，岭南科技报，林小满，2024-06-18，https://news.example.cn/1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := Briefing{Language: "zh", AsOf: "2026-11-24", Citations: []Citation{{Number: 1, Article: test.article}}}
			details := map[string]corpus.Article{"a": {Author: test.author, Fetched: time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)}}
			if got := references(&b, test.style, details)[0]; got != "[1] "+test.want {
				t.Errorf("got  %s\nwant [1] %s", got, test.want)
			}
		})
	}
}

func TestReferencesNameOtherPrints(t *testing.T) {
	print := func(outlet, published, url string) corpus.Ref {
		return corpus.Ref{ID: outlet, Title: "转载", Outlet: outlet, Published: corpus.Date(published), URL: url}
	}
	prints := []corpus.Ref{print("城市在线", "2024-06-19", "https://q.example.net/1"), print("", "", ""), print("c", "2024", ""), print("d", "", ""), print("e", "", ""), print("f", "", "")}
	tests := []struct {
		language string
		prints   []corpus.Ref
		want     string
	}{
		{"zh", prints[:1], " 另见：城市在线，2024-06-19，https://q.example.net/1。"},
		{"zh", prints, " 另见：城市在线，2024-06-19，https://q.example.net/1；转载；c，2024；d；另有2处。"},
		{"en", prints, " Also printed: 城市在线, 2024-06-19, https://q.example.net/1; 转载; c, 2024; d; 2 more."},
		{"en", nil, ""},
	}
	for _, test := range tests {
		b := Briefing{Language: test.language, AsOf: "2026-11-24", Citations: []Citation{{Number: 1, Article: corpus.Ref{ID: "a", Title: "T"}, Prints: test.prints}}}
		got := references(&b, "gbt7714", nil)[0]
		if !strings.HasSuffix(got, test.want) || test.want == "" && got != "[1] T[Z]." {
			t.Errorf("got %s, want its end to be %s", got, test.want)
		}
	}
}
