//go:build !linux

package ingest

// limitMemory does nothing here: only Linux limits the memory of another process.
func limitMemory(pid int, bytes uint64) {}
