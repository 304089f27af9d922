"""Code references."""

from tests.emulator.shop import Shop
from tests.schema import Json


def report(shop: Shop, setting: int, branch: str = "main", **rest: Json) -> Json:
    reference = {
        "file": "a.py",
        "preLines": [{"lineText": "before", "lineNumber": 1}],
        "referenceLine": {"lineText": "flag", "lineNumber": 2},
    }
    return {
        "configId": shop.v2,
        "repository": "repo",
        "branch": branch,
        "flagReferences": [{"settingId": setting, "references": [reference]}],
        **rest,
    }


async def branches(shop: Shop, setting: int) -> list[str]:
    found = await shop.wire.ok(
        "get-references-for-feature-flag-or-setting", settingId=setting
    )
    return [one["branch"] for one in found]


async def test_code_references_are_uploaded_and_read(shop: Shop) -> None:
    flag = await shop.setting()
    sent = report(shop, flag, commitHash="abc", uploader="me")
    answer = await shop.wire.call("upload-references", sent)
    assert (answer.status, answer.body) == (200, b"")
    (found,) = await shop.wire.ok(
        "get-references-for-feature-flag-or-setting", settingId=flag
    )
    assert (found["repository"], found["commitHash"]) == ("repo", "abc")
    assert found["references"] == [
        {
            "file": "a.py",
            "fileUrl": None,
            "preLines": [{"lineText": "before", "lineNumber": 1}],
            "postLines": [],
            "referenceLine": {"lineText": "flag", "lineNumber": 2},
        }
    ]


async def test_a_new_report_replaces_the_old_one_and_stale_branches(shop: Shop) -> None:
    wire = shop.wire
    flag = await shop.setting()
    for branch in ("main", "dev", "old"):
        await wire.ok("upload-references", report(shop, flag, branch))
    other = report(shop, flag, "old", repository="other")
    await wire.ok("upload-references", other)
    assert await branches(shop, flag) == ["main", "dev", "old", "old"]
    sent = report(shop, flag, "main", activeBranches=["main", "dev"])
    await wire.ok("upload-references", sent)
    assert await branches(shop, flag) == ["dev", "old", "main"]


async def test_reports_are_deleted_by_repository_branch_or_setting(shop: Shop) -> None:
    wire = shop.wire
    flag, other = await shop.setting("flag"), await shop.setting("other")
    for branch in ("main", "dev"):
        sent = report(shop, flag, branch)
        sent["flagReferences"] += report(shop, other)["flagReferences"]
        await wire.ok("upload-references", sent)
    where = {"configId": shop.v2, "repository": "repo"}
    body = {**where, "branch": "dev", "settingId": flag}
    await wire.ok("delete-reference-reports", body)
    assert await branches(shop, flag) == ["main"]
    assert await branches(shop, other) == ["main", "dev"]
    await wire.ok("delete-reference-reports", {**where, "branch": "main"})
    assert await branches(shop, other) == ["dev"]
    body = {**where, "repository": "unknown"}
    await wire.ok("delete-reference-reports", body)
    await wire.ok("delete-reference-reports", where)
    assert await branches(shop, other) == []


async def test_reports_are_about_settings_of_their_config(shop: Shop) -> None:
    old = await shop.setting("old", config=shop.v1)
    messages = await shop.wire.refused("upload-references", report(shop, old))
    assert list(messages) == ["flagReferences[0].settingId"]
    nowhere = report(shop, old, configId=shop.product)
    messages = await shop.wire.refused("upload-references", nowhere)
    assert list(messages) == ["configId"]
