package api

import "chuchu/rag"

// TailOf is what stands behind an answer in a message.
func TailOf(r rag.Reply, base string) string { return tailOf(r, base) }

// WithoutTail takes it off again.
func WithoutTail(content string) string { return withoutTail(content) }

// Defuse takes a text whole.
func Defuse(text string) (string, []int) { return defuse(text) }

// DefusePieces takes it in pieces.
func DefusePieces(pieces ...string) string {
	var d defuser
	var out string
	for _, p := range pieces {
		out += d.write(p)
	}
	return out + d.close()
}
