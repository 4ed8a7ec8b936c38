"""The person: details, basis of residence, labour market status, benefits (2, 3, 14, 73, 84 §)."""
