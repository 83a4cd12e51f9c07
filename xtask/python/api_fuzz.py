"""Feeds every call of the sandbox's own description at random, with schemathesis.

    api_fuzz.py BASE LEGACY_BASE ROOT TOKEN SECONDS

Numbers drawn at random name no request, and a fuzzer that only ever reads "not found" finds nothing. So requests in
every state are made first, and most calls are made about one of them (api_checks.py does that, from the file named
in API_FUZZ_KNOWN).
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from case import Case, video
from signatures import plain_pdf

# Its own `not_a_server_error` knows nothing of the server errors that the vendor documents; ours does.
CHECKS = "status_code_conformance,content_type_conformance,response_schema_conformance,only_documented_server_errors"


def requests_in_every_state(case, footage):
    """Pending, incomplete, in review, approved, signed: several of each, for a call may use one up."""
    known = []
    for steps in [0, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4]:
        case.create()
        uid = None
        if steps >= 1:
            case.evidences()
        if steps >= 2:
            case.video(footage)
            case.wait_for("VIDEOREVIEW")
        if steps >= 3:
            case.approve()
            uid = case.upload("paper.pdf", plain_pdf())
        if steps >= 4:
            case.sign(case.otp(), {})
        known.append({"request_pk": case.request_pk, "videoid_pk": case.videoid_pk, "document_uid": uid})
    return known


def main(base, legacy_base, root, token, seconds):
    folder = Path.cwd()
    footage = video(folder)
    known = {"token": token, "requests": []}
    for dialect, prefix in (("current", base), ("legacy", legacy_base)):
        known["requests"] += requests_in_every_state(Case(dialect, prefix, root, token), footage)
    file = folder / "known.json"
    file.write_text(json.dumps(known), encoding="utf-8")

    program = Path(sys.executable).with_name("schemathesis" + (".exe" if os.name == "nt" else ""))
    command = [str(program), "run", f"{root}/_sandbox/openapi.json", "--checks", CHECKS, "--max-time", seconds]
    command += ["--request-timeout", "30", "--suppress-health-check", "all", "--warnings", "off"]
    # Each run for itself, so that one is like the next; the seed is printed.
    command += ["--generation-database", "none", "--no-color"]
    known_to = {"SCHEMATHESIS_HOOKS": "api_checks", "API_FUZZ_KNOWN": str(file)}
    return subprocess.run(command, env=os.environ | known_to, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
