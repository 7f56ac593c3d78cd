"""Renderers: a typed result in, a string out."""
