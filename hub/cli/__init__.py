"""The `hub` command. Its parts import what they need when they are called, so that `hub --help` is quick."""

from __future__ import annotations

import os

import click

from hub.cli.accepting import accept
from hub.cli.agents import agent, token
from hub.cli.backups import backup, restore
from hub.cli.beginning import setup
from hub.cli.checks import bench, doctor
from hub.cli.command import HubGroup
from hub.cli.data import demo
from hub.cli.importing import import_
from hub.cli.knowledge import kb
from hub.cli.metrics import metrics
from hub.cli.processes import clock, database, fetch, prepare, up, web, worker
from hub.cli.triage import triage
from hub.logs import set_up_logging

__all__ = ["main"]


@click.group(cls=HubGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--company", default="", help="The company's short name; the first one by default.")
@click.pass_context
def main(ctx: click.Context, company: str) -> None:
    """Frontdesk: the customer-service hub for residential property management."""
    ctx.obj = company
    set_up_logging(os.environ)


for each in (
    up,
    prepare,
    setup,
    web,
    worker,
    fetch,
    clock,
    database,
    demo,
    agent,
    token,
    accept,
    triage,
    kb,
    metrics,
    import_,
    backup,
    restore,
    doctor,
    bench,
):
    main.add_command(each)
