"""Whether a face or voice that matches nobody matters enough to ask about: small, brief and crowd ones do not."""

from __future__ import annotations

from collections.abc import Sequence

from countenance.observations import Clip, FaceTrack, SoundCoverage, Speaker

PROMINENT_SIZE = 0.08
"""Shorter side of the face over the frame's shorter side: about a full figure filling the frame's height."""

PROMINENT_S = 1.0
PROMINENT_SHARE = 0.2

CROWD = 8
CROWD_SIZE = 0.2
"""With more unknown faces than `CROWD`, only those this large are asked about."""

PROMINENT_SPEECH_S = 2.5
"""A sentence; less is an interjection, and too little to recognise anybody by (models.md §1)."""

PROMINENT_SPEECH_SHARE = 0.2


def prominent_tracks(tracks: Sequence[FaceTrack], clip: Clip) -> frozenset[int]:
    """Return the ids of the tracks that are large and long enough to ask about."""
    least = CROWD_SIZE if _most_at_once(tracks) > CROWD else PROMINENT_SIZE
    return frozenset(track.id for track in tracks if _size(track, clip) >= least and _lasts(track, clip))


def is_prominent_voice(speakers: Sequence[Speaker], sound: SoundCoverage) -> bool:
    """Return whether one voice, heard as these speakers, says enough to ask whose it is."""
    examined_s = sum(speaker.speech_s for speaker in speakers if speaker.not_examined is None)
    spoken_s = sum(speaker.speech_s for speaker in speakers)
    return examined_s >= PROMINENT_SPEECH_S or spoken_s >= PROMINENT_SPEECH_SHARE * max(sound.speech_s, spoken_s)


def _size(track: FaceTrack, clip: Clip) -> float:
    shorter = max(1, min(clip.width, clip.height))
    return max((detection.size_px / shorter for detection in track.detections), default=0.0)


def _lasts(track: FaceTrack, clip: Clip) -> bool:
    length = track.end_s - track.start_s
    return clip.still or length >= PROMINENT_S or length >= PROMINENT_SHARE * clip.duration_s


def _most_at_once(tracks: Sequence[FaceTrack]) -> int:
    edges = sorted([(track.start_s, 0, 1) for track in tracks] + [(track.end_s, 1, -1) for track in tracks])
    most = now = 0
    for _at, _order, step in edges:
        now += step
        most = max(most, now)
    return most
