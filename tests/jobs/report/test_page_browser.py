"""The page in a real browser: offline, by day and night, on paper, and under attack."""

import re
import zlib
from pathlib import Path

import attrs
import pytest

from configcat_mgmt.jobs.applying.report import RequestState
from configcat_mgmt.jobs.model.plan import Issue
from configcat_mgmt.jobs.report.page import Page, render_html, save_html
from configcat_mgmt.jobs.report.tables import ReportTable
from configcat_mgmt.jobs.report.value_changes import ValueChange
from tests.jobs.report.browser import find_browser, open_page
from tests.jobs.report.html_reading import read_html
from tests.jobs.report.samples import MATRIX, PAGE, PLAN, START, with_texts

OWNED = "document.documentElement.id='owned'"
ATTACKS = (
    f"<script>{OWNED}</script>",
    f'<img src="x" onerror="{OWNED}">',
    f'"><svg onload="{OWNED}">',
    f'\'><img src=x onerror="{OWNED}">',
    f"</style><script>{OWNED}</script>",
    f"</script><script>{OWNED}</script>",
    f"javascript:{OWNED}",
    "<img src='https://a.example/spy.png'>",
    "<link rel=stylesheet href='https://a.example/spy.css'>",
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "page.html"


def page_under_attack() -> Page:
    """Return a page with an attack in every place."""
    return with_texts(PAGE, lambda number: ATTACKS[number % len(ATTACKS)])


def is_owned(dom: str) -> bool:
    """Whether a script of an attack has run."""
    return 'id="owned"' in dom


def test_a_page_under_attack_opens_offline_without_a_complaint(
    place: Path, tmp_path: Path
) -> None:
    save_html(page_under_attack(), place)
    visit = open_page(place, tmp_path / "profile", "--dump-dom")
    assert not is_owned(visit.dom)
    assert visit.console == visit.requests == []
    root = read_html(visit.dom)
    assert root.all("img") == root.all("link") == []
    assert len(root.all("script")) == 1
    # The page's own script has run, and its own style is in force.
    assert "hidden" not in root.one("filter").attributes


def test_the_attacks_do_succeed_where_nothing_is_escaped(
    place: Path, tmp_path: Path
) -> None:
    place.write_text(f"<!doctype html><p>{''.join(ATTACKS)}", encoding="utf-8")
    visit = open_page(place, tmp_path / "profile", "--dump-dom")
    assert is_owned(visit.dom)
    assert visit.requests == ["https://a.example/spy.png", "https://a.example/spy.css"]


def test_even_without_escaping_the_policy_stops_them(
    place: Path, tmp_path: Path
) -> None:
    html = render_html(PAGE)
    broken = html.replace("<main>", f"<main>{''.join(ATTACKS)}")
    assert broken != html
    place.write_text(broken, encoding="utf-8")
    visit = open_page(place, tmp_path / "profile", "--dump-dom")
    assert not is_owned(visit.dom)
    assert any("Content Security Policy" in line for line in visit.console)
    assert visit.requests == []


def test_day_and_night_look_different(place: Path, tmp_path: Path) -> None:
    save_html(PAGE, place)
    shades = []
    for scheme in (0, 1):
        picture = tmp_path / f"{scheme}.png"
        open_page(
            place,
            tmp_path / "profile",
            f"--blink-settings=preferredColorScheme={scheme}",
            "--window-size=800,600",
            f"--screenshot={picture}",
        )
        shades.append(shade(picture.read_bytes()))
    dark, light = shades
    assert dark < 50
    assert light > 200


def test_it_prints_on_paper_with_everything_on_it(place: Path, tmp_path: Path) -> None:
    save_html(PAGE, place)
    paper = tmp_path / "page.pdf"
    open_page(place, tmp_path / "profile", f"--print-to-pdf={paper}")
    pdf = paper.read_bytes()
    assert pdf.startswith(b"%PDF-")
    boxes = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf))
    upright = {float(width) < float(height) for width, height in boxes}
    # The matrix lies on its side, because it is wide.
    assert upright == {True, False}


def test_a_narrow_screen_needs_no_sideways_scrolling(
    place: Path, tmp_path: Path
) -> None:
    title = "import: Main Config in Production [f49e3f7d]"
    request = RequestState("Main Config", "Production", 1_532_575_027, title, "open")
    report = attrs.evolve(PAGE.report, requests=(request,))
    measured = with_script(
        render_html(attrs.evolve(PAGE, report=report)),
        """
        const cells = [...document.querySelectorAll(".stack tbody :is(th, td)")];
        const tight = cells.filter((one) => one.scrollWidth > one.clientWidth);
        const beside = cells.filter((one) => getComputedStyle(one).display != "block");
        const wider = document.documentElement.scrollWidth - innerWidth;
        document.body.style.width = "360px";
        const scrolled = [...document.querySelectorAll(".scroll")]
            .filter((one) => one.scrollWidth > one.clientWidth)
            .map((one) => one.closest("section").id);
        const counts = [wider, tight.length, beside.length, cells.length > 9];
        document.title = [...counts, ...scrolled].join();
        """,
    )
    place.write_text(measured, encoding="utf-8")
    visit = open_page(
        place, tmp_path / "profile", "--dump-dom", "--window-size=420,900"
    )
    # Columns of numbers, bars and environments are compared, so they stay columns.
    (found,) = re.findall("<title>(.*)</title>", visit.dom)
    assert found == "0,0,0,true,summary,timeline,matrix"


def test_no_name_wraps_that_a_line_can_hold(place: Path, tmp_path: Path) -> None:
    names = ["--delete", *(f"key-{'x' * n}-end" for n in range(8))]
    cause = f"They stay: {', '.join([*names, 'long-' * 99])}."
    rule = f"IF user-email IS ONE OF [{', '.join(names)}] THEN ON"
    page = Page(
        title="Names",
        generated_at=START,
        plan=PLAN,
        undo="old-job/target.json",
        issues=(Issue("CC404", "note", "Tags", cause, "Pass --delete, or --exclude."),),
        changes=(ValueChange("Main", "new-key", "Production", (), (rule,)),),
        tables=(ReportTable("Keys", ("Keys",), ((", ".join(names),),)),),
    )
    measured = with_script(
        render_html(page),
        """
        const wrapped = new Set();
        let count = 0;
        for (let width = 300; width < 420; width += 7) {
            document.body.style.width = `${width}px`;
            for (const one of document.querySelectorAll("p, th")) {
                for (const found of one.textContent.matchAll(/[\\w-]+-\\w+/g)) {
                    const range = document.createRange();
                    range.setStart(...place(one, found.index + 1, -1));
                    range.setEnd(...place(one, found.index + found[0].length, 0));
                    const tops = [...range.getClientRects()].map((box) => box.top);
                    const isShort = found[0].length < 20;
                    if (isShort && new Set(tops).size > 1) wrapped.add(found[0]);
                    count += isShort;
                }
            }
        }
        function place(root, index, back) {
            const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
            for (let text; (text = texts.nextNode()); index -= text.length)
                if (index <= text.length) return [text, index + back];
        }
        const wider = document.documentElement.scrollWidth - innerWidth;
        document.title = [[...wrapped].join(" "), count > 500, wider].join();
        """,
    )
    place.write_text(measured, encoding="utf-8")
    visit = open_page(place, tmp_path / "profile", "--dump-dom")
    assert re.findall("<title>(.*)</title>", visit.dom) == [",true,0"]


def test_a_long_word_of_a_flag_has_room_in_a_narrow_matrix(
    place: Path, tmp_path: Path
) -> None:
    rows = tuple(
        attrs.evolve(one, key="billing_recommendations") for one in MATRIX.rows
    )
    page = Page(
        title="Flags", generated_at=START, matrix=attrs.evolve(MATRIX, rows=rows)
    )
    script = """
        document.body.style.width = "390px";
        const name = document.querySelector("#matrix tbody [scope=row]").firstChild;
        const range = document.createRange();
        range.selectNode(name.nextSibling.nextSibling);
        document.title = [range.toString(), range.getClientRects().length].join();
    """
    place.write_text(with_script(render_html(page), script), encoding="utf-8")
    flags = ("--dump-dom", "--window-size=420,900")
    visit = open_page(place, tmp_path / "profile", *flags)
    assert "<title>recommendations,1</title>" in visit.dom


def test_flags_are_found_by_name_and_by_what_is_special_about_them(
    place: Path, tmp_path: Path
) -> None:
    page = Page(title="Flags", generated_at=START, matrix=MATRIX)
    script = """
        const shown = () => [...document.querySelectorAll("#flags tbody tr")]
            .filter((row) => row.checkVisibility())
            .map((row) => row.cells[0].textContent).join();
        const seen = [shown()];
        const set = (id, name, value) => {
            document.getElementById(id)[name] = value;
            document.getElementById("filter").dispatchEvent(new Event("input"));
            seen.push(shown());
        };
        set("find", "value", " FLA");
        set("find", "value", "");
        set("only-differs", "checked", true);
        set("only-stale", "checked", true);
        set("only-differs", "checked", false);
        document.title = seen.join(" | ");
    """
    place.write_text(with_script(render_html(page), script), encoding="utf-8")
    visit = open_page(place, tmp_path / "profile", "--dump-dom")
    everything = "Main,flagThe flag,split,Other,text"
    first = "Main,flagThe flag"
    assert re.findall("<title>(.*)</title>", visit.dom) == [
        " | ".join([everything, first, everything, first, "", "Other,text"])
    ]


def test_a_missing_browser_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CHROMIUM", raising=False)
    with pytest.raises(AssertionError, match="apt-get install chromium"):
        find_browser()


def with_script(html: str, script: str) -> str:
    """Return a page with a script at its end, which its policy would not allow."""
    open_to_all = re.sub(r'content="default-src[^"]*"', 'content=""', html)
    assert open_to_all != html
    return f"{open_to_all}<script>{{{script}}}</script>"


def shade(png: bytes) -> float:
    """Return how bright the corner at the top left of a picture is, 0 to 255."""
    data = b"".join(
        png[
            found.end() : found.end()
            + int.from_bytes(png[found.start() - 4 : found.start()], "big")
        ]
        for found in re.finditer(rb"IDAT", png)
    )
    # The first dot of a picture is stored as it is, after the kind of filter.
    red, green, blue = zlib.decompressobj().decompress(data, 4)[1:4]
    return (red + green + blue) / 3
