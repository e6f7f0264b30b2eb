package briefing

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// TestPandocReadsTheSame has Pandoc, where it is installed, read the Markdown: it says
// what the HTML says. The numbers are left out: Pandoc gives its notes its own.
func TestPandocReadsTheSame(t *testing.T) {
	pandoc, err := exec.LookPath("pandoc")
	if err != nil {
		t.Skip("pandoc is not installed")
	}
	for name, b := range map[string]Briefing{"zh": readBriefing(t, "zh"), "en": readBriefing(t, "en"), "hostile": filledWith(hostileTexts()...)} {
		t.Run(name, func(t *testing.T) {
			command := exec.CommandContext(t.Context(), pandoc, "-f", "markdown-smart", "-t", "html", "--wrap=none")
			command.Stdin = bytes.NewReader(written(t, Formats()[0], b))
			page, err := command.Output()
			if err != nil {
				t.Fatal(err)
			}
			doc, err := html.Parse(bytes.NewReader(page))
			if err != nil {
				t.Fatal(err)
			}
			var body strings.Builder
			var read func(*html.Node)
			read = func(n *html.Node) {
				switch {
				case n.Type == html.TextNode:
					body.WriteString(n.Data)
				case attribute(n, "class") == "footnote-ref", attribute(n, "role") == "doc-endnotes":
					return
				}
				for c := n.FirstChild; c != nil; c = c.NextSibling {
					read(c)
				}
			}
			read(doc)
			want := regexp.MustCompile(`⟨\d+⟩`).ReplaceAllString(readHTML(t, written(t, Formats()[1], b)).Body, "")
			if got := squeezed(body.String()); got != want {
				i := 0
				for i < min(len(got), len(want)) && got[i] == want[i] {
					i++
				}
				t.Errorf("Pandoc reads %.120q\nwant %.120q", got[i:], want[i:])
			}
		})
	}
}

// TestLibreOfficeOpensIt converts the Word files to PDF, where CHUCHU_LIBREOFFICE is 1:
// the pages are left in the directory CHUCHU_PAGES, to be looked at, where that is set.
func TestLibreOfficeOpensIt(t *testing.T) {
	if os.Getenv("CHUCHU_LIBREOFFICE") != "1" {
		t.Skip("CHUCHU_LIBREOFFICE is not 1")
	}
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice is not installed")
	}
	dir := t.TempDir()
	for name, b := range map[string]Briefing{"zh": readBriefing(t, "zh"), "en": readBriefing(t, "en"), "hostile": filledWith(hostileTexts()...), "large": large()} {
		file := filepath.Join(dir, name+".docx")
		if err := os.WriteFile(file, written(t, Formats()[2], b), 0o600); err != nil {
			t.Fatal(err)
		}
		pages := os.Getenv("CHUCHU_PAGES")
		if pages == "" {
			pages = dir
		}
		command := exec.CommandContext(t.Context(), office, "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", "pdf", "--outdir", pages, file)
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		pdf, err := os.ReadFile(filepath.Join(pages, name+".pdf"))
		if err != nil {
			t.Fatal(err) // it says nothing of a file that it cannot read
		}
		if !bytes.HasPrefix(pdf, []byte("%PDF")) {
			t.Errorf("%s.pdf is no PDF", name)
		}
	}
}
