"""Links of settings with items of other tools."""

from uuid import UUID

from configcat_mgmt.api.model_index import (
    AddOrUpdateIntegrationLinkModel,
    AddOrUpdateJiraIntegrationLinkModel,
    AuditLogType,
    ConnectRequest,
    DeleteIntegrationLinkModel,
    IntegrationLinkDetail,
    IntegrationLinkDetailsModel,
    IntegrationLinkModel,
    IntegrationLinkType,
)
from configcat_mgmt.api.operations import integration_links as operations
from configcat_mgmt.emulator.domain import access
from configcat_mgmt.emulator.domain.absent import given
from configcat_mgmt.emulator.domain.evaluation import Formula
from configcat_mgmt.emulator.domain.records import (
    Environment,
    IntegrationLink,
    LinkedItem,
    Setting,
)
from configcat_mgmt.emulator.domain.refusals import NotFound, Refused
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.handlers.registry import handles
from configcat_mgmt.emulator.views.value_views import (
    integration_link_view,
    setting_data_view,
)
from configcat_mgmt.emulator.views.views import (
    config_view,
    environment_view,
    product_view,
)


@handles(operations.ADD_OR_UPDATE_INTEGRATION_LINK)
def add_or_update_integration_link(
    state: State,
    environment_id: UUID,
    setting_id: int,
    integration_link_type: IntegrationLinkType,
    key: str,
    *,
    body: AddOrUpdateIntegrationLinkModel | None = None,
) -> IntegrationLinkModel:
    """Link a setting in an environment, or change the link that is there."""
    item = LinkedItem(integration_link_type, key)
    requested = body or AddOrUpdateIntegrationLinkModel()
    return _put(state, environment_id, setting_id, item, requested)


@handles(operations.DELETE_INTEGRATION_LINK)
def delete_integration_link(
    state: State,
    environment_id: UUID,
    setting_id: int,
    integration_link_type: IntegrationLinkType,
    key: str,
) -> DeleteIntegrationLinkModel:
    """Delete a link; the response says whether the item has other links."""
    setting, environment = _place(state, environment_id, setting_id)
    item = LinkedItem(integration_link_type, key)
    link = _find(state, environment_id, setting_id, item)
    if link is None:
        raise NotFound("integration link", key)
    state.integration_links.remove(link)
    _log(state, AuditLogType.INTEGRATION_LINK_REMOVED, setting, environment, item)
    remaining = _links_of(state, item)
    return DeleteIntegrationLinkModel(has_remaining_integration_link=bool(remaining))


@handles(operations.GET_INTEGRATION_LINK_DETAILS)
def get_integration_link_details(
    state: State, integration_link_type: IntegrationLinkType, key: str
) -> IntegrationLinkDetailsModel:
    """Show where an item is linked; places that the caller cannot see only count."""
    links = _links_of(state, LinkedItem(integration_link_type, key))
    details: list[IntegrationLinkDetail] = []
    for link in links:
        environment = state.environments[link.environment_id]
        product = state.product_of(environment)
        if not state.sees(product):
            continue
        setting = state.settings[link.setting_id]
        details.append(
            IntegrationLinkDetail(
                product=product_view(state, product),
                config=config_view(state, state.config_of(setting)),
                environment=environment_view(state, environment),
                setting=setting_data_view(state, setting),
                read_only=access.is_read_only(state, environment),
                status=_status(state, setting, environment),
            )
        )
    return IntegrationLinkDetailsModel(
        details=details, all_integration_link_count=len(links)
    )


@handles(operations.JIRA_ADD_OR_UPDATE_INTEGRATION_LINK)
def jira_add_or_update_integration_link(
    state: State,
    environment_id: UUID,
    setting_id: int,
    key: str,
    body: AddOrUpdateJiraIntegrationLinkModel | None = None,
) -> IntegrationLinkModel:
    """Link with a Jira issue; any token is accepted."""
    if body is None:
        raise Refused((), "The request needs a body.")
    _require_token(body.client_key, body.jira_jwt_token)
    item = LinkedItem(IntegrationLinkType.JIRA, key)
    return _put(state, environment_id, setting_id, item, body)


@handles(operations.JIRA_CONNECT)
def jira_connect(state: State, body: ConnectRequest | None = None) -> None:
    """Log that the Jira plugin connected; any token is accepted."""
    if body is None:
        raise Refused((), "The request needs a body.")
    _require_token(body.client_key, body.jira_jwt_token)
    for organization in state.organizations.values():
        if state.caller.user_id in organization.members:
            kind = AuditLogType.API_KEY_CONNECTED
            state.log(kind, "Jira", organization=organization)


def _put(
    state: State,
    environment_id: UUID,
    setting_id: int,
    item: LinkedItem,
    body: AddOrUpdateIntegrationLinkModel | AddOrUpdateJiraIntegrationLinkModel,
) -> IntegrationLinkModel:
    setting, environment = _place(state, environment_id, setting_id)
    link = _find(state, environment_id, setting_id, item)
    if link is None:
        link = IntegrationLink(environment_id, setting_id, item)
        state.integration_links.append(link)
        _log(state, AuditLogType.INTEGRATION_LINK_ADDED, setting, environment, item)
    link.description = given(body.description)
    link.url = given(body.url)
    return integration_link_view(link)


def _place(
    state: State, environment_id: UUID, setting_id: int
) -> tuple[Setting, Environment]:
    environment = state.environment(environment_id)
    setting = state.setting(setting_id)
    if state.config_of(setting).product_id != environment.product_id:
        raise NotFound("setting", setting_id)
    access.require_write(state, environment)
    return setting, environment


def _links_of(state: State, item: LinkedItem) -> list[IntegrationLink]:
    return [link for link in state.integration_links if link.item == item]


def _find(
    state: State, environment_id: UUID, setting_id: int, item: LinkedItem
) -> IntegrationLink | None:
    for link in _links_of(state, item):
        if (link.environment_id, link.setting_id) == (environment_id, setting_id):
            return link
    return None


def _status(state: State, setting: Setting, environment: Environment) -> str:
    """Return the default value of the setting as text; `ON` or `OFF` for a boolean."""
    content = state.values[environment.environment_id, setting.setting_id].content
    served = content.default if isinstance(content, Formula) else content.value
    for variation in setting.variations:
        if variation.variation_id == served:
            served = variation.value
    if isinstance(served, bool):
        return "ON" if served else "OFF"
    return str(served)


def _require_token(client_key: str, token: str) -> None:
    for name, text in (("client_key", client_key), ("jira_jwt_token", token)):
        if not text:
            raise Refused(name, "The value must not be empty.")


def _log(
    state: State,
    kind: AuditLogType,
    setting: Setting,
    environment: Environment,
    item: LinkedItem,
) -> None:
    config = state.config_of(setting)
    target = f"{setting.key}: {item.key}"
    state.log(kind, target, config=config, environment=environment)
