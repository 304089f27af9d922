"""Files as editors and shells write them, and names as keyboards type them."""

import json
import unicodedata
from pathlib import Path

import pytest

from tests.cli.here import Here, printed_by
from tests.jobs.shapes import product_named, products_named

EDITORS = {
    "utf-8, crlf": ("utf-8", "\r\n"),
    "utf-8, cr": ("utf-8", "\r"),
    "utf-8-sig, lf": ("utf-8-sig", "\n"),
    "utf-16, crlf": ("utf-16", "\r\n"),
    "utf-32, cr": ("utf-32", "\r"),
}
"""Each encoding and each end of a line, which are read one after the other."""
CAFE = "Café Größe"


def rewrite(path: Path, encoding: str, line_end: str) -> None:
    """Save a text file as another editor would."""
    text = path.read_text(encoding="utf-8").replace("\n", line_end)
    path.write_bytes(text.encode(encoding))


@pytest.mark.parametrize(("encoding", "line_end"), EDITORS.values(), ids=EDITORS)
def test_a_file_of_any_editor_can_be_read(
    here: Here, encoding: str, line_end: str
) -> None:
    product_named(here.emulator, "Web shop").name = CAFE
    assert here.run("snapshot", CAFE, "-o", "s.json").code == 0
    rewrite(Path("s.json"), encoding, line_end)
    assert here.run("verify", "s.json").code == 0
    assert here.run("plan", "s.json", "--new", "N", "-o", "p.json").code == 2
    rewrite(Path("p.json"), encoding, line_end)
    assert here.run("apply", "p.json", "--dry-run").code == 2
    organization = next(iter(here.emulator.state.organizations))
    for name in ("First", CAFE):
        call = {
            "operation": "create-product",
            "arguments": {"organization_id": str(organization)},
            "body": {"name": f"{name} {len(line_end)}"},
        }
        with Path("calls.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(call, ensure_ascii=False) + "\n\n")
        Path("body.json").write_text(
            json.dumps({"name": f"{name}, third"}, ensure_ascii=False), encoding="utf-8"
        )
    rewrite(Path("calls.jsonl"), encoding, line_end)
    done = here.run("bulk", "calls.jsonl")
    assert done.code == 0, done.text
    rewrite(Path("body.json"), encoding, line_end)
    created = ("call", "create-product", "--organization-id", str(organization))
    assert here.run(*created, "--body", "@body.json").code == 0
    for name in (f"{CAFE} {len(line_end)}", f"{CAFE}, third"):
        assert len(products_named(here.emulator, name)) == 1


@pytest.mark.parametrize("name", ["s.json", "calls.jsonl", "body.json"])
def test_a_file_that_is_not_in_the_encoding_of_its_mark_is_refused(
    here: Here, name: str
) -> None:
    Path(name).write_bytes(b"\xff\xfe\x00\xd8x")
    commands = {
        "s.json": ("verify", name),
        "calls.jsonl": ("bulk", name),
        "body.json": ("call", "update-tag", "--tag-id", "1", "--body", f"@{name}"),
    }
    done = here.run(*commands[name])
    assert done.code == 1
    assert f"{name}" in done.err
    assert "UTF-16" in done.err


@pytest.mark.parametrize(
    ("there", "typed"), [("NFC", "NFD"), ("NFD", "NFC"), ("NFC", "NFC")]
)
def test_a_name_is_found_in_any_unicode_form(
    here: Here, there: str, typed: str
) -> None:
    saved = unicodedata.normalize(there, CAFE)  # type: ignore[arg-type]
    given = unicodedata.normalize(typed, CAFE).upper()  # type: ignore[arg-type]
    state = here.emulator.state
    product = product_named(here.emulator, "Web shop")
    product.name = saved
    environments = [state.environments[one] for one in product.environment_ids]
    config = state.configs[product.config_ids[0]]
    old = environments[0].name
    environments[0].name = config.name = saved
    for organization in state.organizations.values():
        organization.name = saved
    tag = next(
        one for one in state.tags.values() if one.product_id == product.product_id
    )
    tag.name = saved
    only = ("--only", f"environment={given}", "--only", f"config={given[:3]}*")
    assert here.run("snapshot", given, "-o", "s.json").code == 0
    matrix = printed_by(here, "matrix", given, *only)
    assert matrix["environments"] == [saved]
    assert matrix["settings"] != []
    others = [one.name for one in environments[1:]]
    assert here.run("diff", given, "--environments", given, others[0]).code in (0, 2)
    promoted = ("promote", given, "--from", others[0], "--to", given, "--dry-run")
    assert here.run(*promoted, "--reason", "release").code == 2
    assert here.run("edit", given, "--add-tag", given, "--dry-run").code in (0, 2)
    plan = printed_by(here, "edit", given, "--add-tag", given, "--dry-run", code=2)
    assert "create" not in {step["action"] for step in plan["plan"]["steps"]}
    into = ("--to-organization", given, "--name", "Second", "--dry-run")
    mapped = ("--map", f"environment:{given}={old}", "--map", f"config:{given}=Other")
    plan = printed_by(here, "copy", given, *into, *mapped, code=2)
    made = {step["entity"]: step["key"] for step in plan["plan"]["steps"][::-1]}
    assert made["product"] == ["Second"]
    configs = [s["key"] for s in plan["plan"]["steps"] if s["entity"] == "config"]
    assert ["Other"] in configs


def test_a_name_with_an_equals_sign_can_be_mapped(here: Here) -> None:
    state = here.emulator.state
    product = product_named(here.emulator, "Web shop")
    state.environments[product.environment_ids[0]].name = "A=B"
    mapped = ("--map", "environment:A\\=B=C\\=D")
    plan = printed_by(
        here, "copy", "Web shop", "--name", "Second", "--dry-run", *mapped, code=2
    )
    environments = [
        one["key"] for one in plan["plan"]["steps"] if one["entity"] == "environment"
    ]
    assert ["C=D"] in environments
    second = ("copy", "Web shop", "--name", "Second")
    other = here.run(*second, "--map", "environment:A=B=C")
    assert other.code == 1
    assert "the environment 'a'" in other.err
    lacking = here.run(*second, "--map", "environment:A\\=B")
    assert lacking.code == 1
    assert "write = in a name as \\=" in lacking.err


@pytest.mark.parametrize("seconds", ["inf", "-inf", "nan", "-1", "1e300"])
def test_a_time_to_linger_is_a_finite_number(here: Here, seconds: str) -> None:
    done = here.run("copy", "Web shop", "--linger", seconds)
    assert done.code == 1
    assert "--linger" in done.err
    assert here.emulator.counts.calls.total() == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("snapshot", "Web shop", "-o", "-"),
        ("audit", "Web shop", "-o", "-"),
        ("plan", "s.json", "--new", "x", "-o", "-"),
        ("bulk", "calls", "-o", "-"),
        ("bulk", "calls", "--journal", "-"),
        ("apply", "p.json", "--journal", "-"),
        ("apply", "p.json", "--report", "-"),
        ("apply", "p.json", "--html", "-"),
        ("matrix", "Web shop", "--html", "-"),
        ("diff", "Web shop", "Web shop", "--html", "-"),
        ("emulate", "--state", "-"),
        ("import", "launchdarkly", "--project", "shop", "--export", "-"),
    ],
    ids=" ".join,
)
def test_a_dash_does_not_become_a_file(here: Here, arguments: tuple[str, ...]) -> None:
    done = here.run(*arguments)
    assert done.code == 1
    assert "this option cannot write to standard output" in done.err
    assert list(here.folder.iterdir()) == []
    assert here.emulator.counts.calls.total() == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("copy", "Web shop", "--name", "Second", "--job", ""),
        ("backup", "-o", ""),
        ("snapshot", "Web shop", "-o", ""),
        ("restore", ""),
        ("restore-organization", "", "--to-organization", "x"),
        ("apply", "p.json", "--report", ""),
    ],
    ids=" ".join,
)
def test_an_empty_path_is_not_the_current_folder(
    here: Here, arguments: tuple[str, ...]
) -> None:
    done = here.run(*arguments)
    assert done.code == 1
    assert ": it is empty" in done.err
    assert list(here.folder.iterdir()) == []
    assert here.emulator.counts.calls.total() == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("copy", "Web shop", "--name", "\udcdcnew", "--yes"),
        ("edit", "Web shop", "--add-tag", "new\udce4", "--yes"),
        ("requests", "list", "Web shop", "--profile", "\udce4"),
        ("import", "launchdarkly", "--project", "\udce4"),
    ],
    ids=["copy", "edit", "requests", "import"],
)
def test_bytes_that_are_no_text_are_refused_before_anything_is_planned(
    here: Here, arguments: tuple[str, ...]
) -> None:
    done = here.run(*arguments)
    assert done.code == 1
    assert "cannot be read in the encoding of this locale, utf-8" in done.err
    assert list(here.folder.iterdir()) == []
    assert here.emulator.counts.calls.total() == 0
