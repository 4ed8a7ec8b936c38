"""Costs that the state compensates as they arose (chapter 8: 63–66, 68–70 §)."""
