"""Pictures of the page in its main states, for people who have not opened it yet."""
