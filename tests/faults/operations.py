#!/usr/bin/env python3
"""What a person may do with messages and deliveries, over the API, with the effects counted at the systems and in the partner's folder."""
import json
import os
import subprocess
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


def exceptions(client, code):
    return [one for one in compare.all_pages(client.gateway, "/exceptions") if one["code"] == code and not one["closed_at"]]


def a_partner_joins_a_running_gateway(client):
    """Its file is all it takes; without `via` its acknowledgements go over its only channel outward. A file with a fault is among the
    exceptions for as long as it stands, and the others go on."""
    place = client.place
    joined = installation.partner("joined", "JOIN")
    joined["receives"] = [{"set": "x12/004010/997"}]
    joined["channels"] = [one for one in joined["channels"] if "webhook" not in one]
    place.folder.put("partners/joined.yaml", {**joined, "role": "carier"})
    gateway.wait_for("the fault among the exceptions", lambda: [one for one in exceptions(client, "configuration.refused") if "carrier" in one["detail"]])
    client.final(client.status(client.new_shipment())[0])
    place.folder.put("partners/joined.yaml", joined)
    gateway.wait_for("the exception closed", lambda: not exceptions(client, "configuration.refused"))
    document = gateway.interchange(1, "QM", [gateway.status_214("JOINED1", "P1", scac="JOIN")], sender="JOIN")
    message = gateway.wait_for("its document is taken", lambda: (lambda answer: answer[0] == 202 and answer[1]["message_id"])(
        client.post(document, partner="joined")))
    gateway.wait_for("its 997", lambda: os.path.isdir(place.put("joined")) and [n for n in os.listdir(place.put("joined")) if not n.startswith(".")])
    record = client.final(message)
    expect(record["acknowledgement"] == "sent", f"the acknowledgement is {record['acknowledgement']}")


def any_id_can_be_shown(client):
    """`crossdock show` takes a message's, a delivery's and an event's id."""
    message, _ = client.status(client.new_shipment())
    record = client.final(message)
    for one in (message, record["deliveries"][0]["id"], record["events"][0]["id"]):
        done = subprocess.run([client.place.binary, "show", one, "--data", client.gateway.data, "--json"], capture_output=True, text=True, check=False)
        expect(done.returncode == 0 and json.loads(done.stdout)["id"] == one, f"show {one}: {done.returncode} {done.stdout[:200]} {done.stderr}")
    done = subprocess.run([client.place.binary, "show", "nothing", "--data", client.gateway.data], capture_output=True, text=True, check=False)
    expect(done.returncode == 1 and "api.not_found" in done.stderr, f"show nothing: {done.returncode} {done.stderr}")
    done = subprocess.run([client.place.binary, "statement", "--data", client.gateway.data], capture_output=True, text=True, check=False)
    expect(done.returncode == 0 and "the books balance" in done.stdout, f"statement: {done.returncode} {done.stdout}")


SCENARIOS = [a_partner_joins_a_running_gateway, any_id_can_be_shown, redeliver_a_document, reissue_a_document, reprocess_and_resubmit, discard_a_delivery, impossible_operations]

if __name__ == "__main__":
    sys.exit(scenarios.main(SCENARIOS, make_world, __doc__))
