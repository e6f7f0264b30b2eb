package briefing

import (
	"testing"

	"chuchu/ingest"
	"chuchu/rag"
	"chuchu/rag/llm"
)

// EngineOver returns an engine over the articles of a folder, for the tests that stand
// outside of the package.
func EngineOver(t testing.TB, folder string, model llm.Model) *rag.Engine {
	t.Helper()
	a := newArchive(t)
	ingester := ingest.New(ingest.Parts{Record: a.record, Embedder: a.embedder, Options: ingest.Defaults()})
	err := ingester.Ingest(t.Context(), ingest.Walk(t.Context(), []string{folder}, ingest.Meta{}), func(ingest.Result) {})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.index.CatchUp(t.Context(), a.record); err != nil {
		t.Fatal(err)
	}
	a.engine.Model = model
	return a.engine
}
