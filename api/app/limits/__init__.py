"""How often one user or one address may do what costs something."""
