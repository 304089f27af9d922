"""Makes the site: guides and indexes as pages, and the reference from docstrings.

pdoc renders everything. A page of text is a module with nothing but a docstring, so it
has the same looks, contents and search as the reference.
"""

import json
import re
import types
import warnings
from collections.abc import Container, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Final
from unittest.mock import patch

import pdoc.doc
import pdoc.render

from configcat_mgmt.docs.indexes import FACE, INDEXES
from configcat_mgmt.docs.links import dead_links
from configcat_mgmt.version import __version__

HERE: Final = Path(__file__).parent
GUIDES: Final = (
    "index",
    "client",
    "pacing",
    "outcomes",
    "jobs",
    "launchdarkly",
    "emulator",
    "testing",
    "benchmarks",
    "contributing",
)
"""The guides in the order in which a reader may want them."""
ASSUMPTIONS: Final = HERE.parent / "emulator" / "ASSUMPTIONS.md"
REFERENCE: Final = (
    "configcat_mgmt",
    "configcat_mgmt.models",
    "configcat_mgmt.values",
    "configcat_mgmt.webhooks",
    "configcat_mgmt.jobs",
    "configcat_mgmt.jobs.blocking",
    "configcat_mgmt.jobs.launchdarkly",
    "configcat_mgmt.emulator",
    "configcat_mgmt.pytest_plugin",
)
"""The modules with public names."""

_HYPHENATED: Final = re.compile(r"\S*-\S*")
_WORD: Final = r'<span class="word">\g<0></span>'


def build(folder: Path) -> None:
    """Write the site.

    Args:
        folder: Folder for the files, made if it is missing.

    Raises:
        Warning: pdoc warned, such as about an annotation that it cannot read.
        LookupError: A link leads nowhere, or a public name is on no page.
        OSError: A file cannot be written.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # Attributes with an underscore are read, too, but not shown.
        private = r"Error parsing type annotation .* for \S*\._\w+:"
        warnings.filterwarnings("ignore", message=private)
        files = dict(_files())
    problems = [*dead_links(files), *_unreachable(files)]
    if problems:
        raise LookupError("\n".join(problems))
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """Return the Markdown of all pages that are not reference, by name."""
    texts = {name: (HERE / "guides" / f"{name}.md").read_text() for name in GUIDES}
    texts["assumptions"] = ASSUMPTIONS.read_text(encoding="utf-8")
    return texts | {name: make() for name, make in INDEXES.items()}


def configure(texts: Mapping[str, str]) -> None:
    """Set up pdoc for the site.

    Args:
        texts: Markdown of the pages by name, each with its title in the first line.
    """
    pdoc.render.configure(
        docformat="google",
        show_source=False,
        footer_text=f"configcat-mgmt {__version__}",
        template_directory=HERE / "templates",
    )
    titles = {
        name: text.splitlines()[0].removeprefix("# ") for name, text in texts.items()
    }
    vars(pdoc.render.env)["globals"].update(pages=titles, reference=REFERENCE)


def page_module(name: str, text: str) -> pdoc.doc.Module:
    """Return a page of text as the module that pdoc makes its HTML of."""
    module = types.ModuleType(name, text)
    module.__dict__["__docformat__"] = "markdown"
    return pdoc.doc.Module(module)


def _files() -> Iterator[tuple[str, str]]:
    texts = pages()
    configure(texts)
    modules = {name: _loaded(name) for name in REFERENCE}
    public = frozenset(_public_names(REFERENCE[0]))
    for name, text in texts.items():
        modules[name] = page_module(name, with_links(text, public))
    for name, module in modules.items():
        yield _file(name), with_whole_words(pdoc.render.html_module(module, modules))
    # pdoc compiles the index with Node.js if it can, which makes it six times as large.
    with patch.object(pdoc.render, "precompile_index", _as_json):
        yield "search.js", pdoc.render.search_index(modules)


def _as_json(documents: Sequence[object], _: Path) -> str:
    return json.dumps(documents)


def _loaded(name: str) -> pdoc.doc.Module:
    """Return a module with all public names, which otherwise load on first use."""
    module = import_module(name)
    for public in _public_names(name):
        getattr(module, public)
    return pdoc.doc.Module(module)


def _unreachable(files: Mapping[str, str]) -> Iterator[str]:
    """Yield the public names that have no entry in the reference."""
    for module in REFERENCE:
        text = files[_file(module)]
        for name in _public_names(module):
            if f'id="{name}"' not in text and f"{module}.{name}" not in REFERENCE:
                yield f"{module}.{name} is on no page"


def _public_names(module: str) -> Sequence[str]:
    return getattr(import_module(module), "__all__", ())


def _file(module: str) -> str:
    return f"{module.replace('.', '/')}.html"


def with_whole_words(html: str) -> str:
    """Mark the words of code in running text that have hyphens, such as options.

    The style of the site keeps them from wrapping after a hyphen. Blocks of code do not
    wrap and stay as they are.
    """
    return re.sub(
        r"(?<!<pre>)<code>([^<]*-[^<]*)</code>",
        lambda code: f"<code>{_HYPHENATED.sub(_WORD, code[1])}</code>",
        html,
    )


def with_links(text: str, public: Container[str]) -> str:
    """Link public names in backticks to the reference; leave code blocks alone."""
    parts = re.split(r"(^```.*?^```)", text, flags=re.DOTALL | re.MULTILINE)
    return "".join(
        part
        if part.startswith("```")
        else re.sub(
            r"(?<!\[)`(\w+)`",
            lambda found: (
                f"[`{found[1]}`]({FACE}#{found[1]})" if found[1] in public else found[0]
            ),
            part,
        )
        for part in parts
    )
