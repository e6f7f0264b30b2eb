package ingest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// NewsText is text of about n bytes in paragraphs that read like news.
func NewsText(r *rand.Rand, n int) string {
	words := []rune("云服务器算力平台企业客户数据中心模型训练推理价格下降收入增长同比季度公司发布合作伙伴市场份额芯片供应网络安全运维迁移成本金融制造医疗政务城市")
	var text strings.Builder
	for text.Len() < n {
		for range 10 + r.IntN(40) {
			text.WriteRune(words[int(float64(len(words))*r.Float64()*r.Float64())])
		}
		text.WriteString([]string{"，", "。", "。\n"}[r.IntN(3)])
	}
	return text.String()
}

// BenchmarkReadSplit is what ingest does before embedding, in one goroutine: 500
// articles of 2 kB in the formats that collections come in.
func BenchmarkReadSplit(b *testing.B) {
	const articles = 500
	r := rand.New(rand.NewPCG(5, 6))
	var lines, feed, dump bytes.Buffer
	var page string
	feed.WriteString("<rss><channel><title>云脉新闻</title>")
	for i := range articles {
		text := NewsText(r, 2000)
		line, err := json.Marshal(map[string]any{"id": i, "title": fmt.Sprint("题", i), "text": text, "published": "2024-05-06"})
		if err != nil {
			b.Fatal(err)
		}
		lines.Write(append(line, '\n'))
		fmt.Fprintf(&feed, "<item><title>题%d</title><guid>%d</guid><description><![CDATA[<p>%s</p>]]></description></item>", i, i, strings.ReplaceAll(text, "\n", "</p><p>"))
		fmt.Fprintf(&dump, "题%d //a.example/%d\n\n%s\n]]>\n云 //a.example/%d#comments Thu, 23 Jan 2025 11:58:00 +0800\n", i, i, text, i)
		page = "<html><head><title>题</title></head><body><nav><a href=/>首页</a></nav><article><p>" + strings.ReplaceAll(text, "\n", "</p><p>") + "</p></article></body></html>"
	}
	feed.WriteString("</channel></rss>")
	for _, bench := range []struct {
		name  string
		bytes []byte
		n     int
	}{
		{"lines", lines.Bytes(), articles}, {"feed", feed.Bytes(), articles}, {"dump", dump.Bytes(), articles}, {"page", []byte(page), 1},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(int64(len(bench.bytes)))
			for b.Loop() {
				n := 0
				for d, err := range Read(b.Context(), sourceOf("a", bench.bytes), Options{}) {
					if err != nil {
						b.Fatal(err)
					}
					Split(d.Article.Text, d.Headings, Defaults())
					n++
				}
				if n != bench.n {
					b.Fatalf("%d articles", n)
				}
			}
		})
	}
}
