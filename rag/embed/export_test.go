package embed

import (
	"context"
	"time"
)

// SleepBy makes a served embedder wait by f.
func SleepBy(e Embedder, f func(context.Context, time.Duration) error) { e.(*served).sleep = f }

// ParseTable reads a table for nothing but its error.
func ParseTable(data string) error {
	_, err := parseTable(data)
	return err
}

// StaticTable is the table in the binary.
func StaticTable() string { return staticTable }

// Folder returns a function that folds text.
func Folder() func(text string) []uint16 {
	f := newFolder()
	return func(text string) []uint16 { return f.append(nil, text) }
}
