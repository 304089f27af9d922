"""Endpoints of the group `products`, as data.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from typing import Final
from uuid import UUID

from configcat_mgmt.api.models.common import ProductModel
from configcat_mgmt.api.models.products import (
    CreateProductRequest,
    PreferencesModel,
    UpdatePreferencesRequest,
    UpdateProductRequest,
)
from configcat_mgmt.core.operation import FindCreated, Operation, Parameter

CREATE_PRODUCT: Final[Operation[ProductModel]] = Operation(
    id="create-product",
    group="products",
    method="POST",
    path="/v1/organizations/{organizationId}/products",
    summary="Create a product.",
    effect="create",
    success={201: ProductModel},
    errors=(400, 404, 429),
    parameters=(Parameter("organization_id", "organizationId", "path", UUID),),
    body=CreateProductRequest,
    body_required=True,
    find_created=FindCreated("get-products", "name"),
)

GET_PRODUCTS: Final[Operation[list[ProductModel]]] = Operation(
    id="get-products",
    group="products",
    method="GET",
    path="/v1/products",
    summary="List your products.",
    effect="read",
    success={200: list[ProductModel]},
    errors=(429,),
)

GET_PRODUCT: Final[Operation[ProductModel]] = Operation(
    id="get-product",
    group="products",
    method="GET",
    path="/v1/products/{productId}",
    summary="Get a product.",
    effect="read",
    success={200: ProductModel},
    errors=(400, 404, 429),
    parameters=(Parameter("product_id", "productId", "path", UUID),),
)

UPDATE_PRODUCT: Final[Operation[ProductModel]] = Operation(
    id="update-product",
    group="products",
    method="PUT",
    path="/v1/products/{productId}",
    summary="Update a product.",
    effect="set",
    success={200: ProductModel},
    errors=(400, 404, 429),
    parameters=(Parameter("product_id", "productId", "path", UUID),),
    body=UpdateProductRequest,
    body_required=True,
)

DELETE_PRODUCT: Final[Operation[None]] = Operation(
    id="delete-product",
    group="products",
    method="DELETE",
    path="/v1/products/{productId}",
    summary="Delete a product.",
    effect="delete",
    success={204: None},
    errors=(400, 404, 429),
    parameters=(Parameter("product_id", "productId", "path", UUID),),
)

GET_PRODUCT_PREFERENCES: Final[Operation[PreferencesModel]] = Operation(
    id="get-product-preferences",
    group="products",
    method="GET",
    path="/v1/products/{productId}/preferences",
    summary="Get the preferences of a product.",
    effect="read",
    success={200: PreferencesModel},
    errors=(400, 404, 429),
    parameters=(Parameter("product_id", "productId", "path", UUID),),
)

UPDATE_PRODUCT_PREFERENCES: Final[Operation[PreferencesModel]] = Operation(
    id="update-product-preferences",
    group="products",
    method="POST",
    path="/v1/products/{productId}/preferences",
    summary="Update the preferences of a product.",
    effect="set",
    success={200: PreferencesModel},
    errors=(400, 404, 429),
    parameters=(Parameter("product_id", "productId", "path", UUID),),
    body=UpdatePreferencesRequest,
    body_required=True,
)
