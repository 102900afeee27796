"""The ways in: each carries messages to the dialogue and shows what it answers, and knows nothing else."""
