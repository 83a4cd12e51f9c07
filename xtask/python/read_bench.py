"""What `proofbooth read` gets right on pictures whose truth is known, beside Tesseract and PassportEye on the same.

Called by `cargo xtask bench read`. Arguments: the program, the folder with the data, and a folder with mrz.traineddata
for Tesseract. Prints tables; fails only when something cannot be run.
"""

import collections
import json
import os
import pathlib
import re
import resource
import statistics
import subprocess
import sys
import time
import unicodedata

PROGRAM, DATA, TRAINED = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
ONLY = set(sys.argv[4:])


def wanted(part):
    return not ONLY or part in ONLY


def lines_of(path):
    return [json.loads(line) for line in open(DATA / path, encoding="utf-8")]


def spent():
    """CPU seconds of this process and all it waited for."""
    mine, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime


def ours(files):
    """Reads all files in one process. Gives what was said of each, and the CPU seconds of one on average."""
    began = spent()
    run = subprocess.run([PROGRAM, "--json", "read", *map(str, files)], stdout=subprocess.PIPE, text=True, check=True)
    said = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(said) == len(files), "one object a file"
    return said, (spent() - began) / max(len(files), 1)


def tesseract(file):
    run = subprocess.run(
        ["tesseract", str(file), "-", "--tessdata-dir", str(TRAINED), "-l", "mrz", "--psm", "6"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    found = [re.sub(r"[^A-Z0-9<]", "", line.upper()) for line in run.stdout.splitlines()]
    return [line for line in found if len(line) >= 26 and "<" in line]


def passport_eye(file):
    from passporteye import read_mrz

    try:
        mrz = read_mrz(str(file))
    except Exception:  # it falls over some pictures; that is a miss like any other
        return []
    return mrz.aux["raw_text"].replace(" ", "").splitlines() if mrz else []


def holds(found, truth):
    """Whether the lines of the truth are among those found, in order and next to each other."""
    return any(found[i : i + len(truth)] == truth for i in range(len(found) - len(truth) + 1))


def share(part, whole):
    return f"{part:4}/{whole:<4} {100 * part / whole if whole else 0:5.1f} %"


def plain(text):
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", str(text))).casefold()


def vectors():
    print("\n== MRZ text: mrz/vectors.jsonl")
    rows = lines_of("mrz/vectors.jsonl")
    text = "\n\n".join("\n".join(row["lines"]) for row in rows)
    run = subprocess.run([PROGRAM, "--json", "mrz"], input=text, stdout=subprocess.PIPE, text=True, check=True)
    said = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(said) == len(rows), "one object a document"
    verdict = fields = 0
    for row, got in zip(rows, said):
        same = bool(got["valid"]) == row["valid"]
        verdict += same
        read = got.get("fields") or {}
        equal = all((read.get(name) or "") == value for name, value in row["fields"].items())
        fields += equal
        if not (same and equal):
            print(f"  {row['id']} {row['format']} valid {row['valid']} said {got['valid']}", row["errors"], got.get("errors"))
    print(f"  valid agrees {share(verdict, len(rows))}   fields agree {share(fields, len(rows))}")


def with_mrz():
    rows = [r for r in lines_of("docs/docs.jsonl") if r.get("mrz") and r["mrz_check_digits_valid"]]
    rows += [
        r for r in lines_of("synthdocs/synthdocs.jsonl")
        if r.get("mrz") and r["mrz_on_this_side"] and r.get("mrz_polarity") != "light_on_dark"
    ]
    return rows


def documents():
    print("\n== Documents with an MRZ whose check digits are right: docs/, synthdocs/")
    rows = with_mrz()
    files = [DATA / r["file"] for r in rows]
    said, cpu = ours(files)
    exact = valid = wrong = 0
    for row, got in zip(rows, said):
        mrz = got.get("mrz")
        same = bool(mrz) and mrz["lines"] == row["mrz"]
        exact += same
        valid += bool(mrz) and mrz["valid"]
        if mrz and mrz["valid"] and not same:
            wrong += 1
        if not same:
            print(f"  {row['file']}: {'valid' if mrz and mrz['valid'] else 'read' if mrz else 'none'}")
    print(f"  {'ours':<24} exact {share(exact, len(rows))}  valid {valid:4}  valid and not exact {wrong:3}  {cpu:.2f} CPU-s each")
    for name, peer in (("tesseract, mrz model", tesseract), ("PassportEye", passport_eye)):
        times, exact = [], 0
        for row in rows:
            began = spent()
            exact += holds(peer(DATA / row["file"]), row["mrz"])
            times.append(spent() - began)
        print(f"  {name:<24} exact {share(exact, len(rows))}  median {statistics.median(times):.2f} CPU-s")


def corner_errors(got, truth):
    """The largest distance of a corner as a share of the card's width: in the order given, and in the best order."""
    width = sum(((truth[i][0] - truth[j][0]) ** 2 + (truth[i][1] - truth[j][1]) ** 2) ** 0.5 for i, j in ((0, 1), (3, 2))) / 2

    def worst(turn):
        return max(
            ((got[(i + turn) % 4][0] - truth[i][0]) ** 2 + (got[(i + turn) % 4][1] - truth[i][1]) ** 2) ** 0.5
            for i in range(4)
        ) / width

    return worst(0), min(worst(turn) for turn in range(4))


def scenes():
    print("\n== Kiosk frames 1280x720: scenes/")
    rows = lines_of("scenes/scenes.jsonl")
    said, cpu = ours([DATA / r["file"] for r in rows])
    tally = collections.defaultdict(collections.Counter)
    for row, got in zip(rows, said):
        level, count = row["difficulty"], tally[row["difficulty"]]
        document, mrz = got.get("document"), got.get("mrz")
        if not row["doc_present"]:
            tally["negative"]["n"] += 1
            tally["negative"]["claimed"] += document is not None
            if document is not None:
                print(f"  {row['file']}: a document claimed")
            continue
        count["n"] += 1
        if document and document.get("quad"):
            turned, best = corner_errors(document["quad"], row["quad"])
            count["2 %"] += best <= 0.02
            count["2 % upright"] += turned <= 0.02
            count["4 %"] += best <= 0.04
            if best > 0.02:
                print(f"  {row['file']}: corner off by {100 * best:.1f} % of the width ({row['background']})")
        else:
            print(f"  {row['file']}: no document ({row['background']})")
        if row.get("mrz_readable_expected"):
            count["readable"] += 1
            count["mrz exact"] += bool(mrz) and mrz["lines"] == row["mrz"]
            if not (mrz and mrz["lines"] == row["mrz"]):
                print(f"  {row['file']}: MRZ {'valid' if mrz and mrz['valid'] else 'not valid' if mrz else 'none'}")
        if mrz and mrz["valid"] and mrz["lines"] != row.get("mrz"):
            count["wrong valid"] += 1
        if level == "easy" and row["document"].startswith("synthdocs/"):
            fields(row, got, count)
    for level, count in tally.items():
        n = count["n"]
        if level == "negative":
            print(f"  {level:<9} documents claimed {share(count['claimed'], n)}")
            continue
        print(
            f"  {level:<9} corners 2 % {share(count['2 %'], n)} (upright {count['2 % upright']}), 4 % {share(count['4 %'], n)}; "
            f"MRZ exact {share(count['mrz exact'], count['readable'])}, valid and wrong {count['wrong valid']}"
        )
        if count["fields"]:
            print(f"  {level:<9} visual zone fields {share(count['fields exact'], count['fields'])}")
    walls = sorted(got["milliseconds"]["total"] for got in said)
    print(f"  whole read: median {statistics.median(walls):.0f} ms wall, {1000 * cpu:.0f} ms CPU each with loading spread over {len(rows)}")


NOT_ASKED = {"signature", "team", "authority_signature"}


def fields(row, got, count, loud=True):
    viz = got.get("viz") or {}
    for name, value in row["viz"].items():
        if name in NOT_ASKED:
            continue
        count["fields"] += 1
        read = viz.get(name)
        text = read.get("text") if isinstance(read, dict) else read
        same = text is not None and plain(text) == plain(value)
        count["fields exact"] += same
        if loud and not same:
            print(f"  {row['file']} {row['document']}: {name} is {value!r}, read {text!r}")


def flat():
    print("\n== Visual zone of flat pictures: synthdocs/, docs/")
    for name in ("synthdocs/synthdocs.jsonl", "docs/docs.jsonl"):
        rows = [r for r in lines_of(name) if r.get("viz")]
        said, _ = ours([DATA / r["file"] for r in rows])
        count = collections.Counter()
        for row, got in zip(rows, said):
            row["document"] = ""
            fields(row, got, count, loud=False)
        print(f"  {name:<28} fields {share(count['fields exact'], count['fields'])}")


def negatives():
    print("\n== Pictures without an identity document: negatives/, faces/")
    for folder in ("negatives", "faces"):
        files = sorted(p for p in (DATA / folder).iterdir() if p.suffix in (".jpg", ".jpeg", ".png"))
        said, _ = ours(files)
        claimed = [file.name for file, got in zip(files, said) if got.get("document") or got.get("mrz")]
        print(f"  {folder:<10} documents claimed {share(len(claimed), len(files))} {' '.join(claimed)}")


def malformed():
    print("\n== Broken pictures: malformed/")
    files = sorted(p for p in (DATA / "malformed").rglob("*") if p.is_file())
    began = time.monotonic()
    said, _ = ours(files)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    slowest = max(got.get("milliseconds", {}).get("total", 0) for got in said)
    print(
        f"  {len(files)} files, {sum('error' in got for got in said)} refused with a reason, "
        f"{time.monotonic() - began:.0f} s in all, slowest {slowest:.0f} ms, peak of all so far {peak} MB"
    )


PARTS = {
    "vectors": vectors, "malformed": malformed, "documents": documents, "scenes": scenes, "flat": flat,
    "negatives": negatives,
}

if __name__ == "__main__":
    for name, part in PARTS.items():
        if wanted(name):
            part()
