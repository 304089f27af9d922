"""Tests of the buffer that bounds and unpacks the body of an answer."""

import gzip
import tracemalloc
import zlib

import pytest

from configcat_mgmt.core.http.body import PIECE_BYTES, BodyBuffer

MIB = 2**20
TEXT = b'{"name": "blue"}' * 100


def read(encoding: str, *chunks: bytes, limit: int = MIB) -> BodyBuffer:
    """Feed chunks as the transport does, until there is a problem."""
    body = BodyBuffer(encoding, limit)
    for chunk in chunks:
        if body.problem is None:
            body.feed(chunk)
    body.end()
    return body


def raw_deflate(text: bytes, level: int = 9) -> bytes:
    packer = zlib.compressobj(level, wbits=-zlib.MAX_WBITS)
    return packer.compress(text) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "wire"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("x-gzip", gzip.compress(TEXT, mtime=0)),
        (" GZip ", gzip.compress(TEXT, mtime=0)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", raw_deflate(TEXT)),
        ("deflate", raw_deflate(TEXT, level=0)),
        (
            "gzip",
            gzip.compress(TEXT[:700], mtime=0) + gzip.compress(TEXT[700:], mtime=0),
        ),
        ("gzip", gzip.compress(TEXT, mtime=0) + gzip.compress(b"", mtime=0) * 3),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_a_body_comes_out_the_same_however_it_is_cut(
    encoding: str,
    wire: bytes,
    size: int,
) -> None:
    chunks = [wire[i : i + size] for i in range(0, len(wire), size)]
    body = read(encoding, *chunks)
    assert (body.problem, body.too_large) == (None, False)
    assert body.content() == TEXT


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate"])
def test_an_absent_body_is_not_a_problem(encoding: str) -> None:
    body = read(encoding)
    assert body.problem is None
    assert body.content() == b""


@pytest.mark.parametrize("length", [1, 10, 30])
def test_a_compressed_body_that_breaks_off_is_noticed(length: int) -> None:
    body = read("gzip", gzip.compress(TEXT, mtime=0)[:length])
    assert body.problem == "the compressed body broke off"


@pytest.mark.parametrize(
    ("encoding", "wire"),
    [
        ("gzip", gzip.compress(TEXT, mtime=0) + gzip.compress(TEXT, mtime=0)[:-1]),
        ("gzip", gzip.compress(TEXT, mtime=0) + b"\x1f"),
        ("deflate", raw_deflate(TEXT)[:-1]),
        ("deflate", b"\x78"),
    ],
)
@pytest.mark.parametrize("size", [1, 100_000])
def test_a_second_member_or_raw_deflate_that_breaks_off_is_noticed(
    encoding: str,
    wire: bytes,
    size: int,
) -> None:
    chunks = [wire[i : i + size] for i in range(0, len(wire), size)]
    assert read(encoding, *chunks).problem == "the compressed body broke off"


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_members_together_stay_below_the_limit(size: int) -> None:
    wire = gzip.compress(TEXT, mtime=0) * 3
    chunks = [wire[i : i + size] for i in range(0, len(wire), size)]
    assert read("gzip", *chunks, limit=3 * len(TEXT)).content() == TEXT * 3
    assert read("gzip", *chunks, limit=3 * len(TEXT) - 1).too_large


def test_a_body_that_is_not_compressed_as_declared_is_noticed() -> None:
    broken = bytearray(gzip.compress(TEXT, mtime=0))
    broken[-6] ^= 1
    for wire in (b"plain text", b"\x1f\x8b\x08" + b"\xff" * 30, bytes(broken)):
        body = read("gzip", wire)
        assert body.problem == "the compressed body cannot be decompressed"


def test_an_encoding_that_was_not_asked_for_is_not_guessed() -> None:
    body = read("br, " + "x" * 1000, b"whatever")
    assert body.problem is not None
    assert body.problem.startswith("its encoding 'br, xxx")
    assert len(body.problem) < 100
    assert body.content() == b""


@pytest.mark.parametrize("encoding", ["", "gzip"])
@pytest.mark.parametrize("length", [2000, PIECE_BYTES, 3 * PIECE_BYTES + 1])
def test_the_limit_itself_is_allowed_and_one_byte_more_is_not(
    encoding: str,
    length: int,
) -> None:
    text = bytes(length)
    wire = gzip.compress(text, mtime=0) if encoding else text
    assert read(encoding, wire, limit=length).content() == text
    body = read(encoding, wire, limit=length - 1)
    assert body.too_large
    assert body.problem == (
        f"the body is larger than {length - 1} bytes (max_response_bytes)"
    )
    assert body.content() == b""


def test_a_bomb_takes_no_more_memory_than_the_limit() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    wire = b"".join(packer.compress(bytes(MIB)) for _ in range(200)) + packer.flush()
    tracemalloc.start()
    body = read("gzip", wire, limit=4 * MIB)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert body.too_large
    assert most < 4.8 * MIB


def test_data_after_a_compressed_body_is_not_kept() -> None:
    body = BodyBuffer("gzip", MIB)
    body.feed(gzip.compress(TEXT, mtime=0) + b"x")
    assert body.problem == "more data follows the compressed body"
    late = BodyBuffer("gzip", MIB)
    late.feed(gzip.compress(TEXT, mtime=0))
    assert late.problem is None
    late.feed(b"x")
    assert late.problem == "more data follows the compressed body"
