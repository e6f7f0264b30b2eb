package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"chuchu/briefing"
	"chuchu/ingest"
)

// A silentModel is a model's server that says nothing until it is told to fail.
type silentModel struct {
	*httptest.Server
	asked chan struct{}
	fail  chan struct{}
}

// newSilentModel starts one, and makes it that of the programs that the test starts.
func newSilentModel(t *testing.T) *silentModel {
	t.Helper()
	m := &silentModel{asked: make(chan struct{}, 100), fail: make(chan struct{})}
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case m.asked <- struct{}{}:
		default: // it is known by now
		}
		select {
		case <-m.fail:
			http.Error(w, `{"error":{"message":"out of order"}}`, http.StatusBadRequest)
		case <-r.Context().Done(): // whoever asked was killed
		}
	}))
	t.Cleanup(m.Close)
	for name, value := range map[string]string{
		"CHUCHU_LLM_PROVIDER": "openai", "CHUCHU_LLM_MODEL": "silent", "CHUCHU_LLM_URL": m.URL + "/v1", "CHUCHU_BRIEFINGS_CONCURRENT": "1",
	} {
		t.Setenv(name, value)
	}
	return m
}

// TestKilledBriefing kills servers while they make a briefing: the next one has it, and
// the ones behind it, and makes it anew; twice killed over, it has failed, and says so.
func TestKilledBriefing(t *testing.T) {
	model := newSilentModel(t)
	dir := t.TempDir()
	var ids []string
	for start := range 2 {
		server := startServing(t, dir, "data")
		desk := servingDesk(t, dir)
		for start == 0 && len(ids) < 3 {
			b, err := desk.Order(t.Context(), briefing.Request{Topic: "云服务价格"})
			if err != nil || b.Status != briefing.Queued {
				t.Fatalf("%+v, %v", b, err)
			}
			ids = append(ids, b.ID)
		}
		<-model.asked
		for i, want := range []briefing.Status{briefing.Running, briefing.Queued, briefing.Queued} {
			if b, err := desk.Get(t.Context(), ids[i]); err != nil || b.Status != want {
				t.Errorf("start %d: briefing %d is %s, %v; want %s", start, i, b.Status, err, want)
			}
		}
		if err := server.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = server.Wait() // it was killed
		for len(model.asked) > 0 {
			<-model.asked // by the one that is dead
		}
	}
	close(model.fail)
	startServing(t, dir, "data")
	desk := servingDesk(t, dir)
	for i, id := range ids {
		b, err := awaitBriefing(t.Context(), desk, id, func(briefing.Step) {})
		if err != nil || !b.Status.Ended() || b.Status == briefing.Failed && b.Problem == nil {
			t.Errorf("briefing %d: %v, %+v", i, err, b)
		}
		if gaveUp := b.Problem != nil && b.Problem.Code == "unavailable"; gaveUp != (i == 0) {
			t.Errorf("briefing %d is %s: %+v", i, b.Status, b.Problem)
		}
	}
}

// TestStoppedServer stops servers, more often than a briefing is begun, while they make
// one: it is always put back, and made in the end.
func TestStoppedServer(t *testing.T) {
	model := newSilentModel(t)
	dir := t.TempDir()
	var id string
	for start := range 3 {
		server := startServing(t, dir, "data")
		desk := servingDesk(t, dir)
		if start == 0 {
			b, err := desk.Order(t.Context(), briefing.Request{Topic: "云服务价格"})
			if err != nil {
				t.Fatal(err)
			}
			id = b.ID
		}
		<-model.asked
		if err := server.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		if err := server.Wait(); err != nil {
			t.Errorf("start %d: the server ends with %v", start, err)
		}
		for len(model.asked) > 0 {
			<-model.asked
		}
	}
	close(model.fail)
	startServing(t, dir, "data")
	b, err := awaitBriefing(t.Context(), servingDesk(t, dir), id, func(briefing.Step) {})
	if err != nil || !b.Status.Ended() || b.Problem != nil && b.Problem.Code == "unavailable" {
		t.Errorf("%v, %+v", err, b)
	}
}

// servingDesk returns the desk of the server that has the data directory.
func servingDesk(t *testing.T, dir string) briefings {
	t.Helper()
	address, err := servedAt(filepath.Join(dir, "data"))
	if err != nil {
		t.Fatal(err)
	}
	return newRemote(address, "", ingest.Defaults()).Briefings()
}
