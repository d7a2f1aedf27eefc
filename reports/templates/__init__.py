"""The page's template, style and icons, as package data."""
