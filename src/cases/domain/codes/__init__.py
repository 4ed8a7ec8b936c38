"""Code lists: the values as enumerations, their Finnish, Swedish and English terms as data."""
