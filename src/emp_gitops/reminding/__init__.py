"""The job of reminders: who is to be told that a term ends, in an issue and by mail, and what became of that."""
