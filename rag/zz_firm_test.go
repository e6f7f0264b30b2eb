package rag
import ("testing";"encoding/json";"os";"strings";"fmt";"chuchu/rag/cite";"chuchu/corpus";"chuchu/ingest")
func TestZZFirm(t *testing.T){
 texts := map[string][]rune{}; pubs := map[string]string{}
 for s, err := range ingest.Walk(t.Context(), []string{"../../shared/corpus"}, ingest.Meta{}) { if err!=nil {t.Fatal(err)}
  for d, err := range ingest.Read(t.Context(), s, ingest.Options{}) { if err!=nil {t.Fatal(err)}; k := strings.Join(strings.Fields(d.Article.Title),""); texts[k]=[]rune(d.Article.Text); pubs[k]=string(d.Article.Published)} }
 f,_ := os.Open("../../shared/eval/questions.jsonl"); dec := json.NewDecoder(f)
 n, held, firm, not := 0,0,0,0
 v := verifier{weigh: func(terms []string) map[string]float64 { m := map[string]float64{}; for _, x := range terms { m[x]=1}; return m}}
 for dec.More() { var q struct{Type, Answer string; Gold []struct{Article, Quote string}}; dec.Decode(&q); if q.Type=="unanswerable" {continue}
  var srcs []*source
  for _, g := range q.Gold { k := strings.Join(strings.Fields(g.Article),""); tx := string(texts[k]); 
   at, ok := cite.NewSource(tx,"").Find(g.Quote); if !ok {continue}
   a, b := max(0,at.Start-250), min(len(texts[k]), at.End+250)
   part := string(texts[k][a:b])
   srcs = append(srcs, &source{article: corpus.Ref{Title:g.Article, Published: corpus.Date(pubs[k])}, start:a,end:b,text:part,folded:cite.NewSource(part,pubs[k])}) }
  if len(srcs)==0 {continue}
  runes := []rune(q.Answer)
  for _, sp := range cite.Sentences(q.Answer) { c := string(runes[sp.Start:sp.End]); j := v.against(c, srcs, cite.Alone())
   if j.verdict==cite.None {continue}; n++
   if holds(j.verdict) {held++; continue}
   o := opinion{verdict: cite.Supported, quote:"x", place: place{source: srcs[0]}}
   if j.verdict==cite.Weak && o.believable(j) && o.firm(c,j) { firm++ } else { not++; fmt.Println(j.verdict, q.Type, c, j.why) }
  } }
 fmt.Println(n, held, firm, not)
}
