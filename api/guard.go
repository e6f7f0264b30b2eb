package api

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"

	"github.com/labstack/echo/v4"
)

// Names under which a request carries what is known of it.
const (
	routeKey  = "route"  // the path of its route, as a pattern
	callerKey = "caller" // the caller's name
)

// properRequestID is an id that a proxy in front may have given the request.
var properRequestID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// guard gives a request its id and its reply the headers that every reply has, and
// turns down what another site's page sent.
func (s *Server) guard(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		id := r.Header.Get(echo.HeaderXRequestID)
		if !properRequestID.MatchString(id) {
			id = newRequestID()
		}
		h := c.Response().Header()
		h.Set(echo.HeaderXRequestID, id)
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		if err := s.hosts.check(r); err != nil {
			return err
		}
		return next(c)
	}
}

func newRequestID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // it never fails
	return "req_" + hex.EncodeToString(b[:])
}

// hosts decides which Host and Origin a request may have.
//
// Without keys whoever reaches the server may use it, and any page in the user's
// browser reaches loopback. Such a page gives itself away by its Origin, or, when
// its name was made to point here (DNS rebinding), by its Host.
type hosts struct {
	listen  string
	allowed []string
	keyed   bool // a page of another site has no key to send
}

func (h hosts) check(r *http.Request) error {
	if !h.keyed && !h.mayBeReachedAs(r.Host) {
		return refuse(codeForbidden, "this server is not reached as "+quoteShort(r.Host)+"; use its address, or add the name to api.hosts")
	}
	for _, origin := range r.Header.Values(echo.HeaderOrigin) {
		if !h.mayComeFrom(origin, r.Host) {
			return refuse(codeForeignOrigin, "pages of "+quoteShort(origin)+" may not use this server")
		}
	}
	return nil
}

// mayBeReachedAs reports whether a request may have this Host. A server that was
// told to serve other machines without keys is reached by any address, but never
// by a name that nobody configured.
func (h hosts) mayBeReachedAs(host string) bool {
	name, port := splitHost(host)
	if isLoopback(name) || h.configured(name, port) {
		return true
	}
	listen, _ := splitHost(h.listen)
	_, err := netip.ParseAddr(name)
	return !isLoopback(listen) && (err == nil || name != "" && name == listen)
}

func (h hosts) configured(name, port string) bool {
	for _, a := range h.allowed {
		if n, p := splitHost(a); n == name && (p == "" || p == port) {
			return true
		}
	}
	return false
}

// mayComeFrom reports whether a page may send requests: one that this server gave
// out itself, at the Host it was asked under, or one of a configured host.
func (h hosts) mayComeFrom(origin, host string) bool {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return false // "null" among them
	}
	name, port := splitHost(u.Host)
	if h.configured(name, port) {
		return true
	}
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	own, ownPort := splitHost(host)
	if ownPort == "" { // what encrypts in front of the server decides the scheme
		return own == name && (port == "80" || port == "443")
	}
	return own == name && ownPort == port
}

// quoteShort quotes a caller's word in an error message.
func quoteShort(s string) string {
	s = strings.ToValidUTF8(s, "�")
	runes := []rune(s)
	if len(runes) > 60 {
		s = string(runes[:60]) + "…"
	}
	return `"` + s + `"`
}
