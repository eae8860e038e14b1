#!/usr/bin/env python3
"""EDIFACT end to end: an event that a system posts leaves as a message, its CONTRL settles it, it is re-issued; a received one is answered."""
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

OURS, THEIRS = "SHIPCO:14", "EURO:14"
NOTE = "Driver must have a hard hat, high boots and the reference number at hand when he calls at gate 4"


def make_world(options):
    place = world.World(options.binary, world.SYSTEMS[:2], keep=options.keep)
    envelope = {"character_set": "UNOC", "syntax_version": "3", "una": "always", "application_reference": "FREIGHT"}
    place.folder.partners["euro"] = installation.partner(
        "euro", "EURO", identifiers={"scac": "EURO", "edifact": ["14:EURO"]}, us={"edifact": "14:SHIPCO"},
        receives=[{"set": "edifact/d96a/IFTMIN", "via": "directory", "acknowledge": "CONTRL", "edifact": envelope},
                  {"set": "edifact/service-3/CONTRL", "via": "directory"}],
        sends=[{"set": "edifact/d96a/IFTSTA", "acknowledge": "CONTRL"}, {"set": "edifact/service-3/CONTRL"}])
    place.folder.write()
    return place


def files(client):
    folder, out = client.place.put("euro"), {}
    for name in os.listdir(folder) if os.path.isdir(folder) else []:
        if not name.startswith("."):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                out[name] = file.read()
    return out


def segments_of(text):
    """Segments of what we write ourselves: no released terminators in it."""
    expect(text.startswith("UNA:+.? '"), f"no UNA: {text[:40]}")
    return [segment.split("+") for segment in text[9:].replace("\n", "").split("'") if segment]


def received(reference, body, kind):
    """One interchange of the partner with one message."""
    return (f"UNB+UNOC:3+{THEIRS}+{OURS}+260518:1432+{reference}'UNH+1+{kind}:UN'{body}UNT+{body.count(chr(39)) + 2}+1'UNZ+1+{reference}'")


def send(client, text):
    gateway.drop(client.place.pick_up("euro"), f"in{len(text)}-{next(client.controls)}.edi", text)


def tendered(client):
    """A tender that has left as an IFTMIN: shipment, outbound message, name and text of the file."""
    shipment = client.new_shipment()
    event = documents.tender(shipment, scac="EURO")
    event["data"]["notes"] = [{"text": NOTE}]
    headers = {"Authorization": "Bearer " + installation.SYSTEM_TOKEN, "Idempotency-Key": "euro" + shipment,
               "Content-Type": "application/cloudevents+json"}
    status, answer = gateway.call("POST", client.gateway.url + "/api/v1/events", json.dumps(event), headers)
    expect(status == 202, f"the tender was answered {status}: {answer}")
    name, text = gateway.wait_for("the IFTMIN", lambda: next(((n, t) for n, t in files(client).items() if "IFTMIN" in t and shipment in t), None))
    sent = gateway.wait_for("the outbound message", lambda: next((
        one for one in compare.all_pages(client.gateway, "/messages?direction=out") if one["file_name"] == name and one["delivery"] == "sent"), None))
    return shipment, sent, name, text


def reference_of(text):
    return next(one for one in segments_of(text) if one[0] == "UNB")[5]


def a_posted_event_leaves_as_a_valid_message(client):
    """Envelope as the profile says, a long text in lines of 70, and no finding when it is validated."""
    shipment, _, name, text = tendered(client)
    segments = segments_of(text)
    unb = segments[0]
    expect(unb[1:4] == ["UNOC:3", OURS, THEIRS] and unb[7] == "FREIGHT", f"the header is {unb}")
    expect(segments[1][2] == "IFTMIN:D:96A:UN" and segments[-2][0] == "UNT" and segments[-1][:2] == ["UNZ", "1"], f"the frame is wrong: {text}")
    expect(segments[-1][2] == unb[5] and int(segments[-2][1]) == len(segments) - 2, f"the trailers do not fit: {text}")
    lines = next(one for one in segments if one[0] == "FTX")[4].split(":")
    expect(len(lines) > 1 and all(len(line) <= 70 for line in lines), f"the note was not cut: {lines}")
    path = os.path.join(client.place.put("euro"), name)
    done = subprocess.run([client.place.binary, "validate", path], capture_output=True, text=True, check=False)
    expect(done.returncode == 0 and " 0 errors, 0 warnings" in done.stdout, f"validate: {done.stdout}{done.stderr}")
    done = subprocess.run([client.place.binary, "translate", path], capture_output=True, text=True, check=False)
    event = json.loads(done.stdout)
    expect(event["subject"] == f"shipment/{shipment}" and [one["text"] for one in event["data"]["notes"]] == [NOTE], f"it reads back as {done.stdout}")


def a_contrl_settles_what_was_sent(client):
    """Accepted: positive. Refused: negative, and a person hears of it."""
    for action, outcome in (("7", "positive"), ("4", "negative")):
        _, sent, _, text = tendered(client)
        send(client, received(next(client.controls) + 100, f"UCI+{reference_of(text)}+{OURS}+{THEIRS}+{action}'", "CONTRL:D:3"))
        gateway.wait_for(f"it is settled: {outcome}", lambda: client.message(sent["id"])["acknowledgement"] == outcome)


def a_document_is_reissued(client):
    """New references over the same message, linked to the old."""
    shipment, sent, name, text = tendered(client)
    client.do(f"/messages/{sent['id']}/re-issue")
    other = gateway.wait_for("a second file", lambda: next((t for n, t in files(client).items() if n != name and shipment in t), None))
    expect(reference_of(other) != reference_of(text), "the interchange's reference was used again")
    inner = [[one for one in segments_of(each) if one[0] not in ("UNB", "UNZ", "UNH", "UNT")] for each in (text, other)]
    expect(inner[0] == inner[1], f"re-issued with other content: {inner}")
    expect(segments_of(other)[0][1:4] == segments_of(text)[0][1:4], "re-issued with another envelope")
    linked = [one for one in compare.all_pages(client.gateway, "/messages?direction=out") if one["linked_to"] == sent["id"]]
    expect(len(linked) == 1 and linked[0]["link"] == "reissue", f"not linked to the old: {linked}")


def a_received_message_is_answered(client):
    """Its milestone reaches the systems, its CONTRL the partner."""
    shipment = client.new_shipment()
    body = f"BGM+23+R{shipment}+9'DTM+137:202605181432:203'CNI+1+{shipment}'STS+1+21'DTM+334:202605181432+02:303'LOC+8+DEHAM'".replace("1432+02", "1432?+02")
    send(client, received(next(client.controls) + 500, body, "IFTSTA:D:96A"))
    contrl = gateway.wait_for("the CONTRL", lambda: next((t for t in files(client).values() if "CONTRL" in t), None))
    expect("UCI+" in contrl and f"+{THEIRS}+{OURS}+7'" in contrl, f"the answer is {contrl}")
    gateway.wait_for("the milestone", lambda: client.effects("erp", shipment))


SCENARIOS = [a_posted_event_leaves_as_a_valid_message, a_contrl_settles_what_was_sent, a_document_is_reissued, a_received_message_is_answered]

if __name__ == "__main__":
    sys.exit(scenarios.main(SCENARIOS, make_world, __doc__))
