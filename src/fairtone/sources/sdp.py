"""What a session description says about the encryption of media (RFC 8866, RFC 3711, RFC 4568)."""

_SECURE = ("savp", "tls/rtp")  # RTP/SAVP, RTP/SAVPF, UDP/TLS/RTP/SAVPF


def media_encrypted(body: bytes) -> bool | None:
    """True if every media stream is SRTP or DTLS-SRTP; `None` if the body offers no media.

    A stream counts as encrypted by its profile, or by a `crypto` attribute of its own or of the
    session that does encrypt. Streams with port 0 are not wanted and do not count (RFC 3264
    section 5.1).
    """
    start = body.find(b"v=0")
    if start < 0:
        return None
    session = False
    streams: list[bool] = []
    wanted = True
    for raw in body[start:].splitlines():
        kind, value = raw[:2], raw[2:].decode("utf-8", "replace").strip()
        if kind == b"m=":
            part = value.split()
            wanted = len(part) > 2 and part[1].partition("/")[0] != "0"
            if wanted:
                profile = part[2].lower()
                streams.append(session or any(word in profile for word in _SECURE))
        elif kind == b"a=" and wanted and value.lower().startswith("crypto:"):
            # "crypto:" tag suite keys [session parameters]; some of them switch encryption off.
            if "UNENCRYPTED_SRTP" in value.upper() or "NULL" in value.upper().split(" ")[1:2]:
                continue
            if streams:
                streams[-1] = True
            else:
                session = True
        elif raw[:2] == b"--":  # the next part of a multipart body
            break
    return all(streams) if streams else None
