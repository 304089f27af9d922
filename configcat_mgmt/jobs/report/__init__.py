"""Views of products, plans and reports for people."""
