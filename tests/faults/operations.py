#!/usr/bin/env python3
"""What a person may do with messages and deliveries, over the API, with the effects counted at the systems and in the partner's folder."""
import json
import os
import sys

import world
import compare
import documents
import gateway
import installation
import scenarios
from scenarios import expect


def make_world(options):
    return world.World(options.binary, world.SYSTEMS[:2], keep=options.keep)


def files(client):
    folder = client.place.put()
    out = {}
    for name in os.listdir(folder) if os.path.isdir(folder) else []:
        if not name.startswith("."):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                out[name] = file.read()
    return out


def tendered(client):
    """A tender that has left as a 204: its shipment, the outbound message, the file's name and text."""
    shipment = client.new_shipment()
    headers = {"Authorization": "Bearer " + installation.SYSTEM_TOKEN, "Idempotency-Key": shipment, "Content-Type": "application/cloudevents+json"}
    status, answer = gateway.call("POST", client.gateway.url + "/api/v1/events", json.dumps(documents.tender(shipment)), headers)
    expect(status == 202, f"the tender was answered {status}: {answer}")
    name, text = gateway.wait_for("the 204", lambda: next(((n, t) for n, t in files(client).items() if f"*{shipment}*" in t), None))
    sent = gateway.wait_for("the outbound message", lambda: next((
        one for one in compare.all_pages(client.gateway, "/messages?direction=out") if one["file_name"] == name and one["delivery"] == "sent"), None))
    return shipment, sent, name, text


def body_of(text):
    """Control numbers, and what stands between ST and SE."""
    segments = documents.read_x12(text)
    inner = [segment for segment in segments if segment[0] not in ("ISA", "GS", "ST", "SE", "GE", "IEA")]
    return next(s[13] for s in segments if s[0] == "ISA"), next(s[6] for s in segments if s[0] == "GS"), inner


def redeliver_a_document(client):
    """The stored bytes again: same name, same control numbers."""
    _, sent, name, text = tendered(client)
    os.unlink(os.path.join(client.place.put(), name))
    client.do(f"/messages/{sent['id']}/redeliver")
    again = gateway.wait_for("the file again", lambda: files(client).get(name))
    expect(again == text, "redelivered with other bytes")


def reissue_a_document(client):
    """New control numbers over the same sets, linked to the old."""
    shipment, sent, name, text = tendered(client)
    client.do(f"/messages/{sent['id']}/re-issue")
    other = gateway.wait_for("a second file", lambda: next((t for n, t in files(client).items() if n != name and f"*{shipment}*" in t), None))
    before, after = body_of(text), body_of(other)
    expect(before[0] != after[0] and before[1] != after[1], f"control numbers used again: {before[:2]} {after[:2]}")
    expect(before[2] == after[2], "re-issued with other content")
    linked = [one for one in compare.all_pages(client.gateway, "/messages?direction=out") if one["linked_to"] == sent["id"]]
    expect(len(linked) == 1 and linked[0]["link"] == "reissue", f"not linked to the old: {linked}")


def reprocess_and_resubmit(client):
    """Same bytes through today's rules, and as a new message: no second effect of the same fact."""
    message, effect = client.status(client.new_shipment())
    client.wait_effects("erp", [effect])
    client.final(message)
    client.do(f"/messages/{message}/reprocess")
    client.final(message)
    again = client.do(f"/messages/{message}/resubmit")["id"]
    record = client.final(again)
    expect(record["linked_to"] == message, f"the new message should be linked to the old: {record['linked_to']}")
    client.wait_effects("erp", [effect])
    client.wait_effects("tms", [effect])


def discard_a_delivery(client):
    """A refused delivery given up by a person ends as not wanted, and its lane goes on."""
    shipment = client.new_shipment()
    client.place.simulators["erp"].control(behave=f"refuse,next=1,subject=shipment/{shipment}")
    first, _ = client.status(shipment, 0)
    parked = client.wait_delivery(first, "erp", "parked")
    _, effect = client.status(shipment, 1)
    client.wait_effects("tms", [client.effects("tms", shipment)[0], effect])
    expect(not client.effects("erp", shipment), "what stands behind a parked delivery was delivered")
    client.do(f"/parked/{parked['id']}/discard")
    client.wait_effects("erp", [effect])
    expect(client.delivery(first, "erp")["state"] == "not_wanted", "a discarded delivery should be not_wanted")


def impossible_operations(client):
    """Refused with a sentence, and without harm."""
    message, effect = client.status(client.new_shipment())
    client.wait_effects("erp", [effect])
    client.final(message)
    for path in (f"/messages/{message}/re-issue", "/messages/00000000-0000-7000-8000-000000000000/reprocess",
                 "/deliveries/00000000-0000-7000-8000-000000000000/redeliver", f"/parked/{message}/release"):
        status, answer = client.gateway.api("POST", path, json.dumps({"reason": "a fault test", "partner": "acme"}), {"Content-Type": "application/json"})
        expect(400 <= status < 500 and answer.get("detail"), f"POST {path}: {status} {answer}")


SCENARIOS = [redeliver_a_document, reissue_a_document, reprocess_and_resubmit, discard_a_delivery, impossible_operations]

if __name__ == "__main__":
    sys.exit(scenarios.main(SCENARIOS, make_world, __doc__))
