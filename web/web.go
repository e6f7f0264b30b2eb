// Package web is the reading room: the page that shows in a browser what the HTTP
// interface gives, the source always beside the sentence. It is HTML, style sheets
// and ES modules as they stand in static/, without a build step.
//
// Every page of it is static/index.html; static/js/main.js chooses the screen by the
// path. Start there. A screen has a folder beside it (ask, articles, briefings, check,
// status), in it the file of its name and those of its parts. What a citation is on the
// page, from the small number to the marked words in the pane, is in source; what every
// page is made with (elements, texts in both languages, requests, addresses, the shell)
// in page. What the page shows comes through /v1, by the same key as for any other
// program.
//
// A new screen is a module with show, its line in main.js, its texts in page/words.js
// and its style sheet named in index.html; the tests here say what was forgotten.
package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// Policy is the content security policy of the page: nothing but its own files, no
// inline script or style, no other host.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
	"base-uri 'none'; frame-ancestors 'none'; form-action 'self'"

// Prefix is where the files are served: static/js/main.js as /assets/js/main.js.
const Prefix = "/assets/"

//go:embed static
var static embed.FS

// A Room holds the files of the page. It is safe for concurrent use.
type Room struct {
	files map[string]*file // by their path in static
}

// New returns the room.
func New() (*Room, error) {
	room := &Room{files: map[string]*file{}}
	root, err := fs.Sub(static, "static")
	if err != nil {
		return nil, err
	}
	err = fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		room.files[name] = newFile(name, content)
		return nil
	})
	return room, err
}

// Page returns the handler of every page.
func (r *Room) Page() http.Handler { return r.files["index.html"] }

// Asset returns the handler of the file at a URL's path, false where there is none.
func (r *Room) Asset(urlPath string) (http.Handler, bool) {
	name, ok := strings.CutPrefix(urlPath, Prefix)
	if !ok || name == "index.html" {
		return nil, false
	}
	f, ok := r.files[name]
	return f, ok
}

// A file is one file as it goes out. Browsers keep it and ask each time whether it is
// still the same, so that a new version of the program shows at once.
type file struct {
	kind   string // its Content-Type
	tag    string // hash of the content
	plain  []byte
	packed func() []byte // by gzip; made when it is first asked for
}

func newFile(name string, content []byte) *file {
	hash := sha256.Sum256(content)
	return &file{
		kind: contentType(name), tag: hex.EncodeToString(hash[:12]), plain: content,
		packed: sync.OnceValue(func() []byte { return pack(content) }),
	}
}

// contentType does not ask the machine's own list for what the page is made of: a
// browser runs no script under another type.
func contentType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".html":
		return "text/html; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	default:
		return mime.TypeByExtension(ext)
	}
}

func pack(content []byte) []byte {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err == nil {
		_, err = z.Write(content)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil { // neither the level nor the buffer gives a reason
		panic("web: gzip: " + err.Error())
	}
	return b.Bytes()
}

// ServeHTTP implements http.Handler for GET and HEAD.
func (f *file) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Security-Policy", Policy)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding")
	body, tag := f.plain, `"`+f.tag+`"`
	gzipped := takesGzip(r.Header.Get("Accept-Encoding"))
	if gzipped {
		body, tag = f.packed(), `"`+f.tag+`-gzip"`
	}
	h.Set("ETag", tag)
	if known(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if gzipped {
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Type", f.kind)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a client that has left is told nothing
	}
}

// takesGzip reads Accept-Encoding, RFC 9110, section 12.5.3.
func takesGzip(accepted string) bool {
	any := false
	for one := range strings.SplitSeq(accepted, ",") {
		coding, weight, _ := strings.Cut(strings.TrimSpace(one), ";")
		value, weighted := strings.CutPrefix(strings.ReplaceAll(weight, " ", ""), "q=")
		q, err := strconv.ParseFloat(value, 64)
		wanted := !weighted || err == nil && q > 0
		switch strings.ToLower(strings.TrimSpace(coding)) {
		case "gzip", "x-gzip":
			return wanted
		case "*":
			any = wanted
		}
	}
	return any
}

// known reports whether If-None-Match names the tag.
func known(header, tag string) bool {
	for one := range strings.SplitSeq(header, ",") {
		if one = strings.TrimPrefix(strings.TrimSpace(one), "W/"); one == tag || one == "*" {
			return true
		}
	}
	return false
}
