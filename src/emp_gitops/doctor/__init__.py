"""The doctor: looks at how everything is set up around the accounts, and says what to mend. It changes nothing."""
