package ingest_test

import (
	"log/slog"
	"strings"
	"testing"

	"chuchu/ingest"
)

func TestRefreshFamilies(t *testing.T) {
	record := openRecord(t)
	var log strings.Builder
	g := ingest.New(ingest.Parts{Record: record, Embedder: &fakeEmbedder{}, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err := g.Refresh(t.Context()); err != nil || log.Len() > 0 {
		t.Fatalf("of an empty record: %v, %s", err, log.String())
	}
	report, _ := collect()
	if err := g.Put(t.Context(), drafts(7), report); err != nil {
		t.Fatal(err)
	}
	if err := record.SetSetting(t.Context(), "families", "another method"); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time there is nothing to do
		if err := g.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "articles=7") || !strings.Contains(got, "compared again") {
		t.Errorf("log %s", got)
	}
}
