"""Runs every example of the README and of the guides as it stands."""

import inspect
import logging
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest

from configcat_mgmt import ManagementClient, Options, models
from configcat_mgmt.emulator import Emulator
from tests.cli.here import PASSWORD, Here, offer
from tests.jobs.launchdarkly.fake import TOKEN, serving
from tests.jobs.launchdarkly.made import clause, document, flag, rule

ROOT: Final = Path(__file__).parent.parent.parent
README: Final = ROOT / "README.md"
GUIDES: Final = sorted((ROOT / "configcat_mgmt" / "docs" / "guides").glob("*.md"))
BLOCK: Final = re.compile(r"^```(python|sh)\n(.*?)^```", re.DOTALL | re.MULTILINE)
MOST_LINES: Final = 250

Example = tuple[str, str, str]
"""Name, language and text."""


def examples() -> Iterator[Example]:
    """Name each block by its file and the heading above it."""
    for path in (README, *GUIDES):
        text = path.read_text(encoding="utf-8")
        for found in BLOCK.finditer(text):
            heading = re.findall(r"^#+ (.*)", text[: found.start()], re.MULTILINE)[-1]
            yield f"{path.stem}: {heading}", found[1], found[2]


EXAMPLES: Final = list(examples())


def commands_of(text: str) -> list[str]:
    """Return the lines of a block of commands that are not comments."""
    return [line for line in text.splitlines() if not line.startswith("#")]


@pytest.fixture(autouse=True)
def log_level() -> Iterator[None]:
    """Put back the level that an example sets, since other tests read the log."""
    logger = logging.getLogger("configcat_mgmt")
    level = logger.level
    yield
    logger.setLevel(level)


@pytest.fixture
def here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Here]:
    """An emulator with a product "Shop", and its credentials in the environment.

    LaunchDarkly has a project "shop".
    """
    project = document(flag(rules=[rule(clause("country", "in", "DE"))]))
    with (
        serving(project) as launchdarkly,
        Emulator(username="reader", password=PASSWORD, rate_policy=None) as emulator,
    ):
        offer(monkeypatch, emulator, "CONFIGCAT")
        monkeypatch.setenv("LAUNCHDARKLY_API_HOST", launchdarkly.address)
        monkeypatch.setenv("LAUNCHDARKLY_ACCESS_TOKEN", TOKEN)
        monkeypatch.setenv("SDK_KEY", fill(emulator))
        monkeypatch.chdir(tmp_path)
        yield Here(emulator, tmp_path, monkeypatch, capsys)


@pytest.mark.parametrize(
    ("language", "text"),
    [example[1:] for example in EXAMPLES],
    ids=[example[0] for example in EXAMPLES],
)
def test_every_example_runs(
    here: Here, request: pytest.FixtureRequest, language: str, text: str
) -> None:
    if language == "sh":
        for line in commands_of(text):
            program, *arguments = shlex.split(line)
            assert program == "configcat-mgmt"
            done = here.run(*arguments)
            only_shows = (
                arguments[0] == "diff"
                or "--dry-run" in arguments
                or line == "configcat-mgmt cleanup Shop"
            )
            assert done.code == (2 if only_shows else 0), f"{line}\n{done.text}"
            assert done.out
        return
    names: dict[str, object] = {"__name__": "__main__"}
    exec(compile(text, "example", "exec"), names)  # noqa: S102
    tests = [one for name, one in names.items() if name.startswith("test_")]
    for test in tests:
        assert isinstance(test, Callable)
        fixtures = inspect.signature(test).parameters
        test(**{name: request.getfixturevalue(name) for name in fixtures})
    out, err = here.capsys.readouterr()
    assert out.strip() or tests, "the example shows nothing"
    assert not err


def test_the_promotion_of_the_readme_proposes_values_that_need_approval(
    here: Here,
) -> None:
    (text,) = [text for name, _, text in EXAMPLES if "Promote with" in name]
    require_approval(here)
    codes = [here.run(*shlex.split(line)[1:]).code for line in commands_of(text)]
    assert codes == [2, 0, 0]
    assert here.writes().items() >= {"create-change-request": 1}.items()


def test_the_readme_is_short_and_begins_with_the_two_calls() -> None:
    lines = README.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= MOST_LINES
    for _, _, text in EXAMPLES[:2]:
        code = [line for line in text.splitlines() if line.strip()]
        assert len([line for line in code if "import" not in line]) <= 5


def test_ci_finds_both_commands_of_the_readme() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    finding = [one for one in lines if one.startswith(("command=$(", "checks=$("))]
    program = "\n".join([*finding, 'echo "$command"', 'echo "$checks"'])
    found = subprocess.run(
        ["/bin/sh", "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    command, checks = found.stdout.splitlines()
    assert command.endswith(".venv/bin/python -m pytest")
    assert checks == ".venv/bin/python -m tests.checks"


def test_links_within_the_repository_lead_somewhere() -> None:
    for path in (README, ROOT / ".github" / "CONTRIBUTING.md"):
        text = path.read_text(encoding="utf-8")
        links = re.findall(r'(?:\]\(|src="|srcset=")([^)"#]+)', text)
        local = [link for link in links if "://" not in link]
        assert local or path != README
        assert [one for one in local if not (path.parent / one).exists()] == []


def require_approval(here: Here) -> None:
    """Let Production take values through approved change requests only."""
    with ManagementClient() as client:
        (product,) = client.products.get_products()
        production = models.UpdateApproveRequiredEnvironmentModel(
            environment_id=here.environment("Shop", "Production"), approve_required=True
        )
        body = models.UpdatePreferencesRequest(
            approve_required_environments=[production]
        )
        client.products.update_product_preferences(product.product_id, body)


def fill(emulator: Emulator) -> str:
    """Make the product and return an SDK key of its first environment."""
    with ManagementClient(
        emulator.username,
        emulator.password,
        base_url=emulator.base_url,
        options=Options(limits=None),
    ) as client:
        organization = client.organizations.get_organizations()[0].organization_id
        new = models.CreateProductRequest(name="Shop")
        product = client.products.create_product(organization, new).product_id
        places = [
            client.environments.create_environment(
                product, models.CreateEnvironmentModel(name=name)
            ).environment_id
            for name in ("Production", "Staging")
        ]
        config = client.configs.create_config(
            product,
            models.CreateConfigRequest(
                name="Web", evaluation_version=models.EvaluationVersion.V2
            ),
        ).config_id
        for key in ("newLayout", "oldBanner"):
            create_flag(client, config, key, on_in=places[1])
        emulator.age_product(product, days=60)
        return client.sdk_keys.get_sdk_keys(config, places[0]).primary or ""


def create_flag(
    client: ManagementClient, config: UUID, key: str, *, on_in: UUID
) -> None:
    """Create a flag that is on in one environment."""
    client.settings.create_setting(
        config,
        models.CreateSettingInitialValues(
            key=key,
            name=key,
            setting_type=models.SettingType.BOOLEAN,
            initial_values=[models.InitialValue(environment_id=on_in, value=True)],
        ),
    )


def test_the_pictures_of_the_readme_are_small_and_need_no_network() -> None:
    folder = ROOT / "configcat_mgmt" / "docs" / "pictures"
    pictures = [*folder.glob("*.svg"), *folder.glob("*.png")]
    assert len(pictures) == 4
    assert sum(path.stat().st_size for path in pictures) < 150_000
    for path in folder.glob("*.svg"):
        text = path.read_text(encoding="utf-8")
        addresses = {*re.findall(r"https?://[^\s\"<')]+", text)}
        assert addresses <= {"http://www.w3.org/2000/svg", "https://www.textualize.io"}
