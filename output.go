package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"golang.org/x/term"

	"chuchu/corpus"
)

// isTerminal reports whether a person reads w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// style colours text for a terminal and leaves it alone elsewhere.
type style struct{ on bool }

// style of what p prints; NO_COLOR (https://no-color.org) turns colours off.
func (p *program) style() style {
	return style{isTerminal(p.stdout) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
}

func (s style) paint(code, text string) string {
	if !s.on {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s style) number(text string) string  { return s.paint("36", text) }
func (s style) strong(text string) string  { return s.paint("1", text) }
func (s style) quiet(text string) string   { return s.paint("2", text) }
func (s style) warning(text string) string { return s.paint("33", text) }

// describe names an article on one line.
func describe(a corpus.Ref) string {
	parts := []string{a.Title}
	if a.Outlet != "" {
		parts = append(parts, a.Outlet)
	}
	if a.Published != "" {
		parts = append(parts, string(a.Published))
	}
	return strings.Join(parts, " · ")
}

// firstRunes shortens s to n code points, on one line.
func firstRunes(s string, n int) string {
	runes := []rune(s)
	if len(runes) > n {
		runes = append(runes[:n:n], '…')
	}
	return oneLine(string(runes))
}

// oneLine puts a blank for every control character: a file's name may hold what
// moves a terminal's cursor.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}

// number counts things in English.
func number(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// checkDay refuses what is no day where a flag wants one or nothing.
func checkDay(flag, day string) error {
	if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
		return fmt.Errorf("%s: %q is no day like 2025-01-31", flag, day)
	}
	return nil
}

// writeJSON writes JSON for programs that people read over.
func writeJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// writeLine writes JSON on one line.
func writeLine(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}

// writeFile writes a file, or leaves none. flag says what to do about one that is
// there: os.O_TRUNC overwrites it, os.O_EXCL fails with fs.ErrExist.
func writeFile(name string, flag int, write func(io.Writer) error) error {
	f, err := os.OpenFile(filepath.Clean(name), flag|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(write(f), f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
