"""What schemathesis is told besides the description: which server errors the vendor documents, and which requests exist.

The vendor answers some refusals with 500 (sections 4.1, 4.2, 4.5, 4.6, 4.7 and 4.9 of the reference). Each of their
sentences is in fixtures/oneshot/errors.tsv; a 500 that says anything else, or any other 5xx, is a fault of the sandbox.
"""

import csv
import json
import os
import random
import re
from pathlib import Path

import schemathesis

ERRORS = Path(__file__).resolve().parents[2] / "fixtures" / "oneshot" / "errors.tsv"


def sentences():
    """The documented messages of a 500, with any number or id in the place of the sample's."""
    found = set()
    with ERRORS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            # A row without a reason is a server that fails, and no sentence of the vendor's.
            if row["http"] == "500" and row["reason"] != "-":
                found |= set(messages(json.loads(row["body"])))
    return [re.compile(pattern(sentence)) for sentence in sorted(found)]


def messages(value):
    """Every text of an answer but its status."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from messages(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in ("status", "id", "code"):
                yield from messages(item)


def pattern(sentence):
    sentence = re.escape(sentence)
    # An error's id, a request's number, the names of the fields that are missing.
    sentence = re.sub(r'("id":\\?\s*")[0-9a-f]{16}', r"\1[0-9a-f]{16}", sentence)
    sentence = re.sub(r"(Request\\? )\d+", r"\1\\d+", sentence)
    return re.sub(r"(Invalid\\? request\\? fields:).*", r"\1.*", sentence) + r"\Z"


# Any call may answer with the back end's "wrong state" wrapped in a 500 (section 2.2, rule 3).
WRAPPED = r""".+: \{"code": "412", "id": "[0-9a-f]{16}", "error": "Invalid (request|VideoId) status( '[A-Z]+')?"\}\Z"""
DOCUMENTED = [*sentences(), re.compile(WRAPPED)]


@schemathesis.check
def only_documented_server_errors(ctx, response, case):
    if response.status_code < 500:
        return
    said = []
    try:
        said = list(messages(response.json()))
    except ValueError:
        pass
    if response.status_code == 500 and any(form.match(text) for form in DOCUMENTED for text in said):
        return
    raise AssertionError(f"HTTP {response.status_code}, which no knob asked for: {response.text[:300]}")


# Requests that exist -------------------------------------------------------------------------------------------------

KNOWN = json.loads(Path(os.environ["API_FUZZ_KNOWN"]).read_text(encoding="utf-8")) if "API_FUZZ_KNOWN" in os.environ else None
KNOWN_FIELDS = {"rao": "1400", "registration_authority": "139", "profile": "PFnubeQAFCiudadano"}
if KNOWN is not None:
    KNOWN_FIELDS["token"] = KNOWN["token"]


@schemathesis.hook
def before_call(context, case, kwargs):
    """Three calls in four are about a request that exists, by an officer who does; the others stay as drawn."""
    if KNOWN is None or random.random() >= 0.75:
        return
    request = random.choice(KNOWN["requests"])
    known = {
        "request_pk": request["request_pk"],
        "pk": request["request_pk"],
        "videoid_pk": request["videoid_pk"],
        "document_uid": request["document_uid"],
        "uid": request["document_uid"],
    }
    # Deleted, it would let no officer in for the rest of the run.
    if case.method.upper() != "DELETE":
        known["token_uid"] = KNOWN["token"]
    for name in case.path_parameters or {}:
        if known.get(name) is not None:
            case.path_parameters[name] = known[name]
    if isinstance(case.body, dict):
        by_an_officer = case.path.rsplit("/", 1)[-1] in ("approve", "refuse", "validate")
        if by_an_officer:
            for name in ("username", "password", "pin"):
                case.body.pop(name, None)
        case.body |= {name: value for name, value in KNOWN_FIELDS.items() if name in case.body or by_an_officer}
