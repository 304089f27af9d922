"""Serves published configs, as ConfigCat's CDN does, to the SDKs that evaluate them."""

import hashlib
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote
from uuid import UUID

import attrs

from configcat_mgmt.core.json_text import dump_json
from configcat_mgmt.emulator.domain.records import SdkKeys
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.published.compile_config import compile_config
from configcat_mgmt.emulator.published.compile_source import Source, gather
from configcat_mgmt.emulator.server.answers import Answer, text_answer

_HEAD: Final = "/configuration-files/"
_TAIL: Final = "/config_v6.json"
_METHODS: Final = ("GET", "HEAD")
_TYPE: Final = {"Content-Type": "application/json; charset=utf-8"}


@attrs.frozen
class _PublishedConfig:
    """A config as it was last published."""

    source: Source
    body: bytes
    etag: str


class Published:
    """Answers requests for published configs.

    Anyone with an SDK key may read its config: there is no other authentication, and
    neither the rate policy nor faults apply.
    """

    def __init__(self) -> None:
        """Start with nothing published."""
        self._configs: dict[tuple[UUID, UUID, str], _PublishedConfig] = {}

    def __len__(self) -> int:
        """Return how many texts are kept."""
        return len(self._configs)

    def covers(self, path: str) -> bool:
        """Return whether a path is that of a published config.

        Args:
            path: As in the request line, without the query.
        """
        return path.startswith(_HEAD) and path.endswith(_TAIL)

    def answer(
        self,
        state: State,
        method: str,
        path: str,
        headers: Mapping[str, str],
        base_url: str,
    ) -> Answer:
        """Answer a request for a path that is covered.

        Args:
            state: The current state.
            method: Method of the request.
            path: Path of the request.
            headers: Headers of the request, found whatever their case.
            base_url: The address under which the SDK reached this emulator.

        Returns:
            200 with the config; 304 if the SDK has this very text already; 404 for an
            SDK key that does not exist.
        """
        if method not in _METHODS:
            allowed = ", ".join(_METHODS)
            message = f"This path supports only {allowed}."
            return text_answer(405, message, {"Allow": allowed})
        # An SDK key holds slashes, so it is all that is left of the path.
        keys = state.sdk_key_owners.get(unquote(path[len(_HEAD) : -len(_TAIL)]))
        if keys is None:
            return text_answer(404, "The SDK key does not exist.")
        config = self._published(state, keys, base_url)
        caching = {"ETag": config.etag, "Cache-Control": "no-cache"}
        if _has(headers.get("If-None-Match", ""), config.etag):
            return Answer(304, b"", caching)
        return Answer(200, config.body, {**_TYPE, **caching})

    def _published(
        self, state: State, keys: SdkKeys, base_url: str
    ) -> _PublishedConfig:
        source = gather(state, keys)
        key = (keys.config_id, keys.environment_id, base_url)
        config = self._configs.get(key)
        if config is None or config.source != source:
            body = dump_json(compile_config(source, base_url))
            digest = hashlib.sha256(body).hexdigest()
            config = _PublishedConfig(source, body, f'"{digest[:32]}"')
            self._forget_removed(state)
            self._configs[key] = config
        return config

    def _forget_removed(self, state: State) -> None:
        for key in list(self._configs):
            if key[:2] not in state.sdk_keys:
                del self._configs[key]


def _has(if_none_match: str, etag: str) -> bool:
    """Return whether an SDK has this version; without any, some SDKs send `empty`."""
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or "*" in tags
