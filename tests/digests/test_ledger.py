"""The ledger's table of transitions, and that the documentation shows the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from digests.ledger import STEP_OF, TRANSITIONS, Step, sources, target
from digests.model import DeliveryState, Verdict

DOCS = Path(__file__).parents[2] / "docs" / "architecture.md"


def test_a_step_leads_from_a_state_to_one_other_only() -> None:
    pairs = [(transition.source, transition.step) for transition in TRANSITIONS]
    assert len(pairs) == len(set(pairs))
    for transition in TRANSITIONS:
        assert target(transition.source, transition.step) is transition.target
        assert transition.source in sources(transition.step, transition.target)


def test_every_verdict_has_its_step_and_may_follow_a_call() -> None:
    assert set(STEP_OF) == set(Verdict)
    for step in STEP_OF.values():
        assert DeliveryState.SENDING in sources(step)


def test_no_call_leaves_before_its_row_says_so() -> None:
    for transition in TRANSITIONS:
        if transition.target is DeliveryState.SENT:
            assert transition.source in (DeliveryState.SENDING, DeliveryState.UNKNOWN)
    assert sources(Step.BEGIN, DeliveryState.SENDING) == (DeliveryState.PENDING, DeliveryState.UNKNOWN)


def test_every_state_is_reached_and_what_was_sent_stays_sent() -> None:
    assert {transition.target for transition in TRANSITIONS} == set(DeliveryState)
    assert not any(transition.source is DeliveryState.SENT for transition in TRANSITIONS)
    with pytest.raises(ValueError, match="sent"):
        target(DeliveryState.SENT, Step.BEGIN)


def test_the_documentation_shows_the_same_table() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| `(\w+)` \| (.+?) \|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [(str(one.source), str(one.step), str(one.target), one.when) for one in TRANSITIONS]
