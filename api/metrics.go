package api

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"chuchu/briefing"
	"chuchu/rag"
)

// metrics count what goes on, in a registry of their own.
type metrics struct {
	handler  http.Handler
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	running  prometheus.Gauge
	streams  prometheus.Gauge
	plans    *prometheus.CounterVec
	record   *prometheus.GaugeVec

	modelCalls      *prometheus.CounterVec
	modelTokens     *prometheus.CounterVec
	modelFirstToken prometheus.Histogram
}

func newMetrics(desk Desk) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "chuchu_http_requests_total", Help: "Requests by method, route and status; 499 is a client that left.",
		}, []string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "chuchu_http_request_seconds", Help: "Time to the end of the reply.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120},
		}, []string{"method", "route"}),
		running: prometheus.NewGauge(prometheus.GaugeOpts{Name: "chuchu_http_requests_running", Help: "Requests being answered."}),
		streams: prometheus.NewGauge(prometheus.GaugeOpts{Name: "chuchu_streams_running", Help: "Answers and briefings being streamed."}),
		plans: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "chuchu_plans_total", Help: "Search plans by who made them; fallback says why the model's was not used.",
		}, []string{"source", "fallback"}),
		record: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "chuchu_record", Help: "What is in the record: articles, passages, embedded passages, answers, briefings.",
		}, []string{"kind"}),
		modelCalls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "chuchu_model_calls_total", Help: "Calls of the model by outcome: ok, timeout, cut, empty, error, budget (not made), left (by the caller).",
		}, []string{"outcome"}),
		modelTokens: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "chuchu_model_tokens_total", Help: "Tokens the model read (input) and wrote (output); by estimate where its server does not count them.",
		}, []string{"direction"}),
		modelFirstToken: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "chuchu_model_first_token_seconds", Help: "Time from a request to the model to its first token, reasoning included.",
			Buckets: []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 20, 30, 60, 120},
		}),
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(m.requests, m.seconds, m.running, m.streams, m.plans, m.record,
		m.modelCalls, m.modelTokens, m.modelFirstToken,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	registry.MustRegister(briefingMetrics(desk)...)
	m.handler = promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
	return m
}

// briefingMetrics ask the desk when they are read.
func briefingMetrics(desk Desk) (list []prometheus.Collector) {
	for state, count := range map[string]func(briefing.Tally) int{
		"queued":  func(t briefing.Tally) int { return t.Queued },
		"running": func(t briefing.Tally) int { return t.Running },
	} {
		list = append(list, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "chuchu_briefings", Help: "Briefings that are queued, and that are being made.", ConstLabels: prometheus.Labels{"state": state},
		}, func() float64 { return float64(count(desk.Tally())) }))
	}
	for _, end := range []briefing.Status{briefing.Done, briefing.Refused, briefing.Failed, briefing.Cancelled} {
		list = append(list, prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "chuchu_briefings_ended_total", Help: "Briefings by how they have ended.", ConstLabels: prometheus.Labels{"status": string(end)},
		}, func() float64 { return float64(desk.Tally().Ended[end]) }))
	}
	return list
}

// count counts a request that was answered. Names that callers make up do not
// become labels: they would grow without bound.
func (m *metrics) count(method, route string, status int, took time.Duration) {
	if !slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodDelete}, method) {
		method = "other"
	}
	if route == "" {
		route = "other"
	}
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(method, route).Observe(took.Seconds())
}

// countPlan counts a plan that was searched with.
func (m *metrics) countPlan(p rag.Plan) {
	fallback := ""
	if p.Fallback != nil {
		fallback = *p.Fallback
	}
	m.plans.WithLabelValues(p.Source, fallback).Inc()
}

// A ModelCall is what one call of the model came to.
type ModelCall struct {
	Outcome    string
	Input      int           // tokens
	Output     int           // tokens
	FirstToken time.Duration // 0: none came
}

// CountModelCall counts a call of the model: who owns the model tells of each.
func (s *Server) CountModelCall(c ModelCall) {
	s.metrics.modelCalls.WithLabelValues(c.Outcome).Inc()
	s.metrics.modelTokens.WithLabelValues("input").Add(float64(c.Input))
	s.metrics.modelTokens.WithLabelValues("output").Add(float64(c.Output))
	if c.FirstToken > 0 {
		s.metrics.modelFirstToken.Observe(c.FirstToken.Seconds())
	}
}

// getMetrics answers GET /metrics.
func (s *Server) getMetrics(c echo.Context) error {
	counts, err := s.Record.Counts(c.Request().Context())
	if err != nil {
		return err
	}
	for kind, n := range map[string]int{
		"articles": counts.Articles, "passages": counts.Passages, "embedded": counts.Embedded, "answers": counts.Answers, "briefings": counts.Briefings,
	} {
		s.metrics.record.WithLabelValues(kind).Set(float64(n))
	}
	if err := s.expectTaken(c); err != nil {
		return err
	}
	s.metrics.handler.ServeHTTP(c.Response(), c.Request())
	return nil
}
