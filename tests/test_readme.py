"""Runs each README example unchanged, in a separate process."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from configcat_mgmt import ManagementClient, Options, models
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.emulator.server.throttle import NO_LIMITS
from tests.other_threads import PATIENCE_SECONDS

README = Path(__file__).parent.parent / "README.md"
BLOCKS = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
USER, PASSWORD = "readme-user", "readme-password"


def headings() -> list[str]:
    """Name each block by the heading that it stands under."""
    found: list[str] = []
    heading = ""
    for line in README.read_text().splitlines():
        if line.startswith("## "):
            heading = line[3:]
        elif line == "```python":
            found.append(heading)
    return found


@pytest.mark.parametrize(
    ("code", "heading"),
    list(zip(BLOCKS, headings(), strict=True)),
    ids=headings(),
)
def test_every_python_block_of_the_readme_runs(
    code: str,
    heading: str,
    tmp_path: Path,
) -> None:
    with Emulator(username=USER, password=PASSWORD, rate_policy=NO_LIMITS) as emulator:
        seed(emulator.base_url)
        environ = {
            **os.environ,
            "CONFIGCAT_API_USER": USER,
            "CONFIGCAT_API_PASS": PASSWORD,
            "CONFIGCAT_BASE_URL": emulator.base_url,
        }
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", code],
            env=environ,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    assert done.stdout.strip(), f"the block under {heading!r} printed nothing"


def test_the_two_first_examples_have_ten_lines_each() -> None:
    for code in BLOCKS[:2]:
        assert len([line for line in code.splitlines() if line.strip()]) == 10


def seed(base_url: str) -> None:
    """Make a product with a flag for the examples to find."""
    options = Options(limits=None)
    with ManagementClient(USER, PASSWORD, base_url=base_url, options=options) as client:
        organization = client.organizations.get_organizations()[0]
        product = client.products.create_product(
            organization.organization_id,
            models.CreateProductRequest(name="Shop"),
        )
        for name in ("Production", "Staging"):
            client.environments.create_environment(
                product.product_id,
                models.CreateEnvironmentModel(name=name),
            )
        config = client.configs.create_config(
            product.product_id,
            models.CreateConfigRequest(
                name="Web", evaluation_version=models.EvaluationVersion.V2
            ),
        )
        client.settings.create_setting(
            config.config_id,
            models.CreateSettingInitialValues(
                key="newLayout",
                name="New layout",
                setting_type=models.SettingType.BOOLEAN,
            ),
        )
