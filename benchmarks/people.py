"""How many people walk through the conversation in a benchmark, and how."""

PEOPLE = 25
TURNS = 12
"""Each presses the first choice, or writes the town where none is offered, so many times after the greeting."""
TOWN = "Joigny"
