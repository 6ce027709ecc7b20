"""Trees, notes and checkpoints: frozen vectors, a second implementation from the RFC and the C2SP texts, and what must be refused."""

import base64
import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto.checkpoint import DIRECTORY, Checkpoint, log_name, origin, tree_of
from app.crypto.evidence import Pins, Refuted
from app.crypto.merkle import Gap, ProofError, Tree, check_consistency, consistency, cover, fold, inclusion, leaf_hash, root_of
from app.crypto.note import COSIGNATURE, Key, Note, NoteError, Signer, signed
from tests import outsider

VECTORS = json.loads((Path(__file__).parents[1] / "golden" / "proofs.json").read_text(encoding="utf-8"))
LEAVES = [leaf_hash(number.to_bytes(2, "big")) for number in range(600)]
# The entries of the trees that the certificate logs of RFC 6962 publish as test vectors.
ENTRIES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def steps(ranges, leaves):
    return [fold(outsider.mth(leaves[index << level : (index + 1) << level]) for level, index in cover(*one)) for one in ranges]


def tree(leaves):
    grown = Tree()
    for leaf in leaves:
        grown.append(leaf)
    return grown


def test_the_published_tree_of_eight_entries():
    assert tree([leaf_hash(bytes.fromhex(entry)) for entry in ENTRIES]).root.hex() == ROOT


@pytest.mark.parametrize("size", [*range(1, 34), 255, 256, 257, 600])
def test_every_proof_is_the_one_of_the_rfc_and_verifies(size):
    leaves = LEAVES[:size]
    root = tree(leaves).root
    assert root == outsider.mth(leaves)
    for index in range(size) if size < 40 else (0, 1, 127, 254, size - 1):
        path = steps(inclusion(index, size), leaves)
        assert path == outsider.path(index, leaves)
        assert root_of(leaves[index], index, size, path) == root == outsider.included(leaves[index], index, size, path)
    for old in range(1, size + 1) if size < 40 else (1, 2, 128, 255, size - 1, size):
        path = steps(consistency(old, size), leaves)
        assert path == outsider.proof(old, leaves)
        check_consistency(old, tree(leaves[:old]).root, size, root, path)


@given(st.integers(1, 200), st.data())
def test_a_proof_of_something_else_proves_nothing(size, data):
    leaves = LEAVES[:size]
    index = data.draw(st.integers(0, size - 1))
    path, root = steps(inclusion(index, size), leaves), tree(leaves).root
    bad = bytes(32)
    wrong = [
        *((leaves[index], index, size, [*path[:at], bad, *path[at + 1 :]]) for at in range(len(path))),
        (leaves[index], index, size, [*path, bad]),
        (leaves[index], index, size, path[:-1]) if path else (bad, index, size, path),
        (bad, index, size, path),
    ]
    for case in wrong:
        with suppress(ProofError):
            assert root_of(*case) != root


@given(st.integers(2, 200), st.data())
def test_a_tree_that_was_rewritten_is_not_consistent(size, data):
    old = data.draw(st.integers(1, size - 1))
    changed = data.draw(st.integers(0, old - 1))
    before = LEAVES[:size]
    after = [*before[:changed], bytes(32), *before[changed + 1 :]]
    for path in (steps(consistency(old, size), before), steps(consistency(old, size), after)):
        with pytest.raises(ProofError):
            check_consistency(old, tree(before[:old]).root, size, tree(after).root, path)


@given(st.integers(0, 300), st.integers(0, 300))
def test_a_gap_is_told_by_the_subtrees_that_cover_it(start, length):
    gap, end = Gap(start), start + length
    for leaf in LEAVES[start:end]:
        gap.append(leaf)
    assert [(level, index) for level, index, _ in gap.parts] == list(cover(start, end))
    whole = tree(LEAVES[:start])
    for level, _, value in gap.parts:
        whole.join(level, value)
    assert whole == tree(LEAVES[:end])


def test_a_subtree_that_does_not_fit_is_refused():
    with pytest.raises(ProofError):
        tree(LEAVES[:1]).join(1, LEAVES[0])


@pytest.mark.parametrize("bad", [(-1, 3), (3, 3), (0, 0)])
def test_no_proof_of_a_leaf_that_is_not_there(bad):
    with pytest.raises(ProofError):
        inclusion(*bad)
    with pytest.raises(ProofError):
        root_of(LEAVES[0], *bad, [])


@pytest.mark.parametrize("bad", [(0, 3), (4, 3), (-1, 3)])
def test_no_consistency_with_a_tree_that_is_empty_or_larger(bad):
    with pytest.raises(ProofError):
        consistency(*bad)


# --- notes


@pytest.mark.parametrize("vector", VECTORS["keys"], ids=lambda vector: vector["name"])
def test_a_key_is_named_as_the_format_says(vector):
    key = Key.read(vector["vkey"])
    assert (key.name, key.public.hex(), key.sort) == (vector["name"], vector["public"], vector["type"])
    assert (key.vkey, key.fingerprint) == (vector["vkey"], vector["fingerprint"])


@pytest.mark.parametrize("vector", VECTORS["checkpoints"], ids=lambda vector: vector["text"].partition("\n")[0])
def test_a_frozen_checkpoint_is_signed_and_read_to_the_byte(vector):
    signer = Signer(bytes.fromhex(vector["seed"]))
    head = Checkpoint.of(vector["text"])
    assert head.sign([signer]) == vector["note"]
    assert Checkpoint.opened(vector["note"], [signer.public]) == head
    assert head.leaf.hex() == vector["leaf"]
    assert outsider.opened(vector["note"], [(head.origin, signer.public)])[0] == vector["text"]


@pytest.mark.parametrize("vector", VECTORS["cosignatures"], ids=lambda vector: vector["name"])
def test_a_frozen_cosignature(vector):
    signer = Signer(bytes.fromhex(vector["seed"]))
    key = Key(vector["name"], signer.public, COSIGNATURE)
    assert signer.cosignature(key.name, vector["text"], vector["time"]) == vector["line"]
    note = f"{vector['text']}\n{vector['line']}"
    found = Note.read(note).by(key)
    assert found is not None
    assert found.time == vector["time"] == outsider.opened(note, [(key.name, key.public)], sort=4)[1]


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=lambda vector: vector["why"])
def test_what_is_no_checkpoint_of_the_key_is_refused(vector):
    with pytest.raises(NoteError):
        Checkpoint.opened(vector["note"], [bytes.fromhex(VECTORS["keys"][0]["public"])])


def test_a_signature_of_an_unknown_key_is_passed_over_and_a_wrong_one_of_ours_is_not():
    ours, theirs = Signer(b"o" * 32), Signer(b"t" * 32)
    text = "hushgate/0/directory\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    name = "hushgate/0/directory"
    both = signed(text, [theirs.line(name, text), ours.line(name, text)])
    assert Checkpoint.opened(both, [ours.public]).size == 0
    with pytest.raises(NoteError, match="wrong"):
        Checkpoint.opened(signed(text, [ours.line(name, "other\n")]), [ours.public])
    with pytest.raises(NoteError, match="wrong"):
        Checkpoint.opened(signed(text, [theirs.line(name, text), ours.line(name, "other\n")]), [theirs.public, ours.public])
    with pytest.raises(NoteError, match="not signed"):
        Checkpoint.opened(signed(text, [ours.line("hushgate/0/installation", text)]), [ours.public])


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\nb"])
def test_a_name_that_no_key_may_have(name):
    with pytest.raises(NoteError):
        Key(name, bytes(32))


def test_trees_have_names_that_read_back():
    log = log_name(bytes(32))
    for tree_name in ("", DIRECTORY, "red", "installation", "directory"):
        assert tree_of(log, origin(log, tree_name)) == tree_name
    assert len({origin(log, name) for name in ("", DIRECTORY, "installation", "directory", "team")}) == 5
    for other in ("hushgate/x/team/red", f"{log}/team/", f"{log}x/team/red", log):
        with pytest.raises(NoteError):
            tree_of(log, other)


# --- pins


def test_a_pin_is_read_in_every_form():
    key = Key("log.example/1", Signer(b"k" * 32).public)
    forms = (key.vkey, key.fingerprint, base64.b64encode(key.public).decode())
    assert {Pins.read([form]).keys for form in forms} == {frozenset({key.fingerprint})}
    for bad in ("", "x", "a+b+c", "0" * 63, base64.b64encode(b"short").decode()):
        with pytest.raises(Refuted):
            Pins.read([bad])
    with pytest.raises(Refuted):
        Pins.read((), (), ["not a checkpoint"])
    with pytest.raises(Refuted):
        Pins.read((), (), ['{"note": "x"}'])
