package api

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/labstack/echo/v4"
)

// Auth holds who may do what. Without keys everybody may do everything, which
// CheckListen allows on loopback only.
type Auth struct {
	Keys []string `yaml:"keys"` // lines of NewKey: the role and the hash of a key
}

// A role is what a key allows, or what a route needs. A greater one includes the
// lesser.
type role int

const (
	open   role = iota // reached without a key
	reads              // search, ask, read
	writes             // add and delete too
)

func roleNamed(name string) (role, bool) {
	switch name {
	case "read":
		return reads, true
	case "write":
		return writes, true
	}
	return open, false
}

// A knownKey is what is kept of a key. It is random, 256 bits, so that a plain
// hash cannot be turned back.
type knownKey struct {
	role role
	hash [sha256.Size]byte
}

type keyring []knownKey

const (
	keyPrefix  = "chuchu_" // tells people and secret scanners what a key is for
	hashPrefix = "sha256:"
)

// NewKey makes a random key for a role, read or write, and the line for auth.keys
// from which the key cannot be told.
func NewKey(role string) (key, configLine string, err error) {
	if _, ok := roleNamed(role); !ok {
		return "", "", fmt.Errorf("role %q is neither read nor write", role)
	}
	var secret [32]byte
	if _, err := rand.Read(secret[:]); err != nil {
		return "", "", fmt.Errorf("make a key: %w", err)
	}
	key = keyPrefix + base64.RawURLEncoding.EncodeToString(secret[:])
	hash := sha256.Sum256([]byte(key))
	return key, role + ":" + hashPrefix + hex.EncodeToString(hash[:]), nil
}

var errKeyLine = errors.New("a line is role:sha256:hash, as chuchu key new prints it; the key itself does not belong there")

func parseKey(line string) (knownKey, error) {
	name, rest, _ := strings.Cut(line, ":")
	role, ok := roleNamed(name)
	digits, prefixed := strings.CutPrefix(rest, hashPrefix)
	hash, err := hex.DecodeString(digits)
	if !ok || !prefixed || err != nil || len(hash) != sha256.Size {
		return knownKey{}, errKeyLine
	}
	return knownKey{role, [sha256.Size]byte(hash)}, nil
}

// Validate says which line is no key's. It does not repeat it: a key itself may
// have been put there.
func (a Auth) Validate() error {
	for i, line := range a.Keys {
		if _, err := parseKey(line); err != nil {
			return fmt.Errorf("keys: number %d: %w", i+1, err)
		}
	}
	return nil
}

func (a Auth) keyring() keyring {
	var ring keyring
	for _, line := range a.Keys {
		if k, err := parseKey(line); err == nil { // Validate refuses the others
			ring = append(ring, k)
		}
	}
	return ring
}

// find returns the key's role, open when nobody has it. It takes as long for a key
// that is nearly right as for any other.
func (ring keyring) find(key string) (hash [sha256.Size]byte, found role) {
	hash = sha256.Sum256([]byte(key))
	for _, k := range ring {
		if subtle.ConstantTimeCompare(hash[:], k.hash[:]) == 1 {
			found = max(found, k.role)
		}
	}
	return hash, found
}

// A caller is who sends a request.
type caller struct {
	name string // tells one caller from another: part of the key's hash, or an address
	role role
	key  bool // a key was sent, known or not
}

// callerOf tells who sends a request.
func (s *Server) callerOf(c echo.Context) caller {
	remote := caller{name: remoteName(c.Request().RemoteAddr)}
	if len(s.Auth.Keys) == 0 {
		remote.role = writes
		return remote
	}
	scheme, key, _ := strings.Cut(c.Request().Header.Get(echo.HeaderAuthorization), " ")
	if !strings.EqualFold(scheme, "Bearer") || key == "" {
		return remote
	}
	hash, role := s.keys.find(strings.TrimSpace(key))
	if role == open {
		remote.key = true
		return remote
	}
	return caller{name: "key " + hex.EncodeToString(hash[:4]), role: role, key: true}
}

// remoteName is the address without the port; of IPv6 the network, which is what
// one subscriber has.
func remoteName(remote string) string {
	a, err := netip.ParseAddrPort(remote)
	if err != nil {
		return remote
	}
	address := a.Addr().Unmap()
	if address.Is4() || address.IsLoopback() {
		return address.String()
	}
	network, err := address.WithZone("").Prefix(64)
	if err != nil {
		return address.String()
	}
	return network.String()
}

// admit lets a request through to its route when its caller may, and has not sent
// too many.
func (s *Server) admit(r route) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			c.Set(routeKey, r.path)
			if r.needs == open {
				return next(c)
			}
			who := s.callerOf(c)
			c.Set(callerKey, who.name)
			if wait := s.limiter.take(who.name); wait > 0 {
				return tooFast(wait)
			}
			switch {
			case who.role >= r.needs:
				return next(c)
			case who.role != open:
				return refuse(codeForbidden, "this key may read only; adding and deleting need one with the role write")
			case who.key:
				return refuse(codeUnauthorized, "this key is not known here")
			}
			return refuse(codeUnauthorized, "send an API key: Authorization: Bearer chuchu_…")
		}
	}
}
