"""What a product should become: promoted, edited, converted, restored, cleaned up."""
