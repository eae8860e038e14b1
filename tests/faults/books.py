#!/usr/bin/env python3
"""The books: one row of each kind is deleted behind the program's back, and the alarm of promise 4 must come: list, metric, exception, statement."""
import os
import sqlite3
import subprocess
import sys

import world
import compare
import gateway
import scenarios
from scenarios import expect

TABLES = {"message": "message", "set": "transaction_set", "event": "event", "delivery": "delivery"}


def make_world(options):
    return world.World(options.binary, world.SYSTEMS[:2], keep=options.keep)


def statement(client):
    """Exit code and text of `crossdock statement`."""
    done = subprocess.run([client.place.binary, "statement", "--data", client.gateway.data], capture_output=True, text=True, timeout=30, check=False)
    return done.returncode, done.stdout + done.stderr


def balanced_at_first(client):
    for _ in range(3):
        shipment = client.new_shipment()
        client.wait_effects("erp", [client.status(shipment, number)[1] for number in range(3)])
    client.calm()
    code, text = statement(client)
    expect(code == 0, f"`crossdock statement` ended with {code} over good books: {text}")


def unbalanced(client, unit):
    answer = compare.books(client.gateway)
    line = next(one for one in answer["units"] if one["unit"] == unit)
    return not line["balanced"] and not answer["balanced"]


def delete_one_row_of_each(client):
    base = os.path.join(client.gateway.data, "crossdock.db")
    client.books_broken = True
    for unit, table in TABLES.items():
        rows = sqlite3.connect(base, timeout=30, isolation_level=None)
        try:
            rows.execute(f"DELETE FROM {table} WHERE seq = (SELECT seq FROM {table} ORDER BY seq LIMIT 1 OFFSET 1)")
            expect(rows.execute("SELECT changes()").fetchone()[0] == 1, f"no row of {table} was deleted")
        finally:
            rows.close()
        expect(unbalanced(client, unit), f"a {unit} vanished and the books still balance")
        gateway.wait_for(f"the exception about {unit}", lambda u=unit: [
            one for one in client.gateway.api("GET", "/exceptions")[1]["items"] if one["code"].startswith("books.") and
            u in (one["detail"] or "") + (one["subject"] or "")], 30)
    value = gateway.wait_for("the metric", lambda: client.metric("crossdock_book_difference"), 30)
    expect(value >= 1, f"the metric says {value}")
    code, text = statement(client)
    expect(code == 1, f"`crossdock statement` ended with {code}, expected 1: {text}")
    expect("message" in text, f"the statement should show the units: {text}")


if __name__ == "__main__":
    sys.exit(scenarios.main([balanced_at_first, delete_one_row_of_each], make_world, __doc__))
