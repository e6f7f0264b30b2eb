"""English definitions of CC-CEDICT as search phrases of one to three stemmed words."""
import re

import snowballstemmer

MOST_WORDS = 3
LONGEST_ABBREVIATION = 4  # longer ones in capitals are rather headlines

# Left out of phrases, and of questions when phrases are looked for in them:
# rag/lexicon/english.go has the same list.
LEFT_OUT = frozenset("a an the of to is are was were be been being am sb sth one's one etc esp also".split())
# Forms that no rule brings back to their word. rag/lexicon/english.go has the same list.
IRREGULAR = dict(
    pair.split(":")
    for pair in """
    arose:arise ate:eat became:become began:begin begun:begin bought:buy broke:break broken:break
    brought:bring built:build caught:catch chose:choose chosen:choose dealt:deal drew:draw drawn:draw
    drove:drive driven:drive fallen:fall fell:fall fought:fight forgot:forget frozen:freeze froze:freeze
    gave:give given:give grew:grow grown:grow held:hold hid:hide hidden:hide kept:keep knew:know
    known:know laid:lay led:lead lent:lend lost:lose meant:mean met:meet overtook:overtake paid:pay
    ran:run risen:rise rose:rise sent:send shrank:shrink shown:show shrunk:shrink sold:sell sought:seek
    spent:spend spoke:speak spoken:speak stole:steal stolen:steal stood:stand struck:strike taught:teach
    thought:think threw:throw thrown:throw undertook:undertake understood:understand withdrew:withdraw
    withdrawn:withdraw won:win wore:wear wrote:write written:write men:man women:woman children:child
    indices:index analyses:analysis crises:crisis
    """.split()
)
VOWEL = re.compile("[aeiouy]")

# Definitions that tell something about a word instead of what it means.
ABOUT = re.compile(
    r"CL:|see |see also|also (written|called|pr\.|transliterated)|abbr\. (for|to|of)|"
    r"([a-z]+ )?variant of|erhua form|(used|radical|component) in |classifier|particle|"
    r"(Taiwan|old|Beijing) pr\.|pr\. |same as|equivalent (of|to)|one of the|surname |"
    r"(dialect|suffix|prefix|interjection|onom\.)\b"
)
LEADING = re.compile(r"(to be|to|be|an?|the|lit\.|fig\.|esp\.|usually) ", re.I)
SENSES = re.compile(r";|\b(?:aka|or)\b|\b(?:i\.e|e\.g|fig|lit)\.")
PLACE = re.compile(
    r"((?:[A-Z][\w'-]* ){1,3})(?:in|province|prefecture|city|county|district|municipality|subprovincial|"
    r"autonomous|township|town|island|river|lake|former|capital|republic|state|region)\b"
)
COMPANY = re.compile(r",? (Corporation|Corp|Company|Co|Inc|Ltd|Limited|Holdings?|Group)\b.*")
BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|[(\[].*")
WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9&+.']*")

_stem = snowballstemmer.stemmer("english").stemWord


def words(text):
    """The words of a phrase, without those that are left out, irregular forms as their word."""
    found = []
    for word in WORD.findall(text.replace("’", "'")):
        word = word.rstrip(".'").removesuffix("'s")
        if word and word.lower() not in LEFT_OUT:
            found.append(IRREGULAR.get(word.lower(), word))
    return found


def stem(word):
    """The key of a word: its Porter2 stem; abbreviations and what is not of letters
    alone stay as they are, in lower case."""
    lower = word.lower()
    if not (lower.isascii() and lower.isalpha()) or _abbreviated(word):
        return lower.removesuffix("s") if _abbreviated(word.removesuffix("s")) else lower
    return _stem(lower)


def light(word):
    """A word without the endings of plural, past and -ing, of -y its i: what tells
    customer from custom, which have one stem."""
    word = word.lower()
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif re.search("(ss|sh|ch|x|z)es$", word):
        word = word[:-2]
    elif re.search("[^sui]s$", word):
        word = word[:-1]
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) > 2 and VOWEL.search(rest):
            word = rest[:-1] if rest[-1] == rest[-2] and rest[-1] not in "lsz" else rest
            break
    return word.removesuffix("e").removesuffix("y")


def _abbreviated(word):
    return 1 < len(word) <= LONGEST_ABBREVIATION and word.isupper()


def phrases(definition):
    """The phrases, lists of words, by which a word with this definition is found, the same one
    perhaps twice."""
    if ABOUT.match(definition):
        return
    definition = BRACKETS.sub(" ", BRACKETS.sub(" ", definition))  # twice: they are nested
    for sense in SENSES.split(definition):
        for part in _parts(sense.strip()):
            found = words(_stripped(part))
            if 1 <= len(found) <= MOST_WORDS and not all(w.isdigit() for w in found):
                yield found


def _parts(sense):
    """A sense cut at its commas. After a proper name what follows only explains; a
    company goes by its name without its legal form, too, a place without what it is."""
    first, *rest = sense.split(",")
    if not sense[:1].isupper():
        return [first, *rest]
    names = {first: None, COMPANY.sub("", sense).split(",")[0]: None}
    if match := PLACE.match(first):
        names[match[1].strip()] = None
    return list(names)


def _stripped(part):
    part = part.strip()
    while match := LEADING.match(part):
        part = part[match.end() :]
    return part
