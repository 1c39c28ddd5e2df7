"""What other features and phones ask of places, things and tags."""

from server.locations.assets import NewAsset, add_asset, patch_asset
from server.locations.places import (
    NewLocation,
    add_location,
    deactivate_location,
    move_location,
    patch_location,
    rename_location,
)
from server.locations.tags import claim_tag, issue_tags, reprint_tag, void_tag

__all__ = [
    "NewAsset",
    "NewLocation",
    "add_asset",
    "add_location",
    "claim_tag",
    "deactivate_location",
    "issue_tags",
    "move_location",
    "patch_asset",
    "patch_location",
    "rename_location",
    "reprint_tag",
    "void_tag",
]
