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

// scheduler returns what makes the standing briefings; room is the address of this
// server, empty where there is none.
func (l *local) scheduler(room string) *briefing.Scheduler {
	zone, err := time.LoadLocation(l.config.RAG.Timezone)
	if err != nil {
		zone = time.UTC // Validate refuses such options
	}
	return briefing.NewScheduler(briefing.SchedulerParts{
		Desk: l.desk, Settings: l.record, Standing: l.config.Briefings.Standing, Zone: zone, Room: room, Log: l.log,
	})
}

// makeStanding makes standing briefings by the clock until the function that it
// returns is called, which waits for their end.
func (l *local) makeStanding(ctx context.Context, room string) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var group sync.WaitGroup
	group.Go(func() { l.scheduler(room).Run(ctx) })
	return func() {
		cancel()
		group.Wait()
	}
}

// roomAddress returns where a server is read, empty where its address says nothing to
// other machines.
func roomAddress(address net.Addr, hosts []string) string {
	host := address.String()
	if tcp, ok := address.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		if len(hosts) == 0 {
			return ""
		}
		host = hosts[0]
	}
	return "http://" + host
}
