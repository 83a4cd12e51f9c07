"""How often faces are taken for one person's, what that costs, and which clips answer a challenge.

Called by `cargo xtask bench face`. Arguments: the program, the folder with the data, the folder with the networks, the
program that measures the cost, and onnxruntime's library. Prints tables; fails only when something cannot be run.
"""

import csv
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy
import onnxruntime
from PIL import Image

PROGRAM, DATA, MODELS = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
COST, LIBRARY = sys.argv[4:]
FINDER = MODELS / "face_detection_yunet_2023mar_dyn.onnx"
EMBEDDER = MODELS / "face_recognition_sface_2021dec_int8_opset13.onnx"
# Pictures whose cost is measured.
COSTED = 12
# A person who turns to their left and then to their right.
TURNS = "intel_head-pose-face-detection-female.mp4"
# Somebody else, for the second half.
OTHER = "hamilton_short.mp4"


def said(*arguments):
    run = subprocess.run([PROGRAM, "--json", *map(str, arguments)], stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def interval(hits, trials):
    """Clopper and Pearson's, of 95 %."""

    def tail(rate, least):
        return sum(math.comb(trials, k) * rate**k * (1 - rate) ** (trials - k) for k in range(least, trials + 1))

    def solved(holds):
        low, high = 0.0, 1.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if holds(middle) else (low, middle)
        return low

    lower = 0.0 if hits == 0 else solved(lambda rate: tail(rate, hits) < 0.025)
    upper = 1.0 if hits == trials else solved(lambda rate: 1 - tail(rate, hits + 1) > 0.025)
    return lower, upper


def percent(hits, trials):
    if trials == 0:
        return "none"
    lower, upper = interval(hits, trials)
    return f"{hits} of {trials} ({100 * lower:.1f} to {100 * upper:.1f} %)"


def pairs():
    """The table of errors; gives whether the bars are held."""
    held = True
    print("faces at the threshold, with intervals of 95 % (Clopper and Pearson)")
    for title, name, first, second in [
        ("two photographs", "pairs.csv", "a", "b"),
        ("document and selfie", "doc_selfie_pairs.csv", "document", "selfie"),
    ]:
        same, different, faceless = [], [], 0
        for row in csv.DictReader(open(DATA / "faces" / name, encoding="utf-8")):
            answer = said("face-match", DATA / row[first], DATA / row[second])[0]
            if answer["cosine"] is None:
                faceless += 1
                continue
            threshold = answer["threshold"]
            (same if row["same"] == "1" else different).append(answer["cosine"])
        missed = sum(cosine < threshold for cosine in same)
        mixed = sum(cosine >= threshold for cosine in different)
        held &= mixed == 0 and missed <= 0.03 * len(same)
        print(f"  {title}: false non-match {percent(missed, len(same))}, false match {percent(mixed, len(different))}")
        print(
            f"    least of the same {min(same, default=math.nan):.3f}, most of the different "
            f"{max(different, default=math.nan):.3f}; without a face {faceless} pairs"
        )
    return held


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def theirs(files):
    """Median CPU milliseconds of finding and of describing in Python: decoded pictures in, the networks' answers out."""
    finder, embedder = session(FINDER), session(EMBEDDER)
    found, known = finder.get_inputs()[0].name, embedder.get_inputs()[0].name

    def spent(network, name, picture, size):
        began = time.process_time()
        pixels = numpy.asarray(picture.resize(size, Image.Resampling.BILINEAR), dtype=numpy.float32)
        network.run(None, {name: numpy.ascontiguousarray(pixels.transpose(2, 0, 1)[None])})
        return 1000 * (time.process_time() - began)

    find, describe = [], []
    for file in [files[0], *files]:
        picture = Image.open(file).convert("RGB")
        scale = 640 / max(picture.size)
        size = [max(32, round(side * scale / 32) * 32) for side in picture.size]
        find.append(spent(finder, found, picture, size))
        describe.append(spent(embedder, known, picture, (112, 112)))
    # The first look sets things up.
    return statistics.median(find[1:]), statistics.median(describe[1:])


def ours(files):
    run = subprocess.run([COST, LIBRARY, *map(str, files)], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(run.stdout)


def costs():
    photographs = sorted((DATA / "faces").glob("*.jpg"))
    files = photographs[:: max(1, len(photographs) // COSTED)][:COSTED]
    mine, (find, describe) = ours(files), theirs(files)
    held = True
    print("CPU of one thread, medians, without decoding:")
    for name, own, python in [("finding at 640", mine["find_ms"], find), ("describing", mine["describe_ms"], describe)]:
        held &= own <= 1.1 * python
        print(f"  {name:<16} {own:5.1f} ms, in Python {python:5.1f} ms, ratio {own / python:.2f}")
    preview = ours(sorted((DATA / "scenes").glob("*.jpg"))[:COSTED])["preview_ms"]
    print(f"  a frame of the preview {preview:.1f} ms")
    return held and preview <= 10


def derived(folder):
    """Clips made from the one that answers, each of which must not: name, ffmpeg's arguments."""
    clip, other = DATA / "video" / TURNS, DATA / "video" / OTHER
    cut = "setpts=PTS-STARTPTS"
    size = "scale=480:270,setsar=1,fps=12,format=yuv420p"
    return [
        ("still", ["-i", clip, "-vf", r"select=eq(n\,11),loop=60:1:0,setpts=N/12/TB"]),
        ("frozen", ["-i", clip, "-vf", "loop=loop=20:size=1:start=12"]),
        ("looped", ["-i", clip, "-vf", "loop=loop=6:size=6:start=0"]),
        ("looped, cut", ["-i", clip, "-filter_complex",
                         f"[0]trim=0:0.6,{cut},split=6[a][b][c][d][e][f];[a][b][c][d][e][f]concat=n=6"]),
        ("halves exchanged", ["-i", clip, "-filter_complex",
                              f"[0]split[x][y];[x]trim=0.9,{cut}[a];[y]trim=0:0.9,{cut}[b];[a][b]concat=n=2"]),
        ("face exchanged", ["-i", clip, "-i", other, "-filter_complex",
                            f"[0]trim=0:0.9,{cut},{size}[a];[1]trim=0:2,{cut},{size}[b];[a][b]concat=n=2"]),
    ]


def answer(clip, script):
    told = said("liveness", clip, "--script", script)[0]
    return told["passed"], ", ".join(told["reasons"]) or "-"


def challenges(folder):
    held = True
    clip = DATA / "video" / TURNS
    print("challenges: the recorded turns to the left, then to the right")
    for script in ["left,right", "left", "right,left", "right", "blink", "closer", "left,right,left"]:
        passed, reasons = answer(clip, script)
        held &= passed == (script in ("left,right", "left"))
        print(f"  {script:<18} {'passed' if passed else 'not passed':<11} {reasons}")
    print("made from it, to left,right:")
    for name, arguments in derived(folder):
        for rate in ("300k", "1200k"):
            made = folder / f"{name.replace(', ', '-').replace(' ', '-')}-{rate}.mp4"
            subprocess.run(["ffmpeg", "-y", "-loglevel", "error", *map(str, arguments), "-c:v", "libx264", "-b:v", rate,
                            str(made)], check=True)
            passed, reasons = answer(made, "left,right")
            held &= not passed
            print(f"  {name + ', ' + rate:<26} {'passed' if passed else 'not passed':<11} {reasons}")
    print("reported, whatever is true of them, to left,right:")
    for made in sorted((DATA / "clips").glob("*.mp4")):
        passed, reasons = answer(made, "left,right")
        print(f"  {made.name:<34} {'passed' if passed else 'not passed':<11} {reasons}")
    return held


def main():
    os.environ["OMP_NUM_THREADS"] = "1"
    with tempfile.TemporaryDirectory() as made:
        folder = pathlib.Path(made)
        bars = {"pairs": pairs(), "CPU": costs(), "challenges": challenges(folder)}
    print("bars: " + ", ".join(f"{name} {'held' if held else 'NOT HELD'}" for name, held in bars.items()))


main()
