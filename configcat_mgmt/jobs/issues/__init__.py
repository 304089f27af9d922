"""What can stand in the way of a job, or go unnoticed."""
