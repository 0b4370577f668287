"""Articles about nothing that happened, put together by chance: for measuring speed where there is no corpus.

They are harder than most: every third sentence holds a quotation, every ninth speaks of Telegram, all names are new.
"""

from __future__ import annotations

import random

_SYLLABLES = "ba dor fel gan hest ir jal kor lem mar nov os pel quin ros sel tar ul ven wick yor zan bri cle dra gro"
_SENTENCES = """
The bridge at {place} was {done} on {day} after {number} days of {trouble}, the {body} said.
{title} {name} said that {number} people had been {hurt} and that {thing} would not be restored before {day}.
“We counted the hits from the {room} until we stopped counting,” said {name}, a {worker} from {place}.
“Nobody was told that the {thing} was gone,” {surname} said. “We heard it from the neighbours, as always.”
“{thing} comes and goes, and so do the {worker}s,” {pronoun} added.
According to {name}, the {body} had asked for “a pause of {number} hours” in {place}.
In a post on Telegram, {title} {name} wrote that {number} houses in {place} had been {done}.
“The road to {place} is open again,” the {body} said in a statement on its Telegram channel.
Residents of {place} described {trouble} that began before dawn and lasted for {number} hours.
It was the {number}th time since the spring that {trouble} had been reported near {place}, a town of {number},000.
The claims could not be independently verified.
{surname}, who has led the {body} since {day}, declined to comment.
The {body} of {place} put the damage at ${number} million, more than twice what it had spent on {thing} last year.
Asked whether the {worker}s would return, {name} answered: “They never left, they only {done} what was left of it.”
A {worker} who gave only her first name, {first}, said the {room} had become “a second home” to {number} families.
By {day}, {thing} had returned to most of {place}, though not to the streets along the river, where {trouble} went on.
The {body} blamed the {trouble} on weather; {title} {surname} blamed the {body}.
“If they come back, we will be here,” {name}, {number}, said as {pronoun} swept glass out of the {room}.
"""
_WORDS = {
    "day": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "done": ["reopened", "rebuilt", "closed", "flooded", "repaired", "emptied", "searched"],
    "trouble": ["shelling", "heavy rain", "power cuts", "fighting", "drone strikes", "negotiations", "rocket fire"],
    "body": ["regional administration", "ministry", "city council", "emergency service", "army", "prosecutor’s office"],
    "title": ["Governor", "Mayor", "Colonel", "Minister", "President", "Judge"],
    "hurt": ["wounded", "killed", "evacuated", "detained", "displaced"],
    "thing": ["electricity", "running water", "heating", "bread", "the railway", "mail", "gas"],
    "room": ["cellar", "kitchen", "school", "clinic", "theatre", "library"],
    "worker": ["teacher", "nurse", "driver", "baker", "welder", "farmer", "librarian"],
    "pronoun": ["he", "she"],
}


def invented(seed: int, words: int) -> str:
    """Return an article of about `words` words; the same seed gives the same one, and no two share their names."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    people = [(_name(rng), _name(rng)) for _ in range(8)]
    places = [_name(rng) for _ in range(6)]
    sentences = _SENTENCES.strip().splitlines()
    written: list[str] = []
    count = 0
    while count < words:
        first, surname = rng.choice(people)
        slots = {slot: rng.choice(choices) for slot, choices in _WORDS.items()}
        names = {"first": first, "surname": surname, "name": f"{first} {surname}", "place": rng.choice(places)}
        sentence = rng.choice(sentences).format(**slots, **names, number=rng.randrange(2, 90))
        written.append(sentence[0].upper() + sentence[1:] + rng.choice((" ", "\n\n")))
        count += sentence.count(" ") + 1
    return "".join(written).strip()


def _name(rng: random.Random) -> str:
    return "".join(rng.choices(_SYLLABLES.split(), k=rng.randrange(2, 4))).capitalize()
