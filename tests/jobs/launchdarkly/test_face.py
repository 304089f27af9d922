"""The public names of imports from LaunchDarkly."""

from importlib import import_module

from configcat_mgmt.jobs import launchdarkly


def test_every_public_name_loads_from_the_module_that_defines_it() -> None:
    names = vars(launchdarkly)["_LAZY"]
    assert sorted(launchdarkly.__all__) == sorted(names) == dir(launchdarkly)
    for name, place in names.items():
        module = import_module(f"configcat_mgmt.jobs.launchdarkly.{place}")
        assert getattr(launchdarkly, name) is getattr(module, name)
