"""`greenroom metrics`: what a monitoring system is given."""

import typer

app = typer.Typer(no_args_is_help=True, help="Metrics: what a monitoring system is given.")


@app.command("rules")
def print_rules() -> None:
    """Print alert rules for Prometheus: a file for its rule_files."""
    from importlib.resources import files

    typer.echo((files("greenroom.server") / "alert_rules.yml").read_text(encoding="utf-8"), nl=False)
