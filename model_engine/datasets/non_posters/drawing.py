"""Draws what people send instead of a poster: blank pictures, screenshots, charts, pages of text, memes."""

import random
import textwrap
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

Draw = Callable[[random.Random], Image.Image]
Colour = tuple[int, int, int]

SIZES: Final = ((400, 600), (600, 600), (640, 480), (800, 450), (450, 800), (595, 842))
"""Width and height in pixels: as a poster, a square, old and new screens, a phone, a sheet of paper."""

WORDS: Final = (
    "when", "you", "the", "a", "of", "my", "then", "is", "it", "so", "that", "monday", "cat", "code", "build",
    "meeting", "coffee", "again", "still", "never", "always", "nobody", "report", "figure", "value", "table",
    "total", "north", "river", "paper", "method", "result", "server", "please", "thanks", "lunch", "ticket",
    "deploy", "weekend", "quarter",
)  # fmt: skip


def blank(chance: random.Random) -> Image.Image:
    """One colour and nothing else."""
    return Image.new("RGB", chance.choice(SIZES), _any_colour(chance))


def gradient(chance: random.Random) -> Image.Image:
    """One colour that becomes another."""
    width, height = chance.choice(SIZES)
    first, last = (np.array(_any_colour(chance), float) for _ in range(2))
    along = np.linspace(0.0, 1.0, height)[:, None, None] * np.ones((1, width, 1))
    if chance.random() < 0.5:
        along = np.linspace(0.0, 1.0, width)[None, :, None] * np.ones((height, 1, 1))
    return Image.fromarray((first + (last - first) * along).astype(np.uint8))


def noise(chance: random.Random) -> Image.Image:
    """Random pixels, fine or coarse."""
    width, height = chance.choice(SIZES)
    grain = chance.choice((1, 4, 16, 64))
    pixels = np.random.default_rng(chance.getrandbits(32)).integers(0, 256, (height // grain, width // grain, 3))
    return Image.fromarray(pixels.astype(np.uint8)).resize((width, height), Image.Resampling.NEAREST)


def pattern(chance: random.Random) -> Image.Image:
    """Tiles of two colours: squares, stripes or dots."""
    width, height = chance.choice(SIZES)
    ground, mark = _any_colour(chance), _any_colour(chance)
    page, step, shape = Image.new("RGB", (width, height), ground), chance.randint(12, 90), chance.randrange(3)
    pen = ImageDraw.Draw(page)
    for row, top in enumerate(range(0, height, step)):
        for column, left in enumerate(range(0, width, step)):
            box = (left, top, left + step - 1, top + step - 1)
            if (shape == 0 and (row + column) % 2) or (shape == 1 and row % 2):
                pen.rectangle(box, fill=mark)
            elif shape == 2:
                pen.ellipse((left + step // 4, top + step // 4, left + 3 * step // 4, top + 3 * step // 4), fill=mark)
    return page


def page_of_text(chance: random.Random) -> Image.Image:
    """Lines of black on white, as a scanned letter or an article has them."""
    width, height = chance.choice(SIZES)
    page, size = Image.new("RGB", (width, height), (255, 255, chance.randint(235, 255))), chance.randint(11, 22)
    pen, top = ImageDraw.Draw(page), 40
    while top < height - 40:
        if chance.random() < 0.12:
            top += size
        line = textwrap.shorten(_words(chance, 30), width * 2 // size - 8, placeholder="")
        pen.text((40, top), line, fill=(25, 25, 25), font=_font(size))
        top += round(size * 1.5)
    return page


def code(chance: random.Random) -> Image.Image:
    """An editor: coloured, indented lines on a dark ground."""
    width, height = chance.choice(SIZES)
    dark = chance.randint(18, 45)
    page, pen_colours = Image.new("RGB", (width, height), (dark, dark, dark + 6)), [_bright(chance) for _ in range(4)]
    pen, size = ImageDraw.Draw(page), chance.randint(12, 18)
    for number, top in enumerate(range(12, height - size, round(size * 1.4)), start=1):
        pen.text((8, top), str(number), fill=(110, 110, 120), font=_font(size))
        left = 44 + size * 2 * chance.randint(0, 3)
        for word in _words(chance, chance.randint(0, 6)).split():
            pen.text((left, top), word, fill=chance.choice(pen_colours), font=_font(size))
            left += round(pen.textlength(word + " ", font=_font(size)))
    return page


def chart(chance: random.Random) -> Image.Image:
    """Bars, a line or a pie, with axes and a heading."""
    width, height = chance.choice(SIZES)
    page = Image.new("RGB", (width, height), "white")
    pen, colours = ImageDraw.Draw(page), [_bright(chance) for _ in range(6)]
    pen.text((width // 4, 12), _words(chance, 4).title(), fill="black", font=_font(18))
    left, top, right, bottom = 50, 50, width - 30, height - 40
    values = [chance.random() for _ in range(chance.randint(4, 14))]
    kind = chance.choice(("bars", "line", "pie"))
    if kind == "pie":
        side, start = min(right - left, bottom - top), 0.0
        for value, colour in zip(values, colours * 3, strict=False):
            end = start + 360 * value / sum(values)
            pen.pieslice((left, top, left + side, top + side), start, end, fill=colour)
            start = end
        return page
    pen.line((left, top, left, bottom, right, bottom), fill="black", width=2)
    step = (right - left) / len(values)
    points = [(left + step * (i + 0.5), bottom - value * (bottom - top)) for i, value in enumerate(values)]
    if kind == "line":
        pen.line(points, fill=colours[0], width=3)
    else:
        for i, (x, y) in enumerate(points):
            pen.rectangle((x - step * 0.4, y, x + step * 0.4, bottom), fill=colours[i % 2])
    return page


def chat(chance: random.Random) -> Image.Image:
    """Bubbles of two people, on light or dark."""
    width, height = chance.choice(SIZES)
    dark = chance.random() < 0.5
    ground: Colour = (24, 26, 32) if dark else (238, 240, 244)
    page, mine = Image.new("RGB", (width, height), ground), _bright(chance)
    pen, top = ImageDraw.Draw(page), 14
    while top < height - 60:
        lines = textwrap.wrap(_words(chance, chance.randint(2, 16)), 28)
        right = chance.random() < 0.5
        wide, tall = min(width - 60, 250), 20 * len(lines) + 14
        left = width - wide - 16 if right else 48
        pen.rounded_rectangle((left, top, left + wide, top + tall), 12, fill=mine if right else (120, 124, 134))
        if not right:
            pen.ellipse((10, top, 40, top + 30), fill=_bright(chance))
        pen.multiline_text((left + 10, top + 7), "\n".join(lines), fill="white", font=_font(15), spacing=4)
        top += tall + 12
    return page


def window(chance: random.Random) -> Image.Image:
    """A program's window: a bar, a list on the left, fields and buttons."""
    width, height = chance.choice(SIZES)
    page, accent = Image.new("RGB", (width, height), (236, 237, 240)), _bright(chance)
    pen = ImageDraw.Draw(page)
    pen.rectangle((0, 0, width, 34), fill=accent)
    pen.text((10, 8), _words(chance, 3).title(), fill="white", font=_font(15))
    side = width // 4
    pen.rectangle((0, 34, side, height), fill=(220, 222, 228))
    for top in range(46, height - 20, 28):
        pen.text((10, top), _words(chance, 1), fill=(60, 60, 70), font=_font(13))
    for top in range(56, height - 50, 58):
        pen.text((side + 16, top), _words(chance, 2), fill=(50, 50, 60), font=_font(13))
        pen.rectangle((side + 16, top + 18, width - 20, top + 42), fill="white", outline=(180, 184, 190))
    pen.rounded_rectangle((width - 110, height - 40, width - 20, height - 12), 5, fill=accent)
    return page


DRAWN: Final[dict[str, Draw]] = {
    "blank": blank,
    "gradient": gradient,
    "noise": noise,
    "pattern": pattern,
    "page-of-text": page_of_text,
    "code": code,
    "chart": chart,
    "chat": chat,
    "window": window,
}
"""What can be drawn without any other picture, by the name of its kind."""


def meme(picture: Image.Image, chance: random.Random) -> Image.Image:
    """A picture with a caption over it, or above it on white."""
    page = picture.convert("RGB").resize((480, max(240, round(480 * picture.height / picture.width))))
    size = chance.randint(26, 40)
    caption = textwrap.wrap(_words(chance, chance.randint(3, 8)), 480 * 2 // size - 2)
    if chance.random() < 0.5:
        return _captioned_above(page, caption, size)
    pen = ImageDraw.Draw(page)
    for lines, top in ((caption[:1], 10), (caption[1:], page.height - 10 - size * len(caption[1:]))):
        text = "\n".join(lines).upper()
        place = (page.width // 2, top)
        pen.multiline_text(
            place,
            text,
            anchor="ma",
            align="center",
            fill="white",
            font=_font(size),
            stroke_width=2,
            stroke_fill="black",
        )
    return page


def _captioned_above(picture: Image.Image, caption: Sequence[str], size: int) -> Image.Image:
    head = round(size * 1.3 * len(caption)) + 20
    page = Image.new("RGB", (picture.width, picture.height + head), "white")
    page.paste(picture, (0, head))
    ImageDraw.Draw(page).multiline_text((12, 10), "\n".join(caption), fill="black", font=_font(size))
    return page


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(WORDS, k=count))


def _any_colour(chance: random.Random) -> Colour:
    return chance.randrange(256), chance.randrange(256), chance.randrange(256)


def _bright(chance: random.Random) -> Colour:
    return chance.randint(60, 230), chance.randint(60, 230), chance.randint(60, 230)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own letters: drawn alike on every machine."""
    return ImageFont.load_default(size)
