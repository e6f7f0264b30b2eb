"""The characters of Chinese names by their pinyin without tones."""
import collections
import re

SYLLABLE = re.compile(r"([a-z:]+)[1-5]$", re.I)
SURNAME = re.compile("(two-character )?surname [A-Z]")
MOST_CHARACTERS = 40  # of a syllable in given names: the most frequent ones
NAME_WEIGHT = 50  # what a character in a name of the dictionary counts beside its own frequency's root


def _reading(pinyin):
    match = SYLLABLE.match(pinyin)
    return match and match[1].lower().replace("u:", "v")


def table(entries, counts, people):
    """Lines of syllable, surnames, characters of given names: the more frequent first.
    people are words that jieba's dictionary marks as names of persons."""
    surnames, given = collections.defaultdict(set), collections.defaultdict(set)
    for e in entries:
        syllables = [_reading(p) for p in e.pinyin.split()]
        if not all(syllables) or len(syllables) != len(e.simplified):
            continue
        if any(SURNAME.match(d) for d in e.definitions) and len(syllables) <= 2:
            surnames["".join(syllables)].add(e.simplified)
        if len(syllables) == 1:
            given[syllables[0]].add(e.simplified)
    first, later = collections.Counter(), collections.Counter()
    for name in people:
        first[name[0]] += 1
        first[name[:2]] += 1
        later.update(name[1:])

    def weight(c):
        return -(later[c] * NAME_WEIGHT + counts.get(c, 0) ** 0.5), c

    for syllable in sorted(set(surnames) | set(given)):
        family = sorted(surnames[syllable], key=lambda s: (-first[s], s))
        characters = sorted((c for c in given[syllable] if weight(c)[0] < 0), key=weight)[:MOST_CHARACTERS]
        yield "%s\t%s\t%s" % (syllable, " ".join(family), "".join(characters))
