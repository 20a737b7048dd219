"""What Twilio refuses, with the code of its error dictionary (twilio.com/docs/api/errors)."""

from __future__ import annotations

from tests.standins.web import Answer, json_answer


class TwilioError(Exception):
    """A request refused; `code` is Twilio's, `status` the HTTP status."""

    def __init__(self, code: int, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status

    def answer(self, **headers: str) -> Answer:
        """Return the error body of the 2010 API (docs/usage/twilios-response)."""
        body = {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
        return json_answer(body, self.status, **headers)


def not_found(path: str) -> TwilioError:
    """Return error 20404 for a resource that is not there."""
    return TwilioError(20404, f"The requested resource {path} was not found", 404)
