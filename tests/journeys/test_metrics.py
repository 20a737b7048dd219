"""The metrics: two questions answered in words, numbers and a table, for managers; refused in words to others."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from statistics import mean, median

import pytest
from playwright.sync_api import expect

from hub.domain.sla import duration
from tests.journeys.visiting import Size, Visits

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.slow]

INES = "Ines Vogt"
LEGIBLE = 12  # pixels: the height of a line in a chart


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_manager_reads_the_two_questions_and_takes_the_data_along(visits: Visits, size: Size) -> None:
    page = visits.open("/inbox", who=INES, size=size, dark=size == "phone")
    page.get_by_role("link", name="Metrics").click()
    speed = page.get_by_role("figure", name="How fast do we answer?")
    liking = page.get_by_role("figure", name="Do they like us?")
    for tile in ("Average", "Median", "90 % within"):
        expect(speed).to_contain_text(tile)
    expect(liking).to_contain_text(re.compile(r"NPS -?\d+ from \d+ answers"))
    expect(page.get_by_role("figure", name="What comes in?")).to_be_visible()
    expect(liking.get_by_role("table")).to_be_hidden()
    words = speed.locator("svg text").first.bounding_box()
    assert words is not None
    assert words["height"] >= LEGIBLE
    visits.check(page)

    liking.get_by_role("button", name="Show data").click()
    with page.expect_download() as download:
        liking.get_by_role("link", name="CSV").click()

    scores = [int(line) for line in download.value.path().read_text(encoding="utf-8").split()[1:]]
    shown = {
        int(row.split()[0]): int(row.split()[1])
        for row in liking.get_by_role("row").all_inner_texts()
        if row[0] in "0123456789"
    }
    assert shown == {score: scores.count(score) for score in range(11)}
    told = re.search(r"NPS (-?\d+) from (\d+)", liking.inner_text())
    assert told is not None
    promoters, detractors = sum(each >= 9 for each in scores), sum(each <= 6 for each in scores)
    assert int(told.group(2)) == len(scores)
    assert abs(int(told.group(1)) - 100 * (promoters - detractors) / len(scores)) <= 0.5
    visits.check(page)


def test_average_and_median_equal_the_csv_and_the_period_before_is_shown(visits: Visits) -> None:
    page = visits.open("/metrics", who=INES)
    speed = page.get_by_role("figure", name="How fast do we answer?")

    with page.expect_download() as download:
        speed.get_by_role("link", name="CSV").click()

    with download.value.path().open(encoding="utf-8", newline="") as sheet:
        rows = list(csv.DictReader(sheet))
    assert len(rows) > 10
    for column, clock in (("business_minutes", "business hours"), ("wall_minutes", "wall clock")):
        lengths = [int(each[column]) for each in rows]
        for label, length in (("Average", mean(lengths)), ("Median", median(lengths))):
            tile = speed.locator(".stat-tile").filter(has_text=clock).filter(has_text=label)
            expect(tile).to_contain_text(duration(timedelta(minutes=length)))
            expect(tile).to_contain_text(f"{len(rows)} answers")
            expect(tile).to_contain_text(re.compile("before"))


def test_without_script_a_manager_chooses_another_period(visits: Visits) -> None:
    page = visits.open("/metrics", who=INES, script=False)
    expect(page.get_by_role("figure", name="Do they like us?").get_by_role("table")).to_be_visible()
    before = page.get_by_role("main").locator(".place").inner_text()

    page.get_by_label("Period").select_option(label="Last 7 days")
    page.get_by_role("button", name="Show", exact=True).click()

    expect(page).to_have_url(re.compile(r"/metrics\?days=7$"))
    expect(page.get_by_label("Period")).to_have_value("7")
    assert page.get_by_role("main").locator(".place").inner_text() != before


def test_an_agent_is_refused_in_words_and_has_no_way_there(visits: Visits) -> None:
    page = visits.open("/inbox/mine", who="Maria Keller")
    expect(page.get_by_role("navigation", name="Main").get_by_role("link", name="Board")).to_be_visible()
    expect(page.get_by_role("navigation", name="Main").get_by_role("link", name="Metrics")).to_have_count(0)

    for address in ("/metrics", "/metrics/nps.csv"):
        answer = page.request.get(f"{visits.product.url}{address}")
        assert answer.status == 403
        assert "This page is for managers and administrators" in answer.text()
