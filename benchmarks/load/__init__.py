"""What officers ask for most, of a thousand cases, of a hundred thousand and of a million."""
