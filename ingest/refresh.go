package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"chuchu/corpus"
	"chuchu/rag/embed"
)

// Settings kept with the record: what made its passages and its vectors.
const (
	splitterSetting = "splitter"
	// EmbedderSetting is where the fingerprint of the embedder is kept.
	EmbedderSetting = "embedder"
)

// refreshBatch passages are embedded and kept together.
const refreshBatch = 256

// Refresh makes what a changed embedder, splitter or way to compare texts left out of
// date, families and passages first, then vectors, and the vectors that are missing; it
// says in the log why.
// Called at start. Broken off, it goes on where it stopped when called again. An
// embedder that fails costs the missing vectors alone: it is logged, not returned.
func (g *Ingester) Refresh(ctx context.Context) error {
	fingerprint, err := g.Embedder.Fingerprint(ctx)
	if err != nil {
		return fmt.Errorf("embedder: %w", err)
	}
	if err := g.refreshFamilies(ctx); err != nil {
		return err
	}
	if err := g.refreshPassages(ctx); err != nil {
		return err
	}
	if err := g.refreshVectors(ctx, fingerprint.String()); err != nil {
		return err
	}
	err = g.embedMissing(ctx)
	if failed := (*EmbedError)(nil); errors.As(err, &failed) && ctx.Err() == nil {
		g.Log.Warn("embedder failed; passages without a vector are found by their words", "error", failed.Err)
		return nil
	}
	return err
}

// refreshFamilies compares all articles again when another method, or none, found
// which are reprints of one another.
func (g *Ingester) refreshFamilies(ctx context.Context) error {
	n, err := g.Record.RefreshFamilies(ctx)
	if n > 0 {
		g.Log.Info("articles were compared again: the way to find reprints changed", "articles", n)
	}
	return err
}

// refreshPassages splits every article again when another splitter made the
// passages. Articles that come out as they are, are left.
func (g *Ingester) refreshPassages(ctx context.Context) error {
	want := SplitFingerprint(g.Options)
	have, err := g.Record.Setting(ctx, splitterSetting)
	if err != nil || have == want {
		return err
	}
	n := 0
	for a, err := range g.Record.All(ctx) {
		if err != nil {
			return err
		}
		changed, err := g.resplit(ctx, a)
		if err != nil {
			return err
		}
		if changed {
			n++
		}
	}
	if n > 0 {
		g.Log.Info("articles were split again: the splitter changed", "articles", n, "was", have, "now", want)
	}
	return g.Record.SetSetting(ctx, splitterSetting, want)
}

func (g *Ingester) resplit(ctx context.Context, a corpus.Article) (changed bool, err error) {
	old, err := g.Record.Passages(ctx, a.ID)
	if err != nil {
		return false, err
	}
	passages := Split(a.Text, headingsOf(a.Text, old), g.Options)
	same := slices.EqualFunc(old, passages, func(a, b corpus.Passage) bool {
		return a.Start == b.Start && a.End == b.End && a.Heading == b.Heading
	})
	if same {
		return false, nil
	}
	return true, g.Record.Resplit(ctx, a.ID, passages, nil)
}

// headingsOf finds the headings that passages stand under in the text again: the
// lines that are what the heading paths say, in order. The record keeps no other
// trace of them.
func headingsOf(text string, passages []corpus.Passage) []Heading {
	var wanted []Heading // Start is the place in names
	var names, above []string
	for _, p := range passages {
		path := strings.Split(p.Heading, " > ")
		for i, name := range path {
			if name == "" || i < len(above) && slices.Equal(above[:i+1], path[:i+1]) {
				continue
			}
			wanted = append(wanted, Heading{Start: len(names), Level: i + 1})
			names = append(names, name)
		}
		above = path
	}
	var found []Heading
	at := 0
	for line := range strings.Lines(text) {
		if len(found) == len(wanted) {
			break
		}
		n := len([]rune(line))
		if body := strings.TrimRight(line, "\n"); strings.Join(strings.Fields(body), " ") == names[len(found)] {
			found = append(found, Heading{Start: at, End: at + len([]rune(body)), Level: wanted[len(found)].Level})
		}
		at += n
	}
	return found
}

// refreshVectors forgets the vectors that another embedder made, which cannot be
// compared with what this one makes.
func (g *Ingester) refreshVectors(ctx context.Context, want string) error {
	have, err := g.Record.Setting(ctx, EmbedderSetting)
	if err != nil || have == want {
		return err
	}
	counts, err := g.Record.Counts(ctx)
	if err != nil {
		return err
	}
	if counts.Embedded > 0 {
		if have != "" {
			if err := g.tryEmbedder(ctx); err != nil {
				return fmt.Errorf("the embedder changed from %s to %s, which does not work; the vectors are kept: %w", have, want, err)
			}
		}
		g.Log.Info("all passages are embedded again: the embedder changed", "passages", counts.Passages, "was", have, "now", want)
		if err := g.Record.DropVectors(ctx); err != nil {
			return err
		}
	}
	return g.Record.SetSetting(ctx, EmbedderSetting, want)
}

// tryEmbedder asks for one vector: nothing is dropped for an embedder that does not
// work.
func (g *Ingester) tryEmbedder(ctx context.Context) error {
	_, err := embedAll(ctx, g.Embedder, []string{"云"})
	return err
}

// embedMissing makes the vectors that are missing, a batch at a time.
func (g *Ingester) embedMissing(ctx context.Context) error {
	var batch []corpus.Passage
	done := 0
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		if err := g.embedPassages(ctx, batch); err != nil {
			return err
		}
		done += len(batch)
		batch = batch[:0]
		return nil
	}
	for passages, err := range g.Record.Unembedded(ctx, refreshBatch) {
		if err != nil {
			return err
		}
		if batch = append(batch, passages...); len(batch) < refreshBatch {
			continue
		}
		if err := flush(); err != nil {
			return err
		}
	}
	if err := flush(); err != nil {
		return err
	}
	if done > 0 {
		g.Log.Info("passages without a vector were embedded", "passages", done)
	}
	return nil
}

func (g *Ingester) embedPassages(ctx context.Context, passages []corpus.Passage) error {
	ids, texts := make([]string, len(passages)), make([]string, len(passages))
	for i, p := range passages {
		ids[i], texts[i] = p.ID, p.Text
	}
	vectors, err := embedAll(ctx, g.Embedder, texts)
	if err != nil {
		return &EmbedError{Err: err}
	}
	return g.Record.SetVectors(ctx, ids, vectors)
}

// embedAll asks the embedder and holds it to its contract.
func embedAll(ctx context.Context, e embed.Embedder, texts []string) ([][]float32, error) {
	if len(texts) == 0 {
		return nil, nil
	}
	vectors, err := e.Passages(ctx, texts)
	if err == nil && len(vectors) != len(texts) {
		err = fmt.Errorf("the embedder made %d vectors of %d texts", len(vectors), len(texts))
	}
	return vectors, err
}
