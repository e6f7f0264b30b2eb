package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"chuchu/rag"
)

// decode reads a JSON body into v, a pointer to a struct, and refuses what does
// not belong there by its name.
func (s *Server) decode(c echo.Context, v any) error {
	body, err := s.readJSON(c)
	if err != nil {
		return err
	}
	return decodeJSON(body, v)
}

// readJSON reads a whole JSON body. From then on the connection has no deadline
// to read: a model may take its time, and the client is still there.
func (s *Server) readJSON(c echo.Context) ([]byte, error) {
	r := c.Request()
	if err := wantType(r, "application/json"); err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, int64(s.Options.BodySize)+1))
	switch {
	case err != nil:
		return nil, refuse(codeInvalid, "the body did not come in whole")
	case len(body) > s.Options.BodySize:
		skip(r.Body, s.Options.BodySize)
		return nil, &tooLarge{"the body", s.Options.BodySize}
	}
	return body, s.unhurried(c)
}

// unhurried lifts the deadline of reading once the body is in. Replies set the
// one of writing themselves.
func (s *Server) unhurried(c echo.Context) error {
	err := http.NewResponseController(c.Response().Writer).SetReadDeadline(time.Time{})
	if errors.Is(err, http.ErrNotSupported) { // a recorder in place of a connection
		return nil
	}
	return err
}

// skip reads on for a while behind what was too much: a client that sends first
// and reads then is to see why it was refused.
func skip(body io.Reader, limit int) {
	_, _ = io.Copy(io.Discard, io.LimitReader(body, 3*int64(limit)))
}

// wantType refuses a body of another type, or a packed one.
func wantType(r *http.Request, want string) error {
	kind, parameters, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType))
	charset := strings.ToLower(parameters["charset"])
	switch {
	case err != nil || kind != want:
		return refuse(codeUnsupported, "send the body with Content-Type: "+want)
	case charset != "" && charset != "utf-8" && charset != "utf8":
		return refuse(codeUnsupported, "send the body in UTF-8")
	case r.Header.Get(echo.HeaderContentEncoding) != "":
		return refuse(codeUnsupported, "send the body without Content-Encoding")
	}
	return nil
}

// decodeJSON decodes body into v, a pointer to a struct. Every error is the
// body's fault and names the field that is wrong.
func decodeJSON(body []byte, v any) error {
	if err := decodeKnown(body, v); err != nil {
		return err
	}
	return unknownField(body, reflect.TypeOf(v).Elem(), "")
}

// decodeKnown is decodeJSON without a look at the fields that v does not have.
func decodeKnown(body []byte, v any) error {
	switch {
	case len(body) == 0:
		return refuse(codeInvalid, "the body is empty; send a JSON object")
	case !utf8.Valid(body):
		return refuse(codeInvalid, "the body is not UTF-8")
	}
	if err := json.Unmarshal(body, v); err != nil {
		return explainJSON(err)
	}
	return nil
}

// explainJSON says what is wrong with a body in the words of its reader.
func explainJSON(err error) error {
	var (
		kind   *json.UnmarshalTypeError
		syntax *json.SyntaxError
		input  *rag.InputError
	)
	switch {
	case errors.As(err, &input):
		return input
	case errors.As(err, &kind) && kind.Field == "":
		return refuse(codeInvalid, "the body is "+nameOf(kind.Value)+"; send a JSON object")
	case errors.As(err, &kind):
		return &rag.InputError{Field: kind.Field, Reason: nameOf(kind.Value) + " stands where " + kindOf(kind.Type) + " belongs"}
	case errors.As(err, &syntax):
		return refuse(codeInvalid, fmt.Sprintf("the body is no JSON: %s, at byte %d", syntax, syntax.Offset))
	}
	return refuse(codeInvalid, err.Error())
}

// nameOf says in plain words what encoding/json calls a value: "array", "bool",
// "number 1.5".
func nameOf(value string) string {
	switch {
	case strings.HasPrefix(value, "number "):
		return "the " + value
	case value == "array":
		return "a list"
	case value == "bool":
		return "true or false"
	case value == "object":
		return "an object"
	}
	return "a " + value
}

func kindOf(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.Slice:
		return "a list"
	}
	return "an object"
}

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

// unknownField looks for a field that t does not have, inside lists and objects
// too. raw has been decoded into a t before; types that decode themselves are
// left to it.
func unknownField(raw json.RawMessage, t reflect.Type, path string) error {
	if reflect.PointerTo(t).Implements(unmarshaler) {
		return nil
	}
	switch t.Kind() {
	case reflect.Struct:
		return unknownIn(raw, t, path)
	case reflect.Slice:
		var items []json.RawMessage
		if json.Unmarshal(raw, &items) != nil {
			return nil
		}
		for i, item := range items {
			if err := unknownField(item, t.Elem(), fmt.Sprintf("%s[%d]", path, i)); err != nil {
				return err
			}
		}
	}
	return nil
}

func unknownIn(raw json.RawMessage, t reflect.Type, path string) error {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return nil
	}
	fields := fieldsOf(t)
	if path != "" {
		path += "."
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		field, known := fields[name]
		if !known {
			return unknownName("field", path+quotable(name), name, slices.Sorted(maps.Keys(fields)))
		}
		if err := unknownField(members[name], field, path+name); err != nil {
			return err
		}
	}
	return nil
}

// quotable shortens a name that a caller made up.
func quotable(name string) string { return strings.Trim(quoteShort(name), `"`) }

// fieldsOf returns the fields of a struct under their names in JSON.
func fieldsOf(t reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for i := range t.NumField() {
		f := t.Field(i)
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
			fields[name] = f.Type
		}
	}
	return fields
}

// unknownName refuses a field or parameter that does not exist, and names the one
// that may have been meant.
func unknownName(what, full, name string, known []string) error {
	detail := fmt.Sprintf("there is no %s %s", what, full)
	if near := nearest(name, known); near != "" {
		detail += "; did you mean " + near + "?"
	} else {
		detail += "; there are " + strings.Join(known, ", ")
	}
	return refuse(codeUnknownField, detail)
}

// nearest returns the known name that is fewest changes away, "" when none is
// within a third of its length.
func nearest(name string, known []string) string {
	best, least := "", max(2, len(name)/3)+1
	for _, k := range known {
		if d := editDistance(name, k); d < least {
			best, least = k, d
		}
	}
	return best
}

// longestName is what is compared of a name that a caller made up.
const longestName = 64

// editDistance is Levenshtein's, in bytes; names are ASCII.
func editDistance(a, b string) int {
	if len(a) > longestName {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j]+1, row[j+1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
