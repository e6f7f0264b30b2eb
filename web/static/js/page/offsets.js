// The interface counts Unicode code points, JavaScript UTF-16 code units. Here is the
// only place that turns one into the other.

// An Offsets finds places in one text. Making it reads the text once; each question
// after that takes a few steps.
export class Offsets {
  constructor(text) {
    this.text = text;
    // at[i] is the unit at which code point 64*i begins.
    this.at = [];
    let unit = 0;
    let point = 0;
    while (unit < text.length) {
      if (point % 64 === 0) this.at.push(unit);
      unit += width(text, unit);
      point++;
    }
    this.length = point;
  }

  // unit returns where code point `point` begins, in code units; the length of the text
  // for any point behind its end.
  unit(point) {
    if (point <= 0) return 0;
    if (point >= this.length) return this.text.length;
    let unit = this.at[Math.floor(point / 64)];
    for (let rest = point % 64; rest > 0; rest--) unit += width(this.text, unit);
    return unit;
  }

  // point returns how many code points begin before code unit `unit`.
  point(unit) {
    if (unit >= this.text.length) return this.length;
    let low = 0;
    let high = this.at.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.at[middle] <= unit) low = middle;
      else high = middle - 1;
    }
    let point = low * 64;
    for (let at = this.at[low] ?? 0; at < unit; at += width(this.text, at)) point++;
    return point;
  }

  // slice returns the code points [start,end).
  slice(start, end) {
    return this.text.slice(this.unit(start), this.unit(end));
  }
}

// width is how many units the code point at a unit takes. Half a pair counts as one, as
// it does for String.prototype.codePointAt.
function width(text, unit) {
  return text.codePointAt(unit) > 0xffff ? 2 : 1;
}
