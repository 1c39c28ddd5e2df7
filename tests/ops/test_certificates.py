"""The local certificate authority: what phones trust must not be able to fool them elsewhere."""

import ssl
import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from server.ops import certificates


def make(folder: Path, *names: str) -> tuple[x509.Certificate, x509.Certificate]:
    certificates.main([str(folder), *names])
    read = x509.load_pem_x509_certificate
    return read((folder / "ca.crt").read_bytes()), read((folder / "server.pem").read_bytes())


def verify(authority: x509.Certificate, server: x509.Certificate, name: str) -> None:
    subject = certificates._general_name(name)
    assert isinstance(subject, x509.DNSName | x509.IPAddress)
    builder = PolicyBuilder().store(Store([authority]))
    builder.build_server_verifier(subject).verify(server, [])


def test_the_server_is_trusted_under_every_name_that_it_was_made_for(tmp_path: Path) -> None:
    folder = tmp_path / "tls"
    certificates.main([str(folder), "127.0.0.1", "192.168.7.20", "localhost"])
    context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    server = x509.load_pem_x509_certificate((folder / "server.pem").read_bytes())
    held = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(entry.value) for entry in held] == ["127.0.0.1", "192.168.7.20", "localhost"]


def test_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    make(tmp_path / "tls", "localhost")
    for name in ("ca.key", "server.key"):
        assert stat.S_IMODE((tmp_path / "tls" / name).stat().st_mode) == 0o600


def test_the_authority_stays_when_addresses_change_within_local_networks(tmp_path: Path) -> None:
    first, old = make(tmp_path, "192.168.7.20")
    second, new = make(tmp_path, "192.168.7.21", "10.1.1.1")
    assert first == second, "phones would have to trust it anew"
    assert old != new


def test_nothing_is_made_anew_without_need(tmp_path: Path) -> None:
    assert make(tmp_path, "192.168.7.20") == make(tmp_path, "192.168.7.20")


def test_the_authority_may_vouch_for_local_names_only(tmp_path: Path) -> None:
    authority, _ = make(tmp_path, "192.168.7.20", "localhost")
    assert certificates._may_sign_for(authority, ["10.9.8.7", "localhost", "ward.lan"])
    for elsewhere in ("bank.example", "notlocalhost", "203.0.113.9", "8.8.8.8"):
        assert not certificates._may_sign_for(authority, [elsewhere]), elsewhere


def test_a_certificate_for_a_foreign_name_signed_with_its_key_is_not_believed(
    tmp_path: Path,
) -> None:
    authority, server = make(tmp_path, "localhost")
    verify(authority, server, "localhost")
    _, key = certificates._authority(tmp_path, ["localhost"])
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    forged_folder = tmp_path / "forged"
    forged_folder.mkdir()
    certificates._issue(forged_folder, authority, key, ["bank.example"])
    forged = x509.load_pem_x509_certificate((forged_folder / "server.pem").read_bytes())
    with pytest.raises(VerificationError):
        verify(authority, forged, "bank.example")
