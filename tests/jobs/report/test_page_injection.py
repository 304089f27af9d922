"""No name or text changes the structure of a page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configcat_mgmt.jobs.report.page import Page, render_html
from configcat_mgmt.texts import visible
from tests.hypothesis_profiles import examples
from tests.jobs.report.html_reading import Element, read_html
from tests.jobs.report.samples import PAGE, with_texts

NASTY = (
    "<script>document.title='owned'</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "' onmouseover='alert(1)",
    "</title></style></script></svg></table><h1>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "https://a.example/\"onclick=alert(1) x=\"",
    "{{ 7 * 7 }}{% include 'page.css' %}{# #}",
    "<!--", "-->", "]]>", "<![CDATA[", "&lt;b&gt;&#60;b&#62;",
    "} * { display: none } /*",
    "M0 0h1\"/><path d=\"",
    "`${alert(1)}`",
)  # fmt: skip


@pytest.fixture(scope="module")
def harmless() -> Element:
    return read_html(render_html(with_texts(PAGE, "harmless {}".format)))


@pytest.mark.parametrize("text", NASTY)
def test_a_text_in_every_place_adds_no_element_and_no_attribute(
    text: str, harmless: Element
) -> None:
    nasty = with_texts(PAGE, lambda number: f"{text} {number}")
    root = read_html(render_html(nasty))
    assert without_links(root) == without_links(harmless)


@pytest.mark.parametrize("text", NASTY)
def test_a_text_is_shown_as_it_is(text: str) -> None:
    page = with_texts(PAGE, lambda number: f"{text} {number}.")
    shown = read_html(render_html(page)).text
    seen = [number for number in range(200) if f"{text} {number}." in shown]
    assert len(seen) > 80


@examples(40)
@given(
    st.text(
        st.characters() | st.sampled_from("<>&\"'`/={}%#\n\u202e\ud800"), max_size=30
    )
)
def test_no_text_at_all_adds_anything(text: str) -> None:
    harmless = read_html(render_html(with_texts(PAGE, "harmless {}".format)))
    html = render_html(with_texts(PAGE, lambda number: f"{text} {number}"))
    html.encode("utf-8")
    assert without_links(read_html(html)) == without_links(harmless)


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JAVASCRIPT:alert(1)", " https://a.example", "//a.example",
     "data:text/html,x", "file:///etc/passwd", "ftp://a.example", "https:alert(1)"],
)  # fmt: skip
def test_only_web_addresses_become_links(address: str) -> None:
    assert links(with_texts(PAGE, lambda _: address)) == []


def test_a_web_address_becomes_a_link_that_tells_nobody_where_it_stands() -> None:
    address = 'https://a.example/?a=1&b="<x>"'
    (link,) = links(with_texts(PAGE, lambda _: address))
    assert link.attributes == {"href": address, "rel": "noopener noreferrer"}


def test_what_cannot_be_seen_is_made_visible() -> None:
    hidden = "a\x00b\x1b[31mc\u202ed\u200be\ufefff\ud800g\u2066h\u0085"
    html = render_html(with_texts(PAGE, lambda _: hidden))
    assert (
        "a\\u0000b\\u001b[31mc\\u202ed\\u200be\\ufefff\\ud800g\\u2066h\\u0085" in html
    )
    assert visible(html) == html


def test_what_is_foreign_stays_as_it_is_written() -> None:
    text = "größer 更大 אבג 👩‍💻 e\u0301"
    assert text in render_html(with_texts(PAGE, lambda _: text))


def links(page: Page) -> list[Element]:
    """Return the links out of a page."""
    found = read_html(render_html(page)).all("a")
    return [one for one in found if not (one.attributes["href"] or "").startswith("#")]


def without_links(root: Element) -> list[str]:
    """Return the outline of a page; the one address in it may be a link or none."""
    return [line for line in root.outline() if "noreferrer" not in line]
