"""What people call the formats of files, pictures and sound; the detectors call them as their library does."""

from __future__ import annotations

_NAMES = {
    "3gp": "3GP",
    "aac": "AAC",
    "ac3": "Dolby Digital",
    "alac": "Apple Lossless",
    "av1": "AV1",
    "dnxhd": "DNxHD",
    "dvvideo": "DV",
    "eac3": "Dolby Digital Plus",
    "flv1": "Sorenson",
    "gif": "GIF",
    "h263": "H.263",
    "h264": "H.264",
    "hevc": "H.265",
    "matroska": "Matroska",
    "mjpeg": "Motion JPEG",
    "mp1": "MP1",
    "mp2": "MP2",
    "mp3": "MP3",
    "mp3float": "MP3",
    "mpeg1video": "MPEG-1",
    "mpeg2video": "MPEG-2",
    "mpeg4": "MPEG-4",
    "msmpeg4v3": "DivX 3",
    "opus": "Opus",
    "prores": "ProRes",
    "quicktime": "QuickTime",
    "theora": "Theora",
    "vorbis": "Vorbis",
    "webm": "WebM",
    "webp": "WebP",
    "wmv1": "Windows Media",
    "wmv2": "Windows Media",
    "wmv3": "Windows Media",
    "wmapro": "Windows Media Audio",
    "wmav1": "Windows Media Audio",
    "wmav2": "Windows Media Audio",
}

_FAMILIES = (("pcm_", "PCM"), ("adpcm_", "ADPCM"), ("libdav1d", "AV1"), ("libopus", "Opus"), ("libvpx", "VP9"))


def format_words(name: str) -> str:
    """Return a container's or codec's name as people say it: “PCM” for “pcm_s16le”; unknown ones in capitals."""
    plain = name.casefold()
    family = next((word for start, word in _FAMILIES if plain.startswith(start)), "")
    return _NAMES.get(plain) or family or name.replace("_", " ").upper()
