"""What people want to see of products, plans and reports."""
