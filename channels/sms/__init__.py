"""Text messages through Twilio: signed webhooks in, the REST API out, and a comparison of both lists."""

from channels.sms.channel import SmsChannel

__all__ = ["SmsChannel"]
