"""One case at the sandbox, from creation to signed documents, over HTTP and in either dialect.

Written from the API's reference alone: it shares nothing with the client or the sandbox but the bodies in
fixtures/oneshot. Personal data is the reference's sample person.
"""

import json
import subprocess
import time
from pathlib import Path

import requests

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "oneshot"


def fixture(name):
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))


def video(folder):
    """One second of H.264 that an independent program has encoded."""
    path = Path(folder) / "video.mp4"
    command = "ffmpeg -loglevel error -y -f lavfi -i testsrc2=size=320x240:rate=15:duration=1"
    command += " -c:v libx264 -pix_fmt yuv420p -movflags +faststart"
    subprocess.run([*command.split(), str(path)], check=True)
    return path.read_bytes()


class Refused(Exception):
    """The server said no; the text is what it said."""


class Case:
    """A case in one dialect. Each method is one call of the API."""

    def __init__(self, dialect, base, root, token):
        self.dialect, self.base, self.root = dialect, base, root
        self.current = dialect == "current"
        # The older dialect writes the same token without dashes.
        self.token = token if self.current else token.replace("-", "")
        self.http = requests.Session()
        self.http.trust_env = False
        self.request_pk = self.videoid_pk = None

    def call(self, method, path, **what):
        response = self.http.request(method, f"{self.base}/{path}", timeout=60, **what)
        if not response.ok:
            raise Refused(f"{method} {path}: HTTP {response.status_code} {response.text[:300]}")
        if "json" not in response.headers.get("content-type", ""):
            return response.content
        body = response.json()
        status = str(body.get("status", ""))
        if status != "success" and not status.startswith("2"):
            raise Refused(f"{method} {path}: {response.text[:300]}")
        return body.get("details", body.get("detail"))

    def videoid_key(self):
        """The number VideoID calls are made with: the dialects differ in which (section 0.1)."""
        return self.videoid_pk if self.current else self.request_pk

    def create(self):
        created = self.call("POST", "videoid", json=fixture("create.request.minimal"))
        self.request_pk, self.videoid_pk = int(created["request_pk"]), int(created["videoid_pk"])

    def evidences(self):
        body = fixture("evidences.request")
        body["acceptance"]["date"] = int(time.time() * 1000)
        self.call("POST", f"videoid/{self.videoid_key()}/evidences", json=body)

    def video(self, content):
        path = "video" if self.current else "evidences/video"
        self.call("POST", f"videoid/{self.videoid_key()}/{path}", files={"video": ("video.mp4", content, "video/mp4")})

    def record(self):
        return self.call("GET", f"request/{self.request_pk}")

    def status(self):
        return self.record()["status"]

    def wait_for(self, status):
        for _ in range(100):
            if self.status() == status:
                return
            time.sleep(0.1)
        raise Refused(f"{self.dialect}: the request is {self.status()}, not {status}")

    def approve(self):
        path = f"videoid/{self.videoid_pk}" if self.current else f"request/{self.request_pk}"
        self.call("POST", f"{path}/approve", json={"token": self.token, "rao": "1400"})

    def upload(self, name, pdf):
        answer = self.call("POST", f"document/{self.request_pk}", files={"file": (name, pdf, "application/pdf")})
        return answer["uid"] if self.current else answer

    def documents(self):
        try:
            return self.call("GET", f"documents/{self.request_pk}")
        except Refused as refused:
            if "No documents found" in str(refused):
                return {}
            raise

    def contract(self):
        return self.call("GET", f"contract/{self.request_pk}" if self.current else f"document/{self.request_pk}/contract")

    def otp(self):
        """Asks for a code and reads it where the sandbox shows what a phone would have received."""
        self.call("POST", f"otp/{self.request_pk}", json=fixture("otp.request"))
        shown = self.http.get(f"{self.root}/_sandbox/requests/{self.request_pk}", timeout=60)
        return shown.json()["otp"]

    def upload_image(self, png):
        answer = self.call("POST", "image", files={"image": ("logo.png", png, "image/png")})
        return answer["image_uid"] if self.current else answer

    def sign(self, code, stamps):
        """`stamps`: by document, (page, position, image or None)."""
        places = {
            uid: {"position": position, "page": page} | ({"image": image} if image else {})
            for uid, (page, position, image) in stamps.items()
        }
        body = {"secret": code}
        if self.current and places:
            body["signature"] = {"appearance": places}
        elif places:
            body["options"] = places
            body["use_signature_text"] = True
        self.call("POST", f"sign/{self.request_pk}", json=body)

    def signed(self, uid):
        if self.current:
            return self.call("GET", f"document/{self.request_pk}/{uid}", params={"document_type": "signed"})
        return self.call("GET", f"document/{self.request_pk}/signed/{uid}")

    def delete(self, uid):
        if self.current:
            self.call("DELETE", f"document/{self.request_pk}/{uid}")
        else:
            for kind in ("signed", "original"):
                self.call("DELETE", f"document/{self.request_pk}/{kind}/{uid}")
