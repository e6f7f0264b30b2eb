package index

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/index/scorch"
	bleve "github.com/blevesearch/bleve_index_api"
	"go.etcd.io/bbolt"

	"chuchu/corpus"
)

// words is the index by words: bleve's segments on disk, one document a passage.
//
// It is bleve's index without bleve's query language: what is searched for is
// always a weighted list of terms, and bleve's own scoring by the name of bm25 is
// another than the one that was measured (see score.go).
type words struct {
	index bleve.Index
	queue *bleve.AnalysisQueue
}

// The fields of a document.
const (
	wordsField   = "words"   // the terms of title, headings and text, and everyPassage
	titleField   = "title"   // the title's terms once more, to weigh them
	articleField = "article" // the article's id
)

// everyPassage is a term that stands once in the words of each passage and, as it
// is none that Terms returns, in no query: its postings are all passages, with
// their lengths.
const everyPassage = "\x00"

// changeKey is where the number of the last change is kept.
const changeKey = "change"

// openWords opens the index in dir or makes it, and reads enough of it to see most
// damage. An error other than errInUse says that what is there cannot be used.
func openWords(ctx context.Context, dir string) (w *words, err error) {
	w = &words{queue: bleve.NewAnalysisQueue(runtime.GOMAXPROCS(0))}
	opened := false
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true)) // of this goroutine
	defer func() {
		if p := recover(); p != nil { // of bleve and bbolt on damaged files
			err = fmt.Errorf("damaged: %v", p)
		}
		if err == nil {
			return
		}
		if opened {
			err = errors.Join(err, w.index.Close())
		}
		w.queue.Close()
		w, err = nil, fmt.Errorf("open %s: %w", dir, err)
	}()
	segments, err := countSegments(dir)
	if err != nil {
		return w, err
	}
	if err := checkRoot(filepath.Join(dir, rootName)); err != nil {
		return w, err
	}
	w.index, err = scorch.NewScorch(scorch.Name, map[string]any{"path": dir}, w.queue)
	if err != nil {
		return w, err
	}
	err = w.index.Open()
	if opened = err == nil; opened {
		err = w.probe(ctx, segments)
	}
	return w, err
}

// countSegments returns how many files of segments there are; 0 without dir.
func countSegments(dir string) (n int, err error) {
	files, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	for _, f := range files {
		if filepath.Ext(f.Name()) == ".zap" {
			n++
		}
	}
	return n, err
}

// rootName is bleve's list of the states of the index, a bbolt database.
const rootName = "root.bolt"

// patience is how long another process that is closing the index is waited for.
const patience = time.Second

// checkRoot finds out whether the list of states, if there is one, is whole: bbolt
// maps the file into memory, and reading past the end of one that was cut short
// would end the program.
func checkRoot(file string) (err error) {
	info, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Size() == 0 { // bbolt takes it for a new one
		return nil
	}
	db, err := bbolt.Open(file, 0o600, &bbolt.Options{ReadOnly: true, Timeout: patience})
	if errors.Is(err, bbolt.ErrTimeout) {
		return errInUse
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return db.View(func(tx *bbolt.Tx) error {
		if tx.Size() > info.Size() {
			return fmt.Errorf("damaged: %s has %d bytes, and should have %d", rootName, info.Size(), tx.Size())
		}
		return nil
	})
}

// probe reads the change number and the list of all passages. Where the files of
// the segments cannot be used, bleve starts over without an error.
func (w *words) probe(ctx context.Context, segments int) (err error) {
	r, err := w.reader()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	change, err := r.change()
	if err != nil {
		return err
	}
	if change == 0 && segments > 0 {
		return fmt.Errorf("damaged: nothing could be read from %d files", segments)
	}
	_, err = newStatistics(ctx, r, change)
	return err
}

var errInUse = errors.New("another process has it open")

func (w *words) close() error {
	defer w.queue.Close()
	return w.index.Close()
}

// terms is Terms as bleve wants it.
type terms struct{}

// Analyze implements bleve's analysis.Analyzer.
func (terms) Analyze(text []byte) analysis.TokenStream {
	list := Terms(string(text))
	tokens := make([]analysis.Token, len(list))
	stream := make(analysis.TokenStream, len(list))
	for i, t := range list {
		tokens[i] = analysis.Token{Term: []byte(t), Position: i + 1}
		stream[i] = &tokens[i]
	}
	return stream
}

// documentOf makes the document of a passage.
func documentOf(title string, p corpus.Passage) *document.Document {
	d := document.NewDocument(p.ID)
	add := func(field, value string, options bleve.FieldIndexingOptions, a analysis.Analyzer) {
		d.AddField(document.NewTextFieldCustom(field, nil, []byte(value), bleve.IndexField|options, a))
	}
	add(wordsField, title, 0, terms{})
	add(wordsField, p.Heading, 0, terms{})
	add(wordsField, p.Text, 0, terms{})
	add(wordsField, everyPassage, 0, nil)
	add(titleField, title, 0, terms{})
	add(articleField, p.ArticleID, bleve.SkipFreqNorm, nil)
	return d
}

// A wordBatch collects changes of the index by words.
type wordBatch struct {
	batch *bleve.Batch
	size  int // passages added and removed
}

func newWordBatch() *wordBatch { return &wordBatch{batch: bleve.NewBatch()} }

// add puts the passages of an article in the batch, and takes those out that the
// index has of it.
func (b *wordBatch) add(indexed []string, c corpus.Change) {
	for _, id := range indexed {
		b.batch.Delete(id)
	}
	for _, p := range c.Passages {
		b.batch.Update(documentOf(c.Article.Title, p))
	}
	b.size += len(indexed) + len(c.Passages)
}

// apply carries out the batch and, in the same step, remembers the number of the
// last change in it. It returns when both are on disk.
func (w *words) apply(b *wordBatch, number int64) error {
	b.batch.SetInternal([]byte(changeKey), binary.BigEndian.AppendUint64(nil, uint64(number)))
	return w.index.Batch(b.batch)
}

// change returns the number of the last change.
func (w *words) change() (n int64, err error) {
	r, err := w.reader()
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	return r.change()
}

// A wordReader is one unchanging state of the index by words.
type wordReader struct {
	bleve.IndexReader
}

func (w *words) reader() (wordReader, error) {
	r, err := w.index.Reader()
	if err != nil {
		return wordReader{}, err
	}
	return wordReader{r}, nil
}

// change returns the number of the last change in this state, 0 when it is empty.
func (r wordReader) change() (int64, error) {
	b, err := r.GetInternal([]byte(changeKey))
	if err != nil || b == nil {
		return 0, err
	}
	if len(b) != 8 {
		return 0, fmt.Errorf("change number of %d bytes", len(b))
	}
	return int64(binary.BigEndian.Uint64(b)), nil
}

// passagesOf returns the ids of the passages that the index has of an article.
func (r wordReader) passagesOf(ctx context.Context, articleID string) (ids []string, err error) {
	postings, err := r.TermFieldReader(ctx, []byte(articleID), articleField, false, false, false)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, postings.Close()) }()
	for {
		found, err := postings.Next(nil)
		if err != nil || found == nil {
			return ids, err
		}
		id, err := r.ExternalID(found.ID)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
}

// postings are the passages in whose field a term stands, in one state of the
// index.
type postings struct{ bleve.TermFieldReader }

func (r wordReader) postings(ctx context.Context, field, term string) (postings, error) {
	if err := ctx.Err(); err != nil {
		return postings{}, err
	}
	p, err := r.TermFieldReader(ctx, []byte(term), field, true, true, false)
	return postings{p}, err
}

// each calls f for each passage with its number in this state, how often the term
// stands there, and how many terms the field has there; then it closes postings.
func (p postings) each(f func(passage int, count, length float64)) (err error) {
	defer func() { err = errors.Join(err, p.Close()) }()
	var d bleve.TermFieldDoc
	for {
		found, err := p.Next(d.Reset())
		if err != nil || found == nil {
			return err
		}
		// bleve gives the norm as 1/sqrt(length).
		f(int(found.ID.Value()), float64(found.Freq), math.Round(1/(found.Norm*found.Norm)))
	}
}

// frequency returns in how many passages the term stands, in title or text.
func (r wordReader) frequency(ctx context.Context, term string) (n int, err error) {
	p, err := r.TermFieldReader(ctx, []byte(term), wordsField, false, false, false)
	if err != nil {
		return 0, err
	}
	return int(p.Count()), p.Close()
}

// idOf returns the id of a passage by its number.
func (r wordReader) idOf(passage int) (string, error) {
	return r.ExternalID(bleve.NewIndexInternalID(nil, uint64(passage)))
}

// numberOf returns the number of a passage; false when it is not there.
func (r wordReader) numberOf(id string) (passage int, ok bool, err error) {
	found, err := r.InternalID(id)
	if err != nil || found == nil {
		return 0, false, err
	}
	return int(found.Value()), true, nil
}
