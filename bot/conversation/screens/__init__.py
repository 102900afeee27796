"""The pages of a conversation: each says what it shows and what a press on it means."""
