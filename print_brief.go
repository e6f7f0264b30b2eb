package main

import (
	"context"
	"fmt"
	"strings"

	"chuchu/briefing"
)

// sizeOf says how much a briefing holds.
func sizeOf(b briefing.Briefing) string {
	n := 0
	for _, s := range b.Sections {
		n += len(s.Sentences)
	}
	return number(n, "sentence") + " from " + number(len(b.Citations), "article")
}

// printRun prints what became of a standing briefing: the files, and what went wrong.
func printRun(p *program, run briefing.StandingRun) {
	fault, webhook := "", ""
	if run.Err != nil {
		fault = run.Err.Error()
	}
	if run.Webhook != nil {
		webhook = run.Webhook.Error()
	}
	if p.json {
		// A broken pipe shows at the next write; the rest is made all the same.
		_ = writeLine(p.stdout, map[string]any{
			"name": run.Name, "id": run.ID, "status": run.Status, "files": append([]string{}, run.Files...), "error": fault, "webhook_error": webhook,
		})
		return
	}
	fmt.Fprintf(p.stdout, "%s: %s\n", run.Name, strings.Join(append([]string{string(run.Status), run.ID}, run.Files...), " "))
	for _, said := range []string{fault, webhook} {
		if said != "" {
			fmt.Fprintf(p.stderr, "%s: %s\n", run.Name, oneLine(said))
		}
	}
}

// listBriefings prints all that are kept, the newest first.
func listBriefings(ctx context.Context, p *program, from briefings) error {
	for cursor := ""; ; {
		list, total, next, err := from.List(ctx, 100, cursor)
		if err != nil {
			return err
		}
		for _, b := range list {
			if p.json {
				err = writeLine(p.stdout, b)
			} else {
				_, err = fmt.Fprintf(p.stdout, "%s  %s  %-9s  %s\n", b.ID, b.Created.Local().Format("2006-01-02 15:04"), b.Status, firstRunes(b.Topic, 60))
			}
			if err != nil {
				return err
			}
		}
		if next == "" {
			if !p.json {
				fmt.Fprintln(p.stdout, number(total, "briefing"))
			}
			return nil
		}
		cursor = next
	}
}

// recheckBriefing prints the sentences whose verdict is another now, and the articles
// that are.
func recheckBriefing(ctx context.Context, p *program, from briefings, id string) error {
	reply, err := from.Recheck(ctx, id)
	if err != nil {
		return noBriefing(err, id)
	}
	if p.json {
		return writeJSON(p.stdout, reply)
	}
	style, same := p.style(), 0
	for _, s := range reply.Sentences {
		if s.Was == s.Now {
			same++
			continue
		}
		fmt.Fprintf(p.stdout, "%s  %s, was %s\n", s.Ref, style.warning(s.Now), s.Was)
		for _, y := range s.Why {
			if y.Differs() {
				fmt.Fprintf(p.stdout, "    %s\n", style.quiet(describeWhy(y)))
			}
		}
	}
	for _, a := range reply.Articles {
		if a.State != "" && a.State != "same" {
			fmt.Fprintf(p.stdout, "%s: %s\n", style.warning(string(a.State)), describe(a))
		}
	}
	_, err = fmt.Fprintf(p.stdout, "%s of %s as before\n", number(same, "verdict"), fmt.Sprint(len(reply.Sentences)))
	return err
}
