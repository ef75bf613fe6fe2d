"""Who sends requests: accounts, networks, programs, and the marks that identify them."""
