"""Opening and approving applications, the two jobs that write to git."""
