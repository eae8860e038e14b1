#!/usr/bin/env python3
"""Bad input and bad configuration: the service goes on, a finding or a parked unit says what is wrong, the books balance."""
import base64
import json
import os
import sys

import world
import compare
import documents
import gateway
import load
import scenarios
from scenarios import expect

SYSTEMS = (("erp", "key", True, ("milestone", "invoice", "answer")), ("tms", "lookup", True, ("milestone", "answer", "acknowledged")))


def make_world(options):
    place = world.World(options.binary, SYSTEMS, keep=options.keep)
    place.folder.targets["tms"]["accepts"] = ["production", "test"]
    place.folder.partners["acme"]["expects"] = [{"after": "load.tendered", "set": "x12/004010/990", "within": "1s"},
                                                {"after": "load.tendered", "set": "x12/004010/997", "within": "1s"}]
    place.folder.add_partner("river", "BLRV")
    place.folder.add_partner("spare", "SPAR")
    place.folder.add_partner("hub", "FHUB", carries=["river"])
    place.folder.write()
    return place


def good_one(client):
    """After every bad thing a good document goes through."""
    _, effect = client.status(client.new_shipment())
    client.wait_effects("erp", [effect])


def told(record):
    """What the record says to an analyst: codes and sentences."""
    out = [record["reason"] or "", record["detail"] or ""]
    for one in record["sets"]:
        out += [one["reason"] or ""] + [f"{finding['code']} {finding['message']}" for finding in one["findings"] or []]
    return " ".join(text for text in out if text)


def interchange(client, shipment, sender="ACFL", usage="P", control=None, number=0, scac=None):
    code, at, effect = load.three_statuses(shipment)[number]
    sets = [gateway.status_214(shipment, "P" + shipment, code, at.strftime("%H%M"), date=at.strftime("%Y%m%d"), scac=scac or sender)]
    return gateway.interchange(control or next(client.controls), "QM", sets, sender=sender, usage=usage), effect


def nonsense(client):
    """Bytes that are no document of any kind end parked or rejected, with a reason."""
    whole, _ = interchange(client, client.new_shipment())
    for name, body in {"bytes": bytes(range(256)) * 40, "tildes": b"~" * 10_000_000, "isa only": whole[:106].encode(), "short isa": b"ISA*00*",
                       "nul": b"\0" * 5000, "html": b"<html><body>502 Bad Gateway</body></html>", "json": b'{"a":[1,2,{"b":null}]}',
                       "zip": b"PK\x03\x04" + os.urandom(3000), "csv": b"a;b;c\n1;2;3\n", "spaces": b" " * 3000}.items():
        record = client.final(client.accepted(body))
        expect(record["state"] in ("parked", "rejected", "held"), f"{name}: the message is {record['state']}")
        expect(record["reason"] and record["detail"], f"{name}: nothing says what is wrong: {record['reason']} {record['detail']}")
        expect(record["validation"] in ("rejected", "unknown_type", None), f"{name}: validation is {record['validation']}")
    good_one(client)


def edifact(client):
    text = "UNA:+.? 'UNB+UNOC:3+ACFL:02+SHIPCO:ZZ+260518:1432+77'UNH+1+IFTSTA:D:98B:UN'BGM+77+X+9'UNT+3+1'UNZ+1+77'"
    record = client.final(client.accepted(text))
    expect(record["state"] in ("parked", "rejected"), f"the message is {record['state']}")
    expect(told(record), "nothing says what is wrong")
    good_one(client)


def truncated(client):
    """Without its trailer an interchange is held and makes no effect."""
    whole, effect = interchange(client, client.new_shipment())
    for cut in (whole.index("SE*"), whole.index("GE*"), whole.index("IEA*"), whole.index("AT7*") + 9):
        record = client.final(client.accepted(whole[:cut]))
        expect(record["state"] in ("held", "parked", "rejected"), f"cut at {cut}: the message is {record['state']}")
        expect(told(record), f"cut at {cut}: nothing says what is wrong")
    good_one(client)
    expect(not client.effects("erp", effect[1]), "a truncated interchange had an effect")


def strangers(client):
    """Who speaks for another is parked with the reason; an unknown sender can be assigned by a person."""
    text, effect = interchange(client, client.new_shipment(), sender="BLRV")
    record = client.final(client.accepted(text))
    expect((record["state"], record["reason"]) == ("parked", "identify.mismatch"), f"another partner's envelope: {record['state']} {record['reason']}")
    expect("BLRV" in record["detail"], f"the sentence should name the sender: {record['detail']}")
    text, carried = interchange(client, client.new_shipment(), sender="BLRV")
    expect(client.final(client.accepted(text, partner="hub"))["delivery"] == "sent", "a hub speaks for those it carries")
    client.wait_effects("erp", [carried])
    text, unknown = interchange(client, client.new_shipment(), sender="WHO?", scac="ACFL")
    message = client.accepted(text)
    record = client.final(message)
    expect((record["state"], record["reason"]) == ("parked", "identify.unknown"), f"an unknown sender: {record['state']} {record['reason']}")
    expect(not client.effects("erp", effect[1]) and not client.effects("erp", unknown[1]), "a parked message had an effect")
    client.do(f"/parked/{message}/release", partner="acme")
    client.wait_effects("erp", [unknown])
    good_one(client)


def test_documents(client):
    """ISA15 T goes to targets that accept test documents, and to no other."""
    text, effect = interchange(client, client.new_shipment(), usage="T")
    message = client.accepted(text)
    client.wait_effects("tms", [effect])
    record = client.final(message)
    expect(not client.effects("erp", effect[1]), "a test document reached a production target")
    expect(record["usage"] == "test", f"usage is {record['usage']}")


def duplicates(client):
    """The three forms: the same interchange again, the same number with other content, the same content under a new number."""
    shipment = client.new_shipment()
    control = next(client.controls)
    text, effect = interchange(client, shipment, control=control)
    first = client.accepted(text, "key-" + shipment)
    client.wait_effects("erp", [effect])
    status, answer = client.post(text, "key-" + shipment)
    expect(status == 202 and answer["message_id"] == first, f"the same call again: {status} {answer}")
    status, answer = client.post(text.replace("MEMPHIS", "DALLAS"), "key-" + shipment)
    expect(status == 409, f"the same key with other bytes: {status} {answer}")
    again = client.final(client.accepted(text))
    expect(again["state"] == "duplicate", f"the same interchange again is {again['state']}: {told(again)}")
    other = client.final(client.accepted(text.replace("MEMPHIS", "DALLAS")))
    expect(other["state"] == "parked" and told(other), f"a used number with other content is {other['state']}: {told(other)}")
    renumbered, _ = interchange(client, shipment)
    record = client.final(client.accepted(renumbered))
    expect(record["state"] == "duplicate", f"the same content under a new number is {record['state']}: {told(record)}")
    expect(record["validation"] == "accepted", f"its validation is {record['validation']}")
    gateway.wait_for("it is acknowledged as usual", lambda: client.message(record["id"])["acknowledgement"] == "sent")
    expect(client.effects("erp", shipment) == [effect], f"doubled: {client.effects('erp', shipment)}")


def findings(client):
    """Wrong segments, values and counts: the set is rejected with places, its good neighbours go on, the 997 says so."""
    good = client.new_shipment()
    code, at, effect = load.three_statuses(good)[0]
    fine = gateway.status_214(good, "P" + good, code, at.strftime("%H%M"), date=at.strftime("%Y%m%d"))
    bad = [("214", ["LX*1", "AT7*X3*NS***20260518*1432*CT"]), ("214", ["B10*P1*S1*ACFL", "LX*1", "AT7*X3*NS***20261399*9961*CT"]),
           ("214", ["B10*P1*S1*ACFL", "LX*1", "QQQ*1", "AT7*X3*NS***20260518*1432*CT"]),
           ("214", ["B10*P1*S1*" + "ACFL" * 30, "LX*1", "AT7*X3*NS***20260518*1432*CT"])]
    control = next(client.controls)
    record = client.final(client.accepted(gateway.interchange(control, "QM", [*bad, fine])))
    client.wait_effects("erp", [effect])
    verdicts = [one["verdict"] for one in sorted(record["sets"], key=lambda one: one["ordinal"])]
    expect(verdicts[:4] == ["rejected"] * 4 and verdicts[4].startswith("accepted"), f"verdicts are {verdicts}")
    for one in record["sets"]:
        if one["verdict"] == "rejected":
            expect(any(finding["severity"] == "error" and finding["path"] for finding in one["findings"] or []), f"no place in {one['findings']}")
    text = gateway.wait_for("the 997", lambda: next((text for text in written(client, "acme") if f"AK1*QM*{control}~" in text), None))
    expect(text.count("AK5*R") == 4 and "AK9*P*5*5*1" in text, f"the 997 says {text}")


def written(client, partner):
    folder = client.place.put(partner)
    out = []
    for name in os.listdir(folder) if os.path.isdir(folder) else []:
        if not name.startswith("."):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                out.append(file.read())
    return out


def bad_files(client):
    """The same through the folder: it empties, and every file is accounted for."""
    names = []
    for number, body in enumerate((b"\x00\xff" * 2000, b"ISA", b"~" * 100_000, b"hello")):
        names.append(f"bad-{number}.x12")
        with open(os.path.join(client.place.root, names[-1]), "wb") as file:
            file.write(body)
        os.rename(os.path.join(client.place.root, names[-1]), os.path.join(client.place.pick_up(), names[-1]))
    gateway.wait_for("the folder is empty", lambda: not [name for name in os.listdir(client.place.pick_up()) if name in names])
    for name in names:
        found = [one for one in compare.all_pages(client.gateway, "/messages") if one["file_name"] == name]
        expect(len(found) == 1, f"{name} is stored {len(found)} times")
        record = client.final(found[0]["id"])
        expect(record["state"] in ("parked", "rejected") and record["reason"], f"{name}: {record['state']} {record['reason']}")
    good_one(client)


def bad_calls(client):
    """Calls that must not be taken, and what they are told."""
    url = client.gateway.url
    wrong = dict(documents.sign_standard(scenarios.installation.WEBHOOK_SECRET, "m1", "{}"))
    body = documents.status_call(client.new_shipment(), "delivered", documents.moment(1))
    stale = documents.sign_standard(scenarios.installation.WEBHOOK_SECRET, "m2", body, 1_700_000_000)
    token = {"Authorization": "Bearer " + scenarios.installation.SYSTEM_TOKEN, "Content-Type": "application/cloudevents+json"}
    tender = documents.tender(client.new_shipment())
    del tender["data"]["load"]["id"]
    for title, path, text, headers, wanted in (
            ("no token", "/documents", "x", {}, 401), ("wrong token", "/documents", "x", {"Authorization": "Bearer no"}, 401),
            ("unsigned webhook", "/webhooks/acme", body, {"Content-Type": "application/json"}, 401),
            ("another body's signature", "/webhooks/acme", body, wrong, 401), ("stale webhook", "/webhooks/acme", body, stale, 401),
            ("no such webhook", "/webhooks/nobody", body, wrong, 404), ("event without a key", "/api/v1/events", json.dumps(tender), token, None),
            ("event without a field", "/api/v1/events", json.dumps(tender), {**token, "Idempotency-Key": "bad-1"}, 422),
            ("event that is none", "/api/v1/events", "[1,2", {**token, "Idempotency-Key": "bad-2"}, None)):
        status, answer = gateway.call("POST", url + path, text, headers)
        expect(status == wanted if wanted else 400 <= status < 500, f"{title}: {status} {answer}")
        if status == 422 and title == "event without a field":
            expect("/data/load" in answer, f"the answer should name the field: {answer}")
    good_one(client)


def overdue(client):
    """A tender that nobody answers is shown as overdue."""
    shipment = client.new_shipment()
    headers = {"Authorization": "Bearer " + scenarios.installation.SYSTEM_TOKEN, "Idempotency-Key": shipment, "Content-Type": "application/cloudevents+json"}
    status, answer = gateway.call("POST", client.gateway.url + "/api/v1/events", json.dumps(documents.tender(shipment)), headers)
    expect(status == 202, f"the tender was answered {status}: {answer}")
    out = gateway.wait_for("the 204 overdue", lambda: [one for one in compare.all_pages(client.gateway, "/messages?direction=out")
                                                       if one["acknowledgement"] == "overdue"], 20)
    text = next(text for text in written(client, "acme") if f"*{shipment}*" in text and "ST*204*" in text)
    segments = documents.read_x12(text)
    group, number = next(s[6] for s in segments if s[0] == "GS"), next(s[2] for s in segments if s[0] == "ST")
    client.accepted(gateway.interchange(next(client.controls), "FA", [documents.acknowledgement_997(group, number)]))
    gateway.wait_for("late, but acknowledged", lambda: client.message(out[0]["id"])["acknowledgement"] == "positive")


def reload_with_a_fault(client):
    """A folder with a fault is refused and the old configuration stays; a repaired one is taken."""
    folder = client.place.folder
    before = client.gateway.api("GET", "/configuration/bundle")[1]["bundle"]
    folder.put("targets/erp.yaml", "target: erp\nkind: http\nurl: [not, a, url\n")
    faults = gateway.wait_for("the fault is shown", lambda: client.gateway.api("GET", "/configuration/bundle")[1]["faults"])
    expect(any(one["file"] == "targets/erp.yaml" and one["line"] for one in faults), f"the fault has no place: {faults}")
    expect(client.gateway.api("GET", "/configuration/bundle")[1]["bundle"] == before, "a faulty folder was taken")
    good_one(client)
    folder.targets["erp"]["name"] = "ERP, repaired"
    folder.write()
    gateway.wait_for("the repaired folder is in force", lambda: client.gateway.api("GET", "/configuration/bundle")[1]["bundle"] != before and
                     not client.gateway.api("GET", "/configuration/bundle")[1]["faults"])
    good_one(client)


def reload_under_load(client):
    """A configuration taken in while calls are on their way: each ends once, under the old or the new one."""
    shipments, wanted = [client.new_shipment() for _ in range(10)], {}
    client.place.simulators["erp"].control(behave="slow,ms=400,next=20")
    for number in range(2):
        for shipment in shipments:
            wanted.setdefault(shipment, []).append(client.status(shipment, number)[1])
        before = client.gateway.api("GET", "/configuration/bundle")[1]["bundle"]
        client.place.folder.targets["erp"]["name"] = f"ERP, renamed {number}"
        client.place.folder.write()
        gateway.wait_for("another bundle", lambda b=before: client.gateway.api("GET", "/configuration/bundle")[1]["bundle"] != b)
    for effects in wanted.values():
        client.wait_effects("erp", effects)
        client.wait_effects("tms", effects)


def renewed_secret(client):
    """A secret renewed in its file counts at once; the old one is refused."""
    fresh = "whsec_" + base64.b64encode(b"another secret, as long as needed").decode()
    path = os.path.join(client.place.folder.path, "secrets", "acme-webhook")

    def answer(secret):
        identity, body = client.new_shipment(), "{}"
        signed = {"Content-Type": "application/json", **documents.sign_standard(secret, identity, body)}
        return gateway.call("POST", client.gateway.url + "/webhooks/acme", body, signed)[0]

    expect(answer(fresh) == 401, "a secret that nobody agreed on was taken")
    gateway.write(path, fresh + "\n")
    gateway.wait_for("the renewed secret counts", lambda: answer(fresh) == 202)
    expect(answer(scenarios.installation.WEBHOOK_SECRET) == 401, "the old secret still counts")
    client.place.folder.write()
    gateway.wait_for("the first secret counts again", lambda: answer(scenarios.installation.WEBHOOK_SECRET) == 202)


def quarantined_partner(client):
    """At a start, a bad partner file takes only its partner out, and says so."""
    client.gateway.stop()
    client.place.folder.put("partners/spare.yaml", "partner: spare\nrole: dragon\nidentifiers: {x12: [nonsense]}\n")
    client.gateway.start()
    status, page = client.gateway.api("GET", "/partners")
    spare = next((one for one in page["items"] if one["partner"] == "spare"), None)
    expect(status == 200 and spare and spare["quarantine"], f"the bad partner is not shown as quarantined: {page}")
    good_one(client)
    text, _ = interchange(client, client.new_shipment(), sender="SPAR")
    status, _ = client.post(text, partner="spare")
    expect(status in (401, 403), f"a quarantined partner's document was answered {status}")
    client.place.folder.write()


SCENARIOS = [nonsense, edifact, truncated, strangers, test_documents, duplicates, findings, bad_files, bad_calls, overdue, reload_with_a_fault,
             reload_under_load, renewed_secret, quarantined_partner]

if __name__ == "__main__":
    sys.exit(scenarios.main(SCENARIOS, make_world, __doc__))
