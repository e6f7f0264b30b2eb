package ingest

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"net"
	"net/url"
	"path"
	"regexp"
	"strings"

	"chuchu/corpus"
)

// An id is "a_" and 80 bits of SHA-256, enough that among a billion articles no
// two are alike but once in two million collections.
var (
	idForm     = regexp.MustCompile(`^a_[a-z2-7]{16}$`)
	idEncoding = base32.StdEncoding.WithPadding(base32.NoPadding)
)

// articleID makes the id of an article: of its canonical URL where it has one,
// else of the id its source declares, else of the source's name and its place in
// it. An id made here, as an export declares it, stays as it is.
func articleID(a corpus.Article, declared, name string, place int) string {
	switch {
	case idForm.MatchString(declared):
		return declared
	case a.URL != "":
		return hashID("url", canonicalURL(a.URL))
	case declared != "":
		return hashID("id", declared)
	}
	return hashID("place", fmt.Sprintf("%s#%d", path.Clean(strings.ReplaceAll(name, `\`, "/")), place))
}

func hashID(kind, key string) string {
	sum := sha256.Sum256([]byte(kind + "\x00" + key))
	return "a_" + strings.ToLower(idEncoding.EncodeToString(sum[:10]))
}

// webURL returns the address of a web page with its scheme, "https" where it has
// none; empty for what is no address of one.
func webURL(s string) string {
	s = strings.TrimSpace(s)
	switch {
	case strings.HasPrefix(s, "//"):
		s = "https:" + s
	case hostFirst.MatchString(s):
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil {
		return ""
	}
	if u.Scheme = strings.ToLower(u.Scheme); u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	u.RawQuery = strings.ReplaceAll(u.RawQuery, " ", "%20")
	return u.String()
}

// hostFirst is an address written without a scheme: a host name and a path.
var hostFirst = regexp.MustCompile(`^[\w-]+(\.[\w-]+)*\.[A-Za-z]{2,}(:\d+)?(/|$)`)

// canonicalURL returns what the addresses of one page have in common: host in
// lower case, path without a slash at its end, parameters that name the page, in
// order. A page is the same by http and https. A fragment names a place in the
// page, unless it looks like a path.
func canonicalURL(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return s
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		host = net.JoinHostPort(host, port)
	}
	query := u.Query()
	for key := range query {
		if tracking.MatchString(key) || host == wechatHost && query.Has("__biz") && !wechatParameter.MatchString(key) {
			query.Del(key)
		}
	}
	canonical := host + strings.TrimRight(u.EscapedPath(), "/")
	if len(query) > 0 {
		canonical += "?" + query.Encode()
	}
	if strings.HasPrefix(u.Fragment, "/") || strings.HasPrefix(u.Fragment, "!") {
		canonical += "#" + u.EscapedFragment()
	}
	return canonical
}

// An article of WeChat is named by four parameters; the others change with the
// way it was reached.
const wechatHost = "mp.weixin.qq.com"

var wechatParameter = regexp.MustCompile(`^(?:__biz|mid|idx|sn)$`)

// tracking are parameters that say where a reader came from.
var tracking = regexp.MustCompile(`(?i)^(utm_\w+|spm|scm|fbclid|gclid|dclid|yclid|msclkid|igshid|mc_cid|mc_eid|_hsenc|_hsmi|chksm|sharer_\w+|share_token|share_source|share_medium|vd_source|from_alibabacloud|wechat_redirect)$`)
