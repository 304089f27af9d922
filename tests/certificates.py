"""A self-signed certificate for test servers; it protects nothing."""

import ssl
import textwrap
from pathlib import Path

_CERTIFICATE = (
    "MIIBfjCCASOgAwIBAgIBATAKBggqhkjOPQQDAjAXMRUwEwYDVQQDDAx0ZXN0IHNlcnZpY2Uw"
    "IBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBcxFTATBgNVBAMMDHRlc3Qgc2Vy"
    "dmljZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABAZ8rJbv1ueg4IsJJ/UH4gjAAUX0Zh/0"
    "7vAK+gC98cfUwk5QVi8WqbQS2mCXZXft7XbTLziUwmmgWIoH5T02+MOjXjBcMBoGA1UdEQQT"
    "MBGHBH8AAAGCCWxvY2FsaG9zdDAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB/wQEAwIChDAd"
    "BgNVHQ4EFgQUa/2SiWjoKIeQCGMLgW6o4bwvMu0wCgYIKoZIzj0EAwIDSQAwRgIhALsTldJB"
    "zI1ErDhTkMGa009Wx1Kego8i2t1lCLtc8Y+vAiEAnm8dppe9AQb0Lnc2OkBkQw8e6MZ+nYo9"
    "2KgXlrog3aA="
)
"""For 127.0.0.1 and localhost, from 2020 to 2120."""

_KEY = (
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQge27HPU2nBkx2C/7qsy960qt+"
    "SPcwzJn9tk09AWsBUVOhRANCAAQGfKyW79bnoOCLCSf1B+IIwAFF9GYf9O7wCvoAvfHH1MJO"
    "UFYvFqm0Etpgl2V37e120y84lMJpoFiKB+U9NvjD"
)


def _pem(label: str, text: str) -> str:
    lines = ["-----BEGIN " + label + "-----", *textwrap.wrap(text, 64)]
    return "\n".join([*lines, "-----END " + label + "-----", ""])


def server_context(folder: Path) -> ssl.SSLContext:
    """Return a context for a server; `folder` takes the files that `ssl` wants."""
    path = folder / "server.pem"
    text = _pem("CERTIFICATE", _CERTIFICATE) + _pem("PRIVATE KEY", _KEY)
    path.write_text(text, encoding="ascii")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return context


def trusting_context() -> ssl.SSLContext:
    """Return a context for a client that knows the certificate."""
    return ssl.create_default_context(cadata=_pem("CERTIFICATE", _CERTIFICATE))
