package cite

import (
	"slices"
	"strings"
)

// oneWay are verbs whose subject and object cannot change places.
var oneWay = []string{"收购", "并购", "接替", "取代", "替代", "起诉", "投资", "入股", "控股", "击败", "赶超", "超越", "抄袭", "复制", "高于", "低于", "领先", "落后", "并入", "挖走"}

// A deed is who does something to whom, as terms.
type deed struct {
	by, to []string
	text   string
}

// deedIn returns what a clause says of the verb: A收购B, and B被A收购 alike.
func deedIn(clause, verb string) (deed, bool) {
	at := strings.Index(clause, verb)
	if at < 0 {
		return deed{}, false
	}
	before, after := clause[:at], clause[at+len(verb):]
	d := deed{text: strings.TrimSpace(clause)}
	if p := strings.LastIndex(before, "被"); p >= 0 {
		d.to, d.by = Terms(before[:p]), Terms(before[p+len("被"):])
	} else {
		d.by, d.to = Terms(before), Terms(after)
	}
	return d, len(d.by) > 0 && len(d.to) > 0
}

// against reports whether the two deeds have their sides exchanged.
func (d deed) against(other deed) bool {
	crossed, straight := common(d.by, other.to), common(d.by, other.by)+common(d.to, other.to)
	back := common(d.to, other.by)
	return crossed > 0 && back > 0 && crossed+back > straight
}

// common returns how many terms two lists have in common.
func common(a, b []string) int {
	n := 0
	for _, term := range a {
		if slices.Contains(b, term) {
			n++
		}
	}
	return n
}

// reversed returns the deeds of the claim that the source has the other way round.
func (c *claim) reversed(e *evidence) []miss {
	var list []miss
	for _, verb := range oneWay {
		if !strings.Contains(c.text, verb) {
			continue
		}
		for _, clause := range strings.FieldsFunc(c.text, func(r rune) bool { return in("，。；,;", r) }) {
			said, ok := deedIn(clause, verb)
			if !ok {
				continue
			}
			for _, there := range e.clauses {
				if d, ok := deedIn(there, verb); ok && said.against(d) {
					list = append(list, miss{why: Why{Kind: "direction", Claim: said.text, Source: d.text}, sure: 1})
				}
			}
		}
	}
	return list
}
