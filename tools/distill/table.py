"""The static embedding table as a file, and texts embedded by it.

rag/embed/static.go does the same in Go; README.md defines the format, the fold
and the segmentation that both follow.
"""
import hashlib
import math
import re
import struct
import unicodedata

import numpy as np

MAGIC = b"chuchusv"
FORMAT = 1
HEADER = struct.Struct("<8sIIIIf8s")  # magic, format, components, words, bytes of word list, scale, id
RESERVED = 2  # axes after the components: a passage, a query in which no word is known

WORD = re.compile("[\u3400-\u4dbf\u4e00-\u9fffa-z0-9]")
LATIN = re.compile("[a-z0-9]")


def fold(text):
    """Each code point on its own: its NFKC form, then A-Z to a-z."""
    forms = (unicodedata.normalize("NFKC", c) for c in text)
    return "".join(c.lower() if c.isascii() else c for form in forms for c in form)


def pack(words, vectors, scale):
    """The bytes of the file: words sorted by their UTF-8 bytes, vectors int8, one row a word."""
    order = sorted(range(len(words)), key=lambda i: words[i].encode())
    listed = "".join(words[i] + "\n" for i in order).encode()
    body = listed + vectors[order].astype(np.int8).tobytes()
    identity = hashlib.sha256(body).digest()[:8]
    return HEADER.pack(MAGIC, FORMAT, vectors.shape[1], len(words), len(listed), scale, identity) + body


class Table:
    """A table read from its bytes."""

    def __init__(self, data):
        magic, version, components, count, listed, self.scale, _ = HEADER.unpack_from(data)
        if magic != MAGIC or version != FORMAT:
            raise ValueError("not a static embedding table of format %d" % FORMAT)
        words = data[HEADER.size : HEADER.size + listed].decode().splitlines()
        self.rows = {word: i for i, word in enumerate(words)}
        self.longest = max(map(len, words))
        self.vectors = np.frombuffer(data, np.int8, offset=HEADER.size + listed).reshape(count, components)

    def segment(self, text):
        """The rows of the longest words, from left to right."""
        text, rows, at = fold(text), [], 0
        while at < len(text):
            inside = at > 0 and LATIN.match(text[at]) and LATIN.match(text[at - 1])
            mark = "##" if inside else ""
            for length in range(self.longest, 0, -1):
                row = self.rows.get(mark + text[at : at + length]) if at + length <= len(text) else None
                if row is not None:
                    rows.append(row)
                    at += length
                    break
            else:
                at += 1
        return rows

    def embed(self, text):
        """The passage vector of a text, of unit length."""
        components = self.vectors.shape[1]
        vector = np.zeros(components + RESERVED)
        vector[:components] = self.vectors[self.segment(text)].sum(axis=0, dtype=np.int64)
        length = math.sqrt(float((vector * vector).sum()))
        if length == 0:
            vector[components] = length = 1
        return vector / length
