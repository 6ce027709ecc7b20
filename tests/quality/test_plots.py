"""The pictures say what the figures say."""

import json
import xml.etree.ElementTree as ET

from tests.quality import plots
from tests.quality.report import FIGURES, PAGE
from tests.quality.scores import Score

TABLE = {
    name: {entity: Score(**counts) for entity, counts in row.items()}
    for name, row in json.loads(FIGURES.read_text(encoding="utf-8")).items()
}


def test_every_source_has_its_mark():
    drawn = ET.fromstring(plots.sources(TABLE))
    texts = {one.text for one in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert {name for name, row in TABLE.items() if not name.startswith("all ") and "PERSON" in row} <= texts


def test_a_better_origin_stands_further_right():
    drawn = ET.fromstring(plots.origins({"Near": (90, 100), "Far": (99, 100)}))
    places = [float(one.get("cx")) for one in drawn.iter("{http://www.w3.org/2000/svg}circle")]
    assert places == sorted(places)
    assert places[0] < places[1]


def test_the_page_shows_the_pictures_that_lie_beside_it():
    page = PAGE.read_text(encoding="utf-8")
    for picture in (plots.SOURCES, plots.ORIGINS):
        assert f"]({picture.name})" in page
        ET.parse(picture)
    assert plots.SOURCES.read_text(encoding="utf-8") == plots.sources(TABLE), "run `make quality ARGS=--write`"
