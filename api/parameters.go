package api

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"chuchu/rag"
)

// mostListed is the longest page of a list.
const mostListed = 1000

// parameters are what stands behind the question mark. Getters return the zero
// value for what is not there; the first that is wrong is kept in err.
type parameters struct {
	values url.Values
	err    error
}

// parametersOf reads the parameters and refuses one that the endpoint does not have.
func parametersOf(c echo.Context, known ...string) (*parameters, error) {
	values, err := url.ParseQuery(c.Request().URL.RawQuery)
	if err != nil {
		return nil, refuse(codeInvalid, "the parameters behind the ? are not encoded as they should be")
	}
	for name := range values {
		if !slices.Contains(known, name) {
			return nil, unknownName("parameter", quotable(name), name, known)
		}
	}
	return &parameters{values: values}, nil
}

func (p *parameters) wrong(name, reason string) {
	if p.err == nil {
		p.err = &rag.InputError{Field: name, Reason: reason}
	}
}

// one returns a parameter that may be given once.
func (p *parameters) one(name string) string {
	given := p.values[name]
	switch len(given) {
	case 0:
		return ""
	case 1:
		return given[0]
	}
	p.wrong(name, "it is given more than once")
	return ""
}

// flag returns a parameter that is true or false.
func (p *parameters) flag(name string) bool {
	switch given := p.one(name); given {
	case "", "false":
		return false
	case "true":
		return true
	default:
		p.wrong(name, fmt.Sprintf("%q is neither true nor false", given))
		return false
	}
}

// all returns a parameter that may be given many times.
func (p *parameters) all(name string) []string { return p.values[name] }

// whole returns a whole number from 1 to most.
func (p *parameters) whole(name string, most int) int {
	s := p.one(name)
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > most {
		p.wrong(name, fmt.Sprintf("%s is no whole number from 1 to %d", quoteShort(s), most))
	}
	return n
}

// day returns a date, YYYY-MM-DD.
func (p *parameters) day(name string) string {
	s := p.one(name)
	if s == "" {
		return ""
	}
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		p.wrong(name, "days are written YYYY-MM-DD, and "+quoteShort(s)+" is none")
	}
	return s
}

// idOf returns the id in the path.
func idOf(c echo.Context) (string, error) {
	id := c.Param("id")
	if c.Request().URL.RawPath == "" {
		return id, nil // the router matched the decoded path
	}
	id, err := url.PathUnescape(id)
	if err != nil {
		return "", refuse(codeInvalid, "the id in the path is not encoded as it should be")
	}
	return id, nil
}

// orNull is how the end of a list is said.
func orNull(cursor string) *string {
	if cursor == "" {
		return nil
	}
	return &cursor
}
