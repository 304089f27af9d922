"""Checks that the export of a million audit log entries keeps its memory flat.

A process of its own answers on a real socket with pages of entries that it makes up, as
the emulator keeps fewer entries.

Run in a checkout that is installed with `pip install -e .`:
    python -m benchmarks.audit_export [entries]
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from aiohttp import web

from benchmarks.timing import MIB, report, resident
from configcat_mgmt import AsyncManagementClient, Options
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.jobs import AuditForm, AuditQuery, export_audit_log

ENTRIES: Final = 1_000_000
PAGE: Final = 100
BEGINNING: Final = 10_000
"""Entries after which memory has to be flat."""
MOST_MIB: Final = 10
PRODUCT: Final = UUID(int=7)


async def sample() -> tuple[bytes, bytes]:
    """Return a product and an entry of its audit log as the emulator answers them."""
    async with (
        Emulator(rate_policy=None) as emulator,
        AsyncManagementClient(
            emulator.username,
            emulator.password,
            base_url=emulator.base_url,
            options=Options(limits=None),
        ) as client,
    ):
        (number,) = emulator.seed(products=1, flags=1)
        product = await client.call("get-product", product_id=number)
        page = await client.call("get-auditlogs-v2", product_id=number, page_size=1)
    entry = page["data"][0]  # type: ignore[index, call-overload]
    entry["auditLogId"] = 1234567890
    return (
        json.dumps({**product, "productId": str(PRODUCT)}).encode(),  # type: ignore[dict-item]
        json.dumps(entry).encode(),
    )


def serve(entries: int, product: bytes, entry: bytes) -> None:
    """Answer with pages of numbered entries until the process ends."""
    before, after = entry.split(b"1234567890")
    pages = -(-entries // PAGE)

    async def read_product(_: web.Request) -> web.Response:
        return web.Response(body=product, content_type="application/json")

    async def read_page(request: web.Request) -> web.Response:
        page = int(request.query.get("pageNumber", "1"))
        first = entries - (page - 1) * PAGE
        numbers = range(first, max(first - PAGE, 0), -1)
        paging = {
            "currentPage": page,
            "totalPages": pages,
            "pageSize": PAGE,
            "totalCount": entries,
            "hasPrevious": page > 1,
            "hasNext": page < pages,
        }
        body = b'{"paging": %b, "data": [%b]}' % (
            json.dumps(paging).encode(),
            b",".join(before + b"%d" % number + after for number in numbers),
        )
        return web.Response(body=body, content_type="application/json")

    async def main() -> None:
        app = web.Application()
        app.router.add_get(f"/v1/products/{PRODUCT}", read_product)
        app.router.add_get(f"/v2/products/{PRODUCT}/auditlogs", read_page)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        print(runner.addresses[0][1], flush=True)
        await asyncio.Event().wait()

    asyncio.run(main())


async def export(entries: int, url: str, form: AuditForm, folder: Path) -> None:
    """Export all entries and report the memory."""
    began = time.perf_counter()
    start = flat = most = resident()

    def measure(written: int, _: int | None) -> None:
        nonlocal flat, most
        most = max(most, resident())
        if written <= BEGINNING:
            flat = most

    query = AuditQuery(product=PRODUCT, until=datetime.now(UTC))
    path = folder / f"audit.{form}"
    async with AsyncManagementClient(
        "user", "password", base_url=url, options=Options(limits=None)
    ) as client:
        made = await export_audit_log(client, query, path, form=form, progress=measure)
    with path.open("rb") as file:
        lines = sum(1 for _ in file)
    report(
        "audit export",
        form=form,
        entries=made.count,
        lines=lines,
        mib_of_file=round(path.stat().st_size / MIB),
        mib_of_beginning=round((flat - start) / MIB, 1),
        mib_more_after=round((most - flat) / MIB, 1),
        most_mib=MOST_MIB,
        seconds=round(time.perf_counter() - began),
    )
    assert made.count == entries == lines - (form == "csv")
    assert most - flat <= MOST_MIB * MIB


def main(entries: int) -> None:
    """Export in both forms."""
    product, entry = asyncio.run(sample())
    arguments = ["--serve", str(entries), product.decode(), entry.decode()]
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.audit_export", *arguments],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        url = f"http://127.0.0.1:{server.stdout.readline().strip()}"
        with tempfile.TemporaryDirectory() as folder:
            for form in ("jsonl", "csv"):
                asyncio.run(export(entries, url, form, Path(folder)))
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(int(sys.argv[2]), sys.argv[3].encode(), sys.argv[4].encode())
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES)
