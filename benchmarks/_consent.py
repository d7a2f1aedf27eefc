"""The consent under which people of benchmarks, who are nobody, are enrolled."""

from __future__ import annotations

from datetime import date, timedelta

from countenance.people import BiometricConsent, Modality, Signer


def bench_consent(today: date) -> BiometricConsent:
    """Return a consent to keep and match faces, given on that day."""
    return BiometricConsent(
        id="",
        person="",
        signer=Signer.SELF,
        modality=(Modality.FACE,),
        purpose="bench",
        signed_on=today,
        method="drawn",
        notice_version="1",
        retain_until=today + timedelta(days=900),
    )
