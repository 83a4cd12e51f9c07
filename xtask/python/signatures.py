"""Takes a case through the sandbox to signed documents, and has pyHanko judge the signatures.

    signatures.py BASE LEGACY_BASE ROOT TOKEN KEPT ORIGINAL

Both dialects, each with a plain document, one with cross-reference streams, one with a form and one that is turned;
with and without a visible stamp. Then whatever the tests of the command line and of the window left in KEPT: signed
copies of ORIGINAL, each folder with the authority it was signed under. Exits with 1 and says why when anything is not as it should be.
"""

import asyncio
import io
import logging
import struct
import sys
import tempfile
import zlib
from pathlib import Path

from asn1crypto import x509
from cryptography import x509 as cx509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.ades import ades_basic_validation
from pyhanko.sign.validation.policy_decl import SignatureValidationSpec
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    PKIXValidationParams,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.registry import SimpleTrustManager

from case import Case, video

POSITION = "300, 100, 500, 150"
RECT = [300, 100, 500, 150]


class Wrong(Exception):
    """Something is not as it should be."""


def ensure(holds, what):
    if not holds:
        raise Wrong(what)


# Documents -------------------------------------------------------------------------------------------------------


def plain_pdf():
    """Two pages, a classic cross-reference table, written by hand."""
    text = b"BT /F1 18 Tf 72 720 Td (To be signed) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 6 0 R >> >> >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 6 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def written_pdf(streams, rotate=0, form=False):
    """One page, written by pyHanko."""
    writer = PdfFileWriter(stream_xrefs=streams)
    content = writer.add_object(generic.StreamObject(stream_data=b"0 0 1 rg 72 72 200 200 re f"))
    page = PageObject(contents=content, media_box=(0, 0, 595, 842))
    if rotate:
        page[pdf_name("/Rotate")] = generic.NumberObject(rotate)
    reference = writer.insert_page(page)
    if form:
        field = generic.DictionaryObject(
            {
                pdf_name("/FT"): pdf_name("/Tx"),
                pdf_name("/T"): generic.pdf_string("Remarks"),
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/Widget"),
                pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, [72, 600, 300, 630])),
                pdf_name("/P"): reference,
            }
        )
        field = writer.add_object(field)
        page[pdf_name("/Annots")] = generic.ArrayObject([field])
        fields = generic.DictionaryObject({pdf_name("/Fields"): generic.ArrayObject([field])})
        writer.root[pdf_name("/AcroForm")] = writer.add_object(fields)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def logo():
    """A PNG of 8 by 8 pixels, half transparent."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes([200, 30, 30, 128]) * 8 for _ in range(8))
    head = struct.pack(">IIBBBBB", 8, 8, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


# Judging ---------------------------------------------------------------------------------------------------------


def judged(pdf, root):
    """The one signature of a document, and what pyHanko says of it."""
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    signatures = reader.embedded_signatures
    ensure(len(signatures) == 1, f"{len(signatures)} signatures")
    context = ValidationContext(trust_roots=[root], allow_fetching=False)
    return reader, signatures[0], validate_pdf_signature(signatures[0], signer_validation_context=context)


def check_signature(original, signed, root, person):
    ensure(signed.startswith(original), "the document is not what was uploaded, with something appended")
    ensure(len(signed) > len(original), "nothing was appended")
    reader, signature, status = judged(signed, root)
    ensure(signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached", "not PAdES")
    ensure(status.intact, "the digest does not match")
    ensure(status.valid, "the signature does not match")
    ensure(status.trusted, f"the certificate is not trusted: {status.summary()}")
    ensure(status.coverage == SignatureCoverageLevel.ENTIRE_FILE, f"covers {status.coverage}")
    ensure(status.bottom_line, f"pyHanko: {status.pretty_print_details()}")
    ensure(status.md_algorithm in ("sha256", "sha384", "sha512"), status.md_algorithm)

    attributes = {item["type"].native: item["values"] for item in signature.signer_info["signed_attrs"]}
    ensure("signing_certificate_v2" in attributes, "no signing-certificate-v2")
    ensure("signing_time" not in attributes, "PAdES keeps the time in /M, not in a signed attribute")
    ensure("/M" in signature.sig_object, "no time of signing")
    named = attributes["signing_certificate_v2"][0]["certs"][0]
    certificate = signature.signer_cert
    ensure(named["hash_algorithm"]["algorithm"].native == "sha256", "named by another digest than SHA-256")
    ensure(named["cert_hash"].native == certificate.sha256, "signing-certificate-v2 names another certificate")

    ensure(certificate.subject.dump() != certificate.issuer.dump(), "the certificate signs itself")
    ensure("non_repudiation" in certificate.key_usage_value.native, "not a certificate for signing")
    subject = certificate.subject.native
    for name, value in person.items():
        ensure(value in str(subject.get(name)), f"{name} is {subject.get(name)!r}")
    asyncio.run(check_level(signature, root))
    check_controls(signed, signature, root)
    return reader, signature


async def check_level(signature, root):
    """ETSI EN 319 102-1, the basic validation of an AdES signature."""
    never = RevocationCheckingRule.NO_CHECK
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build([root]),
        # The throw-away authority publishes no list of revoked certificates.
        revinfo_policy=CertRevTrustPolicy(RevocationCheckingPolicy(never, never)),
        pkix_validation_params=PKIXValidationParams(),
    )
    result = await ades_basic_validation(
        signature.signed_data,
        validation_spec=SignatureValidationSpec(cert_validation_policy=policy),
        raw_digest=signature.compute_digest(),
    )
    ensure(result.ades_subindic == AdESPassed.OK, f"AdES: {result.ades_subindic} {result.failure_msg}")


def check_controls(signed, signature, root):
    """That a validator which says yes could also have said no."""
    begins, length, *_ = signature.byte_range
    changed = bytearray(signed)
    place = signed.index(b"%", begins + 1, begins + length)
    changed[place + 1] ^= 1
    _, _, status = judged(bytes(changed), root)
    ensure(not status.intact and not status.bottom_line, "a changed document passes")
    _, _, status = judged(signed, another_root(root))
    ensure(not status.trusted and not status.bottom_line, "any authority is trusted")


def another_root(root):
    """An authority of the same name with another key."""
    key = ec.generate_private_key(ec.SECP256R1())
    like = cx509.load_der_x509_certificate(root.dump())
    certificate = (
        cx509.CertificateBuilder(extensions=list(like.extensions))
        .subject_name(like.subject)
        .issuer_name(like.subject)
        .public_key(key.public_key())
        .serial_number(cx509.random_serial_number())
        .not_valid_before(like.not_valid_before_utc)
        .not_valid_after(like.not_valid_after_utc)
        .sign(key, hashes.SHA256())
    )
    return x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def check_stamp(reader, signature, page, visible):
    field = signature.sig_field
    rect = [float(value) for value in field["/Rect"]]
    if not visible:
        ensure(rect[0] == rect[2] and rect[1] == rect[3], f"it was to be invisible, and takes {rect}")
        return
    ensure(rect == RECT, f"the stamp is at {rect}")
    pages = [reader.root["/Pages"]["/Kids"].raw_get(index) for index in range(int(reader.root["/Pages"]["/Count"]))]
    on = [index for index, reference in enumerate(pages) if has_widget(reference.get_object(), field)]
    ensure(on == [page], f"the stamp is on the pages {on}")
    appearance = field["/AP"]["/N"]
    ensure(appearance["/Subtype"] == "/Form", "no appearance")
    ensure(b"Tj" in appearance.data or b"TJ" in appearance.data or b"Do" in appearance.data, "nothing is drawn")


def has_widget(page, field):
    return any(
        annotation.get_object().get("/T") == field["/T"] for annotation in map(as_object, page.get("/Annots", []))
    )


def as_object(value):
    return value.get_object() if isinstance(value, generic.IndirectObject) else value


# The case --------------------------------------------------------------------------------------------------------


def walk(case, footage):
    case.create()
    case.evidences()
    case.video(footage)
    case.wait_for("VIDEOREVIEW")
    case.approve()
    case.wait_for("ENROLLREADY")
    papers = {
        "plain.pdf": plain_pdf(),
        "streams.pdf": written_pdf(streams=True),
        "form.pdf": written_pdf(streams=False, form=True),
        "turned.pdf": written_pdf(streams=True, rotate=90),
    }
    uids = {name: case.upload(name, pdf) for name, pdf in papers.items()}
    ensure(set(case.documents()) == set(uids.values()), "the list is not what was uploaded")
    contract = case.contract()
    ensure(contract.startswith(b"%PDF-"), "the contract is no PDF")
    PdfFileReader(io.BytesIO(contract))
    image = case.upload_image(logo())
    stamps = {
        uids["plain.pdf"]: (1, POSITION, image),
        uids["streams.pdf"]: (0, POSITION, None),
        uids["turned.pdf"]: (0, POSITION, None),
    }
    case.sign(case.otp(), stamps)
    case.wait_for("ISSUED")

    root_pem = case.http.get(f"{case.root}/_sandbox/ca.pem", timeout=60).content
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        file.write(root_pem)
        file.flush()
        root = load_cert_from_pemder(file.name)
    person = {"given_name": "Name", "surname": "Surname 1", "serial_number": "A9999999E"}
    for name, uid in uids.items():
        reader, signature = check_signature(papers[name], case.signed(uid), root, person)
        page = stamps.get(uid, (0,))[0]
        check_stamp(reader, signature, page, visible=uid in stamps)
        print(f"  {case.dialect:8} {name:12} intact, valid, trusted, whole file, PAdES B-B")
    for uid in uids.values():
        case.delete(uid)
    ensure(case.documents() == {}, "something is left at the server")


def check_kept(kept, original):
    """The copies a person was handed: those that the program itself fetched, checked and saved."""
    folders = sorted(path for path in kept.glob("*") if (path / "ca.pem").is_file())
    for folder in folders:
        root = load_cert_from_pemder(str(folder / "ca.pem"))
        copies = sorted(folder.glob("*.pdf"))
        ensure(copies, f"nothing was saved in {folder.name}")
        for copy in copies:
            person = {"given_name": "Alma", "surname": "Sample", "serial_number": "U0427315A"}
            check_signature(original, copy.read_bytes(), root, person)
            print(f"  {folder.name:24} {copy.name}  intact, valid, trusted, whole file, PAdES B-B")
    if not folders:
        print("  no copies were kept: the tests of the command line and of the window did not run before")


def main(base, legacy_base, root, token, kept, original):
    # What the controls provoke is no news.
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        footage = video(folder)
    for dialect, prefix in (("current", base), ("legacy", legacy_base)):
        walk(Case(dialect, prefix, root, token), footage)
    check_kept(Path(kept), Path(original).read_bytes())


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Wrong as wrong:
        sys.exit(f"signatures: {wrong}")
