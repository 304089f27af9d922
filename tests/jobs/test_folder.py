"""A folder knows its job: one at a time, resumed, and kept when finished."""

from pathlib import Path

import pytest

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.applying.apply import apply
from configcat_mgmt.jobs.folder import JobFolder
from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.model.snapshot_file import load_snapshot
from tests.jobs.apply_tools import Source, source_of
from tests.jobs.world import World, build_wide


@pytest.fixture
async def source(client: AsyncManagementClient, emulator: Emulator) -> Source:
    world: World = await build_wide(client, configs=1, environments=1, flags=2)
    return await source_of(world, emulator)


def contents(folder: Path) -> dict[Path, bytes]:
    """Return all files in a folder and below."""
    return {one: one.read_bytes() for one in folder.rglob("*") if one.is_file()}


async def apply_in(folder: JobFolder, source: Source, plan: Plan) -> bool:
    client = source.world.client
    report = await apply(client, plan, folder.journal_path, linger_seconds=0)
    folder.save_report(report.to_json())
    return report.is_complete


async def test_a_job_that_was_ended_is_given_back_as_it_was_begun(
    source: Source, emulator: Emulator, tmp_path: Path
) -> None:
    plan = source.copy("Copy")
    with JobFolder(tmp_path / "job") as folder:
        assert folder.unfinished() is None
        folder.begin(plan, source.snapshot, request={"name": "Copy"})
        # Nothing was sent yet, so it can as well be planned anew.
        assert folder.unfinished() is None
        emulator.faults.add(Fault("status", "create-setting", status=403))
        assert not await apply_in(folder, source, plan)
    again = JobFolder(tmp_path / "job")
    job = again.unfinished()
    assert job is not None
    assert (job.plan, job.snapshot, job.target) == (plan, source.snapshot, None)
    assert job.request == {"name": "Copy"}
    assert job.report.counts["failed"] == 1
    with again:
        assert await apply_in(again, source, job.plan)
        assert again.unfinished() is None


def test_a_folder_is_rid_of_the_temporary_files_of_a_killed_process(
    tmp_path: Path,
) -> None:
    names = [".0123456789abcdef.tmp", ".mine.tmp", "0123456789abcdef.tmp"]
    for name in names:
        (tmp_path / name).write_bytes(b"{")
    with JobFolder(tmp_path):
        assert not (tmp_path / names[0]).exists()
        assert all((tmp_path / name).exists() for name in names[1:])


async def test_an_unfinished_job_is_only_replaced_when_it_is_given_up(
    source: Source, emulator: Emulator, tmp_path: Path
) -> None:
    first, second = source.copy("First"), source.copy("Second")
    with JobFolder(tmp_path) as folder:
        folder.begin(first, source.snapshot, target=source.snapshot)
        emulator.faults.add(Fault("status", "create-setting", status=403))
        await apply_in(folder, source, first)
        with pytest.raises(ConfigurationError, match="not finished"):
            folder.begin(second, source.snapshot)
        folder.begin(second, source.snapshot, give_up=True)
        assert not folder.target_path.exists()
        assert not folder.report_path.exists()
        aside = JobFolder(tmp_path / "discarded-1")
        assert load_snapshot(aside.target_path) == source.snapshot
        discarded = aside.unfinished()
        assert discarded is not None
        assert discarded.plan == first
        assert await apply_in(folder, source, second)


@pytest.mark.parametrize("give_up", [False, True])
async def test_the_files_of_a_finished_job_are_never_replaced(
    source: Source, tmp_path: Path, give_up: bool
) -> None:
    plan = source.copy("First")
    with JobFolder(tmp_path) as folder:
        folder.begin(plan, source.snapshot)
        assert await apply_in(folder, source, plan)
        before = contents(tmp_path)
        with pytest.raises(ConfigurationError, match=r"finished job.* another folder"):
            folder.begin(source.copy("Second"), source.snapshot, give_up=give_up)
        assert contents(tmp_path) == before


async def test_every_discarded_job_is_kept(
    source: Source, emulator: Emulator, tmp_path: Path
) -> None:
    plan = source.copy("Copy")
    with JobFolder(tmp_path) as folder:
        for _ in range(3):
            folder.begin(plan, source.snapshot, give_up=True)
            emulator.faults.add(Fault("status", "create-product", status=403))
            await apply_in(folder, source, plan)
    kept = {path.parent.name for path in contents(tmp_path)}
    assert kept == {tmp_path.name, "discarded-1", "discarded-2"}


def test_only_one_process_can_be_at_a_job(tmp_path: Path) -> None:
    folder, second = JobFolder(tmp_path / "job"), JobFolder(tmp_path / "job")
    with folder, pytest.raises(ConfigurationError, match=r"in use .* another folder"):
        second.__enter__()
    with second:
        assert (tmp_path / "job").stat().st_mode & 0o777 == 0o700


def test_a_job_is_begun_within_the_folder(source: Source, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="within"):
        JobFolder(tmp_path).begin(source.copy("Copy"), source.snapshot)


def test_a_folder_of_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text("mine")
    with pytest.raises(ConfigurationError, match="do not belong to a job"):
        JobFolder(tmp_path).__enter__()
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


def test_a_folder_whose_name_is_too_long_is_an_error(tmp_path: Path) -> None:
    folder = JobFolder(tmp_path / ("long" * 100))
    for use in (folder.unfinished, folder.__enter__):
        with pytest.raises(ConfigurationError, match="File name too long"):
            use()


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="cannot be created"):
        JobFolder(tmp_path / "file" / "job").__enter__()


@pytest.mark.parametrize("name", ["plan.json", "snapshot.json", "request.json"])
async def test_a_job_with_a_damaged_file_is_refused(
    source: Source, emulator: Emulator, tmp_path: Path, name: str
) -> None:
    plan = source.copy("Copy")
    with JobFolder(tmp_path) as folder:
        folder.begin(plan, source.snapshot)
        emulator.faults.add(Fault("status", "create-setting", status=403))
        await apply_in(folder, source, plan)
        text = (tmp_path / name).read_text()
        (tmp_path / name).write_text(text[:-3])
        remedy = rf"{name}.*; restore a good copy, or discard the job \(--start-over\)"
        with pytest.raises(ConfigurationError, match=remedy):
            folder.unfinished()
        (tmp_path / name).unlink()
        if name != "plan.json":
            with pytest.raises(ConfigurationError, match=remedy):
                folder.unfinished()
        folder.begin(plan, source.snapshot, give_up=True)
        assert load_snapshot(tmp_path / "snapshot.json") == source.snapshot
