package briefing

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/google/go-cmp/cmp"

	"chuchu/corpus"
	"chuchu/rag"
)

// A tray is a desk whose briefings end as soon as they are followed.
type tray struct {
	ordered []Request
	kept    map[string]Briefing
	end     func(*Briefing) // makes the end of a briefing; nil: done
	refuse  error           // of every order
}

func newTray() *tray { return &tray{kept: map[string]Briefing{}} }

func (d *tray) Order(_ context.Context, r Request) (Briefing, error) {
	if d.refuse != nil {
		return Briefing{}, d.refuse
	}
	d.ordered = append(d.ordered, r)
	b := Briefing{ID: fmt.Sprintf("brf_%d", len(d.ordered)), Status: Queued, Title: r.Topic, Topic: r.Topic, Language: "zh", Request: r}
	d.kept[b.ID] = b
	return b, nil
}

func (d *tray) Get(_ context.Context, id string) (Briefing, error) {
	b, ok := d.kept[id]
	if !ok {
		return b, corpus.ErrNotFound
	}
	return b, nil
}

func (d *tray) Follow(_ context.Context, id string, _ int) (iter.Seq2[rag.Event, error], error) {
	b, ok := d.kept[id]
	if !ok {
		return nil, corpus.ErrNotFound
	}
	return func(yield func(rag.Event, error) bool) {
		b.Status = Done
		if d.end != nil {
			d.end(&b)
		}
		d.kept[id] = b
		yield(rag.Event{Name: "done"}, nil)
	}, nil
}

// settings are those of a record, in memory.
type settings map[string]string

func (s settings) Setting(_ context.Context, key string) (string, error) { return s[key], nil }

func (s settings) SetSetting(_ context.Context, key, value string) error {
	s[key] = value
	return nil
}

// A rig is a scheduler over a tray, with a clock that is set by hand.
type rig struct {
	*Scheduler
	desk   *tray
	now    time.Time
	logged bytes.Buffer
}

var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// newRig starts on a Wednesday at noon.
func newRig(standing ...Standing) *rig {
	r := &rig{desk: newTray(), now: time.Date(2025, 11, 5, 12, 0, 0, 0, shanghai)}
	r.Scheduler = NewScheduler(SchedulerParts{
		Desk: r.desk, Settings: settings{}, Standing: standing, Zone: shanghai,
		Now: func() time.Time { return r.now }, Pauses: func() backoff.BackOff { return &backoff.ZeroBackOff{} },
		Log: slog.New(slog.NewTextHandler(&r.logged, nil)),
	})
	return r
}

// runDue returns what RunDue tells.
func (r *rig) runDue(t *testing.T) []StandingRun {
	t.Helper()
	var runs []StandingRun
	if err := r.RunDue(t.Context(), func(run StandingRun) { runs = append(runs, run) }); err != nil {
		t.Fatal(err)
	}
	return runs
}

func weekly(t *testing.T) Standing {
	return Standing{Name: "weekly", Topic: "云计算", Cron: "0 7 * * 1", Window: "720h", Folder: filepath.Join(t.TempDir(), "out")}
}

// TestScheduleMissed holds that a run is due at once the first time, then by the clock,
// and that many that were missed are made up for by one.
func TestScheduleMissed(t *testing.T) {
	r := newRig(weekly(t))
	for _, c := range []struct {
		day  int // of November, at seven in the morning
		runs int
		file string
	}{
		{6, 1, "weekly-2025-11-06.md"},  // never made before
		{9, 0, ""},                      // Sunday
		{10, 1, "weekly-2025-11-10.md"}, // Monday, on the minute
		{10, 0, ""},
		{29, 1, "weekly-2025-11-29.md"}, // two Mondays later
		{30, 0, ""},
	} {
		r.now = time.Date(2025, 11, c.day, 7, 0, 0, 0, shanghai)
		runs := r.runDue(t)
		if len(runs) != c.runs {
			t.Fatalf("on the %dth: %d runs, want %d", c.day, len(runs), c.runs)
		}
		if c.runs > 0 {
			if run := runs[0]; run.Status != Done || run.Err != nil || len(run.Files) != 1 || filepath.Base(run.Files[0]) != c.file {
				t.Errorf("on the %dth: %+v, want %s", c.day, run, c.file)
			}
			if _, err := os.Stat(runs[0].Files[0]); err != nil {
				t.Error(err)
			}
		}
	}
	var got [][2]string
	for _, o := range r.desk.ordered {
		got = append(got, [2]string{o.From, o.PreviousID})
	}
	if diff := cmp.Diff([][2]string{{"2025-10-07", ""}, {"2025-10-11", "brf_1"}, {"2025-10-30", "brf_2"}}, got); diff != "" {
		t.Errorf("from and previous (-want +got):\n%s", diff)
	}
}

// TestScheduleUpcoming: one that never ran is due now, later it is by the clock.
func TestScheduleUpcoming(t *testing.T) {
	r := newRig(weekly(t))
	for _, want := range []time.Time{r.now, time.Date(2025, 11, 10, 7, 0, 0, 0, shanghai)} {
		if due := r.Upcoming(t.Context()); len(due) != 1 || due[0].Name != "weekly" || !due[0].Next.Equal(want) {
			t.Errorf("due %+v, not %v", due, want)
		}
		r.runDue(t)
	}
	r.Settings = settings{standingSetting("weekly"): "{"}
	if due := r.Upcoming(t.Context()); len(due) != 0 {
		t.Errorf("what is kept cannot be read, due %+v", due)
	}
}

// TestSchedulePrevious holds what is followed up: the last one done that is there.
func TestSchedulePrevious(t *testing.T) {
	no := false
	for name, c := range map[string]struct {
		change func(*rig)
		want   string
	}{
		"done":     {func(*rig) {}, "brf_1"},
		"deleted":  {func(r *rig) { delete(r.desk.kept, "brf_1") }, ""},
		"no":       {func(r *rig) { r.Standing[0].FollowUp = &no }, ""},
		"none yet": {func(r *rig) { r.Settings = settings{} }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(weekly(t))
			r.runDue(t)
			c.change(r)
			r.now = r.now.AddDate(0, 0, 7)
			r.runDue(t)
			if got := r.desk.ordered[1].PreviousID; got != c.want {
				t.Errorf("previous %q, want %q", got, c.want)
			}
		})
	}
	t.Run("refused in between", func(t *testing.T) {
		r := newRig(weekly(t))
		r.runDue(t)
		r.desk.end = func(b *Briefing) { b.Status, b.Refusal = Refused, &Refusal{Text: "没有资料"} }
		r.now = r.now.AddDate(0, 0, 7)
		if runs := r.runDue(t); runs[0].Status != Refused || runs[0].Err == nil || len(runs[0].Files) > 0 {
			t.Errorf("refused: %+v", runs[0])
		}
		r.now = r.now.AddDate(0, 0, 7)
		r.runDue(t)
		if got := r.desk.ordered[2].PreviousID; got != "brf_1" {
			t.Errorf("previous %q", got)
		}
	})
}

// TestScheduleInterrupted holds that a briefing which was under way when the program
// ended is delivered at the next start, and not ordered again.
func TestScheduleInterrupted(t *testing.T) {
	r := newRig(weekly(t))
	r.desk.end = func(b *Briefing) { b.Status = Running }
	if runs := r.runDue(t); !errors.Is(runs[0].Err, errUnended) {
		t.Fatalf("%+v", runs)
	}
	r.desk.end = nil
	r.now = r.now.Add(time.Hour)
	runs := r.runDue(t)
	if len(r.desk.ordered) != 1 || len(runs) != 1 || runs[0].ID != "brf_1" || runs[0].Status != Done || len(runs[0].Files) != 1 {
		t.Errorf("%d ordered, %+v", len(r.desk.ordered), runs)
	}
	if again := r.runDue(t); len(again) > 0 {
		t.Errorf("delivered twice: %+v", again)
	}
}

// TestScheduleRefusedOrder holds that an order which is not taken is tried again at
// the next time, not at once.
func TestScheduleRefusedOrder(t *testing.T) {
	r := newRig(weekly(t))
	r.desk.refuse = &rag.InputError{Field: "topic", Reason: "too long"}
	if runs := r.runDue(t); len(runs) != 1 || runs[0].Err == nil {
		t.Fatalf("%+v", runs)
	}
	if runs := r.runDue(t); len(runs) != 0 {
		t.Errorf("tried again at once: %+v", runs)
	}
	r.desk.refuse = nil
	r.now = r.now.AddDate(0, 0, 7)
	if runs := r.runDue(t); len(runs) != 1 || runs[0].Err != nil {
		t.Errorf("%+v", runs)
	}
}

// TestScheduleRun lets the clock run on: three Mondays.
func TestScheduleRun(t *testing.T) {
	r := newRig(weekly(t))
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	over := r.now.AddDate(0, 0, 20)
	longest := time.Duration(0)
	r.Wait = func(ctx context.Context, d time.Duration) error {
		longest = max(longest, d)
		if r.now = r.now.Add(d); r.now.After(over) {
			stop()
		}
		return ctx.Err()
	}
	r.Run(ctx)
	if len(r.desk.ordered) != 4 || longest > longestWait {
		t.Errorf("%d ordered, longest wait %s", len(r.desk.ordered), longest)
	}
}

// TestScheduleWebhook holds what is sent, how often, and that nothing of the address
// but its host is told.
func TestScheduleWebhook(t *testing.T) {
	for name, c := range map[string]struct {
		statuses []int // of the replies; the last again and again
		tries    int
		fault    string // empty: none
	}{
		"taken":            {[]int{204}, 1, ""},
		"down at first":    {[]int{503, 429, 200}, 3, ""},
		"down":             {[]int{500}, webhookTries, "500"},
		"no such address":  {[]int{404}, 1, "404"},
		"sent on":          {[]int{302}, 1, "302"},
		"nobody is there":  {nil, 0, "refused"},
		"no such material": {[]int{200}, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var got []notice
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
				var n notice
				if err := json.NewDecoder(request.Body).Decode(&n); err != nil {
					t.Error(err)
				}
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(c.statuses[min(len(got), len(c.statuses)-1)])
				got = append(got, n)
				_, _ = io.WriteString(w, "secret reply")
			}))
			defer server.Close()
			if c.statuses == nil {
				server.Close()
			}
			standing := weekly(t)
			standing.Webhook = server.URL + "/hooks/token-of-mine"
			r := newRig(standing)
			r.Room = "http://here"
			material := name != "no such material"
			r.desk.end = func(b *Briefing) { b.Status, b.News = Done, &News{Material: material} }
			runs := r.runDue(t)
			if len(got) != c.tries {
				t.Errorf("%d tries, want %d", len(got), c.tries)
			}
			want := notice{Name: "weekly", ID: "brf_1", Status: Done, Title: "云计算", Material: material, URL: "http://here/v1/briefings/brf_1.html"}
			for _, n := range got {
				if n != want {
					t.Errorf("sent %+v", n)
				}
			}
			run := runs[0]
			if run.Err != nil || len(run.Files) != 1 || (c.fault == "") != (run.Webhook == nil) {
				t.Fatalf("%+v", run)
			}
			if c.fault == "" {
				return
			}
			kept := r.Settings.(settings)[standingSetting("weekly")]
			r.log(run)
			for what, said := range map[string]string{"error": run.Webhook.Error(), "log": r.logged.String(), "record": kept} {
				if !strings.Contains(said, c.fault) || strings.Contains(said, "token-of-mine") || strings.Contains(said, "secret reply") {
					t.Errorf("the %s says %s, want %s and no secret", what, said, c.fault)
				}
			}
		})
	}
}

// TestScheduleFolder holds that a folder which cannot be written to costs the files
// alone, and that the briefing's id is named.
func TestScheduleFolder(t *testing.T) {
	standing := weekly(t)
	if err := os.WriteFile(standing.Folder, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r := newRig(standing)
	runs := r.runDue(t)
	if runs[0].Status != Done || runs[0].Err == nil || len(runs[0].Files) > 0 {
		t.Errorf("%+v", runs[0])
	}
	r.Standing[0].Folder = filepath.Dir(standing.Folder)
	r.Standing[0].Formats = []string{"md", "html", "docx"}
	r.now = r.now.AddDate(0, 0, 7)
	if runs := r.runDue(t); runs[0].Err != nil || len(runs[0].Files) != 3 || r.desk.ordered[1].PreviousID != "brf_1" {
		t.Errorf("%+v", runs[0])
	}
}
