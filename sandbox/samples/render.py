r"""Draws the sample posters anew: each drawing (SVG) becomes a picture, by Chromium, in the lettering that it names.

The fonts are not in the repository (all are under the Open Font License). Fetch them as packages of npm, then draw:

    npm install --prefix build/fonts @fontsource/{rye,nosifer,great-vibes,orbitron,bebas-neue,limelight}@5.3.0 \
        @fontsource/{special-elite,playfair-display,cinzel,baloo-2,oswald}@5.3.0
    .venv/bin/python -m sandbox.samples.render build/fonts/node_modules/@fontsource
"""

from __future__ import annotations

import base64
import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

#: Width and height of a poster in pixels. It is drawn twice as large and made smaller, for smooth edges.
SIZE = (400, 600)
#: JPEG's quality, from 1 to 95.
QUALITY = 86

_HERE = Path(__file__).parent
_CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")

#: What all drawings share: lettering of the small print, a glow, a shade at the foot, and the grain of print over all.
_DOCUMENT = """<!doctype html><style>
FONTS
body { margin: 0; background: #000 }
svg { position: absolute; inset: 0; width: 400px; height: 600px }
.billing { font: 300 10px Oswald; letter-spacing: .5px; text-transform: uppercase }
.billing { text-anchor: middle; transform: translateX(200px) }
.tag { text-anchor: middle }
.grain { mix-blend-mode: overlay; opacity: .22 }
</style>
<svg width="0" height="0"><defs>
<filter id="glow" x="-1" y="-1" width="3" height="3"><feGaussianBlur stdDeviation="28"/></filter>
<filter id="bloom" x="-400" y="-600" width="1200" height="1800" filterUnits="userSpaceOnUse">
<feGaussianBlur stdDeviation="2"/></filter>
<linearGradient id="shade" x2="0" y2="1">
<stop offset=".5" stop-opacity="0"/><stop offset="1" stop-opacity=".75"/></linearGradient>
</defs></svg>
DRAWING
<svg class="grain" viewBox="0 0 400 600">
<filter id="grain"><feTurbulence type="fractalNoise" baseFrequency=".8" numOctaves="2" seed="3"/>
<feColorMatrix type="saturate" values="0"/></filter><rect width="400" height="600" filter="url(#grain)"/></svg>
"""


def _font_faces(fonts: Path) -> list[str]:
    """Return a CSS rule for each Latin font of the packages, whose files are FAMILY-latin-WEIGHT-STYLE.woff2."""
    rules = []
    for file in sorted(fonts.glob("*/files/*-latin-[0-9]*.woff2")):
        family, _, kind = file.stem.partition("-latin-")
        weight, _, style = kind.partition("-")
        name = family.replace("-", " ").title()
        source = base64.b64encode(file.read_bytes()).decode()
        rules.append(
            f"@font-face {{ font-family: '{name}'; font-weight: {weight}; font-style: {style}; "
            f"src: url(data:font/woff2;base64,{source}) }}"
        )
    return rules


def _draw(page: Page, document: str, path: Path) -> None:
    page.set_content(document)
    page.evaluate("document.fonts.ready")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").resize(SIZE, Image.Resampling.LANCZOS)
    picture.save(path, quality=QUALITY, optimize=True)


def main(fonts: Path) -> None:
    """Draw all posters; `fonts` is the folder with the packages of fonts."""
    document = _DOCUMENT.replace("FONTS", "\n".join(_font_faces(fonts)))
    width, height = SIZE
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=2)
        for drawing in sorted((_HERE / "drawings").glob("*.svg")):
            path = _HERE / "posters" / f"{drawing.stem}.jpg"
            _draw(page, document.replace("DRAWING", drawing.read_text("utf-8")), path)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
