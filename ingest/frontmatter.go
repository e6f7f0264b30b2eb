package ingest

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
)

// frontMatter is YAML between two lines of three dashes at the top of a file.
var frontMatter = regexp.MustCompile(`^\s*---[ \t]*\n((?s:.*?)\n)?(?:---|\.\.\.)[ \t]*(?:\n|$)`)

// yamlKey is what the first line of front matter looks like; other text between
// two rules is text.
var yamlKey = regexp.MustCompile(`(?m)^["']?[\p{L}_][\p{L}\w .-]*["']?\s*:(?:\s|$)`)

// cutFrontMatter parts the front matter of a text from the rest. found is false
// for a text without.
func cutFrontMatter(text string) (meta Meta, rest string, found bool, err error) {
	m := frontMatter.FindStringSubmatchIndex(text)
	if m == nil || m[2] < 0 || !yamlKey.MatchString(text[m[2]:m[3]]) {
		return Meta{}, text, false, nil
	}
	// Blank lines in the place of what stands before keep an error's line that of
	// the file.
	above, rest := strings.Repeat("\n", strings.Count(text[:m[2]], "\n"))+text[m[2]:m[3]], text[m[1]:]
	if err := checkYAML([]byte(above)); err != nil {
		return Meta{}, rest, true, fmt.Errorf("its front matter is no YAML: %w", err)
	}
	var fields yaml.MapSlice
	if err := yaml.Unmarshal([]byte(above), &fields); err != nil {
		return Meta{}, rest, true, fmt.Errorf("its front matter is no YAML: %w", yamlError(err))
	}
	for _, f := range fields {
		if field := fieldNamed(fmt.Sprint(f.Key)); field != "" {
			meta.set(field, yamlValues(f.Value, field))
		}
	}
	return meta, rest, true, nil
}

// yamlValues returns the words of a scalar or a list; tags may stand on one line.
func yamlValues(v any, field string) []string {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		var out []string
		for _, item := range v {
			out = append(out, yamlValues(item, "")...)
		}
		return out
	case map[string]any, yaml.MapSlice:
		return nil
	case string:
		if field == "tags" {
			return strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune(",，、;；", r) })
		}
		return []string{v}
	}
	return []string{fmt.Sprint(v)}
}
