"""Audit logs of version 1 of the API, which the service redirects to version 2.

The service announced the redirect for June 2026. The announcement leaves open whether
it is an HTTP redirect or happens inside the service, so the emulator can behave in each
way. Source: https://configcat.com/docs/news.
"""

from typing import Final, Literal, TypeAlias, get_args

OldAuditLogs: TypeAlias = Literal["302", "307", "paged", "list"]
"""Whether version 1 redirects with a status, answers like version 2, or as before."""

OLD_AUDIT_LOGS: Final[tuple[OldAuditLogs, ...]] = get_args(OldAuditLogs)

NEW_OPERATIONS: Final = {
    "get-auditlogs": "get-auditlogs-v2",
    "get-organization-auditlogs": "get-organization-auditlogs-v2",
}
"""Operations of version 1 with the ones that replace them."""


def redirected(path: str, query: str) -> str:
    """Return the address of version 2 for a path of version 1."""
    target = path.replace("/v1/", "/v2/", 1)
    return f"{target}?{query}" if query else target
