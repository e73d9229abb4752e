"""The scenario document: its models, how it is read, changed and migrated."""
