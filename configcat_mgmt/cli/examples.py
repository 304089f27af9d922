"""Examples of each command, which its help and the documentation show."""

from collections.abc import Mapping
from typing import Final

EXAMPLES: Final[Mapping[str, tuple[str, ...]]] = {
    "copy": (
        'copy "Web shop" --name "Web shop test"',
        'copy "Web shop" --to-organization "Acme Europe" --secrets',
        'copy "Web shop" --into "Web shop test" --only config=Main --dry-run',
    ),
    "promote": (
        'promote "Web shop" --from Staging --to Production --only tag=release-42',
        'promote "Web shop" --from Test --to Staging --only key=x --with-dependencies',
    ),
    "clone-environment": (
        'clone-environment "Web shop" --from Production --name Canary',
    ),
    "restore": (
        "restore shop.json --dry-run",
        "restore shop.json --only config=Main --delete",
    ),
    "convert": ('convert "Web shop" "Main config"',),
    "cleanup": (
        'cleanup "Web shop" --days 60',
        'cleanup "Web shop" --delete --exclude tag=permanent --apply',
    ),
    "edit": (
        'edit "Web shop" --only tag=checkout --add-tag release-42',
        'edit "Web shop" --only "key=sale*" --only environment=Test --value true',
    ),
    "import": (
        "import launchdarkly --project shop --export export.json "
        "--find-list-attributes",
        "import launchdarkly --file export.json --check 1000 --dry-run",
        "import launchdarkly --file export.json --name Shop --toggle emulate",
        "import launchdarkly --file export.json --into Shop --accept T011",
    ),
    "snapshot": ('snapshot "Web shop" -o shop.json --stable',),
    "backup": (
        "backup --organization Acme -o backup",
        "backup --organization Acme -o backup --secrets --members --json",
    ),
    "restore-organization": (
        'restore-organization backup --to-organization "Acme Europe" --dry-run',
        'restore-organization backup --to-organization "Acme Europe" --proxy-profiles',
        "restore-organization backup --to-organization Acme --only 'product=Shop*'",
    ),
    "plan": (
        'plan shop.json --into "Web shop test" -o plan.json',
        'plan shop.json --new "Web shop 2" -o plan.json',
    ),
    "apply": ("apply plan.json --html report.html",),
    "verify": ('verify shop.json "Web shop"', "verify plan.json"),
    "matrix": ('matrix "Web shop" --only "key=checkout*" --html matrix.html',),
    "diff": (
        'diff shop.json "Web shop"',
        'diff "Web shop" --environments Staging Production',
    ),
    "requests": ('requests list "Web shop" --attention',),
    "audit": ('audit "Web shop" --from 2026-11-01 -o audit.csv',),
    "bulk": ("bulk calls.jsonl --journal calls.db -o outcomes.jsonl",),
    "call": ('call update-tag --tag-id 5 --body \'{"name": "x"}\'',),
    "whoami": ("whoami", "whoami --profile ACME"),
    "operations": ("operations --group tags",),
    "explain": ("explain CC206", "explain UnknownOutcome"),
    "emulate": (
        "emulate --rate off --user u --password p",
        "emulate --state shop.db --seed-file seed.json --control 0",
    ),
    "completion": ("completion bash",),
    "demo": ("demo", "demo --flags 40 --out demo", "demo --from launchdarkly"),
}
"""Command lines without the name of the program, by command."""
