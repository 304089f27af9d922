"""The state of one emulator, and the lookups in it."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TypeAlias, TypeVar
from uuid import UUID

from configcat_mgmt.api.model_index import AuditLogType
from configcat_mgmt.emulator.domain.audit import AuditLog
from configcat_mgmt.emulator.domain.change_request_records import ChangeRequest
from configcat_mgmt.emulator.domain.identifiers import Identifiers
from configcat_mgmt.emulator.domain.limits import PlanLimits
from configcat_mgmt.emulator.domain.records import (
    AuditEntry,
    CodeReport,
    Config,
    Environment,
    Integration,
    IntegrationLink,
    Invitation,
    Organization,
    PermissionGroup,
    Product,
    ProxyProfile,
    SdkKeys,
    Segment,
    Setting,
    SettingValue,
    Tag,
    User,
    Webhook,
)
from configcat_mgmt.emulator.domain.refusals import NotFound, Refused

Clock: TypeAlias = Callable[[], datetime]
"""Returns the present as an aware UTC time."""

T = TypeVar("T")
K = TypeVar("K")


def system_clock() -> datetime:
    """Return the present by the clock of this machine."""
    return datetime.now(UTC)


class State:
    """The organizations, products and so on of one emulated service.

    A lookup by id raises `NotFound` for a record that does not exist or that `caller`
    may not see. The owner of the emulator may read and change the tables directly.

    Attributes:
        caller: The user on whose behalf the present request acts. Handlers are plain
            functions that run one at a time, so one place is enough.
    """

    caller: User

    def __init__(
        self,
        *,
        seed: int = 0,
        clock: Clock = system_clock,
        limits: PlanLimits | None = None,
    ) -> None:
        """Start empty.

        Args:
            seed: Determines all ids and keys.
            clock: Returns the time of changes.
            limits: Limits of the plan; those of the largest plan by default.
        """
        self.identifiers = Identifiers(seed)
        self._clock = clock
        self._moment: datetime | None = None
        self.limits = limits or PlanLimits()
        self.audit = AuditLog()
        self.users: dict[str, User] = {}
        self.organizations: dict[UUID, Organization] = {}
        self.products: dict[UUID, Product] = {}
        self.configs: dict[UUID, Config] = {}
        self.environments: dict[UUID, Environment] = {}
        self.settings: dict[int, Setting] = {}
        self.values: dict[tuple[UUID, int], SettingValue] = {}
        """By environment id and setting id; every pair of a product is there."""
        self.sdk_keys: dict[tuple[UUID, UUID], SdkKeys] = {}
        """By config id and environment id; every pair of a product is there."""
        self.sdk_key_owners: dict[str, SdkKeys] = {}
        """By the text of the key."""
        self.tags: dict[int, Tag] = {}
        self.segments: dict[UUID, Segment] = {}
        self.permission_groups: dict[int, PermissionGroup] = {}
        self.invitations: dict[UUID, Invitation] = {}
        self.webhooks: dict[int, Webhook] = {}
        self.integrations: dict[UUID, Integration] = {}
        self.integration_links: list[IntegrationLink] = []
        self.code_reports: list[CodeReport] = []
        self.proxy_profiles: dict[UUID, ProxyProfile] = {}
        self.change_requests: dict[int, ChangeRequest] = {}

    def clock(self) -> datetime:
        """Return the present, or the moment that `at` set."""
        return self._moment or self._clock()

    @contextmanager
    def at(self, moment: datetime) -> Generator[None]:
        """Stop the clock, so that everything in a request happens at one moment."""
        before, self._moment = self._moment, moment
        try:
            yield
        finally:
            self._moment = before

    def replace(self, other: "State") -> None:
        """Take over everything that `other` knows, which must not be used afterwards.

        The first user of `other` becomes the caller.
        """
        clock = self._clock
        vars(self).update(vars(other))
        self._clock = clock
        self.caller = next(iter(self.users.values()))

    def add_user(self, email: str, full_name: str) -> User:
        """Add a user; the first one becomes `caller`."""
        user = User(str(self.identifiers.uuid()), email, full_name)
        self.users[user.user_id] = user
        if len(self.users) == 1:
            self.caller = user
        return user

    def add_organization(self, name: str, admin: User) -> Organization:
        """Found an organization whose only member is `admin`."""
        organization = Organization(self.identifiers.uuid(), name)
        for people in (
            organization.admins,
            organization.billing_managers,
            organization.members,
        ):
            people.append(admin.user_id)
        self.organizations[organization.organization_id] = organization
        return organization

    def sees(self, product: Product) -> bool:
        """Return whether `caller` may see a product."""
        user_id = self.caller.user_id
        organization = self.organizations[product.organization_id]
        return user_id in organization.admins or user_id in product.members

    def organization(self, organization_id: UUID) -> Organization:
        """Look up an organization."""
        organization = _found(self.organizations, organization_id, "organization")
        if self.caller.user_id not in organization.members:
            raise NotFound("organization", organization_id)
        return organization

    def product(self, product_id: UUID) -> Product:
        """Look up a product."""
        product = _found(self.products, product_id, "product")
        if not self.sees(product):
            raise NotFound("product", product_id)
        return product

    def config(self, config_id: UUID) -> Config:
        """Look up a config."""
        config = _found(self.configs, config_id, "config")
        return self._seen(config, config.product_id, "config", config_id)

    def environment(self, environment_id: UUID) -> Environment:
        """Look up an environment."""
        environment = _found(self.environments, environment_id, "environment")
        product_id = environment.product_id
        return self._seen(environment, product_id, "environment", environment_id)

    def setting(self, setting_id: int) -> Setting:
        """Look up a setting."""
        setting = _found(self.settings, setting_id, "setting")
        product_id = self.configs[setting.config_id].product_id
        return self._seen(setting, product_id, "setting", setting_id)

    def tag(self, tag_id: int) -> Tag:
        """Look up a tag."""
        tag = _found(self.tags, tag_id, "tag")
        return self._seen(tag, tag.product_id, "tag", tag_id)

    def segment(self, segment_id: UUID) -> Segment:
        """Look up a segment."""
        segment = _found(self.segments, segment_id, "segment")
        return self._seen(segment, segment.product_id, "segment", segment_id)

    def permission_group(self, group_id: int) -> PermissionGroup:
        """Look up a permission group."""
        group = _found(self.permission_groups, group_id, "permission group")
        return self._seen(group, group.product_id, "permission group", group_id)

    def webhook(self, webhook_id: int) -> Webhook:
        """Look up a webhook."""
        webhook = _found(self.webhooks, webhook_id, "webhook")
        product_id = self.configs[webhook.config_id].product_id
        return self._seen(webhook, product_id, "webhook", webhook_id)

    def integration(self, integration_id: UUID) -> Integration:
        """Look up an integration."""
        integration = _found(self.integrations, integration_id, "integration")
        product_id = integration.product_id
        return self._seen(integration, product_id, "integration", integration_id)

    def invitation(self, invitation_id: UUID) -> Invitation:
        """Look up a pending invitation."""
        invitation = _found(self.invitations, invitation_id, "invitation")
        product_id = invitation.product_id
        return self._seen(invitation, product_id, "invitation", invitation_id)

    def proxy_profile(self, profile_id: UUID) -> ProxyProfile:
        """Look up a proxy profile."""
        profile = _found(self.proxy_profiles, profile_id, "proxy profile")
        organization = self.organizations[profile.organization_id]
        if self.caller.user_id not in organization.members:
            raise NotFound("proxy profile", profile_id)
        return profile

    def change_request(self, request_id: int) -> ChangeRequest:
        """Look up a change request."""
        request = _found(self.change_requests, request_id, "change request")
        product_id = self.configs[request.config_id].product_id
        return self._seen(request, product_id, "change request", request_id)

    def product_of(self, thing: "Config | Environment | Tag | Segment") -> Product:
        """Return the product that owns something."""
        return self.products[thing.product_id]

    def config_of(self, setting: Setting) -> Config:
        """Return the config that a setting is in."""
        return self.configs[setting.config_id]

    def settings_of(self, config: Config) -> list[Setting]:
        """Return the settings of a config, in the service's order."""
        settings = [self.settings[number] for number in config.setting_ids.values()]
        return sorted(settings, key=lambda item: (item.order, item.name.casefold()))

    def environments_of(self, product: Product) -> list[Environment]:
        """Return the environments of a product, in the service's order."""
        environments = [self.environments[one] for one in product.environment_ids]
        return sorted(environments, key=lambda item: (item.order, item.name.casefold()))

    def configs_of(self, product: Product) -> list[Config]:
        """Return the configs of a product, in the service's order."""
        configs = [self.configs[one] for one in product.config_ids]
        return sorted(configs, key=lambda item: (item.order, item.name.casefold()))

    def tags_of(self, product: Product) -> list[Tag]:
        """Return the tags of a product, oldest first."""
        return [self.tags[one] for one in product.tag_ids]

    def segments_of(self, product: Product) -> list[Segment]:
        """Return the segments of a product, oldest first."""
        return [self.segments[one] for one in product.segment_ids]

    def permission_groups_of(self, product: Product) -> list[PermissionGroup]:
        """Return the permission groups of a product, oldest first."""
        return [self.permission_groups[one] for one in product.permission_group_ids]

    def integrations_of(self, product: Product) -> list[Integration]:
        """Return the integrations of a product, oldest first."""
        return [self.integrations[one] for one in product.integration_ids]

    def proxy_profiles_of(self, organization: Organization) -> list[ProxyProfile]:
        """Return the proxy profiles of an organization, oldest first."""
        return [self.proxy_profiles[one] for one in organization.proxy_profile_ids]

    def log(
        self,
        kind: AuditLogType,
        target: str,
        *,
        product: Product | None = None,
        config: Config | None = None,
        environment: Environment | None = None,
        organization: Organization | None = None,
        why: str | None = None,
    ) -> AuditEntry:
        """Write an entry of the audit log in the name of `caller`.

        Args:
            kind: The kind of event.
            target: The changed entity, as text.
            product: Where it happened; taken from `config` or `environment` if left
                out.
            config: Likewise.
            environment: Likewise.
            organization: Needed if nothing else is given.
            why: The reason that the caller gave.
        """
        owner = config or environment
        if product is None and owner is not None:
            product = self.products[owner.product_id]
        if organization is None and product is not None:
            organization = self.organizations[product.organization_id]
        if organization is None:
            message = "an audit log entry needs an organization"
            raise ValueError(message)
        places = [place for place in (product, config, environment) if place]
        entry = AuditEntry(
            audit_log_id=self.identifiers.number("audit_log"),
            organization_id=organization.organization_id,
            happened_at=self.clock(),
            kind=kind,
            user_id=self.caller.user_id,
            product_id=product.product_id if product else None,
            config_id=config.config_id if config else None,
            environment_id=environment.environment_id if environment else None,
            change_set_id=self.identifiers.uuid(),
            where=" / ".join(place.name for place in places) or organization.name,
            target=target,
            details=f"{kind.value}: {target}",
            why=why,
        )
        self.audit.add(entry)
        return entry

    def _seen(self, thing: T, product_id: UUID, kind: str, identity: object) -> T:
        if not self.sees(self.products[product_id]):
            raise NotFound(kind, identity)
        return thing


def _found(table: dict[K, T], key: K, kind: str) -> T:
    thing = table.get(key)
    if thing is None:
        raise NotFound(kind, key)
    return thing


def require_room(count: int, limit: int | None, kind: str) -> None:
    """Refuse one more of something if the plan has no room for it.

    Raises:
        Refused: The limit is reached.
    """
    if limit is not None and count >= limit:
        raise Refused((), f"The plan allows at most {limit} {kind}.")
