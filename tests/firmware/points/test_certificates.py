"""Gift certificates: a text that cannot be forged, a number that cannot be guessed, and why one is refused."""

import base64
import json
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, SECP384R1, generate_private_key
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from firmware.codes import MemberCode
from firmware.codes.member import is_also_gtin14
from firmware.entries import HeldCertificate
from firmware.points.certificates import (
    LONGEST,
    GiftCertificate,
    certificate_number,
    certificate_refusal,
    parse_certificate,
    proved,
    signed,
)
from firmware.points.errors import CertificateForged, CertificateMalformed

KEY = generate_private_key(SECP256R1())
KID = "K9G7DESol8MKeqCZHN442AYv5EHeUNoPRoJTRPYC6Cc"
CERTIFICATE = GiftCertificate("8f4e1a7b2c6d9035", "50912873645590", 300, "JPY", 1806505200, "t-1")
TEXT = signed(CERTIFICATE, KEY, KID)


def encoded(value: object) -> str:
    octets = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


@given(st.none() | st.integers(0, 2**40), st.integers(0, 10**12))
def test_a_certificate_is_read_back_under_its_key(expires: int | None, worth: int) -> None:
    certificate = replace(CERTIFICATE, expires=expires, worth=worth)
    read = parse_certificate(signed(certificate, KEY, KID))
    assert read.kid == KID
    assert proved(read, KEY.public_key()) == certificate


def test_a_certificate_is_a_compact_web_signature_that_says_what_it_is() -> None:
    header, body, signature = TEXT.split(".")
    assert json.loads(base64.urlsafe_b64decode(header + "==")) == {
        "alg": "ES256",
        "kid": KID,
        "typ": "habitue-certificate",
    }
    assert json.loads(base64.urlsafe_b64decode(body + "=="))["serial"] == CERTIFICATE.serial
    assert len(signature) == 86
    assert len(TEXT) <= 420  # a QR code that a receipt prints and a phone shows


@given(st.data())
def test_a_changed_character_is_never_believed(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(TEXT) - 1))
    other = data.draw(st.sampled_from("ABYZabyz0189-_.=+ é").filter(lambda one: one != TEXT[place]))
    with pytest.raises((CertificateMalformed, CertificateForged)):
        proved(parse_certificate(TEXT[:place] + other + TEXT[place + 1 :]), KEY.public_key())


def test_another_key_has_not_made_it() -> None:
    for other in (generate_private_key(SECP256R1()), generate_private_key(SECP384R1())):
        with pytest.raises(CertificateForged, match="do not accept it"):
            proved(parse_certificate(TEXT), other.public_key())


HEADER = {"alg": "ES256", "kid": KID, "typ": "habitue-certificate"}
BODY = {"serial": "8" * 16, "number": "5" * 14, "worth": 1, "currency": "JPY", "expires": None, "issuer": "t-1"}
SIGNATURE = bytes(64)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.b",
        f"{TEXT}.{TEXT}",
        " " + TEXT,
        TEXT + "\n",
        "x" * (LONGEST + 1),
        f"{encoded(HEADER | {'alg': 'none'})}.{encoded(BODY)}.{encoded(SIGNATURE)}",
        f"{encoded(HEADER | {'alg': 'HS256'})}.{encoded(BODY)}.{encoded(SIGNATURE)}",
        f"{encoded(HEADER | {'typ': 'JWT'})}.{encoded(BODY)}.{encoded(SIGNATURE)}",
        f"{encoded(HEADER | {'kid': 'short'})}.{encoded(BODY)}.{encoded(SIGNATURE)}",
        f"{encoded(HEADER | {'jku': 'https://example.org'})}.{encoded(BODY)}.{encoded(SIGNATURE)}",
        f"{encoded(HEADER)}.{encoded(BODY | {'worth': -1})}.{encoded(SIGNATURE)}",
        f"{encoded(HEADER)}.{encoded(BODY | {'more': 1})}.{encoded(SIGNATURE)}",
        f"{encoded(HEADER)}.{encoded(b'[' * 400)}.{encoded(SIGNATURE)}",
        f"{encoded(HEADER)}.{encoded(bytes([255, 254]))}.{encoded(SIGNATURE)}",
        f"{encoded(HEADER)}.{encoded(BODY)}.{encoded(SIGNATURE[:63])}",
        f"{encoded(HEADER)}.{encoded(BODY)}.",
        f"{encoded(HEADER)}.{encoded(BODY)}.{encoded(SIGNATURE)}=",
        f"{encoded(HEADER)}.{encoded(BODY)}.{encoded(SIGNATURE)[:-1]}B",
    ],
)
def test_what_is_no_certificate_is_malformed_and_never_repeated(text: str) -> None:
    with pytest.raises(CertificateMalformed) as refusal:
        parse_certificate(text)
    assert "nothing was taken" in str(refusal.value)
    assert len(text) < 20 or text not in str(refusal.value)


@given(st.text(max_size=40) | st.binary(max_size=40).map(lambda octets: f"{encoded(octets)}.{encoded(octets)}.AA"))
def test_no_text_is_answered_with_another_error(text: str) -> None:
    with pytest.raises(CertificateMalformed):
        parse_certificate(text)


@given(st.randoms(use_true_random=False))
def test_a_number_has_check_digits_and_is_on_no_carton(source: Random) -> None:
    number = certificate_number(source.randrange)
    assert not is_also_gtin14(MemberCode.parse(number))


def test_a_number_that_a_carton_could_carry_is_drawn_again() -> None:
    draws = iter([123450000002, 123450000001])  # 12345000000281 is a valid GTIN-14
    assert certificate_number(lambda _: next(draws)) == "12345000000184"


@pytest.mark.parametrize(
    ("held", "refusal"),
    [
        (HeldCertificate("8" * 16, "5" * 14, 300, "JPY", 101), None),
        (HeldCertificate("8" * 16, "5" * 14, 300, "JPY", None), None),
        (HeldCertificate("8" * 16, "5" * 14, 300, "JPY", 100), "certificate_expired"),
        (HeldCertificate("8" * 16, "5" * 14, 300, "KRW", 101), "certificate_other_currency"),
        (None, "certificate_not_here"),
    ],
)
def test_a_certificate_is_taken_where_it_is_held_until_it_expires(
    held: HeldCertificate | None, refusal: str | None
) -> None:
    assert certificate_refusal(held, "JPY", 100) == refusal
