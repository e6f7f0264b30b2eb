package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"sort"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"chuchu/api"
	"chuchu/briefing"
	"chuchu/ingest"
	"chuchu/rag"
	"chuchu/rag/embed"
	"chuchu/rag/index"
	"chuchu/rag/llm"
)

// A Config is everything that can be set: each package's Options under one key,
// and what belongs to the program itself. config.yaml shows all of it.
type Config struct {
	Data      string           `yaml:"data"`
	Listen    string           `yaml:"listen"`
	LogLevel  string           `yaml:"log_level"`
	Prompts   string           `yaml:"prompts"`
	Ingest    ingest.Options   `yaml:"ingest"`
	Embed     embed.Options    `yaml:"embed"`
	Index     index.Options    `yaml:"index"`
	RAG       rag.Options      `yaml:"rag"`
	LLM       llm.Options      `yaml:"llm"`
	Briefings briefing.Options `yaml:"briefings"`
	API       api.Options      `yaml:"api"`
	Auth      api.Auth         `yaml:"auth"`
}

// DefaultConfig is what holds where nothing is set.
func DefaultConfig() Config {
	return Config{
		Data:      "data",
		Listen:    "127.0.0.1:8080",
		LogLevel:  "info",
		Ingest:    ingest.Defaults(),
		Embed:     embed.Defaults(),
		Index:     index.Defaults(),
		RAG:       rag.Defaults(),
		LLM:       llm.Defaults(),
		Briefings: briefing.Defaults(),
		API:       api.Defaults(),
	}
}

// Validate checks each section by its own rules and names the key at fault.
func (c Config) Validate() error {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return fmt.Errorf("log_level: %q is none of debug, info, warn, error", c.LogLevel)
	}
	if c.Data == "" {
		return errors.New("data: name the data directory")
	}
	sections := []struct {
		key      string
		validate func() error
	}{
		{"ingest", c.Ingest.Validate},
		{"embed", c.Embed.Validate},
		{"index", c.Index.Validate},
		{"rag", c.RAG.Validate},
		{"llm", c.LLM.Validate},
		{"briefings", c.Briefings.Validate},
		{"api", c.API.Validate},
		{"auth", c.Auth.Validate},
	}
	for _, s := range sections {
		if err := s.validate(); err != nil {
			return fmt.Errorf("%s: %w", s.key, err)
		}
	}
	return nil
}

// defaultConfigFile is read when it stands in the working directory.
const defaultConfigFile = "config.yaml"

// LoadConfig returns the defaults, overlaid by the file, then by CHUCHU_*
// variables of environ (as os.Environ gives them), and checked. An empty file
// name means config.yaml where there is one.
func LoadConfig(file string, environ []string) (Config, error) {
	c := DefaultConfig()
	text, err := readConfig(file)
	if err != nil {
		return c, err
	}
	if file == "" {
		file = defaultConfigFile
	}
	if err := decodeConfig(text, &c); err != nil {
		return c, fmt.Errorf("%s:%w", file, err)
	}
	if err := overlayEnvironment(environ, &c); err != nil {
		return c, err
	}
	if err := c.Validate(); err != nil {
		return c, fmt.Errorf("configuration: %w", err)
	}
	return c, nil
}

func readConfig(file string) ([]byte, error) {
	name := file
	if name == "" {
		name = defaultConfigFile
	}
	text, err := os.ReadFile(filepath.Clean(name))
	if file == "" && errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	return text, nil
}

// decodeConfig decodes strictly; errors begin with LINE:COLUMN.
func decodeConfig(text []byte, c *Config) error {
	if says, err := saysSomething(text); err == nil && !says {
		return nil // decoding nothing would make every default zero
	}
	err := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(c)
	if err == nil {
		return nil
	}
	var located yaml.Error
	if !errors.As(err, &located) {
		return fmt.Errorf("1:1: %w", err)
	}
	position := "1:1"
	if t := located.GetToken(); t != nil && t.Position != nil {
		position = fmt.Sprintf("%d:%d", t.Position.Line, t.Position.Column)
	}
	message := located.GetMessage()
	if unknown := new(yaml.UnknownFieldError); errors.As(err, &unknown) && unknown.Token != nil {
		message = fmt.Sprintf("unknown key %q", unknown.Token.Value)
		if near := nearest(unknown.Token.Value, append(lastParts(configKeys()), keysOf(reflect.TypeFor[briefing.Standing](), "")...)); near != "" {
			message += fmt.Sprintf("; did you mean %q?", near)
		}
	}
	return fmt.Errorf("%s: %s", position, message)
}

// saysSomething reports whether there is more than comments in a file.
func saysSomething(text []byte) (bool, error) {
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(file.Docs, func(d *ast.DocumentNode) bool {
		return d.Body != nil && d.Body.Type() != ast.NullType && d.Body.Type() != ast.CommentType
	}), nil
}

// apiKeyVariable holds the key with which commands speak to a running server; it
// is no configuration key.
const apiKeyVariable = "CHUCHU_API_KEY"

// overlayEnvironment sets keys from variables: CHUCHU_LLM_MODEL is llm.model.
// Lists are YAML flow sequences or separated by commas.
func overlayEnvironment(environ []string, c *Config) error {
	keys := make(map[string]string)
	for _, key := range configKeys() {
		keys["CHUCHU_"+strings.ToUpper(strings.ReplaceAll(key, ".", "_"))] = key
	}
	sorted := slices.Clone(environ)
	sort.Strings(sorted)
	for _, entry := range sorted {
		name, value, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, "CHUCHU_") || name == apiKeyVariable || name == c.LLM.APIKeyEnv || name == c.Embed.APIKeyEnv || name == c.RAG.Rerank.APIKeyEnv {
			continue
		}
		key, known := keys[name]
		if !known {
			return unknownVariable(name, keys)
		}
		if err := setKey(c, key, value); err != nil {
			return fmt.Errorf("environment variable %s: %w", name, err)
		}
	}
	return nil
}

func unknownVariable(name string, keys map[string]string) error {
	names := make([]string, 0, len(keys))
	for n := range keys {
		names = append(names, n)
	}
	sort.Strings(names)
	if near := nearest(name, names); near != "" {
		return fmt.Errorf("environment variable %s sets nothing; did you mean %s?", name, near)
	}
	return fmt.Errorf("environment variable %s sets nothing; it is named after a key of config.yaml, as CHUCHU_LLM_MODEL after llm.model", name)
}

// setKey decodes value into the field at the dotted key.
func setKey(c *Config, key, value string) error {
	field := reflect.ValueOf(c).Elem()
	for _, part := range strings.Split(key, ".") {
		field = fieldByKey(field, part)
	}
	if field.Kind() == reflect.String {
		field.SetString(value)
		return nil
	}
	if field.Type() == reflect.TypeFor[[]string]() && !strings.HasPrefix(strings.TrimSpace(value), "[") {
		list := []string{}
		for _, item := range strings.Split(value, ",") {
			if item = strings.TrimSpace(item); item != "" {
				list = append(list, item)
			}
		}
		field.Set(reflect.ValueOf(list))
		return nil
	}
	shown := fmt.Sprintf("%q", value)
	if field.Kind() == reflect.Slice {
		shown = "it" // a list may hold a secret
	}
	if _, err := parser.ParseBytes([]byte(value), 0); err != nil {
		return fmt.Errorf("%s is no value for %s", shown, key)
	}
	if err := yaml.UnmarshalWithOptions([]byte(value), field.Addr().Interface(), yaml.Strict()); err != nil {
		return fmt.Errorf("%s is no value for %s (a %s)", shown, key, field.Kind())
	}
	return nil
}

func fieldByKey(v reflect.Value, key string) reflect.Value {
	for i := range v.NumField() {
		if yamlName(v.Type().Field(i)) == key {
			return v.Field(i)
		}
	}
	return reflect.Value{}
}

// configKeys returns the dotted names of all keys, in order of their fields.
func configKeys() []string {
	return keysOf(reflect.TypeFor[Config](), "")
}

func keysOf(t reflect.Type, prefix string) []string {
	var keys []string
	for i := range t.NumField() {
		f := t.Field(i)
		name := yamlName(f)
		if name == "" {
			continue
		}
		if f.Type.Kind() == reflect.Struct {
			keys = append(keys, keysOf(f.Type, prefix+name+".")...)
			continue
		}
		keys = append(keys, prefix+name)
	}
	return keys
}

func yamlName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	if name == "-" {
		return ""
	}
	return name
}

// lastParts returns every part of the dotted keys once: sections and keys.
func lastParts(keys []string) []string {
	var parts []string
	for _, key := range keys {
		for _, part := range strings.Split(key, ".") {
			if !slices.Contains(parts, part) {
				parts = append(parts, part)
			}
		}
	}
	return parts
}

// nearest returns the candidate with the smallest edit distance to s, or "" when
// none is within a third of its length.
func nearest(s string, candidates []string) string {
	best, least := "", max(2, len(s)/3)+1
	for _, c := range candidates {
		if d := editDistance(s, c); d < least {
			best, least = c, d
		}
	}
	return best
}

// editDistance is Levenshtein's, in bytes; keys are ASCII.
func editDistance(a, b string) int {
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
			next := min(row[j]+1, row[j+1]+1, diagonal+cost)
			diagonal, row[j+1] = row[j+1], next
		}
	}
	return row[len(b)]
}
