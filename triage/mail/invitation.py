"""What a calendar invitation says in words: method, summary, place and description."""

from triage.mail.charset import decode

_MOST_BYTES = 200_000


def invitation_words(data: bytes) -> str:
    """One line each for the method and for summary, location and description of the first event; "" if unreadable."""
    from icalendar import Calendar

    text = decode(data[:_MOST_BYTES])[0]
    try:
        calendar = Calendar.from_ical(text)
        lines = [str(calendar.get("METHOD", ""))]
        for event in calendar.walk("VEVENT")[:1]:
            lines += [str(event.get(name, "")) for name in ("SUMMARY", "LOCATION", "DESCRIPTION")]
    except Exception:  # one invitation in three is malformed, and the library raises many kinds
        return ""
    return "\n".join(line for line in lines if line.strip())
