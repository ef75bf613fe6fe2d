"""Finds the accounts that together distil a language model, and shows why."""
