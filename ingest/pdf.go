package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	pdfTime   = 2 * time.Minute // poppler may take for one file
	pdfMemory = 2 << 30         // bytes of address space it may use, where the system can limit it
	pdfNotice = 64 << 10        // bytes of its complaints that are kept
	pdfLine   = 4               // bytes of output for each character an article may have
)

var errNoPoppler = errors.New("reading PDF needs poppler's pdftotext; install it (apt install poppler-utils, brew install poppler) and try again")

// readPDF yields the one article of a PDF. Poppler reads it, as a program of its
// own under limits of time, memory and output.
func readPDF(ctx context.Context, s Source, b []byte, opt Options) iter.Seq2[Draft, error] {
	return func(yield func(Draft, error) bool) {
		d, err := pdfDraft(ctx, b, s.Meta, opt.withDefaults())
		var why *pdfError
		if errors.As(err, &why) || errors.Is(err, errNoPoppler) {
			err = &Refusal{Name: s.Name, Reason: err.Error()}
		}
		yield(d, err)
	}
}

// A pdfError is a fault of the file.
type pdfError struct{ reason string }

func (e *pdfError) Error() string { return e.reason }

func pdfDraft(ctx context.Context, b []byte, meta Meta, opt Options) (Draft, error) {
	dir, err := os.MkdirTemp("", "chuchu-pdf-")
	if err != nil {
		return Draft{}, fmt.Errorf("make a place for a PDF: %w", err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "in.pdf")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		return Draft{}, fmt.Errorf("make a place for a PDF: %w", err)
	}
	late := &pdfError{fmt.Sprintf("the PDF could not be read in %v", pdfTime)}
	ctx, cancel := context.WithTimeoutCause(ctx, pdfTime, late)
	defer cancel()
	info, err := pdfInfo(ctx, file)
	if err != nil {
		return Draft{}, err
	}
	pages, err := pdfPages(ctx, file, opt)
	if err != nil {
		return Draft{}, err
	}
	if reason := unreadable(strings.Join(pages, "\n")); reason != "" {
		return Draft{}, &pdfError{reason}
	}
	found := article{Meta: Meta{Title: sensibleTitle(plainRadicals(info["Title"]))}, blocks: pagedBlocks(joinPages(pages))}
	d := found.draft(meta)
	d.Article.Provenance = "PDF, " + popplerVersion(ctx)
	return d, nil
}

// pdfInfo returns what a PDF says of itself.
func pdfInfo(ctx context.Context, file string) (map[string]string, error) {
	out, err := poppler(ctx, pdfNotice, "pdfinfo", "-enc", "UTF-8", file)
	if err != nil {
		return nil, err
	}
	info := map[string]string{}
	for line := range strings.Lines(out) {
		if key, value, ok := strings.Cut(line, ":"); ok {
			info[key] = strings.TrimSpace(value)
		}
	}
	return info, nil
}

// pdfPages returns the text of each page: as it is laid out, which shows
// paragraphs and keeps the rows of tables; in reading order where columns of
// running text stand side by side.
func pdfPages(ctx context.Context, file string, opt Options) ([]string, error) {
	limit := opt.MaxArticle * pdfLine
	out, err := poppler(ctx, limit, "pdftotext", "-layout", "-enc", "UTF-8", file, "-")
	if err != nil {
		return nil, err
	}
	pages := splitPages(out)
	if !inColumns(pages) {
		return pages, nil
	}
	out, err = poppler(ctx, limit, "pdftotext", "-enc", "UTF-8", file, "-")
	return splitPages(out), err
}

func splitPages(out string) []string {
	return strings.Split(strings.TrimSuffix(plainRadicals(out), "\f"), "\f")
}

// plainRadicals puts the character in the place of the Kangxi radical that looks
// like it; fonts that draw both with one glyph make PDF writers confuse them.
func plainRadicals(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x2E80 || r > 0x2FDF {
			return r
		}
		plain := []rune(norm.NFKC.String(string(r)))
		return plain[0]
	}, s)
}

// poppler runs one of its programs and returns what it writes, at most limit bytes.
func poppler(ctx context.Context, limit int, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8"}
	cmd.WaitDelay = time.Second
	ownGroup(cmd)
	var complaint bytes.Buffer
	cmd.Stderr = &limitedWriter{&complaint, pdfNotice}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return "", fmt.Errorf("run %s: %w", name, err)
	}
	if err := cmd.Start(); errors.Is(err, exec.ErrNotFound) {
		return "", errNoPoppler
	} else if err != nil {
		return "", fmt.Errorf("run %s: %w", name, err)
	}
	limitMemory(cmd.Process.Pid, pdfMemory)
	out, readErr := io.ReadAll(io.LimitReader(stdout, int64(limit)+1))
	if len(out) > limit {
		_ = cmd.Cancel()
		_ = cmd.Wait()
		return "", &pdfError{"the PDF has more text than an article may have"}
	}
	err = cmd.Wait()
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	if err = errors.Join(readErr, err); err != nil {
		return "", pdfFault(complaint.String(), err)
	}
	return string(out), nil
}

// pdfFault makes a reason of what poppler complains of.
func pdfFault(complaint string, err error) error {
	if strings.Contains(complaint, "Incorrect password") {
		return &pdfError{"the PDF is encrypted; save it without a password and try again"}
	}
	first, _, _ := strings.Cut(strings.TrimSpace(complaint), "\n")
	if first == "" {
		first = err.Error()
	}
	return &pdfError{"the PDF is damaged: " + first}
}

// popplerVersion returns the name and version of the program, for provenance.
func popplerVersion(ctx context.Context) string {
	out, _ := exec.CommandContext(ctx, "pdftotext", "-v").CombinedOutput()
	first, _, _ := strings.Cut(string(out), "\n")
	return strings.TrimSpace(first)
}

// sensibleTitle returns a title that a person wrote, else nothing: many programs
// put the name of a file or of themselves there.
func sensibleTitle(s string) string {
	lower := strings.ToLower(s)
	for _, sign := range []string{"microsoft word", "powerpoint", "untitled", "无标题", "未命名", ".doc", ".ppt", ".indd", ".pdf", ".wps", "\ufffd"} {
		if strings.Contains(lower, sign) {
			return ""
		}
	}
	if len([]rune(s)) < 4 || strings.IndexFunc(s, unicode.IsLetter) < 0 {
		return ""
	}
	return s
}

// A limitedWriter keeps the first n bytes and swallows the rest.
type limitedWriter struct {
	w io.Writer
	n int
}

func (l *limitedWriter) Write(b []byte) (int, error) {
	keep := b[:min(len(b), l.n)]
	l.n -= len(keep)
	if _, err := l.w.Write(keep); err != nil {
		return 0, err
	}
	return len(b), nil
}
