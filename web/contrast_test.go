package web_test

import (
	"math"
	"strconv"
)

// channels reads a colour, #rrggbb.
func channels(hex string) (c [3]float64) {
	for i := range c {
		n, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		if err != nil {
			return [3]float64{}
		}
		c[i] = float64(n) / 255
	}
	return c
}

// luminance and contrast are those of WCAG 2.2,
// https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio.
func luminance(c [3]float64) float64 {
	for i, v := range c {
		if v <= 0.04045 {
			c[i] = v / 12.92
		} else {
			c[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2]
}

func contrast(a, b [3]float64) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}
