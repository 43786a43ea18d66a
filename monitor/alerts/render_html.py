"""The HTML part of a mail: the same facts, every foreign character escaped, nothing fetched from anywhere.

Pure.
"""

from __future__ import annotations

from html import escape
from string import Template

from monitor.alerts import phrases
from monitor.model.alert import Alert, Notice, Parcel
from monitor.text.clean import clean_line, clean_text
from monitor.text.urls import host_of, safe_link

_PAGE = Template("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>$title</title>
<style>
body { margin: 0; padding: 24px 16px; background: #ffffff; color: #1b1f24; font: 16px/1.5 sans-serif; }
article { max-width: 640px; margin: 0 auto; }
article + article { margin-top: 28px; padding-top: 24px; border-top: 1px solid #d8dee4; }
h1 { margin: 0 0 6px; font-size: 21px; line-height: 1.3; }
a { color: #0b57d0; text-decoration: none; }
p { margin: 0 0 6px; }
blockquote { margin: 14px 0; padding: 10px 14px; border-left: 4px solid #0b57d0; background: #f3f5f8; }
mark { padding: 0 2px; border-radius: 2px; background: #ffe58f; color: #1b1f24; }
.label { font-size: 13px; font-weight: bold; color: #57606a; }
.update { margin: 8px 0; padding: 6px 10px; border-radius: 4px; background: #e7effc; font-size: 14px; }
.fact { font-size: 14px; }
.quiet { font-size: 13px; color: #57606a; }
.how { margin-top: 14px; font-size: 12px; color: #57606a; }
.foot { max-width: 640px; margin: 24px auto 0; font-size: 13px; color: #57606a; }
@media (prefers-color-scheme: dark) {
body { background: #15181c; color: #e6e8eb; }
article + article { border-color: #343a41; }
blockquote { background: #20252b; border-color: #8ab4f8; }
a { color: #8ab4f8; }
.update { background: #1d2b42; }
.label, .quiet, .how, .foot { color: #a3abb5; }
mark { background: #665200; color: #ffffff; }
}
</style>
</head>
<body>
$articles
$footer
</body>
</html>
""")


def html_page(parcel: Parcel, subject: str, footer: str) -> str:
    """A whole page for one parcel; light and dark, no script, no image, no remote file."""
    articles = [alert_html(alert) for alert in parcel.alerts] + [notice_html(notice) for notice in parcel.notices]
    return _PAGE.substitute(
        title=_line(subject),
        articles="\n".join(articles),
        footer=_paragraph(_line(footer), "foot"),
    )


def alert_html(alert: Alert) -> str:
    """One alert as an `article`."""
    how = f"<code>monitor explain {_line(alert.entry_id)}</code><br>\n<code>{_line(phrases.mute(alert))}</code>"
    rows = (
        _paragraph(_line(alert.watchlist_title), "label"),
        f"<h1>{_headline(alert)}</h1>",
        _paragraph(phrases.before(alert, _line), "quiet"),
        _paragraph(_source(alert), "quiet"),
        _paragraph(_update(alert), "update"),
        f"<blockquote>{_snippet(alert)}</blockquote>" if alert.snippet else "",
        _paragraph(phrases.why(alert, _line), "fact"),
        _paragraph(phrases.spread(alert, _line), "fact"),
        _paragraph(phrases.related(alert, _line), "fact"),
        _paragraph(how, "how"),
    )
    return "<article>\n" + "\n".join(row for row in rows if row) + "\n</article>"


def notice_html(notice: Notice) -> str:
    """One notice as an `article`."""
    detail = "<br>\n".join(escape(line) for line in clean_text(notice.detail).split("\n"))
    moment = f"{_line(notice.kind)} · {phrases.when(notice.at)}"
    return f"<article>\n<h1>{_line(notice.subject)}</h1>\n<p>{detail}</p>\n{_paragraph(moment, 'quiet')}\n</article>"


def _update(alert: Alert) -> str:
    lines = (phrases.news(alert, _line), phrases.came(alert, _line), phrases.grew(alert))
    return "<br>\n".join(line for line in lines if line)


def _headline(alert: Alert) -> str:
    text = phrases.headline(alert, _line)
    link = safe_link(alert.link) if alert.link else None
    return f'<a href="{escape(link)}" rel="noopener noreferrer nofollow">{text}</a>' if link else text


def _source(alert: Alert) -> str:
    """Who published it and when, and where the headline leads: a link must not hide its host."""
    link = safe_link(alert.link) if alert.link else None
    return phrases.source(alert, _line) + (f" · {escape(host_of(link))}" if link else "")


def _snippet(alert: Alert) -> str:
    if alert.lead:
        return _line(alert.lead)
    pieces = ((_inner(text), hit) for text, hit in phrases.segments(alert.snippet, alert.marks))
    return "".join(f"<mark>{text}</mark>" if hit else text for text, hit in pieces)


def _inner(text: str) -> str:
    """A safe piece of a line, with the spaces at its ends."""
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() and text.strip() else ""
    return before + _line(text) + after


def _paragraph(markup: str, kind: str) -> str:
    return f'<p class="{kind}">{markup}</p>' if markup.strip() else ""


def _line(text: str) -> str:
    return escape(clean_line(text))
