"""Photos as people send them with a report, drawn by us: a wall, and what is wrong with it."""

from __future__ import annotations

import io
from functools import cache
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

SIZE = (800, 600)
PLASTER = (221, 213, 199)
SHADE = 0.72


@cache
def photo(name: str) -> bytes:
    """Return one of the photos as JPEG: `mould`, `stain` or `crack`; raises `KeyError`."""
    marks = MARKS[name](Random(name))  # noqa: S311 - the same picture everywhere
    picture = ImageChops.multiply(_wall(), marks)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=82)
    return out.getvalue()


def _wall() -> Image.Image:
    """Draw plaster in the light of a lamp: grainy, brighter in the middle than at the edges."""
    noise = Image.frombytes("L", SIZE, Random("plaster").randbytes(SIZE[0] * SIZE[1]))  # noqa: S311 - as above
    grain = noise.filter(ImageFilter.GaussianBlur(1.2)).point(lambda level: 160 + level // 4)
    light = Image.radial_gradient("L").resize(SIZE).point(lambda level: 255 - int(level * (1 - SHADE)))
    wall = Image.new("RGB", SIZE, PLASTER)
    for layer in (grain, light):
        wall = ImageChops.multiply(wall, Image.merge("RGB", (layer, layer, layer)))
    return wall.point(lambda level: min(255, int(level * 1.35)))


def _mould(random: Random) -> Image.Image:
    """Draw dark spots, thick in the lower corner."""
    marks = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(marks)
    for _ in range(900):
        x, y = SIZE[0] * random.random() ** 2.2, SIZE[1] * (1 - random.random() ** 2.2)
        size = random.expovariate(0.3)
        grey = random.randint(60, 140)
        draw.ellipse((x - size, y - size, x + size, y + size), fill=(grey, grey + 6, grey - 8))
    return marks.filter(ImageFilter.GaussianBlur(2.4))


def _stain(random: Random) -> Image.Image:
    """Draw the yellow rings that water leaves on a ceiling."""
    marks = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(marks)
    x, y = SIZE[0] * 0.52, SIZE[1] * 0.45
    for ring in range(5, 0, -1):
        points = []
        for angle in range(36):
            radius = ring * 42 * random.uniform(0.9, 1.12)
            way = _turn(angle / 36)
            points.append((x + way[0] * radius * 1.2, y + way[1] * radius))
        tone = 255 - (6 - ring) * 9
        draw.polygon(points, fill=(tone, tone - 14, tone - 46), outline=(188, 152, 96))
    return marks.filter(ImageFilter.GaussianBlur(6))


def _crack(random: Random) -> Image.Image:
    """Draw a crack from the frame of a door up to the ceiling."""
    marks = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(marks)
    draw.rectangle((0, SIZE[1] * 0.55, SIZE[0] * 0.3, SIZE[1]), fill=(168, 132, 96))
    place = (SIZE[0] * 0.3, SIZE[1] * 0.55)
    while place[1] > 0:
        step = (place[0] + random.uniform(-6, 22), place[1] - random.uniform(6, 20))
        draw.line((place, step), fill=(58, 52, 48), width=random.randint(2, 5))
        place = step
    return marks.filter(ImageFilter.GaussianBlur(0.9))


def _turn(part: float) -> tuple[float, float]:
    """Return the direction of a part of a full turn."""
    unit = complex(0, 1) ** (4 * part)
    return unit.real, unit.imag


MARKS = {"mould": _mould, "stain": _stain, "crack": _crack}
