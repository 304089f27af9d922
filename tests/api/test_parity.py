"""The blocking surface is the async one: same names, arguments, results and texts."""

import importlib
import inspect
import typing
from functools import cached_property

import pytest

from configcat_mgmt import OPERATIONS, AsyncManagementClient, ManagementClient
from configcat_mgmt.api.aio.groups import AsyncGroups
from configcat_mgmt.api.sync.groups import Groups
from configcat_mgmt.core.operation import OperationGroup
from configcat_mgmt.core.pages import AsyncPages, SyncPages
from tests.api.python_side import Value, snake

GROUPS = sorted({operation.group for operation in OPERATIONS.values()})
CONTEXT = {"__aenter__": "__enter__", "__aexit__": "__exit__"}
"""What is spelled differently on the two sides."""
OWN_METHODS = [
    "__init__",
    "__repr__",
    "__reduce__",
    "with_options",
    "call",
    "call_raw",
    "request",
    "find_created",
    "change_value",
    "close",
]
AWAITED = {"call", "call_raw", "request", "find_created", "change_value", "close"}
ITERATOR = "iter_"
"""Start of the names of iterators over pages, which nobody awaits."""
PAGES = {AsyncPages: SyncPages}
"""Results that have a class on each side."""


@pytest.fixture(params=GROUPS)
def pair(request: pytest.FixtureRequest) -> tuple[type, type]:
    return group_pair(request.param)


def group_pair(group: str) -> tuple[type, type]:
    """Return the classes of a group, as its modules have them."""
    name = group.title().replace("_", "")
    aio = importlib.import_module(f"configcat_mgmt.api.aio.{group}")
    sync = importlib.import_module(f"configcat_mgmt.api.sync.{group}")
    return getattr(aio, f"Async{name}"), getattr(sync, name)


def public(kind: type) -> dict[str, Value]:
    """Return what a class itself defines under public names."""
    return {name: value for name, value in vars(kind).items() if name[0] != "_"}


def test_both_classes_of_a_group_have_the_same_methods(pair: tuple[type, type]) -> None:
    awaited, blocking = pair
    assert list(public(awaited)) == list(public(blocking))
    assert public(awaited)
    assert awaited.__mro__[1:] == blocking.__mro__[1:] == (OperationGroup, object)


def test_the_groups_have_every_operation_once_and_nothing_else() -> None:
    methods = [
        (group, name) for group in GROUPS for name in public(group_pair(group)[0])
    ]
    iterators = [one for one in methods if one[1].startswith(ITERATOR)]
    wanted = [(op.group, snake(op.id)) for op in OPERATIONS.values()]
    assert sorted(methods) == sorted([*wanted, *iterators])
    paged = [op.group for op in OPERATIONS.values() if op.pages is not None]
    assert sorted(group for group, _ in iterators) == sorted(paged)


def test_the_methods_of_a_group_are_awaited_on_one_side_only(
    pair: tuple[type, type],
) -> None:
    awaited, blocking = pair
    for name in public(awaited):
        is_awaited = not name.startswith(ITERATOR)
        assert inspect.iscoroutinefunction(public(awaited)[name]) is is_awaited
        assert inspect.isfunction(public(blocking)[name])
        assert not inspect.iscoroutinefunction(public(blocking)[name])


def test_the_methods_of_a_group_take_and_give_the_same(pair: tuple[type, type]) -> None:
    awaited, blocking = pair
    for name in public(awaited):
        assert_alike(public(awaited)[name], public(blocking)[name])


def test_the_methods_of_a_group_are_explained_alike(pair: tuple[type, type]) -> None:
    awaited, blocking = pair
    for name in public(awaited):
        assert public(awaited)[name].__doc__
        assert public(awaited)[name].__doc__ == public(blocking)[name].__doc__


def test_an_operation_takes_its_parameters_under_their_names() -> None:
    for operation in OPERATIONS.values():
        method = public(group_pair(operation.group)[0])[snake(operation.id)]
        parameters = list(inspect.signature(method).parameters.values())[1:]
        in_path = [p.name for p in operation.parameters if p.location == "path"]
        beside = [p for p in operation.parameters if p.location != "path"]
        others = [p.name for p in sorted(beside, key=lambda p: not p.required)]
        body = [] if operation.body is None else ["body"]
        assert [p.name for p in parameters] == [*in_path, *body, *others]
        for parameter in parameters:
            by_position = parameter.name in (*in_path, "body")
            kind = parameter.POSITIONAL_OR_KEYWORD if by_position else None
            assert parameter.kind is (kind or parameter.KEYWORD_ONLY)
            needed = [p.name for p in operation.parameters if p.required]
            required = parameter.name in needed or (
                parameter.name == "body" and operation.body_required
            )
            assert parameter.default is (parameter.empty if required else None)


def test_an_async_operation_returns_what_the_table_says() -> None:
    for operation in OPERATIONS.values():
        method = public(group_pair(operation.group)[0])[snake(operation.id)]
        kinds = dict.fromkeys(operation.success.values())
        returned = typing.get_type_hints(method)["return"]
        options = typing.get_args(returned) if len(kinds) > 1 else (returned,)
        assert {*options} == {type(None) if kind is None else kind for kind in kinds}


def test_both_ways_to_the_groups_have_the_same_names_and_texts() -> None:
    assert list(public(AsyncGroups)) == list(public(Groups))
    assert sorted(public(Groups)) == GROUPS
    for group in GROUPS:
        awaited, blocking = public(AsyncGroups)[group], public(Groups)[group]
        assert isinstance(awaited, cached_property)
        assert isinstance(blocking, cached_property)
        assert awaited.__doc__
        assert awaited.__doc__ == blocking.__doc__
        names = [kind.__name__ for kind in group_pair(group)]
        found = [
            inspect.signature(side.func).return_annotation
            for side in (awaited, blocking)
        ]
        assert found == names


def test_the_clients_lead_to_the_classes_of_the_groups() -> None:
    client = ManagementClient("u", "p")
    waiting = AsyncManagementClient("u", "p")
    for group in GROUPS:
        assert (type(getattr(waiting, group)), type(getattr(client, group))) == (
            group_pair(group)
        )
        assert getattr(client, group) is getattr(client, group)
    client.close()


def test_both_clients_define_the_same_names() -> None:
    def own(kind: type) -> set[str]:
        hidden = ("__module__", "__doc__", "__firstlineno__", "__static_attributes__")
        names = {CONTEXT.get(name, name) for name in vars(kind)}
        return {name for name in names if name not in hidden and not is_private(name)}

    # What a client is made of differs by nature; jobs reach for it.
    inside = {"pipeline"}, {"aio", "portal"}
    asynchronous = own(AsyncManagementClient) - inside[0]
    assert asynchronous == own(ManagementClient) - inside[1]
    properties = {"base_url", "options", "closed"}
    assert asynchronous == {*OWN_METHODS, *properties, *CONTEXT.values()}


def is_private(name: str) -> bool:
    """Whether a name is for the class itself."""
    return name.startswith("_") and not name.startswith("__")


@pytest.mark.parametrize("name", OWN_METHODS)
def test_the_methods_of_both_clients_take_and_give_the_same(name: str) -> None:
    awaited, blocking = (
        vars(AsyncManagementClient)[name],
        vars(ManagementClient)[name],
    )
    assert_alike(awaited, blocking)
    assert inspect.iscoroutinefunction(awaited) is (name in AWAITED)
    assert not inspect.iscoroutinefunction(blocking)


@pytest.mark.parametrize(("awaited", "blocking"), CONTEXT.items())
def test_both_clients_are_context_managers(awaited: str, blocking: str) -> None:
    entering = vars(AsyncManagementClient)[awaited]
    assert inspect.iscoroutinefunction(entering)
    assert_alike(entering, vars(ManagementClient)[blocking])


@pytest.mark.parametrize("name", ["base_url", "options", "closed"])
def test_the_properties_of_both_clients_are_alike(name: str) -> None:
    awaited = vars(AsyncManagementClient)[name]
    blocking = vars(ManagementClient)[name]
    assert isinstance(awaited, property)
    assert isinstance(blocking, property)
    assert_alike(awaited.fget, blocking.fget)
    assert awaited.__doc__
    assert awaited.__doc__ == blocking.__doc__


@pytest.mark.parametrize("name", [n for n in OWN_METHODS if n[0] != "_"] + ["__init__"])
def test_the_methods_of_both_clients_are_explained_with_the_same_arguments(
    name: str,
) -> None:
    texts = [
        inspect.getdoc(vars(kind)[name]) or ""
        for kind in (AsyncManagementClient, ManagementClient)
    ]
    parts = [text[text.find("\nArgs:") :] for text in texts]
    assert all(texts)
    if "\nArgs:" in texts[0]:
        assert parts[0] == parts[1]


def assert_alike(awaited: Value, blocking: Value) -> None:
    """Compare names, kinds, defaults, annotations and result of two functions."""
    first, second = inspect.signature(awaited), inspect.signature(blocking)
    assert list(first.parameters) == list(second.parameters)
    for name, parameter in first.parameters.items():
        assert parameter == second.parameters[name]
    result = first.return_annotation
    assert result is not inspect.Signature.empty
    origin = typing.get_origin(result)
    if origin in PAGES:
        result = PAGES[origin][typing.get_args(result)[0]]
    assert result == second.return_annotation
