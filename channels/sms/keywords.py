"""The words that switch text messages off and on (CTIA handbook, Twilio's defaults, and their translations)."""

from __future__ import annotations

import re

from channels.message import Kind

# YES is left out: Twilio takes it as START, but here it usually answers a question that was asked.
_WORDS = {
    Kind.OPT_OUT: (
        "stop, stopall, stop all, unsubscribe, cancel, end, quit, revoke, optout, opt out, "  # English, as Twilio
        "stopp, abmelden, abbestellen, alto, parar, baja, darse de baja, arret, arrêt, arrêter, arreter"
    ),
    Kind.OPT_IN: "start, unstop, subscribe, optin, opt in, anmelden, alta, inicio",
    Kind.HELP: "help, info, hilfe, ayuda, aide",
}
_KIND_OF_WORD = {word.strip(): kind for kind, words in _WORDS.items() for word in words.split(",")}
_KIND_OF_OPT_OUT_TYPE = {"STOP": Kind.OPT_OUT, "START": Kind.OPT_IN, "HELP": Kind.HELP}
_LONGEST_WORD = 40
_NOT_LETTERS = re.compile(r"[\W_]+")


def kind_of_text(text: str, opt_out_type: str = "") -> Kind:
    """Tell whether a text is nothing but a keyword, in any case and punctuation.

    `opt_out_type` is what Twilio's Advanced Opt-Out found, which may know more words.
    """
    decided = _KIND_OF_OPT_OUT_TYPE.get(opt_out_type.strip().upper())
    if decided:
        return decided
    if len(text) > _LONGEST_WORD:
        return Kind.PERSONAL
    return _KIND_OF_WORD.get(_NOT_LETTERS.sub(" ", text.casefold()).strip(), Kind.PERSONAL)
