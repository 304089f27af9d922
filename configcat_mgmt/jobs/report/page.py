"""Plans, reports, changes and flags as one self-contained HTML file.

The page loads nothing and is readable without its script. The templates escape every
text, so the name of a flag stays text, and the page's content security policy forbids
everything else.
"""

import base64
import hashlib
import os
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.files import write_private
from configcat_mgmt.jobs.applying.report import Report
from configcat_mgmt.jobs.compare.differences import Difference
from configcat_mgmt.jobs.model.plan import Issue, Plan, Target
from configcat_mgmt.jobs.planning.estimate import PER_MINUTE, PER_SECOND
from configcat_mgmt.jobs.report import cells, view
from configcat_mgmt.jobs.report.charts import charts_of
from configcat_mgmt.jobs.report.matrix import Matrix
from configcat_mgmt.jobs.report.plan_changes import EntityChange
from configcat_mgmt.jobs.report.tables import ReportTable
from configcat_mgmt.jobs.report.timeline import timeline_of
from configcat_mgmt.jobs.report.value_changes import ValueChange
from configcat_mgmt.texts import counted, ends_of, moment_text, visible
from configcat_mgmt.version import __version__

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from configcat_mgmt.jobs.snapshotting.stale import StaleReport

MOST_ROWS: Final = 2_000
"""Most rows of a list; the page counts the other rows. It never cuts the matrix."""
MOST_CHARACTERS: Final = 600
"""Most characters of a text, such as a value or a rule."""

_NAME_BREAKS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[_.\-/])(?=\w)")
"""Places where a name may wrap that is longer than a line."""

_STYLE: Final = "page.css"
_SCRIPT: Final = "page.js"


def _aware(_: object, __: object, moment: datetime) -> None:
    if moment.tzinfo is None:
        raise ConfigurationError("the time of a page needs a time zone")


@attrs.frozen
class Section:
    """A section of a page, for the navigation at its top."""

    id: str
    title: str
    count: int | None = None
    tone: view.Tone = "note"


@attrs.frozen(kw_only=True)
class Page:
    """The content of a page; a part that is None has no section."""

    title: str
    generated_at: datetime = attrs.field(validator=_aware)
    """An aware time; the page shows it in UTC."""
    plan: Plan | None = None
    report: Report | None = None
    differences: tuple[Difference, ...] | None = None
    """The result of `verify`; None if it did not run, empty if nothing differs."""
    changes: tuple[ValueChange, ...] | None = None
    """None if values were not compared, empty if nothing changes."""
    issues: tuple[Issue, ...] = ()
    """Issues besides those of the plan, such as the result of `open_requests`."""
    entities: tuple[EntityChange, ...] = ()
    """The result of `plan_changes`. If `changes` is given, the page leaves out values,
    which `changes` shows in words."""
    tables: tuple[ReportTable, ...] = ()
    """Tables that the kind of job adds."""
    stale: "StaleReport | None" = None
    matrix: Matrix | None = None
    remark: str = ""
    """A warning beside the verdict, about something that the verdict leaves open."""
    undo: str | None = None
    """Path of the snapshot that `configcat-mgmt restore` takes to undo the plan."""
    show_secrets: bool = False
    """Whether the page shows SDK keys; otherwise it shows `***`."""


@checked
def render_html(page: Page) -> str:
    """Return a page as HTML.

    Raises:
        ConfigurationError: Jinja is not installed.
    """
    environment = _environment()
    report = page.report
    return environment.get_template("page.html.j2").render(
        view=view,
        cells=cells,
        most_rows=MOST_ROWS,
        most_characters=MOST_CHARACTERS,
        page=page,
        plan=page.plan,
        report=report,
        target=_target(page),
        verdict=view.verdict(page.plan, report, page.differences, page.changes),
        is_comparison=_is_comparison(page),
        sections=_sections(page),
        charts=None if report is None else charts_of(timeline_of(report)),
        limits=(PER_SECOND, PER_MINUTE),
        keys=_sdk_keys(page),
        entities=_entities(page),
        issues=_issues(page),
        version=__version__,
        style_hash=_hash(environment, _STYLE),
        script_hash=_hash(environment, _SCRIPT),
    )


@checked
def save_html(page: Page, path: str | os.PathLike[str]) -> None:
    """Write a page to a file that only its owner can read.

    Args:
        page: The content.
        path: The file, which is replaced atomically.

    Raises:
        ConfigurationError: Jinja is not installed, or the file cannot be written; a
            previous file is unchanged.
    """
    write_private(path, render_html(page).encode("utf-8"))


def _target(page: Page) -> Target | None:
    if page.report is not None:
        return page.report.target
    return None if page.plan is None else page.plan.target


def _sections(page: Page) -> list[Section]:
    """Return the sections of a page, in the order of the templates."""
    found: list[Section] = []
    if page.report is not None:
        requests = len(page.report.requests)
        found.append(Section("requests", "Change requests", requests, "warn"))
        trouble = len(page.report.trouble)
        found.append(Section("trouble", "Steps that need attention", trouble, "bad"))
    if page.plan is not None:
        found.append(Section("deletions", "Deletions", page.plan.deletes, "warn"))
    issues, behind = view.divided_issues(_issues(page))
    worst = view.by_severity(issues)[:1]
    tone = view.SEVERITY_TONES[worst[0][0]] if worst else "note"
    found.append(Section("issues", "Issues", len(issues), tone))
    found.append(Section("behind", "Not carried over", len(behind)))
    found = [section for section in found if section.count]
    for number, one in enumerate(page.tables, 1):
        found.append(Section(f"table-{number}", one.title, len(one.rows)))
    if entities := _entities(page):
        title = "Existing entities"
        found.append(Section("entities", title, len(entities), "warn"))
    if page.changes is not None:
        found.append(Section("changes", "Changes of values", len(page.changes)))
    if page.differences is not None:
        found.append(_differences_section(page, page.differences))
    if page.stale is not None:
        found.append(Section("stale", "Stale flags", len(page.stale.flags), "warn"))
    if page.report is not None and (page.report.timeline or page.report.refused):
        found.append(Section("timeline", "Calls over time"))
    if page.report is not None and (page.report.ids or page.report.sdk_keys):
        found.append(Section("ids", "Ids and SDK keys"))
    if page.matrix is not None:
        found.append(Section("matrix", "Flags", len(page.matrix.rows)))
    return found


def _issues(page: Page) -> tuple[Issue, ...]:
    """Return all issues of a page."""
    return (*(() if page.plan is None else page.plan.issues), *page.issues)


def _is_comparison(page: Page) -> bool:
    """Whether the page compares two products, and not a product with a plan."""
    return page.plan is None and page.report is None and page.changes is not None


def _differences_section(page: Page, differences: Sequence[Difference]) -> Section:
    count = len(differences)
    if _is_comparison(page):
        return Section("differences", "Other differences", count)
    return Section("differences", "Verification", count, "bad" if count else "good")


def _entities(page: Page) -> list[EntityChange]:
    """Return the entities to list, without those that another section shows.

    `changes` shows values in words, and a plan lists its deletions.
    """
    found = list(page.entities)
    if page.changes is not None:
        found = [one for one in found if one.entity != "values"]
    if page.plan is not None and page.plan.deletes:
        found = [one for one in found if one.kind != "deleted"]
    return found


def _sdk_keys(page: Page) -> list[object]:
    keys = () if page.report is None else page.report.sdk_keys
    return [one if page.show_secrets else one.masked() for one in keys]


@lru_cache(maxsize=1)
def _environment() -> "Environment":
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError:
        raise ConfigurationError(
            "an HTML page needs Jinja; pip install 'configcat-mgmt[report]'"
        ) from None
    environment = Environment(
        loader=PackageLoader("configcat_mgmt.jobs.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        finalize=_finalized,
    )
    environment.filters.update(_FILTERS)
    return environment


def _finalized(value: object) -> object:
    """Escape invisible characters in every text that a template receives."""
    # The markup of macros passes here a second time.
    return visible(value) if type(value) is str else value


def _hash(environment: "Environment", name: str) -> str:
    """Return the hash by which the page's policy allows its style or script."""
    text = environment.get_template(name).render()
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def _is_web_address(text: str) -> bool:
    return text.startswith(("https://", "http://"))


def _breakable(text: str) -> "Markup":
    """Allow a name to wrap before capital letters and after separators.

    Among other words, a name begins a new line before it wraps: in a list of keys,
    the half of one must not look like another one.
    """
    from markupsafe import Markup, escape

    words = visible(text).split(" ")
    found: list[Markup] = []
    for word in words:
        parts = _NAME_BREAKS.split(word)
        marked = Markup("<wbr>").join(map(escape, parts))
        if len(words) > 1 and len(parts) > 1:
            marked = Markup('<span class="word">{}</span>').format(marked)
        found.append(marked)
    return Markup(" ").join(found)


def _short(text: str, most: int = MOST_CHARACTERS) -> str:
    return ends_of(text, most)


_FILTERS: Final[dict[str, Callable[..., object]]] = {
    "breakable": _breakable,
    "counted": counted,
    "entity": view.entity_label,
    "is_web_address": _is_web_address,
    "contents": view.contents,
    "moment": moment_text,
    "short": _short,
}
