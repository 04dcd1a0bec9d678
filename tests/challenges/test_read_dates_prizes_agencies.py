"""The spellings that people type into single fields: dates, prizes, agencies, tags, years."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from marketplace.challenges.importing import agencies, dates, kinds, prizes
from marketplace.core.money import Money
from marketplace.core.vocabularies import topics

WASHINGTON = ZoneInfo("America/New_York")


def on(month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, year: int = 2027) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=WASHINGTON)


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("04/07/2027 09:30 AM", on(4, 7, 9, 30)),
        ("4/7/2027 9:30 AM", on(4, 7, 9, 30)),
        ("04/07/2027 9:30AM", on(4, 7, 9, 30)),
        ("04/07/2027  09:30 am ", on(4, 7, 9, 30)),
        ("04/07/2027 9:30 a.m.", on(4, 7, 9, 30)),
        ("04/07/2027 9:30 A. M.", on(4, 7, 9, 30)),
        ("04/07/2027 9:30:15 PM", on(4, 7, 21, 30, 15)),
        ("04/07/2027 9 AM", on(4, 7, 9)),
        ("04/07/2027 9 p.m.", on(4, 7, 21)),
        ("04/07/2027 12 p.m.", on(4, 7, 12)),
        ("04/07/2027 12:00 AM", on(4, 7)),
        ("04/07/2027 12:30 PM", on(4, 7, 12, 30)),
        ("04/07/2027 00:15 AM", on(4, 7, 0, 15)),
        ("04/07/2027 17:00", on(4, 7, 17)),
        ("04/07/2027 17:00 PM", on(4, 7, 17)),
        ("04/07/2027 24:00", on(4, 8)),
        ("04/07/27 5:00 PM", on(4, 7, 17)),
        ("2027/04/07 05:00 PM", on(4, 7, 17)),
        ("2027/4/7 5:00 PM ET", on(4, 7, 17)),
        ("2027-04-07 5pm EDT", on(4, 7, 17)),
        ("2027-04-07T17:00:00Z", datetime(2027, 4, 7, 17, tzinfo=UTC)),
        ("2027-04-07T17:00:00.250+02:00", datetime(2027, 4, 7, 15, tzinfo=UTC)),
        ("2027-04-07 17:00 -0400", on(4, 7, 17)),
        ("04/07/2027 5:00 PM PT", datetime(2027, 4, 7, 17, tzinfo=ZoneInfo("America/Los_Angeles"))),
        ("04/07/2027 5:00 PM (Central Time)", datetime(2027, 4, 7, 17, tzinfo=ZoneInfo("America/Chicago"))),
        ("April 7, 2027 at 5:00 PM", on(4, 7, 17)),
        ("Wednesday, Apr. 7th, 2027, noon", on(4, 7, 12)),
        ("Wed 7 April 2027 by 12 noon ET", on(4, 7, 12)),
        ("7 Sept 2027 - 08:00 AM", on(9, 7, 8)),
        ("\u200b04/07/2027\u00a05:00 PM", on(4, 7, 17)),
    ],
)  # fmt: skip
def test_dates_in_all_their_spellings(typed, moment):
    for read in (dates.read_opening, dates.read_deadline):
        assert read(typed) == dates.Moment(moment.astimezone(UTC))


@pytest.mark.parametrize(
    "typed", ["04/07/2027", "2027/04/07 ", "April 7, 2027", "04/07/2027 ET", "04/07/2027 midnight"]
)
def test_without_a_time_an_opening_begins_the_day_and_a_deadline_ends_it(typed):
    assert dates.read_opening(typed) == dates.Moment(on(4, 7).astimezone(UTC))
    assert dates.read_deadline(typed) == dates.Moment(on(4, 7, 23, 59, 59).astimezone(UTC))


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("04/07/2027 13:00 AM", "contradict"),
        ("04/07/2027 00:30 PM", "contradict"),
        ("04/07/2027 25:00", "no such time"),
        ("04/07/2027 24:01", "no such time"),
        ("04/07/2027 5:75 PM", "no such time"),
        ("04/07/2027 5", "before or after noon"),
        ("04/07/2027 5:00 PM XYZ", "not known"),
        ("04/07/2027 tea time", "can't be read"),
        ("04/07/2027 17:00 +99:99", "no zone"),
    ],
)
def test_a_time_that_is_none_leaves_the_date_and_says_so(typed, reason):
    read = dates.read_deadline(typed)
    assert read.at == on(4, 7, 23, 59, 59).astimezone(UTC)
    assert reason in read.doubt
    assert read.doubt.endswith("Taken as the end of the day.")
    assert dates.read_opening(typed).at == on(4, 7).astimezone(UTC)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("to be announced", "names no date"),
        ("rolling", "names no date"),
        ("04/07/20277 05:00 PM", "no date"),
        ("13/07/2027", "no day 7 in a month 13"),
        ("02/29/2027", "no day 29"),
        ("00/07/2027", "no day"),
        ("2027/04/31", "no day 31"),
        ("04/07/1899", "no year 1899"),
        ("12345", "no date"),
        ("04/07", "no date"),
        ("9/9/9999 9:00 AM", "no year 9999"),
    ],
)
def test_what_is_no_date_is_never_guessed_at(typed, reason):
    with pytest.raises(dates.NotADate, match=reason):
        dates.read_deadline(typed)


def test_an_hour_that_the_zone_skips_or_doubles_favours_who_answers():
    doubled, skipped = "11/07/2027 01:30 AM", "03/14/2027 02:30 AM"
    assert dates.read_opening(doubled).at == datetime(2027, 11, 7, 5, 30, tzinfo=UTC)
    assert dates.read_deadline(doubled).at == datetime(2027, 11, 7, 6, 30, tzinfo=UTC)
    assert dates.read_opening(skipped).at == datetime(2027, 3, 14, 6, 30, tzinfo=UTC)
    assert dates.read_deadline(skipped).at == datetime(2027, 3, 14, 7, 30, tzinfo=UTC)


@given(
    st.text()
    | st.from_regex(r"\d{1,4}[/-]\d{1,2}[/-]\d{1,4} \d{0,3}:?\d{0,2} ?[apAP]?\.?m?\.? ?[A-Z+-]{0,3}[\d:]{0,5}")
)
@example("2027-04-07 17:00 +99:99")
@example("²/³/2027")
@example("04/07/2027 9:0\u0660 AM")
def test_any_text_is_a_date_or_is_none(text):
    with suppress(dates.NotADate):
        dates.read_deadline(text)


@pytest.mark.parametrize(
    ("typed", "dollars", "words"),
    [
        ("$25,000", 25_000, None),
        ("$2500", 2_500, None),
        ("25000", 25_000, None),
        ("$1,250,000.50", 1_250_000.5, None),
        ("$0", 0, None),
        ("USD 700", 700, None),
        ("US$ 700", 700, None),
        ("1,000 dollars", 1_000, None),
        ("$1.2 million", 1_200_000, None),
        ("$2.5M", 2_500_000, None),
        ("50k", 50_000, None),
        ("Up to $40,000", 40_000, "Up to $40,000"),
        ("$40,000 in all, and a plaque", 40_000, "$40,000 in all, and a plaque"),
        ("$5,000 - $9,000", 9_000, "$5,000 - $9,000"),
        ("$5,000 to $9,000", 9_000, "$5,000 to $9,000"),
        ("", None, None),
        ("None", None, "None"),
        ("N/A", None, "N/A"),
    ],
)
def test_prizes_in_all_their_shapes(typed, dollars, words):
    money = None if dollars is None else Money(round(dollars * 100), "USD")
    assert prizes.read_prize(typed) == prizes.Prize(money, words)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("a medal and a handshake", "no amount"),
        ("to be announced", "no amount"),
        ("€5,000", "another currency"),
        ("5,000 pounds", "another currency"),
        ("$5,000 and $2,000", "several"),
        ("$9,000 - $5,000", "several"),
        ("1st $5,000; 2nd $2,000", "several"),
        ("$1,00,000", "three digits"),
        ("$10.005", "part of a cent"),
        ("$99999999999999999999", "no such amount"),
    ],
)
def test_a_prize_that_is_no_amount_of_dollars_is_told(typed, reason):
    with pytest.raises(prizes.NotAnAmount, match=reason):
        prizes.read_prize(typed)


@given(st.text())
@example("٣٠٠")
@example("$²")
def test_any_text_is_a_prize_or_is_none(text):
    with suppress(prizes.NotAnAmount):
        prizes.read_prize(text)


NIST = ("Department of Commerce", "National Institute of Standards and Technology")
FAA = ("Department of Transportation", "Federal Aviation Administration")


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("NIST", NIST),
        ("National Institute of Standards &  Technology (NIST) ", NIST),
        ("U.S. Department of Commerce – National Institute of Standards and Technology", NIST),
        ("Department of Commerce, NIST, Cryptographic Technology Group", (*NIST, "Cryptographic Technology Group")),
        ("Federal Aviation Administration", FAA),
        ("Department of Transportation (DOT) - Federal Aviation Administration (FAA)", FAA),
        ("Department of Transportation-Volpe Center", (FAA[0], "Volpe Center")),
        ("The U.S. Navy", ("Department of Defense", "Department of the Navy")),
        ("United States Department of Labor", ("Department of Labor",)),
        ("Office of Wells, Springs & Rivers", ("Office of Wells, Springs and Rivers",)),
        ("Office of Co-operation", ("Office of Co-operation",)),
        ("office on women’s health", ("Department of Health and Human Services",
                                      "Office of the Assistant Secretary for Health", "Office on Women's Health")),
    ],
)  # fmt: skip
def test_spellings_of_an_agency_are_one_name_in_its_tree(typed, path):
    agency = agencies.read_agency(typed)
    assert agency.path == path
    assert agency.name == path[-1]
    assert (agency.parent.path if agency.parent else ()) == path[:-1]


@pytest.mark.parametrize("typed", ["", "  ", "(FAA)", " - ", ", ,"])
def test_no_words_name_no_agency(typed):
    assert agencies.read_agency(typed) is None


def test_the_table_of_bodies_is_a_tree_without_two_of_one_spelling():
    spellings = [agencies.folded(s) for name, (_above, more) in agencies.BODIES.items() for s in {name, *more}]
    names_of = {agencies.folded(name) for name in agencies.BODIES}
    assert len(names_of) == len(agencies.BODIES)
    assert all(above is None or above in agencies.BODIES for above, _more in agencies.BODIES.values())
    for name in agencies.BODIES:
        assert agencies.read_agency(name).name == name
    for name, (_above, more) in agencies.BODIES.items():
        assert {agencies.read_agency(spelling).name for spelling in more} <= {name}
    assert set(spellings) >= names_of


@given(st.text())
def test_any_text_names_an_agency_or_none(text):
    agency = agencies.read_agency(text)
    assert agency is None or (agency.path and all(agency.path))
    assert all(agencies.read_partners(text))


@pytest.mark.parametrize(
    ("typed", "partners"),
    [
        ("", ()),
        ("NASA", ("National Aeronautics and Space Administration",)),
        ("Blue Works, Green Works, and Red Works", ("Blue Works", "Green Works", "Red Works")),
        ("Blue Works (Paris, Rabat), Green Works, Inc.", ("Blue Works (Paris, Rabat)", "Green Works, Inc.")),
        (
            "Works of St. Blue, U.C. Green, Red Works, Works of the Far North, Works of the Far South",
            ("Works of St. Blue", "U.C. Green", "Red Works", "Works of the Far North", "Works of the Far South"),
        ),
        ("Blue, Green & Red; NIST; NIST", ("Blue, Green & Red", "National Institute of Standards and Technology")),
        (
            "National Heart, Lung, and Blood Institute, Blue Works",
            ("National Heart, Lung, and Blood Institute", "Blue Works"),
        ),
        (
            "Our sponsors, who give their time, their rooms and their advice, help each team to the end.",
            ("Our sponsors, who give their time, their rooms and their advice, help each team to the end.",),
        ),
    ],
)
def test_partners_are_parted_but_names_stay_whole(typed, partners):
    assert agencies.read_partners(typed) == partners


@pytest.mark.parametrize(
    ("tags", "found", "unknown"),
    [
        (["Ideas", "Scientific"], ("ideas", "scientific"), ()),
        ("ideation; Software/Apps", ("ideas", "software"), ()),
        ("Tech demonstration and hardware, business plans", ("technology", "business-plans"), ()),
        ("Analytics, visulizations, algorithms", ("analytics",), ()),
        ("Creative (design & multimedia)", ("creative",), ()),
        ("Nominations; Juggling", ("nominations",), ("Juggling",)),
        (None, (), ()),
        ("", (), ()),
    ],
)
def test_tags_are_kinds_or_are_told(tags, found, unknown):
    assert kinds.read_kinds(tags) == (found, unknown)


def test_topics_are_spoken_of_in_whole_words_alone():
    assert kinds.topics_of("Phishing in the post", "Encryption for all") == ("cryptography", "email-and-phishing")
    assert kinds.topics_of("A patriot's riots", "endpoints of a line") == ()
    assert all(topics.exists(code) for code in kinds.TOPIC_WORDS)


@pytest.mark.parametrize(
    ("typed", "years", "is_understood"),
    [
        ("FY26", (2026,), True),
        ("FY26, FY27", (2026, 2027), True),
        ("FY27,FY26", (2026, 2027), True),
        ("FY24-27", (2024, 2025, 2026, 2027), True),
        ("FY26-FY27", (2026, 2027), True),
        ("2026", (2026,), True),
        ("fy 2026 and 2027", (2026, 2027), True),
        ("", (), True),
        ("FY", (), False),
        ("FY26, later", (2026,), False),
        ("FY27-24", (), False),
    ],
)
def test_fiscal_years_in_all_their_spellings(typed, years, is_understood):
    assert kinds.read_fiscal_years(typed) == (years, is_understood)


@pytest.mark.parametrize("typed", ["America COMPETES", "america competes act", " AMERICA Competes  Act. "])
def test_spellings_of_an_authority_are_one(typed):
    assert kinds.read_authority(typed) == "America COMPETES Act"


def test_an_authority_of_its_own_stays_as_found():
    assert kinds.read_authority("Water Act,  Section 9") == "Water Act, Section 9"
