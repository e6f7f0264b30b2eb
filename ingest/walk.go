package ingest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// sidecarEnd ends the name of the file that holds the metadata of another:
// report.pdf.meta.yaml or report.meta.yaml of report.pdf.
const sidecarEnd = ".meta.yaml"

// Walk yields the files below the paths, directories recursively, each with the
// metadata of its sidecar; a path that cannot be read is yielded with its error,
// which is a *Refusal. Names are relative to the path that was given, a file's
// own name when it was given itself.
//
// Hidden files and directories are passed over, and links to directories are not
// followed, unless they are given as a path.
func Walk(ctx context.Context, paths []string, meta Meta) iter.Seq2[Source, error] {
	return func(yield func(Source, error) bool) {
		for _, p := range paths {
			if !walkPath(ctx, p, meta, yield) {
				return
			}
		}
	}
}

// WalkFS yields the files of a file system as Walk does those of a directory.
func WalkFS(ctx context.Context, root fs.FS, meta Meta) iter.Seq2[Source, error] {
	return func(yield func(Source, error) bool) { walkFS(ctx, root, ".", meta, yield) }
}

// walkPath reports whether to go on.
func walkPath(ctx context.Context, p string, meta Meta, yield func(Source, error) bool) bool {
	info, err := os.Stat(p)
	if err != nil {
		return ctx.Err() == nil && yield(refusedSource(p, err))
	}
	if !info.IsDir() {
		dir, name := filepath.Split(filepath.Clean(p))
		source, err := fsSource(os.DirFS(cmp.Or(dir, ".")), name, meta)
		return ctx.Err() == nil && yield(source, err)
	}
	return walkFS(ctx, os.DirFS(p), p, meta, yield)
}

// walkFS yields the files of a directory, which is named p.
func walkFS(ctx context.Context, root fs.FS, p string, meta Meta, yield func(Source, error) bool) bool {
	goOn, beside := true, sidecars{root: root}
	// The function never returns an error other than SkipAll and SkipDir.
	_ = fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		hidden := d != nil && name != "." && strings.HasPrefix(d.Name(), ".")
		switch {
		case hidden && d.IsDir():
			return fs.SkipDir
		case hidden || err == nil && (d.IsDir() || beside.isSidecar(name)):
			return nil
		}
		var source Source
		var refusal error
		switch {
		case err != nil && name == ".":
			source, refusal = refusedSource(p, err)
		case err != nil:
			source, refusal = refusedSource(name, err)
		case strings.HasSuffix(name, sidecarEnd):
			source, refusal = refusedSource(name, errors.New("it is the metadata of a file that is not there"))
		default:
			source, refusal = fsSource(root, name, meta)
		}
		if goOn = ctx.Err() == nil && yield(source, refusal); !goOn {
			return fs.SkipAll
		}
		return nil
	})
	return goOn
}

// sidecars tells sidecars from other files. It remembers the directory it looked
// at last, as a walk asks for the files of one after the other.
type sidecars struct {
	root  fs.FS
	dir   string
	files map[string]bool // with their ending and without
}

// isSidecar reports whether the file holds the metadata of another beside it.
func (s *sidecars) isSidecar(name string) bool {
	dir, file := path.Split(name)
	stem, ok := strings.CutSuffix(file, sidecarEnd)
	if !ok {
		return false
	}
	if s.files == nil || s.dir != dir {
		s.dir, s.files = dir, map[string]bool{}
		entries, err := fs.ReadDir(s.root, path.Clean(dir))
		if err != nil {
			return false
		}
		for _, d := range entries {
			if other := d.Name(); !strings.HasSuffix(other, sidecarEnd) {
				s.files[other], s.files[strings.TrimSuffix(other, path.Ext(other))] = true, true
			}
		}
	}
	return s.files[stem]
}

// fsSource returns a file as a source, with the metadata of its sidecar; what
// meta says wins over the sidecar. Errors are *Refusals.
func fsSource(root fs.FS, name string, meta Meta) (Source, error) {
	info, err := fs.Stat(root, name)
	if err != nil {
		return refusedSource(name, err)
	}
	if !info.Mode().IsRegular() {
		return refusedSource(name, fmt.Errorf("it is %s, not a file with a text", kindOf(info.Mode())))
	}
	beside, err := readSidecar(root, name)
	if err != nil {
		return refusedSource(name, err)
	}
	return Source{
		Name: name, Size: info.Size(), Meta: meta.over(beside),
		Open: func() (io.ReadCloser, error) { return root.Open(name) },
	}, nil
}

func kindOf(m fs.FileMode) string {
	switch {
	case m.IsDir():
		return "a link to a directory"
	case m&fs.ModeNamedPipe != 0:
		return "a pipe"
	case m&fs.ModeSocket != 0:
		return "a socket"
	}
	return "a device"
}

func readSidecar(root fs.FS, name string) (Meta, error) {
	for _, sidecar := range []string{name + sidecarEnd, strings.TrimSuffix(name, path.Ext(name)) + sidecarEnd} {
		f, err := root.Open(sidecar)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return Meta{}, fmt.Errorf("%s: %s", path.Base(sidecar), reasonOf(err))
		}
		b, err := io.ReadAll(io.LimitReader(f, maxYAML+1))
		f.Close()
		if err != nil {
			return Meta{}, fmt.Errorf("%s: %s", path.Base(sidecar), reasonOf(err))
		}
		meta, err := parseMeta(bytes.TrimPrefix(b, []byte("\xEF\xBB\xBF")))
		if err != nil {
			return Meta{}, fmt.Errorf("%s: %w", path.Base(sidecar), err)
		}
		return meta, nil
	}
	return Meta{}, nil
}

func refusedSource(name string, err error) (Source, error) {
	return Source{Name: name}, refuse(name, reasonOf(err))
}

func refuse(name, reason string) *Refusal { return &Refusal{Name: name, Reason: reason} }

// reasonOf says what is wrong without the path, which a Refusal names already.
func reasonOf(err error) string {
	var p *fs.PathError
	switch {
	case err == nil:
		return ""
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file"
	case errors.Is(err, fs.ErrPermission):
		return "it may not be read: permission denied"
	case errors.As(err, &p):
		return p.Err.Error()
	}
	return err.Error()
}
