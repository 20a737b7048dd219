"""Tables: one family a file; columns, constraints and indexes, no decisions."""

from hub.models.answer import GivenAnswer
from hub.models.company import BusinessHours, ChannelAccount, Company, Holiday
from hub.models.envelope import Envelope
from hub.models.fix_check import FixCheck
from hub.models.help_search import HelpSearch, SparedTicket
from hub.models.knowledge import Article, ArticleFeedback, ArticleVersion, Correction, Prediction, Suggestion
from hub.models.macro import Macro
from hub.models.measurement import DailySum, MeasuredTicket, MeasurementRow, Measuring
from hub.models.mention import Mention
from hub.models.message import Attachment, Message, MessageReference
from hub.models.notice import Notice
from hub.models.notification import Notification
from hub.models.on_call import Alarm, OnCallStep, Page
from hub.models.order import Order, OrderEvent, OrderPhoto
from hub.models.outbox import OutboxRow, ProviderEvent
from hub.models.outside import OutsideTask
from hub.models.people import Block, Contact, Identity, MachineAnswer
from hub.models.portfolio import Lease, LeaseParty, Ownership, Property, Rent, Unit
from hub.models.search import SearchDocument
from hub.models.sla import SlaPolicy
from hub.models.staff import Agent, ApiToken, IdempotencyKey, Membership, Queue, SignIn, SignInLink, Team
from hub.models.survey import Survey
from hub.models.task import NumberRelease, Task, TaskEvent, TaskPhoto, TaskTicket
from hub.models.ticket import Participant, Tag, Ticket, TicketEvent
from hub.models.undo import UndoRow
from hub.models.view import SavedView
from hub.models.writing import DraftRow, Presence

__all__ = [
    "Agent",
    "Alarm",
    "ApiToken",
    "Article",
    "ArticleFeedback",
    "ArticleVersion",
    "Attachment",
    "Block",
    "BusinessHours",
    "ChannelAccount",
    "Company",
    "Contact",
    "Correction",
    "DailySum",
    "DraftRow",
    "Envelope",
    "FixCheck",
    "GivenAnswer",
    "HelpSearch",
    "Holiday",
    "IdempotencyKey",
    "Identity",
    "Lease",
    "LeaseParty",
    "MachineAnswer",
    "Macro",
    "MeasuredTicket",
    "MeasurementRow",
    "Measuring",
    "Membership",
    "Mention",
    "Message",
    "MessageReference",
    "Notice",
    "Notification",
    "NumberRelease",
    "OnCallStep",
    "Order",
    "OrderEvent",
    "OrderPhoto",
    "OutboxRow",
    "OutsideTask",
    "Ownership",
    "Page",
    "Participant",
    "Prediction",
    "Presence",
    "Property",
    "ProviderEvent",
    "Queue",
    "Rent",
    "SavedView",
    "SearchDocument",
    "SignIn",
    "SignInLink",
    "SlaPolicy",
    "SparedTicket",
    "Suggestion",
    "Survey",
    "Tag",
    "Task",
    "TaskEvent",
    "TaskPhoto",
    "TaskTicket",
    "Team",
    "Ticket",
    "TicketEvent",
    "UndoRow",
    "Unit",
]
