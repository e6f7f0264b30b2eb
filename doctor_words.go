package main

import (
	"fmt"
	"strings"

	"chuchu/api"
)

// A finding is what one check of the doctor found. Its code, and what fills the words
// of that code, may be known to whoever may read the collection; they hold no path and
// no secret.
type finding struct {
	code findingCode
	ok   bool
	with map[string]any
	// text stands in place of the words for who runs the program; it may name files.
	text string
}

// A findingCode is a part of the program and how it is.
type findingCode string

// findingWords say what each code means, and what to do about it. The reading room has
// the same words, and their Chinese, as doctor.CODE and doctor.CODE.advice.
var findingWords = map[findingCode][2]string{
	"configuration.valid":   {"is valid", ""},
	"configuration.prompts": {"a prompt cannot be used", "mend or remove the file in the folder that prompts names"},

	"data.missing":  {"the data directory is not there yet", "chuchu serve makes it, with example articles; chuchu ingest with yours"},
	"data.gone":     {"the data directory is not there any more", "stop the server, and restore the newest backup into an empty data directory"},
	"data.locked":   {"another process has the data directory", ""},
	"data.unusable": {"the data directory cannot be used", "check its owner and mode, or name another directory with --data"},
	"data.free":     {"the data directory is there and free", ""},
	"data.own":      {"the data directory is there, and this server has it", ""},

	"record.empty":     {"is empty", "chuchu ingest PATH fills it"},
	"record.counts":    {"{articles} articles, {passages} passages, {answers} stored answers, {briefings} briefings", ""},
	"record.newer":     {"was written by a newer chuchu", "use the newer chuchu, or another data directory"},
	"record.damaged":   {"is damaged", "restore the newest backup into an empty data directory, as chuchu.db"},
	"record.forbidden": {"may not be read", "check owner and mode of the data directory and the files in it"},
	"record.failed":    {"cannot be read; the log has the cause", ""},

	"vectors.all":    {"{embedded} of {passages} passages have one", ""},
	"vectors.some":   {"{embedded} of {passages} passages have one", "the next start makes the rest"},
	"vectors.failed": {"cannot be counted; the log has the cause", ""},

	"index.fits":   {"is there and fits this version", ""},
	"index.none":   {"has to be built", "the next start builds it from the record"},
	"index.level":  {"holds all {passages} passages", ""},
	"index.behind": {"holds {indexed} of {passages} passages", "it is being brought level; where that does not come, start the server again"},
	"index.failed": {"cannot be read; the log has the cause", "the next start builds it from the record"},

	"embedder.config":  {"cannot be made as it is configured", "see embed: in config.yaml"},
	"embedder.skipped": {"{provider} is configured; not asked", ""},
	"embedder.answers": {"{name} answers in {ms} ms", ""},
	"embedder.failed":  {"{detail}", "check embed.url, embed.model and the key, or set embed.provider: static"},
	"embedder.silent":  {"does not answer within {seconds} s", "check embed.url, embed.model and the key, or set embed.provider: static"},

	"model.config":  {"cannot be made as it is configured", "see llm: in config.yaml"},
	"model.none":    {"none: answers are made of extracts", "llm.provider in config.yaml connects one"},
	"model.skipped": {"{provider} is configured; not asked", ""},
	"model.answers": {"{provider} {name} answers in {ms} ms", ""},
	"model.failed":  {"{detail}", "check llm.url, llm.model and the key in {variable}"},
	"model.silent":  {"does not answer within {seconds} s", "check llm.url, llm.model and the key in {variable}"},
	"model.spent":   {"has used up its budget", "see llm.day_tokens in config.yaml"},

	"network.none":     {"nothing is sent anywhere", ""},
	"network.embedder": {"passages and questions to {to} for embedding", ""},
	"network.model":    {"questions and the passages found for them to {to} for answering", ""},
	"network.reranker": {"questions and the passages found for them to {to} for reranking", ""},

	"pdf.none":  {"pdftotext is not installed: PDF files are refused", "install poppler: apt install poppler-utils, or brew install poppler"},
	"pdf.there": {"{version}", ""},
}

// sends reports whether a code is of what is sent to another machine.
func (c findingCode) sends() bool {
	return strings.HasPrefix(string(c), "network.") && c != "network.none"
}

func (f finding) part() string {
	part, _, _ := strings.Cut(string(f.code), ".")
	return part
}

// words are the finding as anyone may read it.
func (f finding) words() (text, advice string) {
	pair := findingWords[f.code]
	fill := make([]string, 0, 2*len(f.with))
	for name, value := range f.with {
		fill = append(fill, "{"+name+"}", fmt.Sprint(value))
	}
	replacer := strings.NewReplacer(fill...)
	return replacer.Replace(pair[0]), replacer.Replace(pair[1])
}

// public is the finding for the HTTP interface.
func (f finding) public() api.Finding {
	text, advice := f.words()
	with := f.with
	if with == nil {
		with = map[string]any{}
	}
	return api.Finding{Part: f.part(), Code: string(f.code), OK: f.ok, Text: text, Advice: advice, With: with}
}
