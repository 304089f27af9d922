"""Tests of the plain form of HAL documents."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configcat_mgmt.core.hal import flatten
from configcat_mgmt.json_value import JsonValue

ORGANIZATION: JsonValue = {
    "organizationId": "o",
    "name": "Acme",
    "_links": {"products": "/v1/organizations/o/products", "members": "/v1/m"},
}
PRODUCT: JsonValue = {
    "productId": "p",
    "name": "Shop",
    "order": 0,
    "_links": {"self": "/v1/products/p"},
    "_embedded": {"organization": ORGANIZATION},
}
PLAIN_PRODUCT: JsonValue = {
    "productId": "p",
    "name": "Shop",
    "order": 0,
    "organization": {"organizationId": "o", "name": "Acme"},
}

scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
names = st.sampled_from(["a", "b", "_embedded", "_links"])
documents = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4)
    ),
    max_leaves=15,
)
plain_documents = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abc_", max_size=3), inner, max_size=4)
    ),
    max_leaves=15,
)


def test_embedded_resources_move_up_beside_the_plain_fields() -> None:
    assert flatten(PRODUCT) == PLAIN_PRODUCT


def test_embedded_resources_move_up_at_every_depth() -> None:
    config: JsonValue = {"name": "Main", "_embedded": {"product": PRODUCT}}
    assert flatten(config) == {"name": "Main", "product": PLAIN_PRODUCT}


def test_lists_are_kept_and_their_items_flattened() -> None:
    assert flatten([PRODUCT, [PRODUCT], 1]) == [PLAIN_PRODUCT, [PLAIN_PRODUCT], 1]


def test_embedded_lists_keep_their_order() -> None:
    setting: JsonValue = {
        "settingId": 1,
        "_embedded": {"tags": [{"tagId": 2, "_links": {"self": "/"}}, {"tagId": 1}]},
    }
    assert flatten(setting) == {"settingId": 1, "tags": [{"tagId": 2}, {"tagId": 1}]}


def test_a_plain_field_wins_over_an_embedded_one() -> None:
    document: JsonValue = {"name": "plain", "_embedded": {"name": "nested", "x": 1}}
    assert flatten(document) == {"name": "plain", "x": 1}


def test_an_object_around_one_embedded_list_stays_an_object() -> None:
    document: JsonValue = {"_embedded": {"profiles": [{"name": "a"}]}, "_links": {}}
    assert flatten(document) == {"profiles": [{"name": "a"}]}


def test_empty_hal_members_vanish() -> None:
    document: JsonValue = {"name": "a", "_embedded": None, "_links": None}
    assert flatten(document) == {"name": "a"}


def test_data_that_only_looks_like_hal_is_kept() -> None:
    parameters: JsonValue = {"_links": "text", "_embedded": ["a"]}
    assert flatten({"parameters": parameters}) == {"parameters": parameters}


def test_embedded_within_embedded_moves_up_too() -> None:
    document: JsonValue = {"_embedded": {"_embedded": {"a": 1}, "_links": {"b": "/"}}}
    assert flatten(document) == {"a": 1}


@pytest.mark.parametrize("value", [None, True, 0, 1.5, "", "text"])
def test_plain_values_come_back_as_they_are(value: JsonValue) -> None:
    assert flatten(value) is value


def test_depth_has_no_limit() -> None:
    depth = 100_000
    deep: JsonValue = "bottom"
    for _ in range(depth):
        deep = {"_embedded": {"a": [deep]}}
    flat = flatten(deep)
    for _ in range(depth):
        assert isinstance(flat, dict)
        assert list(flat) == ["a"]
        inner = flat["a"]
        assert isinstance(inner, list)
        flat = inner[0]
    assert flat == "bottom"


@given(documents)
def test_the_document_given_is_not_changed(document: JsonValue) -> None:
    before = copy.deepcopy(document)
    flatten(document)
    assert document == before


@given(documents)
def test_flattening_twice_is_as_flattening_once(document: JsonValue) -> None:
    once = flatten(document)
    assert flatten(once) == once


@given(plain_documents)
def test_plain_json_comes_out_equal(document: JsonValue) -> None:
    assert flatten(document) == document


class Name(str):
    """A key that counts how often it is compared when a dict is built."""

    __slots__ = ()
    compared = 0

    def __hash__(self) -> int:
        """Collide with every other name."""
        return 1

    def __eq__(self, other: object) -> bool:
        """Count."""
        Name.compared += 1
        return str.__eq__(self, str(other))


def comparisons(layers: int) -> int:
    """Return the work of flattening resources embedded in one another."""
    document: dict[str, JsonValue] = {}
    for number in range(layers):
        document = {Name(f"k{number}"): number, "_embedded": document}
    Name.compared = 0
    flat = flatten(document)
    compared = Name.compared
    assert isinstance(flat, dict)
    assert sorted(flat.values()) == list(range(layers))
    return compared


def test_the_work_for_deeply_embedded_resources_does_not_grow_with_each_layer() -> None:
    # Since all names collide, each one that enters a dict costs one comparison for
    # every name in it. Doubled layers make that four times as many, or eight times if
    # every layer copies the ones above it.
    assert comparisons(80) < 5 * comparisons(40)
