"""The platform: where accounts are true. Readers and writers are two protocols, so that planning cannot write."""
