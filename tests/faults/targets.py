#!/usr/bin/env python3
"""Bad targets: slow, refusing, silent after accepting, busy, closing, answering garbage, forgetting. Order per shipment is kept, nothing is
lost or doubled, and strangers do not wait."""
import sys
import time

import world
import documents
import gateway
import load
import scenarios
from scenarios import expect

SYSTEMS = (("erp", "key", True, ("milestone", "invoice")), ("tms", "lookup", True, ("milestone", "answer")),
           ("wms", "same_bytes", False, ("milestone",)), ("portal", "key", False, ("milestone",)),
           ("legacy", "none", False, ("answer",)), ("pager", "none", False, ("answer",)))


def make_world(options):
    place = world.World(options.binary, SYSTEMS, keep=options.keep)
    place.folder.targets["pager"]["on_unknown"] = "resend"
    place.folder.write()
    return place


def subject(shipment):
    return f"subject=shipment/{shipment}"


def all_statuses(client, shipment):
    """Sends the three statuses of a shipment; message ids and effects."""
    sent = [client.status(shipment, number) for number in range(3)]
    return [one[0] for one in sent], [one[1] for one in sent]


def slow_target(client):
    """A slow answer holds its shipment only, at this target only."""
    erp, stuck = client.place.simulators["erp"], client.new_shipment()
    erp.control(behave=f"slow,ms=800,next=1,{subject(stuck)}")
    _, effects = all_statuses(client, stuck)
    client.wait_effects("tms", effects)
    client.wait_effects("erp", effects)


def strangers_pass(client):
    """While one shipment is stuck at a target, all others go through, measured; then it goes on, in its order."""
    erp, stuck = client.place.simulators["erp"], client.new_shipment()
    erp.control(behave=f"timeout_before,{subject(stuck)}")
    messages, effects = all_statuses(client, stuck)
    began = time.monotonic()
    strangers = [client.new_shipment() for _ in range(30)]
    sent = {shipment: all_statuses(client, shipment)[1] for shipment in strangers}
    for shipment, wanted in sent.items():
        client.wait_effects("erp", wanted)
    spent = time.monotonic() - began
    expect(not client.effects("erp", stuck), "the stuck shipment went through")
    client.wait_effects("tms", effects)
    print(f"        90 statuses of 30 strangers in {spent:.2f} s while one shipment was stuck", flush=True)
    erp.control(clear=True)
    client.wait_effects("erp", effects)
    for message in messages:
        expect(client.final(message)["delivery"] == "sent", "a status of the shipment that was stuck is not delivered")


def refusing_target(client):
    """A refusal parks the shipment there with what stands behind it; redelivered by a person, it comes in order."""
    erp, shipment = client.place.simulators["erp"], client.new_shipment()
    erp.control(behave=f"refuse,{subject(shipment)}")
    messages, effects = all_statuses(client, shipment)
    parked = client.wait_delivery(messages[0], "erp", "parked")
    expect(parked["reason"] and parked["http_status"] == 422, f"a parked delivery should say why: {parked}")
    other = client.new_shipment()
    client.wait_effects("erp", [client.status(other)[1]])
    client.wait_effects("tms", effects)
    expect(not client.effects("erp", shipment), "statuses behind a refused one were delivered")
    erp.control(clear=True)
    client.do(f"/deliveries/{parked['id']}/redeliver")
    client.wait_effects("erp", effects)


def silent_after_accepting(client):
    """Applied and never answered: unknown, asked where it can be asked, and there once."""
    for system in ("erp", "tms", "wms"):
        shipment = client.new_shipment()
        client.place.simulators[system].control(behave=f"timeout_after,next=1,{subject(shipment)}")
        messages, effects = all_statuses(client, shipment)
        for message in messages:
            expect(client.final(message)["delivery"] == "sent", f"{system}: not delivered")
        client.wait_effects(system, effects)
    expect(client.place.simulators["tms"].get_state()["lookups"] > 0, "the TMS was never asked")


def busy_target(client):
    """429 with Retry-After: not tried again before."""
    shipment = client.new_shipment()
    client.place.simulators["erp"].control(behave=f"busy,retry_after=2,next=1,{subject(shipment)}")
    message, effect = client.status(shipment)
    client.wait_effects("erp", [effect])
    client.final(message)
    attempts = sorted(client.delivery(message, "erp")["attempts"], key=lambda one: one["number"])
    expect(len(attempts) == 2 and attempts[0]["http_status"] == 429, f"expected a 429 and one more attempt: {attempts}")
    waited = (documents.utc(attempts[1]["started_at"]) - documents.utc(attempts[0]["ended_at"])).total_seconds()
    expect(waited >= 1.9, f"asked to wait 2 s, tried again after {waited} s")


def every_misdeed(client):
    """Whatever the systems do twice in a row, each effect is there once and in order."""
    for misdeed in ("slow,ms=300", "timeout_after", "timeout_before", "busy", "unavailable", "error", "garbage", "malformed", "close_after",
                    "close_before"):
        shipment = client.new_shipment()
        for system in ("erp", "tms", "wms"):
            client.place.simulators[system].control(clear=True)
            client.place.simulators[system].control(behave=f"{misdeed},next=2,{subject(shipment)}")
        messages, effects = all_statuses(client, shipment)
        for message in messages:
            client.final(message)
        for system in ("erp", "tms", "wms"):
            try:
                client.wait_effects(system, effects)
            except gateway.Failed as problem:
                raise gateway.Failed(f"{misdeed}: {problem}; {client.delivery(messages[0], system)}") from None


def forgetful_target(client):
    """A system of keys that lost its memory: asked where it can be asked, else parked as unknown; never doubled."""
    shipment = client.new_shipment()
    for system in ("erp", "portal"):
        client.place.simulators[system].control(behave=f"timeout_after,next=1,{subject(shipment)}")
    message, effect = client.status(shipment)
    for system in ("erp", "portal"):
        gateway.wait_for(f"{system} applied it", lambda s=system: client.effects(s, shipment), every=0.005)
        client.place.simulators[system].control(forget=True)
    client.wait_delivery(message, "erp", "delivered")
    client.wait_effects("erp", [effect])
    record = client.wait_delivery(message, "portal", "parked", "unknown")
    expect(client.effects("portal", shipment) == [effect], f"the portal holds {client.effects('portal', shipment)}; {record}")
    expect(client.message(message)["effect"] == "unknown", f"the message's effect should be unknown: {client.message(message)['effect']}")


def target_without_once(client):
    """`once: none` and an unknown outcome: parked for a person; or resent where that was asked for, which is shown."""
    shipment = client.new_shipment()
    for system in ("legacy", "pager"):
        client.place.simulators[system].control(behave=f"close_after,next=1,{subject(shipment)}")
    message = client.accepted(gateway.interchange(next(client.controls), "GF", [gateway.answer_990(shipment)]))
    record = client.wait_delivery(message, "legacy", "parked", "unknown")
    expect(client.effects("legacy", shipment) == [("answer", shipment)], f"resent on an unknown outcome: {record}")
    client.wait_effects("tms", [("answer", shipment)])
    record = client.wait_delivery(message, "pager", "delivered")
    expect(client.effects("pager", shipment) == [("answer", shipment)] * 2, f"the pager holds {client.effects('pager', shipment)}")
    expect("more than once" in (record["detail"] or ""), f"a doubled delivery should say so: {record}")


def breaker_opens_and_closes(client):
    """A target that is down is left alone and probed; others do not notice; all is there in the end."""
    client.place.simulators["erp"].control(behave="unavailable,retry_after=1")
    shipments = [client.new_shipment() for _ in range(25)]
    effects = {shipment: client.status(shipment)[1] for shipment in shipments}
    for shipment, effect in effects.items():
        client.wait_effects("tms", [effect])
    gateway.wait_for("the breaker opened", lambda: client.target("erp")["breaker"] != "closed")
    expect(client.target("tms")["breaker"] == "closed", "the breaker of another target opened")
    client.place.simulators["erp"].control(clear=True)
    for shipment, effect in effects.items():
        client.wait_effects("erp", [effect], 40)
    gateway.wait_for("the breaker closed", lambda: client.target("erp")["breaker"] == "closed")


def lanes_after_restart(client):
    """Stopped in the middle of a stuck shipment and started again: the order stands."""
    erp, shipment = client.place.simulators["erp"], client.new_shipment()
    erp.control(behave=f"unavailable,{subject(shipment)}")
    effects = [client.status(shipment, 0)[1], client.status(shipment, 1)[1]]
    client.gateway.stop()
    client.gateway.start()
    effects.append(client.status(shipment, 2)[1])
    client.wait_effects("tms", effects)
    erp.control(clear=True)
    client.wait_effects("erp", effects)


SCENARIOS = [slow_target, strangers_pass, refusing_target, silent_after_accepting, busy_target, every_misdeed, breaker_opens_and_closes,
             lanes_after_restart, target_without_once, forgetful_target]

if __name__ == "__main__":
    sys.exit(scenarios.main(SCENARIOS, make_world, __doc__))
