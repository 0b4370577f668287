"""The phrases by which articles say that a Telegram channel was used: rules kept in ``digests/data/mentions``."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from digests.reading.languages import language
from digests.reading.names import fold_word
from digests.reading.organisations import countries_in


@dataclass(frozen=True, slots=True)
class MentionRules:
    """The rules of one language; all words in lower case. See ``digests/data/mentions/en.toml`` for what each says."""

    cyrillic: bool  # names change with their case, and a subject may follow its verb
    platform: re.Pattern[str]
    meant: re.Pattern[str]  # what it is called once it was named: "the messaging app"
    writing: frozenset[str]  # beside "channel", what nobody does on television
    several: re.Pattern[str]  # "channels", beside whose names
    called: re.Pattern[str]  # a channel by its name alone: "the Night Heron channel"
    told: re.Pattern[str]  # … behind a verb: "повідомляє «Чапля»"
    owned: re.Pattern[str]  # … or by whose it is: "on his channel"
    nots: tuple[re.Pattern[str], ...]
    elsewhere: re.Pattern[str]  # another platform; the group that matched is numbered as in `platforms`
    platforms: tuple[str, ...]
    hints: tuple[str, ...]  # where none of these stands, there is no other platform; with a capital a whole word
    before: frozenset[str]
    own: frozenset[str]
    his: frozenset[str]  # what stands before what belongs to somebody named elsewhere
    reach: frozenset[str]  # prepositions that reach a platform: "on", "via"
    inside: frozenset[str]  # of them, those behind which who speaks may stand: "в Генштабе сообщили"
    to: frozenset[str]
    after: frozenset[str]
    channel: frozenset[str]
    posts: frozenset[str]
    plural: frozenset[str]
    channels: frozenset[str]  # of the plurals, those that names may follow
    listing: frozenset[str]  # what may stand before the names: "such as"
    verbs: frozenset[str]
    present: frozenset[str]  # verbs that are nouns as well
    passive: frozenset[str]
    cited: frozenset[str]  # whom somebody else cites stands behind them: "with reference to"
    carried: frozenset[str]  # "in remarks carried by"
    made: frozenset[str]  # beside what is said: "made the statement"
    participles: frozenset[str]  # "published on Telegram" behind a comma, "Taking to Telegram"
    naming: frozenset[str]  # a name follows: "a channel called"
    clause: frozenset[str]
    captions: frozenset[str]  # what a quotation behind them is: "with the caption"
    relative: frozenset[str]
    impersonal: frozenset[str]  # verbs without a subject: "йдеться у дописі бригади"
    first_names: frozenset[str]
    boys: frozenset[str]  # first names of men alone, as against `girls`
    girls: frozenset[str]
    he: frozenset[str]
    she: frozenset[str]
    aside: re.Pattern[str]  # a relative clause between commas before the verb
    known: re.Pattern[str]  # what a name follows: "who goes by"
    pronouns: frozenset[str]
    singular: frozenset[str]
    nouns: frozenset[str]  # of organisations and roles
    stems: frozenset[str]  # of the nouns, without the endings of their cases
    bodies: frozenset[str]  # of organisations alone
    body_stems: frozenset[str]  # … without the endings of their cases
    seats: dict[str, tuple[str, ...]]  # behind "head of": the titles that such a head has
    generic: frozenset[str]  # of the bodies, those that may stand for any: "the company"
    armed: frozenset[str]  # of the bodies, those that only an army is called
    things: frozenset[str]
    ends: frozenset[str]  # words that end a name: verbs of saying, clause words, fillers, prepositions
    sources: tuple[str, ...]
    unnamed: frozenset[str]  # behind an indefinite article nobody in particular
    regarding: tuple[str, ...]  # behind these words a sentence says whom it is about: "As for Ada Lind, she"
    adjectives: tuple[str, ...]  # how adjectives end before a noun, that may be a channel's name together
    topics: frozenset[str]  # "about this", where it may stand before the subject
    articles: frozenset[str]
    prepositions: frozenset[str]
    days: frozenset[str]
    fillers: frozenset[str]  # days, adverbs and auxiliaries that may stand between a subject and its verb

    @staticmethod
    @lru_cache(maxsize=16_384)
    def countries(name: str) -> frozenset[str]:
        """Return the countries (ISO 3166) that a word or name names, of those the registry's owners belong to."""
        return countries_in(name)


@cache
def mention_rules(code: str) -> MentionRules:
    """Return the rules of a language: its own file's, its ``[mentions]``, or the English ones."""
    folder = resources.files("digests.data").joinpath("mentions")
    source = folder.joinpath(f"{code}.toml")
    data = language(code).rules.get("mentions")
    if data is None:
        if not source.is_file():
            code, source = "en", folder.joinpath("en.toml")
        data = tomllib.loads(source.read_text(encoding="utf-8"))
    grammar, owners, used = language(code), data["owners"], data["phrases"]["used"]

    groups = "|".join(f"(?P<p{number}>{pattern})" for number, pattern in enumerate(data["platforms"].values()))

    def words(section: dict[str, Any], key: str) -> frozenset[str]:
        return frozenset(section.get(key, "").split())

    verbs = grammar.with_past(words(data, "verbs")) | (grammar.words("cues", "verbs") - words(data, "posts"))
    prepositions = grammar.words("grammar", "prepositions") | words(data, "prepositions")
    days = grammar.words("times", "weekdays") | grammar.words("times", "months")
    fillers = days | grammar.words("cues", "auxiliaries") | grammar.words("times", "near")
    male, female = grammar.words("first_names", "male"), grammar.words("first_names", "female")
    bodies = grammar.words("organisations", "nouns") | grammar.words("organisations", "roles")
    nouns = words(owners, "roles") | bodies
    return MentionRules(
        cyrillic=data.get("cyrillic", False),
        platform=re.compile(data["platform"]),
        meant=re.compile(data.get("meant", "(?!)")),
        several=re.compile(data.get("several", "(?!)")),
        called=re.compile(data.get("called", "(?!)")),
        writing=words(data, "writing"),
        told=re.compile(data.get("told", "(?!)")),
        owned=re.compile(data.get("owned", "(?!)")),
        nots=tuple(re.compile(pattern, re.IGNORECASE) for pattern in data["not"]),
        elsewhere=re.compile(f"{used.format(platform=groups)}|(?P<p0_>{data['phrases'].get('first', '(?!)')})"),
        platforms=tuple(data["platforms"]),
        hints=tuple(data["hints"].split()),
        before=words(data, "before"),
        own=words(data, "own"),
        his=words(data, "his"),
        reach=words(data, "prepositions"),
        inside=words(data, "inside"),
        to=words(data, "to"),
        after=words(data, "after") | words(data, "posts"),
        channel=words(data, "channel"),
        posts=words(data, "posts"),
        plural=words(data, "plural"),
        channels=words(data, "channels"),
        listing=frozenset(data.get("listing", ())),
        verbs=verbs,
        present=words(data, "present"),
        passive=grammar.words("cues", "passive"),
        cited=words(data, "cited"),
        carried=words(data, "carried"),
        made=words(data, "made"),
        participles=words(data, "participles"),
        naming=words(data, "naming"),
        clause=words(owners, "clause"),
        ends=verbs | words(owners, "clause") | fillers | prepositions,
        captions=words(data, "captions"),
        relative=words(owners, "relative"),
        impersonal=grammar.words("cues", "contents"),
        first_names=male | female,
        boys=male - female,
        girls=female - male,
        he=grammar.words("pronouns", "he"),
        she=grammar.words("pronouns", "she"),
        aside=re.compile(
            rf",\s(?:{'|'.join((*owners['relative'].split(), *owners.get('aside', ())))})\b[^,;:()\n]{{1,300}},\s*$"
        ),
        known=re.compile(owners.get("known", "(?!)"), re.IGNORECASE),
        pronouns=words(owners, "pronouns"),
        singular=words(owners, "singular"),
        nouns=nouns,
        stems=frozenset(map(fold_word, nouns)),
        bodies=bodies,
        body_stems=frozenset(map(fold_word, bodies)) if data.get("cyrillic") else frozenset(),
        seats={
            seat: tuple(titles) for seat, *titles in map(str.split, grammar.rules.get("people", {}).get("seats", ()))
        },
        generic=grammar.words("organisations", "generic"),
        armed=words(owners, "armed"),
        things=words(owners, "things"),
        sources=tuple(owners["source"]),
        unnamed=words(owners, "unnamed"),
        regarding=tuple(owners.get("regarding", "").split()),
        adjectives=tuple(owners.get("adjectives", "").split()),
        topics=frozenset(owners.get("topics", ())),
        articles=grammar.words("grammar", "articles") | words(data, "own"),
        prepositions=prepositions,
        days=days,
        fillers=fillers,
    )
