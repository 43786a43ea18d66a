"""The `destinations:` of monitor.yaml, before their secrets are filled in.

Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from monitor.config.addresses import NETWORKS, SECRET_URL
from monitor.config.fields import Field, Kind, Reading, Record
from monitor.config.kinds import NAME, TEXT, TIME, TIMES, TIMEZONE, by_name, optional
from monitor.config.limits import LONGEST_SPAN, rate
from monitor.config.wordings import BODY, SUBJECT
from monitor.errors import ConfigError
from monitor.located import Located, Text
from monitor.model.alert import Quiet, Slots
from monitor.model.feed import Network
from monitor.model.watch import OURS, Rate, Wording

MIDNIGHT = time()
NO_TIMES: tuple[time, ...] = ()
NO_NETWORKS: tuple[Network, ...] = ()

FROM = Field(name="from", kind=TIME, default=MIDNIGHT, required=True, meaning="When the quiet begins.", also=("start",))
TO = Field(name="to", kind=TIME, default=MIDNIGHT, required=True, meaning="When it ends.", also=("end", "until"))
ZONE = Field(
    name="timezone",
    kind=TIMEZONE,
    default="UTC",
    meaning="IANA name of the time zone these times are in.",
    otherwise="UTC",
    also=("tz", "zone", "time_zone"),
)
QUIET = Record(
    name="quiet",
    meaning="Hours in which nothing below urgent is sent; may cross midnight.",
    fields=(FROM, TO, ZONE),
)
AT = Field(
    name="at",
    kind=TIMES,
    default=NO_TIMES,
    required=True,
    meaning="Times of day at which held alerts go out together.",
    also=("times", "time"),
)
DIGEST = Record(name="digest", meaning="Alerts are held and sent together at these times.", fields=(AT, ZONE))


def _quiet(value: Located) -> Quiet:
    reading = Reading(value, QUIET)
    quiet = Quiet(start=reading.take(FROM), end=reading.take(TO), timezone=reading.take(ZONE))
    if not reading.problems and quiet.start == quiet.end:
        reading.say(reading.mark.problem("quiet hours begin and end at the same time", "change one of the two times"))
    reading.done()
    return quiet


def _digest(value: Located) -> Slots:
    reading = Reading(value, DIGEST)
    times = reading.take(AT)
    slots = Slots(at=tuple(sorted(set(times))), timezone=reading.take(ZONE))
    reading.done()
    return slots


URL = Field(
    name="url",
    kind=optional(SECRET_URL),
    default=None,
    meaning="Where to send: an apprise address, `console://`, or `file://PATH`; `${VAR}` stands for a variable "
    "of the environment.",
    also=("address", "target", "uri", "webhook"),
)
URL_FILE = Field(
    name="url_file",
    kind=optional(TEXT),
    default=None,
    meaning="A file whose one line is the address; relative to this folder.",
    also=("file", "secret_file", "url_path"),
)
QUIET_HOURS = Field(
    name="quiet",
    kind=optional(Kind(_quiet, QUIET.schema(), "quiet hours")),
    default=None,
    meaning=QUIET.meaning,
    otherwise="none",
    also=("quiet_hours", "mute", "silence"),
)
DIGEST_SLOTS = Field(
    name="digest",
    kind=optional(Kind(_digest, DIGEST.schema(), "digest slots")),
    default=None,
    meaning=DIGEST.meaning,
    otherwise="each alert is sent at once",
    also=("batch", "summary"),
)
RATE = Field(
    name="rate",
    kind=optional(rate(LONGEST_SPAN)),
    default=None,
    meaning="Most messages it is sent in a time, such as `20/m`; the rest wait, and come together when they are many.",
    otherwise="about one a second for chat services, else no limit",
    also=("limit", "rate_limit", "throttle", "burst"),
)
FALLBACK = Field(
    name="fallback",
    kind=optional(NAME),
    default=None,
    meaning="Name of the destination that gets the messages while this one is dead, and those it could not be given.",
    otherwise="none: what waits is kept, and `on_error` is told",
    also=("backup", "otherwise", "alternative", "instead"),
)
ALLOW_PRIVATE = Field(
    name="allow_private",
    kind=NETWORKS,
    default=NO_NETWORKS,
    meaning="May the name in its address lead to a private network? An address of numbers, `localhost`, a name "
    "without a dot or under `.local`, `.lan`, `.internal` may without it. `true` and lists as for a feed.",
    otherwise="false",
    also=("private", "allow_local"),
)
DESTINATION = Record(
    name="a destination",
    meaning="A named place that alerts are sent to, with one recipient.",
    fields=(URL, URL_FILE, QUIET_HOURS, DIGEST_SLOTS, RATE, FALLBACK, ALLOW_PRIVATE, SUBJECT, BODY),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationLines:
    """A destination as written; its address may still hold variables or stand in a file."""

    name: Text
    url: Text | None = None
    url_file: Text | None = None
    quiet: Quiet | None = None
    digest: Slots | None = None
    rate: Rate | None = None
    fallback: Text | None = None
    wording: Wording = OURS
    allow_private: tuple[Network, ...] = ()


def _destination(pair: tuple[Text, Located]) -> DestinationLines:
    name = NAME.read(pair[0])
    if isinstance(pair[1], Text) and pair[1].value:
        raise ConfigError([pair[1].mark.problem("a destination is a mapping, not text", "write name: {url: …}")])
    reading = Reading(pair[1], DESTINATION)
    lines = DestinationLines(
        name=name,
        url=reading.take(URL),
        url_file=reading.take(URL_FILE),
        quiet=reading.take(QUIET_HOURS),
        digest=reading.take(DIGEST_SLOTS),
        rate=reading.take(RATE),
        fallback=reading.take(FALLBACK),
        wording=Wording(subject=reading.take(SUBJECT), text=reading.take(BODY)),
        allow_private=reading.take(ALLOW_PRIVATE),
    )
    _one_address(reading)
    reading.done()
    return lines


def _one_address(reading: Reading) -> None:
    given = [key for key, _ in reading.pairs if key.value in (URL.name, URL_FILE.name)]
    if not given and not (reading.meant(URL) or reading.meant(URL_FILE)):
        reading.say(reading.mark.problem("a destination needs 'url' or 'url_file'", URL.meaning))
    if len(given) > 1:
        reading.say(given[1].mark.problem("a destination has one address: 'url' or 'url_file', not both"))


DESTINATIONS = by_name("destinations", NAME, _destination, DESTINATION.schema(), "a mapping of names to destinations")
