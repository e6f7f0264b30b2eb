// Times as the reader's clock shows them.

// minute is a time to the minute.
export function minute(time) {
  const at = new Date(time);
  const two = (n) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}
