"""From what a person writes to what they mean (`events.Said`). Text comes in, is read and is dropped."""
