"""Who wrote is a pseudonym, what they said is sealed, and both are gone after their term."""
