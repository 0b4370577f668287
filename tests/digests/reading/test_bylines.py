"""Who wrote an article."""

import pytest

from digests.reading import read

NEWS = "The bridge at Tolm was hit again on Saturday, the governor said, and traffic stopped for hours."


def author(line: str) -> str | None:
    text = f"{line}\n\n{NEWS}"
    found = read(text).author
    return found and found.of(text)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ada Lind", "Ada Lind"),
        ("By ADA LIND and TOM RUIZ", "ADA LIND and TOM RUIZ"),
        ("By Ada Lind, Tom Ruiz and Omar al-Basri", "Ada Lind, Tom Ruiz and Omar al-Basri"),
        ("By Ada Lind, Harbour Wire", "Ada Lind"),
        ("Written by Mary-Jane O’Lind", "Mary-Jane O’Lind"),
        ("By: Ada Lind", "Ada Lind"),
        ("By Zoë van der Lind", "Zoë van der Lind"),
        ("Автор: Олена Шевчик", "Олена Шевчик"),
        ("Автор: Пётр Лосев", "Пётр Лосев"),
    ],
)
def test_a_byline_names_who_wrote_it(line: str, names: str) -> None:
    assert author(line) == names


@pytest.mark.parametrize("line", ["By News Desk", "By Staff Writer", "4 min read", "By the river on Saturday"])
def test_a_line_that_names_nobody_has_no_author(line: str) -> None:
    assert author(line) is None


def test_an_article_by_nobody_has_no_author() -> None:
    assert read(NEWS).author is None
