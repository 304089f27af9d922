"""Imports from LaunchDarkly: read a project, translate it, and check the result.

```python
project = launchdarkly.load_project("export.json")
translation = launchdarkly.translate(project)
plan = launchdarkly.plan_import(translation, target)
```
"""

from typing import TYPE_CHECKING, Final

from configcat_mgmt.lazy import load

if TYPE_CHECKING:
    from configcat_mgmt.jobs.launchdarkly.attributes import (
        AttributeType,
        AttributeUse,
        user_attributes,
    )
    from configcat_mgmt.jobs.launchdarkly.checking import (
        Check,
        CheckDifference,
        CheckResult,
        SourceSdk,
        SourceValue,
        TargetSdk,
    )
    from configcat_mgmt.jobs.launchdarkly.contexts import generate_contexts
    from configcat_mgmt.jobs.launchdarkly.export_file import (
        load_export,
        load_project,
        save_export,
    )
    from configcat_mgmt.jobs.launchdarkly.flags import Way
    from configcat_mgmt.jobs.launchdarkly.model import (
        Clause,
        Environment,
        Flag,
        FlagConfig,
        KeyList,
        Malformed,
        Prerequisite,
        Project,
        Rollout,
        Rule,
        Segment,
        SegmentRule,
        Served,
        Target,
        Variation,
        Weight,
    )
    from configcat_mgmt.jobs.launchdarkly.options import (
        NumberType,
        SegmentMode,
        ToggleMode,
        TranslationOptions,
    )
    from configcat_mgmt.jobs.launchdarkly.page_journal import PageJournal
    from configcat_mgmt.jobs.launchdarkly.parse import read_project
    from configcat_mgmt.jobs.launchdarkly.planning import plan_import
    from configcat_mgmt.jobs.launchdarkly.reading import ReadListener, read_export
    from configcat_mgmt.jobs.launchdarkly.rest import (
        AccessToken,
        RestClient,
        host_of_environment,
    )
    from configcat_mgmt.jobs.launchdarkly.sdk_form import sdk_data
    from configcat_mgmt.jobs.launchdarkly.translation import (
        KeyMap,
        Translation,
        translate,
    )

__all__ = [
    "AccessToken",
    "AttributeType",
    "AttributeUse",
    "Check",
    "CheckDifference",
    "CheckResult",
    "Clause",
    "Environment",
    "Flag",
    "FlagConfig",
    "KeyList",
    "KeyMap",
    "Malformed",
    "NumberType",
    "PageJournal",
    "Prerequisite",
    "Project",
    "ReadListener",
    "RestClient",
    "Rollout",
    "Rule",
    "Segment",
    "SegmentMode",
    "SegmentRule",
    "Served",
    "SourceSdk",
    "SourceValue",
    "Target",
    "TargetSdk",
    "ToggleMode",
    "Translation",
    "TranslationOptions",
    "Variation",
    "Way",
    "Weight",
    "generate_contexts",
    "host_of_environment",
    "load_export",
    "load_project",
    "plan_import",
    "read_export",
    "read_project",
    "save_export",
    "sdk_data",
    "translate",
    "user_attributes",
]

_LAZY: Final = {
    "AccessToken": "rest",
    "AttributeType": "attributes",
    "AttributeUse": "attributes",
    "Check": "checking",
    "CheckDifference": "checking",
    "CheckResult": "checking",
    "Clause": "model",
    "Environment": "model",
    "Flag": "model",
    "FlagConfig": "model",
    "KeyList": "model",
    "KeyMap": "translation",
    "Malformed": "model",
    "NumberType": "options",
    "PageJournal": "page_journal",
    "Prerequisite": "model",
    "Project": "model",
    "ReadListener": "reading",
    "RestClient": "rest",
    "Rollout": "model",
    "Rule": "model",
    "Segment": "model",
    "SegmentMode": "options",
    "SegmentRule": "model",
    "Served": "model",
    "SourceSdk": "checking",
    "SourceValue": "checking",
    "Target": "model",
    "TargetSdk": "checking",
    "ToggleMode": "options",
    "Translation": "translation",
    "TranslationOptions": "options",
    "Variation": "model",
    "Way": "flags",
    "Weight": "model",
    "generate_contexts": "contexts",
    "host_of_environment": "rest",
    "load_export": "export_file",
    "load_project": "export_file",
    "plan_import": "planning",
    "read_export": "reading",
    "read_project": "parse",
    "save_export": "export_file",
    "sdk_data": "sdk_form",
    "translate": "translation",
    "user_attributes": "attributes",
}


def __getattr__(name: str) -> object:
    """Load a public name when it is first used."""
    found = globals()[name] = load(__name__, _LAZY, name)
    return found


def __dir__() -> list[str]:
    """List every public name, loaded or not."""
    return sorted(__all__)
