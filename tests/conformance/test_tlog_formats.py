"""Our log against published examples: RFC 6962's reference leaves, Go's signed note, the C2SP pages."""

import pytest

from safeconduct.core.tlog.checkpoint import Checkpoint
from safeconduct.core.tlog.merkle import leaf_hash
from safeconduct.core.tlog.notes import Signer, Verifier, open_note, sign_note, split_note
from safeconduct.core.tlog.tile_paths import TilePath, TilePathError, bundles_of, tiles_of
from safeconduct.core.tlog.tree import MemoryTree, root
from safeconduct.core.tlog.witness import parse_request, write_request

REFERENCE_LEAVES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
REFERENCE_ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)

NOTE_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NOTE_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

REQUEST = (
    "old 20852014\n"
    "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
    "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
    "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n"
    "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n"
    "\n"
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+"
    "zyWE+xeMcTOAYQ8=\n"
)


def test_the_reference_leaves_give_the_reference_roots() -> None:
    tree = MemoryTree([leaf_hash(bytes.fromhex(leaf)) for leaf in REFERENCE_LEAVES])
    assert tuple(root(size, tree.read).hex() for size in range(1, 9)) == REFERENCE_ROOTS


def test_the_published_note_opens_and_its_key_signs_the_same_bytes() -> None:
    verifier = Verifier.from_vkey(NOTE_VKEY)
    opened = open_note(NOTE, [verifier])
    signer = Signer.from_private_text(NOTE_PRIVATE)
    assert (signer.verifier, verifier.vkey, signer.private_text) == (verifier, NOTE_VKEY, NOTE_PRIVATE)
    assert sign_note(opened.text, signer) == NOTE


def test_the_published_request_to_a_witness_is_read_and_written_alike() -> None:
    request = parse_request(REQUEST.encode())
    assert (request.old_size, len(request.proof)) == (20852014, 4)
    assert write_request(request).decode() == REQUEST
    checkpoint = Checkpoint.parse(split_note(request.note)[0])
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)


def test_the_published_tree_of_70000_has_the_published_tiles() -> None:
    tiles = tiles_of(70_000)
    shape = [(tile.level, tile.width) for tile in tiles if tile.width < 256]
    assert shape == [(0, 112), (1, 17), (2, 1)]
    assert [sum(1 for tile in tiles if tile.level == level and tile.width == 256) for level in range(3)] == [273, 1, 0]
    assert [str(tile) for tile in tiles_of(256)] == ["tile/0/000", "tile/1/000.p/1"]
    assert len(bundles_of(70_000)) == 274


@pytest.mark.parametrize(
    ("tile", "text"),
    [
        (TilePath(0, 1234067), "tile/0/x001/x234/067"),
        (TilePath(None, 1234067, 8), "tile/entries/x001/x234/067.p/8"),
        (TilePath(63, 0, 1), "tile/63/000.p/1"),
        (TilePath(2, 1000), "tile/2/x001/000"),
    ],
)
def test_paths_are_spelled_as_published(tile: TilePath, text: str) -> None:
    assert str(tile) == text
    assert TilePath.parse(text) == tile


@pytest.mark.parametrize(
    "text",
    [
        "tile/00/000",
        "tile/64/000",
        "tile/0/0",
        "tile/0/x000/001",
        "tile/0/000.p/256",
        "tile/0/000.p/0",
        "tile/0/001/002",
    ],
)
def test_other_spellings_are_refused(text: str) -> None:
    with pytest.raises(TilePathError):
        TilePath.parse(text)


def test_a_note_with_a_changed_letter_does_not_open() -> None:
    """Negative control for the published note."""
    with pytest.raises(Exception, match="SC-NOTE"):
        open_note(NOTE.replace("know", "knew"), [Verifier.from_vkey(NOTE_VKEY)])
