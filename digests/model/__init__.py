"""The words of the domain as types. Frozen, free of input and output; everything else speaks in these.

Offsets are code points of the stored revision text, half open: ``text[start:end]``. Lengths of what Telegram
receives are UTF-16 units and say so. Every time is an aware UTC datetime.
"""

from digests.model.articles import Article, ArticleState, Revision
from digests.model.audit import AuditEntry
from digests.model.channels import Channel, Office, Proof
from digests.model.corrections import Correction, CorrectionKind, Proposal, ProposalState
from digests.model.deliveries import Delivery, DeliveryState, Outcome, Priority, Purpose, Verdict
from digests.model.editions import Edition, EditionKind, Part
from digests.model.readings import Claim, Day, Mention, Quote, Reading, Removed
from digests.model.spans import Link, Span
from digests.model.subscriptions import ChatKind, Place, Recipient, Schedule, Subscription, SubscriptionState

__all__ = [
    "Article",
    "ArticleState",
    "AuditEntry",
    "Channel",
    "ChatKind",
    "Claim",
    "Correction",
    "CorrectionKind",
    "Day",
    "Delivery",
    "DeliveryState",
    "Edition",
    "EditionKind",
    "Link",
    "Mention",
    "Office",
    "Outcome",
    "Part",
    "Place",
    "Priority",
    "Proof",
    "Proposal",
    "ProposalState",
    "Purpose",
    "Quote",
    "Reading",
    "Recipient",
    "Removed",
    "Revision",
    "Schedule",
    "Span",
    "Subscription",
    "SubscriptionState",
    "Verdict",
]
