"""The bar chart beside the table of `bench/stories/compare.py`, drawn from nothing but that table.

python -m bench.stories.picture    draws it anew from the table in docs/reference/stories.md
"""

from __future__ import annotations

from html import escape

from bench.stories.page import PICTURE, kept_table

COLOURS = ("#0b6e4f", "#b8b8b8", "#8fb3d9", "#c9d8ea", "#e0a458", "#c97b63", "#8f8f8f", "#4c78a8", "#8d6a9f")
LEFT, TOP, HEIGHT = 50, 50, 200
BAR, GAP = 17, 20


def bars(table: str) -> tuple[list[str], dict[str, list[float]]]:
    """The labelled files, and of each method that was measured the pair F1 on them."""
    head, _, *rows = ([cell.strip() for cell in line.strip("| ").split("|")] for line in table.strip().splitlines())
    files = [place for place, cell in enumerate(head) if cell not in {"method", "threshold", "speed", "kept"}]
    found = {row[0]: [row[place].split(" · ")[0] for place in files] for row in rows}
    measured = {name: [float(cell) for cell in cells] for name, cells in found.items() if "–" not in cells}
    return [head[place] for place in files], measured


def drawn(table: str) -> str:
    """Pair F1 of each method on each file, as one SVG."""
    files, found = bars(table)
    group = BAR * len(found) + GAP
    width = LEFT + group * len(files) + 10
    rows = -(-len(found) // 3)
    height = TOP + HEIGHT + 40 + 20 * rows
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12" role="img" aria-label="Pair F1 of each method on each labelled file">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text x="{LEFT}" y="26" font-size="15" fill="#222">Pair F1, higher is better</text>',
    ]
    for fifth in range(6):
        at = TOP + HEIGHT - fifth * HEIGHT // 5
        parts.append(f'<path d="M{LEFT} {at}H{width - 10}" stroke="#e4e4e4"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{at + 4}" text-anchor="end" fill="#555">{fifth / 5:.1f}</text>')
    for place, file in enumerate(files):
        left = LEFT + GAP // 2 + place * group
        for number, (name, values) in enumerate(found.items()):
            parts.append(_bar(left + number * BAR, values[place], COLOURS[number % len(COLOURS)], name))
        middle = left + BAR * len(found) / 2
        parts.append(f'<text x="{middle:g}" y="{TOP + HEIGHT + 18}" text-anchor="middle" fill="#222">{file}</text>')
    for number, name in enumerate(found):
        x, y = LEFT + number % 3 * (width - LEFT) // 3, TOP + HEIGHT + 44 + 20 * (number // 3)
        parts.append(f'<rect x="{x}" y="{y - 10}" width="12" height="12" fill="{COLOURS[number % len(COLOURS)]}"/>')
        parts.append(f'<text x="{x + 18}" y="{y}" fill="#222">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _bar(x: int, value: float, colour: str, name: str) -> str:
    """A bar with its figure above it, and its name for whoever points at it."""
    top = TOP + round((1 - value) * HEIGHT)
    shape = f'<rect x="{x}" y="{top}" width="{BAR - 2}" height="{TOP + HEIGHT - top}" fill="{colour}"/>'
    figure = f"{value:.2f}".removeprefix("0")
    label = (
        f'<text x="{x + (BAR - 2) / 2:g}" y="{top - 3}" font-size="8" text-anchor="middle" fill="#555">{figure}</text>'
    )
    return f"<g><title>{escape(name)}: {value:.2f}</title>{shape}{label}</g>"


if __name__ == "__main__":
    PICTURE.write_text(drawn(kept_table()), "utf-8")
