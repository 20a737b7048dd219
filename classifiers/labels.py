"""The topics a message can have, and the queue each belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Queue(StrEnum):
    """The queues of a desk, by slug."""

    FRONT_DESK = "front-desk"
    MAINTENANCE = "maintenance"
    LEASING = "leasing"
    BILLING = "billing"
    OTHER = "other"


class Priority(StrEnum):
    """How soon a message must be dealt with, least first."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Topic:
    """What a message can be about.

    `means_work` says that a message on this topic usually asks operations to do something; a mere question does not.
    """

    slug: str
    queue: Queue
    title: str
    means_work: bool = False


_ALL = (
    Topic("plumbing", Queue.MAINTENANCE, "Water and drains", means_work=True),
    Topic("heating", Queue.MAINTENANCE, "Heating, hot water and cooling", means_work=True),
    Topic("electrical", Queue.MAINTENANCE, "Electricity and light", means_work=True),
    Topic("appliance", Queue.MAINTENANCE, "Appliances", means_work=True),
    Topic("pest", Queue.MAINTENANCE, "Pests", means_work=True),
    Topic("mould", Queue.MAINTENANCE, "Damp and mould", means_work=True),
    Topic("structure", Queue.MAINTENANCE, "Walls, windows, doors and roof", means_work=True),
    Topic("lift", Queue.MAINTENANCE, "Lift", means_work=True),
    Topic("locks", Queue.MAINTENANCE, "Locks, intercom and lock-outs", means_work=True),
    Topic("common-areas", Queue.MAINTENANCE, "Common areas, waste and grounds", means_work=True),
    Topic("keys", Queue.FRONT_DESK, "Keys and fobs", means_work=True),
    Topic("name-plate", Queue.FRONT_DESK, "Name plates", means_work=True),
    Topic("noise", Queue.FRONT_DESK, "Noise and neighbours"),
    Topic("parking", Queue.FRONT_DESK, "Parking"),
    Topic("amenities", Queue.FRONT_DESK, "Shared facilities and parcels"),
    Topic("security", Queue.FRONT_DESK, "Safety in the building"),
    Topic("contact-change", Queue.FRONT_DESK, "Changed contact details"),
    Topic("insurance", Queue.FRONT_DESK, "Insurance"),
    Topic("owner-report", Queue.FRONT_DESK, "Owner asks how things stand"),
    Topic("owner-approval", Queue.FRONT_DESK, "Owner decides on work or money", means_work=True),
    Topic("staff-complaint", Queue.FRONT_DESK, "Complaint about us"),
    Topic("thanks", Queue.FRONT_DESK, "Praise and thanks"),
    Topic("document", Queue.FRONT_DESK, "Document sent or asked for"),
    Topic("house-rules", Queue.FRONT_DESK, "Questions about living here"),
    Topic("rent-payment", Queue.BILLING, "Rent payments"),
    Topic("fees", Queue.BILLING, "Fees and charges"),
    Topic("deposit", Queue.BILLING, "Deposits"),
    Topic("statement", Queue.BILLING, "Statements and yearly bills"),
    Topic("invoice", Queue.BILLING, "Invoices of firms"),
    Topic("viewing", Queue.LEASING, "Viewings and availability", means_work=True),
    Topic("application", Queue.LEASING, "Rental applications", means_work=True),
    Topic("lease-terms", Queue.LEASING, "Lease terms and moving in"),
    Topic("renewal", Queue.LEASING, "Lease renewal", means_work=True),
    Topic("move-out", Queue.LEASING, "Notice and moving out", means_work=True),
    Topic("transfer", Queue.LEASING, "Another flat, other people on the lease", means_work=True),
    Topic("sublet", Queue.LEASING, "Subletting and guests who stay", means_work=True),
    Topic("opt-out", Queue.OTHER, "Wants no more messages"),
    Topic("verification", Queue.OTHER, "Codes and machine mail"),
    Topic("advertising", Queue.OTHER, "Advertising and spam"),
    Topic("wrong-number", Queue.OTHER, "Wrong number and private chat"),
)

TOPICS: dict[str, Topic] = {topic.slug: topic for topic in _ALL}


def queue_of(topic: str) -> Queue:
    """Name the queue a topic belongs to; raise KeyError for an unknown topic."""
    return TOPICS[topic].queue


def needs_task(topic: str) -> bool:
    """Say whether a message on this topic usually means work for operations; an unknown topic does not."""
    found = TOPICS.get(topic)
    return found is not None and found.means_work
