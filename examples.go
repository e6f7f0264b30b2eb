package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"chuchu/corpus"
	"chuchu/examples"
	"chuchu/ingest"
)

const (
	exampleTag = "example"
	// examplesSetting is kept in the record while the examples are there: the JSON
	// list of their ids, empty while they are still being taken in. Ids, because an
	// article of the user's own may have the tag too.
	examplesSetting = "examples"
)

// addExamples fills a collection that never held anything, so that the first
// question has an answer, and goes on where an earlier start was broken off.
func (l *local) addExamples(ctx context.Context) error {
	change, err := l.record.Change(ctx)
	if err != nil {
		return err
	}
	setting, err := l.record.Setting(ctx, examplesSetting)
	if err != nil || setting != "[]" && (setting != "" || change > 0) {
		return err
	}
	if err := l.keepExamples(ctx, []string{}); err != nil {
		return err
	}
	ids := []string{}
	err = l.ingester.Ingest(ctx, ingest.WalkFS(ctx, examples.Articles(), ingest.Meta{Tags: []string{exampleTag}}), func(r ingest.Result) {
		if r.Article == nil {
			l.log.Warn("example refused", "name", r.Name, "reason", r.Reason)
			return
		}
		ids = append(ids, r.Article.ID)
	})
	if err != nil {
		return fmt.Errorf("taking in the example articles: %w", err)
	}
	if err := l.keepExamples(ctx, ids); err != nil {
		return err
	}
	l.makeRoom(ctx) // the user's own may have come between the two starts
	return nil
}

func (l *local) keepExamples(ctx context.Context, ids []string) error {
	list, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	return l.record.SetSetting(ctx, examplesSetting, string(list))
}

// makeRoom lets the examples give way: after each ingest and, as that may have been
// killed, at start. It fails nothing; what cannot be removed now is the next time.
func (l *local) makeRoom(ctx context.Context) {
	if err := l.examplesGiveWay(context.WithoutCancel(ctx)); err != nil {
		l.log.Warn("the example articles could not be removed yet", "error", err)
	}
}

// examplesGiveWay removes the examples once there is an article of the user's own.
func (l *local) examplesGiveWay(ctx context.Context) error {
	setting, err := l.record.Setting(ctx, examplesSetting)
	if err != nil || setting == "" || setting == "[]" {
		return err
	}
	var ids []string
	if err := json.Unmarshal([]byte(setting), &ids); err != nil {
		return fmt.Errorf("reading which articles are examples: %w", err)
	}
	// An example that the user took in anew has lost the tag, and is the user's own.
	list, err := l.record.Articles(ctx, corpus.ListQuery{Filter: corpus.Filter{Tags: []string{exampleTag}, ArticleIDs: ids}, Limit: len(ids)})
	if err != nil {
		return err
	}
	counts, err := l.record.Counts(ctx)
	if err != nil || counts.Articles == len(list.Articles) {
		return err
	}
	for _, a := range list.Articles {
		if err := l.record.Delete(ctx, a.ID); err != nil && !errors.Is(err, corpus.ErrGone) {
			return fmt.Errorf("removing the example articles: %w", err)
		}
	}
	if err := l.record.SetSetting(ctx, examplesSetting, ""); err != nil {
		return err
	}
	l.log.Info("the example articles gave way to yours", "removed", len(list.Articles))
	return l.catchUp(ctx)
}
