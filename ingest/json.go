package ingest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode"
)

// bytesPerRune bounds an article in JSON, where a character can take six bytes,
// with its metadata.
const bytesPerRune = 8

// jsonArticles yields what a stream of JSON holds: an array, lines, or objects
// one after the other. Nothing longer than limit bytes is held; a longer one is
// skipped and named. What cannot be read costs itself alone.
func jsonArticles(ctx context.Context, r *bufio.Reader, limit int) iter.Seq2[article, error] {
	return func(yield func(article, error) bool) {
		values := jsonValues(r, limit)
		for v, err := range values {
			var a article
			if err == nil {
				a, err = jsonArticle(v.bytes)
			}
			if isInput(err) {
				yield(article{}, err)
				return
			}
			if err != nil {
				err = fmt.Errorf("line %d: %w", v.line, err)
			}
			if ctx.Err() != nil || !yield(a, err) {
				return
			}
		}
	}
}

// An inputError is a fault of the reader, not of what is read.
type inputError struct{ error }

func (e inputError) Unwrap() error { return e.error }

func isInput(err error) bool {
	var e inputError
	return errors.As(err, &e)
}

// A jsonValue is one object as it stands in a stream.
type jsonValue struct {
	bytes []byte // valid until the next one
	line  int    // where it begins, from 1
}

// jsonValues parts a stream into its objects.
func jsonValues(r *bufio.Reader, limit int) iter.Seq2[jsonValue, error] {
	return func(yield func(jsonValue, error) bool) {
		s := &jsonStream{r: r, limit: limit, line: 1}
		first, err := s.peek()
		switch {
		case err != nil:
			yield(jsonValue{}, inputError{err})
		case first == '[' || !s.startsLines():
			s.eachValue(yield)
		default:
			s.eachLine(yield)
		}
	}
}

// A jsonStream reads bytes and counts lines.
type jsonStream struct {
	r     *bufio.Reader
	limit int
	line  int
	buf   []byte
	long  bool // what is being read is longer than limit, and dropped
}

// peek returns the next byte that is not white space.
func (s *jsonStream) peek() (byte, error) {
	for {
		c, err := s.r.ReadByte()
		switch {
		case err != nil:
			return 0, err
		case c == '\n':
			s.line++
		case c != ' ' && c != '\t' && c != '\r':
			return c, s.r.UnreadByte()
		}
	}
}

// startsLines reports whether the first line is a whole object, or nothing that
// goes on in the next line.
func (s *jsonStream) startsLines() bool {
	head, _ := s.r.Peek(s.r.Size())
	line, _, whole := bytes.Cut(head, []byte("\n"))
	return !whole || bytes.HasSuffix(bytes.TrimRight(line, " \t\r"), []byte("}")) || !bytes.HasPrefix(line, []byte("{"))
}

func (s *jsonStream) add(c ...byte) {
	if s.long = s.long || len(s.buf)+len(c) > s.limit; s.long {
		s.buf = s.buf[:0]
		return
	}
	s.buf = append(s.buf, c...)
}

// value returns what was gathered since line.
func (s *jsonStream) value(line int) (jsonValue, error) {
	v, err := jsonValue{s.buf, line}, error(nil)
	if s.long {
		v.bytes, err = nil, fmt.Errorf("it is longer than %d bytes, which no article may be", s.limit)
	}
	s.buf, s.long = s.buf[:0], false
	return v, err
}

func (s *jsonStream) eachLine(yield func(jsonValue, error) bool) {
	for {
		piece, err := s.r.ReadSlice('\n')
		s.add(piece...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && !errors.Is(err, io.EOF) {
			yield(jsonValue{}, inputError{err})
			return
		}
		v, fault := s.value(s.line)
		s.line++
		v.bytes = bytes.TrimSpace(v.bytes)
		if (fault != nil || len(v.bytes) > 0) && !yield(v, fault) || err != nil {
			return
		}
	}
}

// eachValue parts an array, or objects one after the other, by their brackets.
func (s *jsonStream) eachValue(yield func(jsonValue, error) bool) {
	array := false
	for {
		c, err := s.peek()
		switch {
		case errors.Is(err, io.EOF):
			if array {
				yield(jsonValue{line: s.line}, errors.New("the array is cut off"))
			}
			return
		case err != nil:
			yield(jsonValue{}, inputError{err})
			return
		case c == '[' && !array:
			array = true
			_, _ = s.r.ReadByte()
			continue
		case c == ',' || c == ']':
			array = array && c == ','
			_, _ = s.r.ReadByte()
			continue
		}
		line := s.line
		if err := s.one(); err != nil {
			yield(jsonValue{}, inputError{err})
			return
		}
		v, fault := s.value(line)
		if !yield(v, fault) {
			return
		}
	}
}

// one gathers a value: to the bracket that closes it, or to the next comma.
func (s *jsonStream) one() error {
	depth, quoted, escaped := 0, false, false
	for {
		c, err := s.r.ReadByte()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if c == '\n' {
			s.line++
		}
		switch {
		case escaped:
			escaped = false
		case quoted && c == '\\':
			escaped = true
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case depth == 0 && (c == ',' || c == ']'):
			return s.r.UnreadByte()
		case c == '}' || c == ']':
			depth--
		}
		s.add(c)
		if depth <= 0 && !quoted && (c == '}' || c == ']') {
			return nil
		}
	}
}

// jsonArticle reads one object.
func jsonArticle(b []byte) (article, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(b, &fields); err != nil {
		return article{}, fmt.Errorf("it is no JSON object: %w", err)
	}
	var a article
	texts := map[string]string{}
	for _, name := range sortedKeys(fields) {
		raw := fields[name]
		if kind := textField(name); kind != "" {
			if err := a.setText(texts, kind, name, raw); err != nil {
				return article{}, err
			}
		} else if field := fieldNamed(name); field != "" {
			if err := a.setJSON(field, name, raw); err != nil {
				return article{}, err
			}
		}
	}
	if err := a.setExported(fields); err != nil {
		return article{}, err
	}
	if len(texts) != 1 {
		return article{}, fmt.Errorf("it has %d of text, html and markdown; one is wanted", len(texts))
	}
	for kind, text := range texts {
		if err := a.parse(kind, text); err != nil {
			return article{}, err
		}
	}
	return a, nil
}

// sortedKeys puts the names of the contract before the other names for the same.
func sortedKeys(fields map[string]json.RawMessage) []string {
	var own, other []string
	for name := range fields {
		if fieldNamed(name) == name {
			own = append(own, name)
		} else {
			other = append(other, name)
		}
	}
	slices.Sort(own)
	slices.Sort(other)
	return append(own, other...)
}

func textField(name string) string {
	switch strings.ToLower(name) {
	case "text", "content", "body", "正文":
		return "text"
	case "html", "content_html":
		return "html"
	case "markdown", "md":
		return "markdown"
	}
	return ""
}

func (a *article) setText(texts map[string]string, kind, name string, raw json.RawMessage) error {
	var s *string
	if err := json.Unmarshal(raw, &s); err != nil {
		return fmt.Errorf("%s is no string", name)
	}
	if s != nil && (kind == name || texts[kind] == "") {
		texts[kind] = *s
	}
	return nil
}

// setJSON sets a field from a string, a number or a list of them.
func (a *article) setJSON(field, name string, raw json.RawMessage) error {
	var v any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return fmt.Errorf("%s cannot be read: %w", name, err)
	}
	values, ok := jsonWords(v)
	if !ok {
		return fmt.Errorf("%s is neither a string nor a list of strings", name)
	}
	if field == "published" && name == "published" && len(values) > 0 && values[0] != "" {
		date, ok := readDate(values[0])
		if !ok {
			return fmt.Errorf("%s: %q is no date; want YYYY-MM-DD, YYYY-MM or YYYY", name, cut(values[0], titleRunes))
		}
		values = []string{string(date)}
	}
	if field == "url" && name == "url" && len(values) > 0 && values[0] != "" && webURL(values[0]) == "" {
		return fmt.Errorf("url: %q is no address of a web page", cut(values[0], titleRunes))
	}
	a.set(field, values)
	return nil
}

func jsonWords(v any) (words []string, ok bool) {
	switch v := v.(type) {
	case nil:
		return nil, true
	case string:
		return []string{v}, true
	case json.Number:
		return []string{v.String()}, true
	case []any:
		for _, item := range v {
			more, ok := jsonWords(item)
			if !ok {
				return nil, false
			}
			words = append(words, more...)
		}
		return words, true
	}
	return nil, false
}

// parse reads the text of an article in the format it is said to be in.
func (a *article) parse(kind, s string) (err error) {
	switch {
	case a.exported != nil:
		a.blocks = []block{{text: s}}
	case kind == "html" && isPage(s):
		var page article
		if page, err = parsePage(s); err == nil {
			a.Meta, a.blocks = a.over(page.Meta), page.blocks
		}
	case kind == "html":
		a.blocks, err = parseFragment(s)
	case kind == "markdown":
		var meta Meta
		if meta, s, _, err = cutFrontMatter(unifyLineEnds(s)); err == nil {
			a.Meta = a.over(meta)
			a.blocks, err = parseMarkdown(s)
		}
	default:
		a.blocks = parseText(s)
	}
	return err
}

// isJSON reports whether a text that begins with head is JSON with articles.
func isJSON(head []byte, name string) bool {
	rest := bytes.TrimLeftFunc(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")), unicode.IsSpace)
	if len(rest) == 0 {
		return false
	}
	next := bytes.TrimLeftFunc(rest[1:], unicode.IsSpace)
	switch {
	case rest[0] == '{':
		return len(next) > 0 && (next[0] == '"' || next[0] == '}') || hasEnding(name, ".json", ".jsonl", ".ndjson")
	case rest[0] == '[':
		return len(next) > 0 && next[0] == '{' || hasEnding(name, ".json", ".jsonl", ".ndjson")
	}
	return rest[0] != '<' && hasEnding(name, ".jsonl", ".ndjson")
}
