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
body { margin: 0; padding: 16px; background: #ffffff; color: #1b1f24; font: 16px/1.5 sans-serif; }
article { max-width: 640px; margin: 0 auto 24px; }
h1 { margin: 0 0 4px; font-size: 20px; line-height: 1.3; }
a { color: #0b57d0; }
p { margin: 0 0 12px; }
blockquote { margin: 0 0 12px; padding: 8px 12px; border-left: 4px solid #0b57d0; background: #f3f5f8; }
mark { background: #ffe58f; color: #1b1f24; }
.label { font-size: 13px; font-weight: bold; color: #0b57d0; }
.quiet { font-size: 13px; color: #57606a; }
@media (prefers-color-scheme: dark) {
body { background: #15181c; color: #e6e8eb; }
blockquote { background: #20252b; border-color: #8ab4f8; }
a, .label { color: #8ab4f8; }
.quiet { color: #a3abb5; }
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
        footer=f'<p class="quiet">{_line(footer)}</p>' if footer else "",
    )


def alert_html(alert: Alert) -> str:
    """One alert as an `article`."""
    rows = (
        f'<p class="label">{_line(alert.watchlist_title)}</p>',
        _paragraph(phrases.news(alert, _line)),
        f"<h1>{_headline(alert)}</h1>",
        _paragraph(phrases.before(alert, _line), quiet=True),
        _paragraph(phrases.source(alert, _line), quiet=True),
        _paragraph(phrases.came(alert, _line)),
        _paragraph(phrases.grew(alert)),
        f"<blockquote>{_snippet(alert)}</blockquote>" if alert.snippet else "",
        _paragraph(phrases.why(alert, _line)),
        _paragraph(phrases.spread(alert, _line)),
        _paragraph(phrases.related(alert, _line)),
        f'<p class="quiet"><code>monitor explain {_line(alert.entry_id)}</code></p>',
    )
    return "<article>\n" + "\n".join(row for row in rows if row) + "\n</article>"


def notice_html(notice: Notice) -> str:
    """One notice as an `article`."""
    detail = "<br>\n".join(escape(line) for line in clean_text(notice.detail).split("\n"))
    moment = f"{_line(notice.kind)} · {phrases.when(notice.at)}"
    return f"<article>\n<h1>{_line(notice.subject)}</h1>\n<p>{detail}</p>\n{_paragraph(moment, quiet=True)}\n</article>"


def _headline(alert: Alert) -> str:
    text = phrases.headline(alert, _line)
    link = safe_link(alert.link) if alert.link else None
    if link is None:
        return text
    rel = 'rel="noopener noreferrer nofollow"'
    return f'<a href="{escape(link)}" {rel}>{text}</a> <span class="quiet">({escape(host_of(link))})</span>'


def _snippet(alert: Alert) -> str:
    pieces = ((_inner(text), hit) for text, hit in phrases.segments(alert.snippet, alert.marks))
    return "".join(f"<mark>{text}</mark>" if hit else text for text, hit in pieces)


def _inner(text: str) -> str:
    """A safe piece of a line, with the spaces at its ends."""
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() and text.strip() else ""
    return before + _line(text) + after


def _paragraph(markup: str, *, quiet: bool = False) -> str:
    if not markup:
        return ""
    return f'<p class="quiet">{markup}</p>' if quiet else f"<p>{markup}</p>"


def _line(text: str) -> str:
    return escape(clean_line(text))
