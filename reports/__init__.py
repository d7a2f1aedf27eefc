"""Results as JSON, HTML and CSV, and the words that every face of the program shares: pure rendering."""
