"""Says how the change requests of a job are doing while the job waits for them."""

from collections.abc import Iterator, Sequence

from rich.console import Console, RenderableType
from rich.text import Text

from configcat_mgmt.cli.job.options import JobOptions
from configcat_mgmt.cli.terminal.output import hanging, styled
from configcat_mgmt.jobs import Report, RequestState
from configcat_mgmt.texts import duration, moment_text


class RequestsMeter:
    """Prints a line for each request whose state changes."""

    def __init__(self, out: Console, product: str, job: JobOptions) -> None:
        """Print to `out`, if the job waits for change requests of a product."""
        self._out = out
        self._product = product
        self._job = job
        self._shown: dict[int, str] = {}

    def told(self, requests: Sequence[RequestState]) -> None:
        """Print what changed since the last look."""
        if not self._job.wait:
            return
        if not self._shown and any(one.is_waiting for one in requests):
            every = duration(self._job.poll_seconds)
            text = f"Waiting for change requests of {self._product!r}"
            self._out.print(styled(f"{text}; a look every {every}."))
        for one in requests:
            words = state_words(one)
            if self._shown.get(one.id) != words:
                self._shown[one.id] = words
                self._out.print(request_line(one))


def state_words(request: RequestState) -> str:
    """Return the state of a request: `open, waits for approval`."""
    if request.status == "gone":
        return "no longer exists"
    if request.status == "unknown":
        return "created, not looked at since"
    if request.status != "open":
        return request.status
    if request.issues:
        return "open, needs attention"
    scheduled = request.apply_at and f"applied at {moment_text(request.apply_at)}"
    if not request.is_approved:
        return f"open, waits for approval{f', then {scheduled}' if scheduled else ''}"
    return f"approved, {scheduled or 'ready to be applied'}"


def request_line(request: RequestState) -> Text:
    """Return a request as one line."""
    tone = {"applied": "green", "open": "", "unknown": ""}
    is_bad = bool(request.issues) and request.status != "applied"
    return styled(
        f"Change request {request.id}, {request.config} in {request.environment}, "
        f"{request.title!r}: {state_words(request)}",
        "yellow" if is_bad else tone.get(request.status, "yellow"),
    )


def requests_view(report: Report) -> Iterator[RenderableType]:
    """Show the requests of a job, where to find them, and what to do about them."""
    for request in report.requests:
        yield request_line(request)
        for issue in request.issues:
            yield hanging("  ", styled(f"{issue.severity} {issue.code}: {issue.cause}"))
            yield hanging("  ", styled(issue.remedy, "dim"))
    if report.waiting or report.needs_attention:
        yield styled(
            f"To open one, look for its title or id in the product "
            f"{report.target.product!r} in the dashboard, or run `configcat-mgmt "
            f"requests show ID`."
        )
