"""The folder of a backup: an index, one file for each product, and the proxy profiles.

`organization.json` names the organization and its products, `products/` has one stable
snapshot for each of them, and `proxy-profiles.json` lists the proxy profiles.
"""

import os
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, NoReturn, Self, cast
from uuid import UUID

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.core.json_text import parse_json
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.files import (
    is_there,
    make_private_directory,
    read_text,
    remove_temporaries,
    write_private,
)
from configcat_mgmt.jobs.journal.lock import JournalLock
from configcat_mgmt.jobs.model.json_layout import layout
from configcat_mgmt.jobs.model.serialization import (
    MisfitError,
    read_record,
    write_record,
)
from configcat_mgmt.jobs.model.snapshot import Snapshot
from configcat_mgmt.jobs.model.snapshot_file import load_snapshot
from configcat_mgmt.jobs.organizations.proxy_profiles import (
    ProxyProfile,
    profiles_from_json,
    profiles_to_json,
)
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.texts import slug

FORMAT: Final = "configcat-backup"
VERSION: Final = 1
MAX_BYTES: Final = 16 * 1024 * 1024
"""Size limit of the index and of the proxy profiles, in bytes."""
_PRODUCTS: Final = "products"
_FILE: Final = re.compile(rf"{_PRODUCTS}/[a-z0-9-]{{1,100}}\.json")


@attrs.frozen
class BackupProduct:
    """A product in a backup."""

    id: UUID
    name: str
    file: str
    """Its snapshot, such as `products/web-shop-1a2b3c4d.json`, within the folder."""

    @property
    def stem(self) -> str:
        """The name of the file without folder and ending."""
        return Path(self.file).stem


@attrs.frozen
class BackupIndex:
    """The contents of a backup."""

    organization: str
    """Name of the organization."""
    organization_id: UUID
    products: tuple[BackupProduct, ...] = ()
    """Sorted by file."""


@checked
class BackupFolder:
    """A folder with the backup of one organization. Only the owner can read the files.

    ```python
    backup = BackupFolder("backup")
    for product in backup.require_index().products:
        print(product.name, len(backup.load(product).configs))
    ```
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Name the folder; it may not exist yet."""
        self.path = Path(path)
        self.index_path = self.path / "organization.json"
        self.profiles_path = self.path / "proxy-profiles.json"
        self._lock = JournalLock(self.path / "backup", "use another folder")

    def __enter__(self) -> Self:
        """Make the folder if it is missing, and keep other backups out of it.

        Raises:
            ConfigurationError: Another backup uses the folder, or it has files that are
                not of a backup, or it cannot be written.
        """
        if self.index() is None and is_there(self.path / _PRODUCTS):
            raise ConfigurationError(
                f"{self.path / _PRODUCTS} exists, and not of a backup; use another "
                f"folder"
            )
        make_private_directory(self.path)
        self._lock.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let other backups in."""
        self._lock.release()

    def index(self) -> BackupIndex | None:
        """Return the index; None if there is none.

        Raises:
            ConfigurationError: The index is damaged or of a newer version.
        """
        if not is_there(self.index_path):
            return None
        found = self._parsed(self.index_path)
        if not isinstance(found, dict):
            _refuse(self.index_path, "it is no index")
        data = cast("dict[str, object]", found)
        if data.pop("format", None) != FORMAT:
            _refuse(self.index_path, "it is no index")
        if data.pop("version", None) != VERSION:
            _refuse(self.index_path, "its version is unknown; use a newer version")
        try:
            index = read_record(data, BackupIndex)
        except MisfitError as misfit:
            _refuse(self.index_path, str(misfit))
        for product in index.products:
            if not _FILE.fullmatch(product.file):
                _refuse(self.index_path, f"{product.file!r} is no file of a backup")
        return index

    def require_index(self) -> BackupIndex:
        """Return the index of a backup with at least one product.

        Raises:
            ConfigurationError: There is no index, it is damaged, or it has no products.
        """
        index = self.index()
        if index is None:
            raise ConfigurationError(
                f"{self.path} is no backup: it has no {self.index_path.name}"
            )
        if not index.products:
            raise ConfigurationError(
                f"the backup in {self.path} has no products; run the backup again"
            )
        return index

    @checked
    def load(self, product: BackupProduct, *, allow_edited: bool = False) -> Snapshot:
        """Read the snapshot of a product.

        Args:
            product: One of the index.
            allow_edited: Accept a file that was edited by hand.

        Returns:
            The snapshot.

        Raises:
            ConfigurationError: As for `load_snapshot`.
        """
        return load_snapshot(self.path / product.file, allow_edited=allow_edited)

    def profiles(self) -> tuple[ProxyProfile, ...]:
        """Return the proxy profiles; empty if the backup has none.

        Raises:
            ConfigurationError: The file is damaged.
        """
        if not is_there(self.profiles_path):
            return ()
        data = self._parsed(self.profiles_path)
        if not isinstance(data, list):
            _refuse(self.profiles_path, "it is no list")
        try:
            return profiles_from_json(cast("list[object]", data))
        except MisfitError as misfit:
            _refuse(self.profiles_path, str(misfit))

    def begin(self, organization: str, organization_id: UUID) -> BackupIndex:
        """Return the index of the last backup of an organization, or start the first.

        Args:
            organization: Name of the organization.
            organization_id: Its id.

        Raises:
            ConfigurationError: The folder has a backup of another organization, or it
                cannot be written.
        """
        index = self.index()
        if index is None:
            index = BackupIndex(organization, organization_id)
            self.save_index(index)
        if index.organization_id != organization_id:
            raise ConfigurationError(
                f"{self.path} has a backup of another organization, "
                f"{index.organization!r} ({index.organization_id}); use another folder "
                f"for {organization!r}"
            )
        return index

    def save_product(self, product: BackupProduct, data: bytes) -> bool:
        """Write the snapshot of a product.

        Args:
            product: Its entry in the index.
            data: The whole file.

        Returns:
            Whether the file changed.
        """
        return _write(self.path / product.file, data)

    def save_profiles(self, profiles: tuple[ProxyProfile, ...]) -> None:
        """Write the proxy profiles."""
        _write(self.profiles_path, layout(profiles_to_json(profiles)))

    def save_index(self, index: BackupIndex) -> None:
        """Write the index."""
        document: dict[str, JsonValue] = {"format": FORMAT, "version": VERSION}
        _write(self.index_path, layout({**document, **write_record(index)}))

    def remove_others(self, kept: Collection[str]) -> None:
        """Remove the files of other products, and what killed backups left.

        Args:
            kept: The files of products to keep.

        Raises:
            ConfigurationError: A file cannot be removed.
        """
        for folder in (self.path, self.path / _PRODUCTS):
            remove_temporaries(folder)
        for file in self._files():
            if file not in kept:
                try:
                    (self.path / file).unlink()
                except OSError as error:
                    raise ConfigurationError(
                        f"{self.path / file} cannot be removed: {error.strerror}"
                    ) from None

    def _files(self) -> Iterator[str]:
        folder = self.path / _PRODUCTS
        try:
            found = sorted(folder.iterdir()) if is_there(folder) else []
        except OSError as error:
            message = f"{folder} cannot be read: {error.strerror}"
            raise ConfigurationError(message) from None
        for path in found:
            file = f"{_PRODUCTS}/{path.name}"
            if _FILE.fullmatch(file) and path.is_file():
                yield file

    def _parsed(self, path: Path) -> object:
        try:
            return parse_json(read_text(path, MAX_BYTES))
        except ValueError as error:
            _refuse(path, str(error))


def backup_products(names: Iterable[tuple[UUID, str]]) -> tuple[BackupProduct, ...]:
    """Return products with their files, sorted by file.

    The name of a file has the name of the product in lower-case ASCII, and the start of
    its id, so it is unique and depends on no other product.

    Args:
        names: Id and name of each product.
    """
    products = [
        BackupProduct(one, name, _file(name, one.hex[:8])) for one, name in names
    ]
    counts = Counter(one.file for one in products)
    unique = (
        one
        if counts[one.file] == 1
        else attrs.evolve(one, file=_file(one.name, one.id.hex))
        for one in products
    )
    return tuple(sorted(unique, key=lambda one: one.file))


def _file(name: str, identity: str) -> str:
    return f"{_PRODUCTS}/{slug(name) or 'product'}-{identity}.json"


def _write(path: Path, data: bytes) -> bool:
    """Write a file unless it has these contents, and return whether it was written."""
    if path.is_file() and not path.is_symlink() and path.read_bytes() == data:
        return False
    write_private(path, data)
    return True


def _refuse(path: Path, reason: str) -> NoReturn:
    raise ConfigurationError(f"{path} cannot be used: {reason}")
