"""Records on disk which steps of a job are done."""
