"""Speakers: where anybody speaks in a stream of sound, whose turns are whose, and what each voice is like."""
