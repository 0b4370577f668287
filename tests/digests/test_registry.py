"""The registry: its file, and how an article's words find a channel."""

from __future__ import annotations

from datetime import date

import pytest

from digests.data import KINDS, Registry, RegistryError, linkable, load, registry

ROW = """
[[channel]]
handle = "lunna_council"
owner = "Lunna City Council"
affiliation = "Lunna"
country = "UA"
kind = "official"
party = true
source = "seen"
"""


def one(**changes: str) -> str:
    lines = dict(line.split(" = ") for line in ROW.strip().splitlines()[1:]) | changes
    return "dated = 2026-01-02\n[[channel]]\n" + "\n".join(f"{key} = {value}" for key, value in lines.items() if value)


@pytest.fixture(scope="module")
def shipped() -> Registry:
    return registry()


def test_every_shipped_channel_is_found_by_handle_owner_and_each_alias(shipped: Registry) -> None:
    assert len(shipped) == 147
    for channel in shipped:
        assert shipped.by_handle("@" + channel.handle.upper()) is channel
        assert shipped.by_key(channel.key) is channel
        for name in (channel.owner, *channel.aliases):
            assert shipped.match(name) is channel, name


@pytest.mark.parametrize("written", ["{}", "the {}", "{} press service", "deputy {}", "{}’s", "Ada {}", "Ada Lind-{}"])
def test_whatever_names_an_owner_ends_as_a_name_may(shipped: Registry, written: str) -> None:
    titles = [office.title for channel in shipped for office in channel.offices]
    names = [name for channel in shipped for name in (channel.owner, *channel.aliases)]
    found = [name for one in (*names, *titles) if shipped.match(name := written.format(one))]
    assert found
    for name in found:
        assert shipped.may_end(name.split()[-1]), name


def test_most_words_end_no_name(shipped: Registry) -> None:
    assert not any(map(shipped.may_end, ("yesterday", "bridge", "Qwertz")))


def test_every_shipped_label_has_a_source_a_date_and_a_kind(shipped: Registry) -> None:
    for channel in shipped:
        assert channel.source
        assert channel.affiliation
        assert channel.kind in KINDS
        assert channel.dated == date(2026, 11, 22)


@pytest.mark.parametrize("kind", ["official", "occupation", "armed group"])
def test_official_voices_of_all_sides_are_parties(shipped: Registry, kind: str) -> None:
    assert all(channel.party for channel in shipped if channel.kind == kind and channel.country != "UN")


def test_designated_and_unconfirmed_channels_are_not_linked(shipped: Registry) -> None:
    designated = [channel for channel in shipped if channel.designation]
    assert designated
    assert not any(linkable(channel) for channel in designated)
    assert any(linkable(channel, link_designated=True) for channel in designated)
    unconfirmed = [channel for channel in shipped if not channel.confirmed]
    assert unconfirmed
    assert not any(linkable(channel, link_designated=True) for channel in unconfirmed)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Russia’s Defense Ministry", "mod_russia"),
        ("the Russian Ministry of Defence", "mod_russia"),
        ("Defence Ministry of Russia", "mod_russia"),
        ("Минобороны России", "mod_russia"),
        ("Міноборони РФ", "mod_russia"),
        ("Belarus's Defence Ministry", "modmilby"),
        ("Ukraine’s defense ministry", None),
        ("the defense ministry", None),
        ("Ukraine’s Air Force", "kpszsu"),
        ("the Air Force", "kpszsu"),
        ("the Russian Air Force", None),
        ("Poland's Air Force", None),
        ("Генштабу ЗСУ", "generalstaffzsu"),
        ("the State Emergency Service", "dsns_telegram"),
        ("the press service of the Security Service of Ukraine", "sbukr"),
        ("Ukraine’s president Volodymyr Zelenskiyy", "v_zelenskiy_official"),
        ("President Zelensky", "v_zelenskiy_official"),
        ("Володимира Зеленського", "v_zelenskiy_official"),
        ("aide to President Zelensky", None),
        ("Serhiy Gaidai", "serhiy_hayday"),
        ("Belgorod Oblast Governor Vyacheslav Gladkov", "vvgladkov"),
        ("губернатор области Вячеслав Гладков", "vvgladkov"),
        ("Gladkova", None),
        ("Andrei Medvedev", None),
        ("Vitalii Kim", "mykolaivskaoda"),
        ("Kim", None),
        ("Fedorov", None),
        ("Kyiv regional military administration", "kyivoda"),
        ("Kyiv military administration", "va_kyiv"),
        ("head of the Kharkiv region", "synegubov"),
        ("head of Kharkiv's Regional Military Administration", "synegubov"),
        ("deputy head of the Kharkiv region", None),
        ("", None),
        ("’s", None),
    ],
)
def test_a_name_as_articles_write_it_finds_its_channel_and_no_other(
    shipped: Registry, name: str, key: str | None
) -> None:
    found = shipped.match(name)
    assert (found.key if found else None) == key


def test_an_office_is_its_holders_only_while_it_is_held(shipped: Registry) -> None:
    then, now = date(2022, 7, 1), date(2026, 11, 1)
    donetsk = shipped.match("the Donetsk governor", on=then)
    assert donetsk is not None
    assert donetsk.key == "pavlokyrylenko_donoda"
    assert shipped.match("the Donetsk governor", on=now) is None
    assert shipped.match("the Donetsk governor") is None
    assert shipped.match("Pavlo Kyrylenko", on=now) is donetsk


def test_an_organisation_without_its_country_needs_that_country_in_the_article(shipped: Registry) -> None:
    assert shipped.match("the General Staff", countries={"UA", "RU"})
    assert shipped.match("the General Staff", countries={"SD"}) is None


def test_two_candidates_are_no_match() -> None:
    both = load(
        one(owner='"Ada Terek"') + "\n[[channel]]\n" + one(handle='"other"', owner='"Ada Terek"').split("]]\n", 1)[1]
    )
    assert len(both) == 2
    assert both.match("Ada Terek") is None


def test_years_and_months_of_offices_mean_their_first_and_last_day() -> None:
    channel = next(iter(load(one(offices='[{ title = "mayor of Lunna", since = "2020-02", until = "2024-02" }]'))))
    assert channel.offices[0].since == date(2020, 2, 1)
    assert channel.offices[0].until == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("channel = [", "not valid TOML"),
        (one(owner='""'), "owner must be"),
        (one(kind='"friend"'), "kind must be one of"),
        (one(party='"yes"'), "party must be"),
        (one(handle='"@lunna"'), "handle may hold"),
        (one(colour='"red"'), "unknown key colour"),
        (one(aliases='"Lunna"'), "aliases must be"),
        (one(offices='[{ since = "2020" }]'), "an office has a title"),
        (one(offices='[{ title = "mayor", since = "soon" }]'), "since and until"),
        (ROW, "dated must be"),
        (one() + "\n[[channel]]\n" + one().split("]]\n", 1)[1], "share a handle"),
    ],
)
def test_a_broken_file_is_refused_with_the_row_and_the_reason(source: str, said: str) -> None:
    with pytest.raises(RegistryError, match=said):
        load(source)
