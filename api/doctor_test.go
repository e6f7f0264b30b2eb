package api_test

import (
	"context"
	"net/http"
	"runtime"
	"testing"

	"chuchu/api"
)

type checkup struct {
	Findings []api.Finding
	OK       bool
	Checked  string
	TookMS   *int64 `json:"took_ms"`
}

func (s *service) doctor(path string) checkup {
	s.t.Helper()
	got := s.get(path)
	if got.status != http.StatusOK {
		s.t.Fatalf("%s: %d %s", path, got.status, got.body)
	}
	var c checkup
	got.decode(s.t, &c)
	if c.Checked == "" || c.TookMS == nil {
		s.t.Errorf("%s: %s", path, got.body)
	}
	return c
}

// TestDoctor: an outcome is given out again to who does not ask anew, the one with
// other servers asked and the one without apart.
func TestDoctor(t *testing.T) {
	runs, well := map[bool]int{}, true
	s := newService(t, func(p *api.Parts) {
		p.Doctor = func(_ context.Context, offline bool) []api.Finding {
			runs[offline]++ // one run at a time
			return []api.Finding{
				{Part: "data", Code: "data.own", OK: true, With: map[string]any{}},
				{Part: "model", Code: "model.answers", OK: well, With: map[string]any{"ms": 7, "name": "m"}},
			}
		}
	})
	for _, step := range []struct {
		path           string
		whole, offline int
	}{
		{"/v1/doctor", 1, 0}, {"/v1/doctor?offline=false", 1, 0}, {"/v1/doctor?offline=true", 1, 1}, {"/v1/doctor?offline=true&again=false", 1, 1},
		{"/v1/doctor?again=true", 2, 1}, {"/v1/doctor", 2, 1}, {"/v1/doctor?offline=true&again=true", 2, 2},
	} {
		got := s.doctor(step.path)
		if !got.OK || len(got.Findings) != 2 || runs[false] != step.whole || runs[true] != step.offline {
			t.Errorf("%s: %+v after %v runs", step.path, got, runs)
		}
	}
	well = false
	if got := s.doctor("/v1/doctor?again=true"); got.OK || got.Findings[1].OK {
		t.Errorf("all is well: %+v", got)
	}
	s.get("/v1/doctor?offline=yes").wantProblem(t, 400, "invalid_request", "offline")
	s.get("/v1/doctor?ofline=true").wantProblem(t, 400, "unknown_field", "offline")
}

// TestDoctorAgain: only who may write can have it run anew.
func TestDoctorAgain(t *testing.T) {
	reader, readerLine := newKey(t, "read")
	writer, writerLine := newKey(t, "write")
	s := newService(t, func(p *api.Parts) { p.Auth.Keys = []string{readerLine, writerLine} })
	for _, c := range []struct {
		key, path string
		status    int
	}{
		{reader, "/v1/doctor", 200}, {reader, "/v1/doctor?again=true", 403}, {reader, "/v1/doctor?again=false", 200}, {writer, "/v1/doctor?again=true", 200}, {"", "/v1/doctor", 401},
	} {
		r := s.request(http.MethodGet, c.path, "", "")
		if c.key != "" {
			r.Header.Set("Authorization", "Bearer "+c.key)
		}
		if got := s.do(r); got.status != c.status {
			t.Errorf("%s: %d %s", c.path, got.status, got.body)
		}
	}
}

// TestDoctorShared: who asks while it runs gets the same run, which goes on while one
// of them waits and ends with the last.
func TestDoctorShared(t *testing.T) {
	began, ended := make(chan int, 10), make(chan error, 10)
	finish := make(chan struct{})
	runs := 0
	s := newService(t, func(p *api.Parts) {
		p.Doctor = func(ctx context.Context, _ bool) []api.Finding {
			runs++ // one at a time
			began <- runs
			select {
			case <-finish:
			case <-ctx.Done():
			}
			ended <- ctx.Err()
			return []api.Finding{{Part: "data", Code: "data.own", OK: true, With: map[string]any{"run": runs}}}
		}
	})
	ask := func() (leave context.CancelFunc, status chan int) {
		ctx, leave := context.WithCancel(t.Context())
		status = make(chan int, 1)
		go func() {
			response, err := http.DefaultClient.Do(s.request(http.MethodGet, "/v1/doctor", "", "").WithContext(ctx))
			if err != nil {
				status <- 0
				return
			}
			response.Body.Close()
			status <- response.StatusCode
		}()
		return leave, status
	}
	leaveFirst, first := ask()
	defer leaveFirst()
	<-began
	leaveSecond, second := ask()
	defer leaveSecond()
	s.waitForWaiting(2)
	leaveFirst()
	if got := <-first; got != 0 {
		t.Errorf("who has left got %d", got)
	}
	s.waitForWaiting(1)
	close(finish)
	if got, err := <-second, <-ended; got != http.StatusOK || err != nil || runs != 1 {
		t.Errorf("%d after %d runs, ended by %v", got, runs, err)
	}

	finish = make(chan struct{})
	s.ForgetCheckups()
	leaveThird, third := ask()
	<-began
	leaveThird()
	if got, err := <-third, <-ended; got != 0 || err == nil {
		t.Errorf("nobody waits: %d, ended by %v", got, err)
	}
	close(finish)
	if got := s.doctor("/v1/doctor"); got.Findings[0].With["run"] != 3.0 {
		t.Errorf("what was given up was kept: %+v", got)
	}
}

// waitForWaiting waits until so many wait for the doctor.
func (s *service) waitForWaiting(n int) {
	s.t.Helper()
	for s.WaitingForDoctor() != n {
		if s.t.Context().Err() != nil {
			s.t.Fatal("the test was ended")
		}
		runtime.Gosched()
	}
}
