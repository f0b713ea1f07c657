"""Looking at the bytes of a photo or voice note before we keep it; pure, beside the event loop."""

import hashlib
import io

from msgspec import Struct
from PIL import Image, ImageOps

from shared_schemas.problems import ProblemError

PIXEL_LIMIT = 40_000_000
"""More than any phone's camera gives in one photo that the app has shrunk; a bomb has more."""

THUMB_SIDE = 320
_FORMATS = ("JPEG", "PNG", "WEBP")
_THUMB_QUALITY = 78
_ENDINGS = {
    "audio/mp4": "m4a",
    "audio/webm": "weba",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
}
SOUNDS = ("audio/mp4", "audio/webm")
"""What phones' browsers record a voice note in: WebM, and MP4 on those of Apple."""

_SOUND_BRANDS = (b"M4A ", b"dash", b"iso", b"mp41", b"mp42")
_HEAD_BYTES = 4096
_PICTURE_TRACKS = (b"V_VP", b"V_AV1", b"V_MPEG", b"vide")

Image.MAX_IMAGE_PIXELS = None
"""Our own limit is asked before anything is decoded; Pillow's would only warn."""


class Photo(Struct, frozen=True):
    """What some bytes turned out to be."""

    media_type: str
    width: int
    height: int


def look_at(content: bytes, sha256: str) -> Photo:
    """Say what these bytes are, if they are a photo or voice note and the one that was declared.

    A voice note has neither width nor height.

    Raises: hash_mismatch, media_type_unsupported, too_large.
    """
    media_type = sniff(content)
    if media_type is None:
        raise ProblemError("media_type_unsupported")
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ProblemError("hash_mismatch")
    if media_type in SOUNDS:
        return Photo(media_type, 0, 0)
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
            width, height = image.size
    except Exception:  # noqa: BLE001  whatever Pillow stumbles over is no photo
        raise ProblemError("media_type_unsupported") from None
    if width * height > PIXEL_LIMIT:
        raise ProblemError("too_large", pixels=width * height, limit=PIXEL_LIMIT)
    return Photo(media_type, width, height)


def sniff(content: bytes) -> str | None:
    """Name the kind of photo or voice note by its first bytes, whatever the sender called it.

    A film is neither: what carries a track of pictures is not taken.

    >>> sniff(bytes([0xFF, 0xD8, 0xFF, 0xE0])), sniff(b"<svg>")
    ('image/jpeg', None)
    """
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    return _sniff_sound(content[:_HEAD_BYTES])


def _sniff_sound(head: bytes) -> str | None:
    if any(track in head for track in _PICTURE_TRACKS):
        return None
    if head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head[:64]:
        return "audio/webm"
    if head[4:8] == b"ftyp" and head[8:12].startswith(_SOUND_BRANDS):
        return "audio/mp4"
    return None


def shrink(content: bytes) -> bytes | None:
    """Give a small JPEG of a photo, turned upright and without its hidden notes.

    Nothing when the photo cannot be decoded: a cut one is still evidence.
    """
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
            image.draft("RGB", (THUMB_SIDE * 2, THUMB_SIDE * 2))
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((THUMB_SIDE, THUMB_SIDE))
            small = io.BytesIO()
            _on_white(upright).save(small, "JPEG", quality=_THUMB_QUALITY)
            return small.getvalue()
    except Exception:  # noqa: BLE001  whatever Pillow stumbles over, the original is shown instead
        return None


def file_name(sha256: str, media_type: str) -> str:
    """Name a photo for whoever saves it: by its hash, never by words that someone sent."""
    return f"{sha256[:16]}.{_ENDINGS.get(media_type, 'bin')}"


def _on_white(image: Image.Image) -> Image.Image:
    """Put a see-through picture on white paper, as a signature wants to be seen."""
    if image.mode == "RGB":
        return image
    plain = image.convert("RGBA")
    paper = Image.new("RGB", plain.size, "white")
    paper.paste(plain, mask=plain.getchannel("A"))
    return paper
