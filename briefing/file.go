package briefing

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// FormatOf returns the format that a file's name ends in.
func FormatOf(file string) (Format, error) {
	extension := strings.ToLower(strings.TrimPrefix(filepath.Ext(file), "."))
	formats := Formats()
	i := slices.IndexFunc(formats, func(f Format) bool { return f.Extension == extension })
	if i < 0 {
		return Format{}, fmt.Errorf("%s does not end in .%s", file, strings.Join(extensions(), " or ."))
	}
	return formats[i], nil
}

// extensions are those of the formats.
func extensions() []string {
	var all []string
	for _, f := range Formats() {
		all = append(all, f.Extension)
	}
	return all
}

// WriteFile writes a briefing to a file, in the format that its name ends in, whole or
// not at all: what was there stays until everything is written.
func WriteFile(file string, b Briefing) (err error) {
	format, err := FormatOf(file)
	if err != nil {
		return err
	}
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		return fmt.Errorf("%s is a folder", file)
	}
	// In the same folder, as a file cannot be moved at once from elsewhere.
	part := filepath.Join(filepath.Dir(file), "."+rand.Text()+".part")
	f, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return plainPath(err, file)
	}
	defer func() {
		if err != nil {
			err = errors.Join(plainPath(err, file), os.Remove(part))
		}
	}()
	out := bufio.NewWriter(f)
	err = format.Write(out, b)
	if err == nil {
		err = errors.Join(out.Flush(), f.Sync())
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(part, file)
}

// plainPath makes an error of a file's unfinished part one of the file.
func plainPath(err error, file string) error {
	var path *os.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		err = path.Err
	case errors.As(err, &link):
		err = link.Err
	}
	return fmt.Errorf("writing %s: %w", file, err)
}
