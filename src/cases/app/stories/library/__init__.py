"""The stories that come with the product, and the fictional organisations they happen in."""
