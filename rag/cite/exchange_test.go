package cite_test

import (
	"testing"

	"chuchu/rag/cite"
)

func TestAlone(t *testing.T) {
	source := cite.NewSource("海燕云今年三月宣布对象存储降价三成，北辰数据没有跟进。去年海燕云的客户主要来自政务行业，收入增长较快，松涛科技则出现下滑。", "2024-10-31")
	for claim, want := range map[string]cite.Verdict{
		"海燕云今年三月宣布对象存储降价三成。":           cite.Quoted,
		"海燕云三月宣布，对象存储降价三成，北辰数据没有跟进。":   cite.Supported,
		"海燕云的客户主要来自政务行业，去年收入增长较快。":     cite.Supported,
		"松涛科技今年三月宣布对象存储降价三成。":          cite.Weak, // a name that stands there, in the place of another
		"海燕云今年三月否认对象存储降价三成，北辰数据没有跟进。":  cite.Weak,
		"前年海燕云的客户主要来自政务行业，收入增长较快。":     cite.Weak,
		"去年海燕云的客户主要来自金融行业，收入增长较快。":     cite.Weak,
		"去年海燕云的客户主要来自政务行业，已经收入增长较快三次。": cite.Weak,
	} {
		got := cite.Judge(claim, []*cite.Source{source}, nil, cite.Alone())
		if want == cite.Weak && (got.Verdict == cite.Weak || got.Verdict == cite.Contradicted) {
			continue
		}
		if got.Verdict != want {
			t.Errorf("%s: %s, want %s: %v", claim, got.Verdict, want, got.Why)
		}
	}
}

// FuzzAlone: what may stand alone may stand beside its source, too.
func FuzzAlone(f *testing.F) {
	f.Add("海燕云降价三成。", "海燕云今年降价三成，北辰数据没有跟进。")
	f.Add("a|b", "|a b|")
	f.Fuzz(func(t *testing.T, claim, text string) {
		sources := []*cite.Source{cite.NewSource(text, "2024")}
		alone, beside := cite.Judge(claim, sources, nil, cite.Alone()), cite.Judge(claim, sources, nil)
		if alone.Verdict == cite.Supported && beside.Verdict != cite.Supported {
			t.Errorf("%s alone, %s beside its source", alone.Verdict, beside.Verdict)
		}
	})
}
