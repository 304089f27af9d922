"""Plans that change one product: promote, edit, convert, restore, clean up."""
