"""Null models: what honest customers and honest groups show."""
