"""Which mission: places named in a message, what speaks for each country, and the learned order of the candidates."""
