from consent.ending import ending_of
from consent.judging import judge
from consent.sentences import Records, explain, meaning, what_would_change
from consent.verdicts import severity_of, verdict_of

__all__ = ["Records", "ending_of", "explain", "judge", "meaning", "severity_of", "verdict_of", "what_would_change"]
