"""What all commands share that change something: from the plan to the report."""
