"""A certificate authority of one's own, so that phones on the ward's network get HTTPS.

Phones give cameras, offline storage and installation only to secure pages. Started by the virtual
environment's Python: `python server/ops certificates <folder> <name or address> …`.
"""

import datetime as dt
import ipaddress
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CA_YEARS = 10
SERVER_DAYS = 397  # the longest that phones accept
RENEW_DAYS = 30
CA_NAME = "Anxun local authority 安巡本地证书"
LOCAL_NETWORKS = (
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
)
LOCAL_DOMAINS = ("localhost", "local", "lan")


def main(arguments: list[str]) -> int:
    folder, names = Path(arguments[0]), arguments[1:]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority, key = _authority(folder, names)
    if not _still_good(folder / "server.pem", names):
        _issue(folder, authority, key, names)
    sys.stdout.write(authority.fingerprint(hashes.SHA256()).hex(":").upper() + "\n")
    return 0


def _authority(
    folder: Path, names: list[str]
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """Load the authority, or make it once: phones are asked to trust it only one time."""
    key_file, file = folder / "ca.key", folder / "ca.crt"
    if key_file.is_file() and file.is_file():
        key = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
        authority = x509.load_pem_x509_certificate(file.read_bytes())
        if isinstance(key, ec.EllipticCurvePrivateKey) and _may_sign_for(authority, names):
            return authority, key
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, CA_NAME)])
    builder = _builder(name, name, key, dt.timedelta(days=365 * CA_YEARS))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signing_certificates=True), critical=True)
    builder = builder.add_extension(_limits(names), critical=True)
    own_key = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    builder = builder.add_extension(own_key, critical=False)
    authority = builder.sign(key, hashes.SHA256())
    _write_key(key_file, key)
    file.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    return authority, key


def _limits(names: list[str]) -> x509.NameConstraints:
    """What the authority may vouch for: a stolen key must not fool phones about other sites."""
    permitted: list[x509.GeneralName] = [
        x509.IPAddress(ipaddress.ip_network(network)) for network in LOCAL_NETWORKS
    ]
    permitted += [x509.DNSName(domain) for domain in LOCAL_DOMAINS]
    for name in map(_general_name, names):
        if isinstance(name, x509.IPAddress):
            permitted.append(x509.IPAddress(ipaddress.ip_network(name.value)))
        else:
            permitted.append(name)
    return x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=None)


def _may_sign_for(authority: x509.Certificate, names: list[str]) -> bool:
    held = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    return all(_permits(held.permitted_subtrees or [], _general_name(name)) for name in names)


def _permits(permitted: Iterable[x509.GeneralName], name: x509.GeneralName) -> bool:
    if isinstance(name, x509.IPAddress):
        address = ipaddress.ip_address(str(name.value))
        networks = [str(entry.value) for entry in permitted if isinstance(entry, x509.IPAddress)]
        return any(address in ipaddress.ip_network(network) for network in networks)
    domains = [entry.value for entry in permitted if isinstance(entry, x509.DNSName)]
    return any(name.value == domain or name.value.endswith("." + domain) for domain in domains)


def _issue(
    folder: Path,
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
    names: list[str],
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Anxun")])
    builder = _builder(subject, authority.subject, key, dt.timedelta(days=SERVER_DAYS))
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    for extension, critical in (
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (x509.SubjectAlternativeName([_general_name(name) for name in names]), False),
        (issuer, False),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (_usage(signing_certificates=False), True),
    ):
        builder = builder.add_extension(extension, critical=critical)
    certificate = builder.sign(authority_key, hashes.SHA256())
    _write_key(folder / "server.key", key)
    (folder / "server.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    life: dt.timedelta,
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))  # a phone's clock may be behind
        .not_valid_after(now + life)
    )


def _usage(*, signing_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signing_certificates,
        key_cert_sign=signing_certificates,
        crl_sign=signing_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _still_good(file: Path, names: list[str]) -> bool:
    if not file.is_file():
        return False
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(days=RENEW_DAYS)
    covered = all(_general_name(name) in held for name in names)
    return covered and certificate.not_valid_after_utc > soon


def _write_key(file: Path, key: ec.EllipticCurvePrivateKey) -> None:
    encoded = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(encoded)
