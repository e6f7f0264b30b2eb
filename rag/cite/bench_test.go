package cite

import (
	"strings"
	"testing"
)

// BenchmarkAnswer is what judging adds to an answer: ten sentences, each held
// against all of eight passages of 800 characters, folding included. The design
// allows 10 ms.
func BenchmarkAnswer(b *testing.B) {
	text := strings.Repeat(harbour+bluewhale, 4)
	passage := string([]rune(text)[:800])
	claims := []string{
		"云港科技第三季度的收入为265.49亿元，同比增长7%，其中云业务的收入占了两成左右。[1]",
		"蓝鲸数据在2025年3月12日宣布，以3.2亿美元收购青石网络，并保留其独立品牌。[2]",
		"赤水软件计划明年在西部建设三座数据中心，总投资约50亿元，预计带动两千人就业。[3]",
		"林舟表示：“价格战没有赢家，明年我们不再降价。”[1]",
		"云港科技称，FX200芯片的性能比上一代提升1.5倍，已在15家客户的机房部署完毕。[1]",
	}
	weight := func(string) float64 { return 1 }
	for b.Loop() {
		sources := make([]*Source, 8)
		for i := range sources {
			sources[i] = NewSource(passage, "2025-03-12")
		}
		for i := range 10 {
			Judge(claims[i%len(claims)], sources, weight)
		}
	}
}

func BenchmarkNewSource(b *testing.B) {
	passage := string([]rune(strings.Repeat(harbour+bluewhale, 4))[:800])
	for b.Loop() {
		NewSource(passage, "2025-03-12")
	}
}

func BenchmarkSentences(b *testing.B) {
	text := strings.Repeat(harbour+english+"\n", 20)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Sentences(text)
	}
}

// BenchmarkStream writes a reply of 700 characters in pieces of two.
func BenchmarkStream(b *testing.B) {
	reply := []rune(strings.Repeat("云港科技的收入增长7%[S1]。芯片已部署[S2, S3]。", 25))
	for b.Loop() {
		var s Stream
		for i := 0; i < len(reply); i += 2 {
			s.Write(string(reply[i:min(i+2, len(reply))]))
		}
		s.Close()
	}
}
