"""Trains bi-encoders and cross-encoders for Winnow, over sentence-transformers."""
