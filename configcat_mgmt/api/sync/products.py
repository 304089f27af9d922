"""The blocking operations of the group `products`.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from uuid import UUID

from configcat_mgmt.api.aio.products import AsyncProducts
from configcat_mgmt.api.models.common import ProductModel
from configcat_mgmt.api.models.products import (
    CreateProductRequest,
    PreferencesModel,
    UpdatePreferencesRequest,
    UpdateProductRequest,
)
from configcat_mgmt.core.operation import OperationGroup
from configcat_mgmt.portal import Portal


class Products(OperationGroup):
    """Products: the blocking operations.

    Manage products, which hold configs, environments, tags and segments, and their
    preferences.

    Every method raises `RequestBuildError` for an invalid argument before anything is
    sent, `ApiError` for an error status (`BadRequestError` for 400,
    `AuthenticationError` for 401, `RateLimitError` for 429), `TransportError` if no
    complete response arrives, and `ResponseInvalid` if the response does not fit.
    """

    def __init__(self, aio: AsyncProducts, portal: Portal) -> None:
        """Bind the operations to `aio`, which runs on the thread of `portal`."""
        self._aio = aio
        self._portal = portal

    def create_product(
        self,
        organization_id: UUID | str,
        body: CreateProductRequest,
    ) -> ProductModel:
        """Create a product.

        Adds a product to the organization. `order` starts at 0, and products of equal
        order are shown alphabetically. The plan limits the number of products.

        POST /v1/organizations/{organizationId}/products

        Args:
            organization_id: Id (UUID) of the organization. A string is accepted.
            body: Name, description and order of the new product. Required: `name`.
                UNSET omits a field.

        Returns:
            ProductModel: The created product.

        Raises:
            NotFoundError: The organization does not exist, or these credentials cannot
                see it.
            UnknownOutcome: The request was sent but its outcome is unknown.
        """
        return self._portal.run(self._aio.create_product(organization_id, body))

    def get_products(self) -> list[ProductModel]:
        """List your products.

        Lists the products that belong to the user whose credentials are used.

        GET /v1/products

        Returns:
            list of ProductModel, in the service's order: The products of the calling
                user.
        """
        return self._portal.run(self._aio.get_products())

    def get_product(self, product_id: UUID | str) -> ProductModel:
        """Get a product.

        Reads one product, with its organization. `reasonRequired` says whether changes
        of values need a reason; it is set through the preferences of the product.

        GET /v1/products/{productId}

        Args:
            product_id: Id (UUID) of the product. A string is accepted.

        Returns:
            ProductModel: The product.

        Raises:
            NotFoundError: The product does not exist, or these credentials cannot see
                it.
        """
        return self._portal.run(self._aio.get_product(product_id))

    def update_product(
        self,
        product_id: UUID | str,
        body: UpdateProductRequest,
    ) -> ProductModel:
        """Update a product.

        Changes name, description or order of the product. Every field is optional;
        omitted fields keep their values. `reasonRequired` cannot be set here; use the
        preferences.

        PUT /v1/products/{productId}

        Args:
            product_id: Id (UUID) of the product. A string is accepted.
            body: The fields of the product to change. No field is required. UNSET omits
                a field.

        Returns:
            ProductModel: The product after the change.

        Raises:
            NotFoundError: The product does not exist, or these credentials cannot see
                it.
        """
        return self._portal.run(self._aio.update_product(product_id, body))

    def delete_product(self, product_id: UUID | str) -> None:
        """Delete a product.

        Removes the product.

        DELETE /v1/products/{productId}

        Args:
            product_id: Id (UUID) of the product. A string is accepted.

        Returns:
            None: The service deleted the product; no body.

        Raises:
            NotFoundError: The product does not exist, or these credentials cannot see
                it.
        """
        return self._portal.run(self._aio.delete_product(product_id))

    def get_product_preferences(self, product_id: UUID | str) -> PreferencesModel:
        """Get the preferences of a product.

        Reads the preferences of the product: the form of generated keys, whether hints
        are mandatory, and where a reason is needed for changes of values. A reason is
        needed in an environment when `reasonRequired` is true for the product or for
        that environment.

        GET /v1/products/{productId}/preferences

        Args:
            product_id: Id (UUID) of the product. A string is accepted.

        Returns:
            PreferencesModel: The preferences of the product.

        Raises:
            NotFoundError: The product does not exist, or these credentials cannot see
                it.
        """
        return self._portal.run(self._aio.get_product_preferences(product_id))

    def update_product_preferences(
        self,
        product_id: UUID | str,
        body: UpdatePreferencesRequest,
    ) -> PreferencesModel:
        """Update the preferences of a product.

        Changes the preferences of the product; this is a POST, and every field is
        optional. `mandatorySettingHint` requires a hint for settings. A reason is
        needed for changes of values when `reasonRequired` is true for the product or
        for the environment in question.

        POST /v1/products/{productId}/preferences

        Args:
            product_id: Id (UUID) of the product. A string is accepted.
            body: The preferences to change. No field is required. UNSET omits a field.

        Returns:
            PreferencesModel: The preferences after the change.

        Raises:
            NotFoundError: The product does not exist, or these credentials cannot see
                it.
        """
        return self._portal.run(self._aio.update_product_preferences(product_id, body))
