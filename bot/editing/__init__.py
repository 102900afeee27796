"""Plain language, measured: what every French sentence of rules/ and content/ is held to."""
