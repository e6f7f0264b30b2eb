"""Traditional to simplified, by word and by character, from the two columns of CC-CEDICT."""
import collections
import re
import struct

FIRST, LAST = 0x3400, 0x9FFF
LONGEST = 4  # characters of a word that is not folded character by character
MAGIC = b"chuchufo"
FORMAT = 1
VARIANT = re.compile(r"(?:old |archaic )?variant of (?:[^|\[\]]+\|)?([^|\[\]]+)\[")

VARIANTS = frozenset("計畫 策畫 籌畫 規畫 連絡 傢俱 雰圍 牴觸 醱酵 愛滋病 意識型態".split())

# Characters that the simplified column has and simplified text hardly uses.
STANDARD = {"谘": "咨", "馀": "余", "锺": "钟", "钜": "巨", "麽": "么", "幺": "么"}


def _standard(word):
    return "".join(STANDARD.get(c, c) for c in word)


def _in_table(text):
    return all(FIRST <= ord(c) <= LAST for c in text)


def _characters(entries, counts):
    """What each character becomes: the form that it has most often, by the counts of
    the words it stands in, where words of simplified text vote for it to stay as it is."""
    seen = collections.defaultdict(collections.Counter)
    for e in entries:
        weight = counts.get(e.simplified, 0) + 1
        for s in e.simplified:
            seen[s][STANDARD.get(s, s)] += weight
        if len(e.traditional) == len(e.simplified):
            for t, s in zip(e.traditional, _standard(e.simplified)):
                seen[t][s] += weight
    forms = {c: max(sorted(f), key=f.get) for c, f in seen.items()}
    forms = {c: form for c, form in forms.items() if _in_table(c + form)}
    return {c: forms.get(form, form) for c, form in forms.items()}  # of three forms one


def _simplified(entry):
    """The simplified form of a word. A variant of another word has that one's, if it is
    listed: of a pair of common characters many a one stands across two words (美元來,
    設計畫面), so that the others would part more than they join."""
    match = VARIANT.match(entry.definitions[0])
    if match and entry.traditional in VARIANTS and len(match[1]) == len(entry.simplified):
        return _standard(match[1])
    return _standard(entry.simplified)


def _words(entries, characters):
    """The words whose characters, one by one, become others than those of the simplified
    form. One with such a word inside is left out, and one without a traditional
    character: what a simplified text becomes must not depend on where it is cut."""

    def fold(word):
        return "".join(characters.get(c, c) for c in word)

    words = {}
    for e in entries:
        word, simplified = e.traditional, fold(_simplified(e))
        if (
            2 <= len(word) <= LONGEST
            and len(word) == len(simplified)
            and _in_table(word + simplified)
            and fold(word) not in (word, simplified)
        ):
            words[word] = simplified
    return {w: s for w, s in words.items() if not any(part in words for part in _inside(w))}


def _inside(word):
    """The parts of a word, of two characters or more."""
    for start in range(len(word)):
        for end in range(start + 2, len(word) + 1):
            if end - start < len(word):
                yield word[start:end]


def pack(entries, counts):
    """The bytes of fold.bin; README.md defines the format."""
    characters = _characters(entries, counts)
    words = _words(entries, characters)
    table = [ord(characters.get(chr(c), chr(c))) for c in range(FIRST, LAST + 1)]
    begins = bytearray((len(table) + 7) // 8)
    records = b""
    for word in sorted(words):
        at = ord(word[0]) - FIRST
        begins[at // 8] |= 1 << at % 8
        for form in (word, words[word]):
            records += struct.pack("<%dH" % LONGEST, *map(ord, form.ljust(LONGEST, "\0")))
    return MAGIC + struct.pack("<II%dH" % len(table), FORMAT, len(words), *table) + bytes(begins) + records
