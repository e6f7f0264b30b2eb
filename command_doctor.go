package main

import (
	"context"
	"fmt"
	"strings"
)

type doctorCommand struct {
	Offline bool `help:"Do not speak to the configured embedder and model."`
}

// A printedFinding is a finding at the command line, which may name files.
type printedFinding struct {
	Part   string `json:"part"`
	OK     bool   `json:"ok"`
	Text   string `json:"text"`
	Advice string `json:"advice,omitempty"`
}

func (c *doctorCommand) Run(ctx context.Context, p *program) error {
	d := &doctor{config: p.config, offline: c.Offline, patience: modelPatience}
	findings := printed(d.examine(ctx))
	healthy := true
	for _, f := range findings {
		healthy = healthy && f.OK
		if !p.json {
			f.print(p)
		}
	}
	if p.json {
		if err := writeJSON(p.stdout, findings); err != nil {
			return err
		}
	}
	if !healthy {
		return &exitError{status: statusFailed}
	}
	return nil
}

// printed puts findings into words, all that is sent somewhere into one.
func printed(findings []finding) (list []printedFinding) {
	var sent []string
	for _, f := range findings {
		text, advice := f.words()
		if f.text != "" {
			text = f.text
		}
		one := printedFinding{Part: f.part(), OK: f.ok, Text: text, Advice: advice}
		if f.code.sends() {
			sent = append(sent, text)
			one.Text = "sends " + strings.Join(sent, "; ")
			if len(sent) > 1 {
				list[len(list)-1] = one
				continue
			}
		}
		list = append(list, one)
	}
	return list
}

func (f printedFinding) print(p *program) {
	style := p.style()
	mark := style.number("ok  ")
	if !f.OK {
		mark = style.warning("FAIL")
	}
	fmt.Fprintf(p.stdout, "%s  %-13s  %s\n", mark, f.Part, f.Text)
	if f.Advice != "" {
		fmt.Fprintf(p.stdout, "%21s%s\n", "", f.Advice)
	}
}
