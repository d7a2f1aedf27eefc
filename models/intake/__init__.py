"""Packages of models from strangers, read by a process of its own (`python -m models.intake`)."""

from models.intake.asking import ask
from models.intake.licence import PUBLIC_KEYS, LicenceState, PackageLicence, inspect_licence
from models.intake.refusals import printable

__all__ = ["PUBLIC_KEYS", "LicenceState", "PackageLicence", "ask", "inspect_licence", "printable"]
