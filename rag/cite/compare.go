package cite

import "math"

// A Relation is how a quantity that a claim states stands to one of its source.
type Relation int

const (
	NotComparable Relation = iota // of another kind, or it cannot be told whether they agree
	Same                          // equal, in whatever words: 两成 and 20%
	Consistent                    // the source's bears out the claim's by rounding or bound: 约265亿元, 超过200亿元 and 265.49亿元
	Differs
)

const (
	// farBound is how many times its bound a value may be for the bound to speak of
	// it: that 265亿 is more than 10亿 is true, and nobody says so.
	farBound = 1.5
	// likelyRounded is the share of a value within which a rounder one may stand for
	// it: 5000万 for 5012万.
	likelyRounded = .02
)

// Compare tells how the quantity of a claim stands to that of a source.
func Compare(claim, source Quantity) Relation {
	if claim.ordinal != source.ordinal {
		return NotComparable
	}
	r := compare(claim, source)
	if r == Differs && (claim.Unit == "" || source.Unit == "") && claim.Unit != source.Unit && !sums(claim, source) {
		return NotComparable // 3000 of anything is no other amount than 200元
	}
	return r
}

// sums reports whether two quantities, one of which has no unit, are both sums of
// money by their size.
func sums(a, b Quantity) bool {
	return (isCurrency(a.Unit) || isCurrency(b.Unit)) && min(a.Value, b.Value) >= leastSum
}

// leastSum is what a number without a unit has at least to be taken for money beside
// a sum of money: amounts with 万 and 亿 often go without.
const leastSum = 1e4

func compare(claim, source Quantity) Relation {
	c, s, ok := inOneUnit(claim, source)
	if !ok {
		if equal(claim.Value, source.Value) && otherMeasure(claim.Unit, source.Unit) {
			return Differs // 20% is not 20个百分点
		}
		return NotComparable
	}
	switch {
	case equal(c.Value, s.Value) && equal(c.Low, s.Low) && equal(c.High, s.High):
		return Same
	case c.bound == exact && s.bound == exact:
		return compareExact(c, s)
	case c.bound == between && s.bound == between, up(c.bound) && up(s.bound), lower(c.bound) && lower(s.bound):
		return compareAlike(c, s)
	case equal(c.Value, s.Value) && c.bound != between && s.bound != between:
		return compareBounds(c.bound, s.bound)
	}
	return compareSpans(c, s)
}

// compareSpans compares what the words of both allow.
func compareSpans(c, s Quantity) Relation {
	if (s.bound == about || s.bound == near) && s.Value >= c.Low && s.Value <= c.High {
		s.Low, s.High = s.Value, s.Value // how loose it is does not matter
	}
	switch {
	case c.bound == more && s.bound == more && (s.High <= c.Low || s.Low >= c.High):
		return Differs // 80多 and 90多
	case s.High < c.Low || s.Low > c.High:
		if gap := max(c.Low-s.High, s.Low-c.High); gap <= max(c.step/2, likelyRounded*s.Value) {
			return NotComparable
		}
		return Differs
	case s.Low >= c.Low && s.High <= c.High:
		if farFrom(c, s) {
			return NotComparable
		}
		return Consistent
	case s.bound == more && c.bound != more && c.Value >= s.Low && c.Value < s.High:
		return Consistent // 两百 and 200多
	}
	return NotComparable
}

// compareAlike compares two ranges, or two bounds of one kind: who says over 9% of
// what is over 6% says something else.
func compareAlike(c, s Quantity) Relation {
	near := func(a, b float64) bool {
		return equal(a, b) || math.IsInf(a, 1) && math.IsInf(b, 1) || math.Abs(a-b) <= max(c.step/2, likelyRounded*math.Abs(b))
	}
	if near(c.Low, s.Low) && near(c.High, s.High) {
		return Consistent
	}
	return Differs
}

// farFrom reports whether the source's value is far from the bound of the claim.
func farFrom(c, s Quantity) bool {
	switch c.bound {
	case above, atLeast:
		return s.Value > farBound*c.Value
	case below, atMost:
		return max(s.Value, s.High) < c.Value/farBound
	}
	return false
}

// compareExact compares two values that nothing loosens.
func compareExact(c, s Quantity) Relation {
	apart := math.Abs(c.Value - s.Value)
	switch {
	case equal(c.Value, s.Value):
		return Same
	case c.step > s.step && apart <= c.step/2:
		return Consistent
	case apart < max(c.step, s.step) && c.step != s.step: // cut, not rounded; or more exact than the source
		return NotComparable
	case c.zeros > s.zeros && apart <= c.zeros/2 && apart <= likelyRounded*s.Value && c.Unit != "年":
		return NotComparable
	}
	return Differs
}

// compareBounds compares two bounds of one value.
func compareBounds(c, s bound) Relation {
	switch {
	case c == exact || c == about, s == exact && (c == atLeast || c == atMost):
		return Consistent
	case exceeds(c) && exceeds(s), down(c) && down(s):
		return Consistent
	case exceeds(c) && down(s), down(c) && exceeds(s):
		return Differs
	}
	return NotComparable
}

func up(b bound) bool { return b == above || b == atLeast }

func exceeds(b bound) bool { return up(b) || b == more }

func down(b bound) bool { return lower(b) || b == near }

func lower(b bound) bool { return b == below || b == atMost }

func equal(a, b float64) bool {
	return a == b || !math.IsInf(a-b, 0) && math.Abs(a-b) <= 1e-9*math.Max(math.Abs(a), math.Abs(b))
}

// inOneUnit returns both in one unit, false where there is none. A number without
// a unit is of the other's where a reader may leave that out.
func inOneUnit(a, b Quantity) (Quantity, Quantity, bool) {
	a, b = a.inBase(), b.inBase()
	switch {
	case a.Unit == b.Unit:
	case a.Unit == "" && b.mayStandBare(), b.Unit == "" && a.mayStandBare():
	case a.Unit == "个" && counts(b.Unit), b.Unit == "个" && counts(a.Unit):
	default:
		return a, b, false
	}
	return a, b, true
}

// inBase returns the quantity in the base unit of its dimension.
func (q Quantity) inBase() Quantity {
	if q.date() {
		return q
	}
	for _, d := range dimensions {
		if d.name == q.Unit {
			q.Unit = d.unit
			q.Value, q.Low, q.High, q.step, q.zeros = q.Value*d.factor, q.Low*d.factor, q.High*d.factor, q.step*d.factor, q.zeros*d.factor
			break
		}
	}
	return q
}

func (q Quantity) mayStandBare() bool {
	switch q.Unit {
	case "%", "百分点", "倍", "折", "年", "月", "日":
		return false
	}
	return true
}

// counts reports whether a unit counts things one by one.
func counts(unit string) bool {
	switch unit {
	case "家", "人", "款", "项", "台", "座", "件", "套", "颗", "张", "条", "种", "类", "层", "所", "部", "站", "点", "篇", "起", "门", "节", "席":
		return true
	}
	return false
}

// otherMeasure reports whether two units measure the same thing in a way that makes
// equal values contradict: currencies, and hundredths beside points.
func otherMeasure(a, b string) bool {
	relative := func(u string) bool { return u == "%" || u == "百分点" }
	return isCurrency(a) && isCurrency(b) || relative(a) && relative(b)
}
