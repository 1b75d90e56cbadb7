"""A certificate authority of the data folder's own, and the certificate with which ``up --tls`` answers.

The authority can vouch for nothing but this machine and the allowed hosts (name constraints), so that trusting it gives
little away. Its key stays in the data folder, readable by its owner alone. Keys are the one thing that does not come from
the seed: who knows the seed must not know them. Validity is real time, not the sandbox's: browsers judge by theirs.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_ALWAYS = ("localhost", "127.0.0.1", "::1")
_AUTHORITY_DAYS, _SERVER_DAYS = 3650, 365
_RENEW_DAYS = 30
_SKEW = timedelta(days=1)
_OWNER_ONLY, _READABLE = 0o600, 0o644
Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class CertificateFiles:
    """``ca`` is what clients trust; ``server`` holds the server's key and certificate."""

    ca: Path
    server: Path


@dataclass(frozen=True)
class _Issued:
    certificate: x509.Certificate
    key: Key


def ensure_certificates(folder: Path, allowed_hosts: Iterable[str], now: datetime) -> CertificateFiles:
    """The files in ``folder``, made or renewed where that is needed: missing, damaged, near their end, for other hosts.

    The authority stays the same as long as it can, since people have told their programs to trust it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    names = [*_ALWAYS, *sorted({host.strip("[]").rstrip(".").lower() for host in allowed_hosts} - {*_ALWAYS, "*"})]
    hosts = [_general_name(name) for name in names]
    files = CertificateFiles(folder / "ca.pem", folder / "server.pem")
    authority = _load(files.ca, folder / "ca-key.pem")
    if authority is None or not _may_vouch(authority.certificate, hosts, now):
        authority = _make_authority(hosts, now)
        _write(folder / "ca-key.pem", _key_text(authority.key), _OWNER_ONLY)
        _write(files.ca, authority.certificate.public_bytes(Encoding.PEM), _READABLE)
    server = _load(files.server, files.server)
    if server is None or not _is_good(server.certificate, authority.certificate, hosts, now):
        server = _make_server(authority, hosts, now)
        _write(files.server, _key_text(server.key) + server.certificate.public_bytes(Encoding.PEM), _OWNER_ONLY)
    return files


def _make_authority(hosts: list[x509.GeneralName], now: datetime) -> _Issued:
    key = ec.generate_private_key(ec.SECP256R1())
    serial = x509.random_serial_number()
    name = _name(f"Flouci Sandbox on this machine ({serial:x}"[:52] + ")")
    builder = (
        _builder(name, name, key, now, _AUTHORITY_DAYS)
        .serial_number(serial)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs=True), critical=True)
        .add_extension(x509.NameConstraints([_as_constraint(host) for host in hosts], None), critical=True)
    )
    return _Issued(builder.sign(key, SHA256()), key)


def _make_server(authority: _Issued, hosts: list[x509.GeneralName], now: datetime) -> _Issued:
    key, issuer = ec.generate_private_key(ec.SECP256R1()), authority.certificate
    issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    builder = (
        _builder(_name("localhost"), issuer.subject, key, now, _SERVER_DAYS)
        .serial_number(x509.random_serial_number())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .add_extension(issuer_key, critical=False)
    )
    return _Issued(builder.sign(authority.key, SHA256()), key)


def _builder(subject: x509.Name, issuer: x509.Name, key: Key, now: datetime, days: int) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _key_usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _may_vouch(authority: x509.Certificate, hosts: list[x509.GeneralName], now: datetime) -> bool:
    """Whether it outlives the certificates that it signs, and is allowed to name all of the hosts."""
    try:
        permitted = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    except x509.ExtensionNotFound:
        return False
    lasts = authority.not_valid_after_utc > now + timedelta(days=_SERVER_DAYS)
    return (
        lasts and authority.not_valid_before_utc <= now and {_as_constraint(host) for host in hosts} <= set(permitted)
    )


def _is_good(
    server: x509.Certificate, authority: x509.Certificate, hosts: list[x509.GeneralName], now: datetime
) -> bool:
    try:
        server.verify_directly_issued_by(authority)
        named = list(server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    lasts = server.not_valid_after_utc > now + timedelta(days=_RENEW_DAYS)
    return lasts and server.not_valid_before_utc <= now and named == hosts


def _load(certificate_file: Path, key_file: Path) -> _Issued | None:
    """None when something is missing or damaged, or the two do not belong together."""
    try:
        certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
        key = load_pem_private_key(key_file.read_bytes(), None)
        own, certified = (
            each.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            for each in (key.public_key(), certificate.public_key())
        )
    except (OSError, ValueError, TypeError):
        return None
    return _Issued(certificate, key) if isinstance(key, ec.EllipticCurvePrivateKey) and own == certified else None


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _as_constraint(host: x509.GeneralName) -> x509.GeneralName:
    return x509.IPAddress(ip_network(host.value)) if isinstance(host, x509.IPAddress) else host


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _key_text(key: Key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(file: Path, content: bytes, mode: int) -> None:
    """The old file or the new one, never a part; never readable by others for a moment."""
    draft = file.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as opened:
        opened.write(content)
    draft.replace(file)
