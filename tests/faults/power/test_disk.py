"""The disk of the simulator: what was synced stays, what was not may go, and nothing else ever appears."""

import random

from tests.faults.power.disk import SECTOR, Disk, File, Folder, Manner

KEEPS, DROPS, TEARS = Manner(1.0, 0.0), Manner(0.0, 0.0), Manner(1.0, 1.0)


def rng() -> random.Random:
    return random.Random(4)  # noqa: S311 - repeatable tests


def disk_with(path: str, data: bytes) -> tuple[Disk, File]:
    disk, file = Disk(), File()
    disk.make(path, file)
    file.write(0, data)
    return disk, file


def test_a_file_needs_its_bytes_synced_and_its_name() -> None:
    disk, file = disk_with("a", b"words")
    assert disk.after_power_loss(rng(), DROPS) == {}
    assert disk.after_power_loss(rng(), KEEPS) == {"a": b"words"}
    disk.root.sync()
    assert disk.after_power_loss(rng(), DROPS) == {"a": b""}
    file.sync()
    assert disk.after_power_loss(rng(), DROPS) == {"a": b"words"}


def test_a_rename_is_whole_or_not_there() -> None:
    disk, file = disk_with("a", b"old")
    disk.settle()
    new = File()
    disk.make("b", new)
    new.write(0, b"new")
    new.sync()
    disk.root.sync()
    disk.rename("b", "a")
    assert disk.after_power_loss(rng(), DROPS) == {"a": b"old", "b": b"new"}
    assert disk.after_power_loss(rng(), KEEPS) == {"a": b"new"}
    assert disk.now("") == {"a": b"new"}
    assert bytes(file.live) == b"old"


def test_what_lies_in_a_folder_goes_with_its_name() -> None:
    disk, folder = Disk(), Folder()
    disk.make("f", folder)
    file = File()
    disk.make("f/a", file)
    file.write(0, b"x")
    file.sync()
    folder.sync()
    assert disk.after_power_loss(rng(), DROPS) == {}
    disk.root.sync()
    assert disk.after_power_loss(rng(), DROPS) == {"f/": b"", "f/a": b"x"}
    disk.remove("f/a")
    assert disk.after_power_loss(rng(), DROPS) == {"f/": b"", "f/a": b"x"}
    assert disk.after_power_loss(rng(), KEEPS) == {"f/": b""}


def test_a_torn_write_is_torn_by_sectors_and_nowhere_else() -> None:
    disk, file = disk_with("a", b"o" * SECTOR * 40)
    disk.settle()
    file.write(SECTOR + 100, b"n" * SECTOR * 30)
    left = disk.after_power_loss(rng(), TEARS)["a"]
    assert left[: SECTOR + 100] == b"o" * (SECTOR + 100)
    assert left[SECTOR * 31 + 100 :] == b"o" * (SECTOR * 9 - 100)
    inner = [left[place : place + SECTOR] for place in range(SECTOR * 2, SECTOR * 31, SECTOR)]
    kinds = {"old": inner.count(b"o" * SECTOR), "new": inner.count(b"n" * SECTOR)}
    assert all(kinds.values())
    assert sum(kinds.values()) < len(inner), "some sectors are garbage"


def test_a_cut_is_held_back_too() -> None:
    disk, file = disk_with("a", b"0123456789")
    disk.settle()
    file.cut(4)
    file.write(6, b"x")
    assert disk.now("a") == {"a": b"0123\0\0x"}
    assert disk.after_power_loss(rng(), DROPS) == {"a": b"0123456789"}
    assert disk.after_power_loss(rng(), KEEPS) == {"a": b"0123\0\0x"}
