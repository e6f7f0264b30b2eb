"""Makes rag/embed/static.bin from bge-small-zh-v1.5 and jieba's dictionary.

    python distill.py            write the table, compare it with README.md's SHA-256
    python distill.py --golden   write the golden vectors of the Go test as well

README.md says where the input comes from and what the steps are.
"""
import argparse
import hashlib
import json
import os
import pathlib
import re
import sys

# One thread: sums of another order round otherwise, and the bytes would differ.
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"

import jieba
import numpy as np
import onnxruntime

from table import Table, pack

HERE = pathlib.Path(__file__).parent
WORK = HERE / "work"
EMBED = HERE.parent.parent / "rag" / "embed"

INPUTS = {
    "bge-small-zh-v1.5.onnx": "69a0b846f4f116b5e6aabf9546ea6754d02264f3211a13a1bd69b31b8040749a",
    "bge-small-zh-v1.5-tokenizer.json": "48cea5d44424912a6fd1ea647bf4fe50b55ab8b1e5879c3275f80e339e8fae26",
    "dict.txt": "7197c3211ddd98962b036cdf40324d1ea2bfaa12bd028e68faa70111a88e12a8",
}
FREQUENT_WORDS = 30_000
FITTED_WORDS = 20_000  # the most frequent ones, which centre and principal components are taken from
DROPPED = 2  # first components, which tell how frequent and how long a word is
COMPONENTS = 254
SMOOTHING = 1e-4  # a of a/(a+p)
UNSEEN = 50  # counts of a word that the dictionary does not have
BATCH = 128


def checked(name):
    """The path of an input, whose bytes are the expected ones."""
    path = pathlib.Path(jieba.__file__).with_name(name) if name == "dict.txt" else WORK / name
    if hashlib.sha256(path.read_bytes()).hexdigest() != INPUTS[name]:
        raise SystemExit("%s is not the file that the recipe is for" % path)
    return path


def dictionary():
    """Counts by word."""
    with checked("dict.txt").open(encoding="utf-8") as lines:
        return {word: int(count) for word, count, _ in (line.split(" ") for line in lines)}


def choose(vocabulary, counts):
    """The words of the table; the first FREQUENT_WORDS by falling frequency."""
    frequent = [w for w in counts if re.fullmatch("[\u4e00-\u9fff]{2,4}", w) and all(c in vocabulary for c in w)]
    frequent.sort(key=lambda w: (-counts[w], w))
    pieces = [w for w in vocabulary if re.fullmatch("[\u3400-\u4dbf\u4e00-\u9fff]|(##)?[a-z0-9]+", w)]
    return frequent[:FREQUENT_WORDS] + sorted(pieces)


def token_ids(word, vocabulary):
    """[CLS], the word's characters or the piece as it is, [SEP]."""
    tokens = [word] if word in vocabulary else list(word)
    return [vocabulary[t] for t in ["[CLS]", *tokens, "[SEP]"]]


def cls_vectors(words, vocabulary):
    """The model's unit vector of each word on its own. Words of equal length go together: no padding."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = 2, 1
    session = onnxruntime.InferenceSession(checked("bge-small-zh-v1.5.onnx"), options, providers=["CPUExecutionProvider"])
    by_length = {}
    for i, word in enumerate(words):
        ids = token_ids(word, vocabulary)
        by_length.setdefault(len(ids), []).append((i, ids))
    vectors = np.zeros((len(words), 512))
    for group in by_length.values():
        for start in range(0, len(group), BATCH):
            rows, ids = zip(*group[start : start + BATCH])
            ids = np.array(ids, np.int64)
            inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
            vectors[list(rows)] = session.run(None, inputs)[0][:, 0]
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def reduce(vectors, components):
    """Centred vectors in their principal components, the first DROPPED left out."""
    centred = vectors - vectors[:FITTED_WORDS].mean(axis=0)
    axes = np.linalg.svd(centred[:FITTED_WORDS], full_matrices=False)[2][DROPPED : DROPPED + components]
    largest = np.abs(axes).argmax(axis=1)  # SVD leaves the signs open
    axes *= np.sign(axes[np.arange(len(axes)), largest])[:, None]
    return centred @ axes.T


def weights(words, counts):
    """a/(a+p) (Arora et al., 2017): the more frequent, the less telling."""
    total = sum(counts.values())
    p = np.array([counts.get(w, UNSEEN) for w in words]) / total
    return SMOOTHING / (SMOOTHING + p)


def make(components):
    """The bytes of the table."""
    counts = dictionary()
    vocabulary = json.loads(checked("bge-small-zh-v1.5-tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    words = choose(vocabulary, counts)
    vectors = reduce(cls_vectors(words, vocabulary), components) * weights(words, counts)[:, None]
    scale = np.abs(vectors).max() / 127
    return pack(words, np.rint(vectors / scale), scale)


def write_golden(data):
    """The vectors of the texts that the Go test embeds too, to four decimals."""
    table, folder = Table(data), EMBED / "testdata"
    texts = json.loads((folder / "texts.json").read_text(encoding="utf-8"))
    lines = [
        json.dumps({"text": t, "vector": [round(float(x), 4) for x in table.embed(t)]}, ensure_ascii=False, separators=(",", ":"))
        for t in texts
    ]
    (folder / "golden.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--golden", action="store_true", help="write rag/embed/testdata/golden.jsonl as well")
    parser.add_argument("--components", type=int, default=COMPONENTS, help="another number, for comparison: writes work/static-N.bin only")
    args = parser.parse_args()
    data = make(args.components)
    if args.components != COMPONENTS:
        (WORK / ("static-%d.bin" % args.components)).write_bytes(data)
        return
    (EMBED / "static.bin").write_bytes(data)
    if args.golden:
        write_golden(data)
    digest = hashlib.sha256(data).hexdigest()
    print(len(data), "bytes, SHA-256", digest)
    if digest not in (HERE / "README.md").read_text(encoding="utf-8"):
        sys.exit("README.md names another SHA-256: see there what may differ")


if __name__ == "__main__":
    main()
