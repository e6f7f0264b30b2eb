package main

import (
	"context"
	"net"
	"sync"
	"time"

	"chuchu/briefing"
)

// Briefings implements collection.
func (l *local) Briefings() briefings { return l.desk }

// scheduler returns what makes the standing briefings. link may be nil.
func (l *local) scheduler(link func(id string) string) *briefing.Scheduler {
	zone, err := time.LoadLocation(l.config.RAG.Timezone)
	if err != nil {
		zone = time.UTC // Validate refuses such options
	}
	return briefing.NewScheduler(briefing.SchedulerParts{
		Desk: l.desk, Settings: l.record, Standing: l.config.Briefings.Standing, Zone: zone, Link: link, Log: l.log,
	})
}

// makeStanding makes standing briefings by the clock until the function that it
// returns is called, which waits for their end.
func (l *local) makeStanding(ctx context.Context, link func(id string) string) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var group sync.WaitGroup
	group.Go(func() { l.scheduler(link).Run(ctx) })
	return func() {
		cancel()
		group.Wait()
	}
}

// briefingLinks returns where a server's briefings are read, nil where its address
// says nothing to other machines.
func briefingLinks(address net.Addr, hosts []string) func(id string) string {
	host := address.String()
	if tcp, ok := address.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		if len(hosts) == 0 {
			return nil
		}
		host = hosts[0]
	}
	return func(id string) string { return "http://" + host + briefingPath(id) + ".html" }
}
