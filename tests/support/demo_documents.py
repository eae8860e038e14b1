"""What the demo sends: each document with what must come of it, so that the demo is a test as well."""
import json
from dataclasses import dataclass, field

import documents
import gateway


@dataclass
class Sent:
    title: str
    partner: str = "acme-freight"
    file: str = ""        # dropped into the partner's folder
    text: str = ""
    validation: str = "accepted"
    events: int = 1
    state: str = ""       # of the message in the books; empty: whichever
    reason: str = ""      # of a parked message
    marker: bool = False
    message_id: str = ""  # as answered, for what came over HTTP
    headers: dict = field(default_factory=dict)


def status(pro, shipment, code, time, city, state, date="20260518", scac="ACFL", reason="NS"):
    return ("214", [f"B10*{pro}*{shipment}*{scac}", f"L11*BOL{pro[-4:]}*BM", "LX*1", f"AT7*{code}*{reason}***{date}*{time}*CT",
                    f"MS1*{city}*{state}*US", f"MS2*{scac}*TRL4455", "L11*2*QN", "AT8*G*L*12000*18"])


def status_5010(pro, shipment, code, time, city, state, scac="BLRV"):
    return ("214", [f"B10*{pro}*{shipment}*{scac}", "LX*1", "L11*1*QN", f"AT7*{code}*NS***20260518*{time}*ET", f"MS1*{city}*{state}*US",
                    f"MS2*{scac}*BR7781"])


def dropped_files():
    """Files of the partners, in the order in which they are dropped."""
    statuses = gateway.interchange(501, "QM", [status("PRO778899", "SHP1001", "AF", "0610", "JOLIET", "IL"),
                                               status("PRO778899", "SHP1001", "D1", "1432", "MEMPHIS", "TN")])
    half_bad = gateway.interchange(504, "QM", [
        status("PRO778900", "SHP1002", "X6", "1015", "SAINT LOUIS", "MO"),
        ("214", ["B10*PRO778901*SHP1003*ACFL", "LX*1", "AT7*X9Z*NS***20261345*1015*CT", "MS1*SAINT LOUIS*MO*US"])])
    return [
        Sent("two statuses, 214", file="acme-214-shp1001.x12", text=statuses, events=2),
        Sent("answer to a tender, 990", file="acme-990-shp1004.x12", text=gateway.interchange(502, "GF", [gateway.answer_990("SHP1004")])),
        Sent("freight invoice, 210", file="acme-210-inv90012.x12",
             text=gateway.interchange(503, "IM", [gateway.invoice_210("INV90012", "SHP1001")])),
        Sent("one good and one bad set, 214", file="acme-214-half-bad.x12", text=half_bad, validation="rejected|accepted_with_warnings|accepted"),
        Sent("a stranger's envelope", file="acme-214-stranger.x12", events=0, validation="", state="parked", reason="identify.",
             text=gateway.interchange(77, "QM", [status("PRO1", "SHP9001", "D1", "0900", "RENO", "NV", scac="STRG")], sender="STRG")),
        Sent("status in 005010, 214", "blue-river", "river-214-shp2001.x12",
             gateway.interchange(900, "QM", [status_5010("BR5501", "SHP2001", "X1", "0905", "COLUMBUS", "OH")], sender="BLRV", version="005010")),
        Sent("status carried by a hub, 214", "freight-hub", "hub-214-shp2001.x12", marker=True,
             text=gateway.interchange(901, "QM", [status_5010("BR5501", "SHP2001", "D1", "1105", "COLUMBUS", "OH")], sender="BLRV", version="005010")),
        Sent("truncated on the way, 214", file="acme-214-truncated.x12", events=0, validation="", state="held|parked|rejected",
             text="".join(gateway.interchange(505, "QM", [status("PRO778902", "SHP1006", "AF", "0700", "TULSA", "OK")]).partition("SE*")[:1])),
    ]


def webhook_calls():
    """(title, id, body): the second call is the first one again."""
    at = documents.moment(12 * 60 + 55)
    body = documents.status_call("SHP1001", "arrived_at_delivery", at)
    return [("status by webhook", "msg_2b7c1001", body), ("the same call again", "msg_2b7c1001", body),
            ("another status by webhook", "msg_2b7c1007", documents.status_call("SHP1007", "picked_up", documents.moment(8 * 60), stop=1))]


def tender_call():
    return "tender-SHP1004-1", json.dumps(documents.tender("SHP1004"))


def answers_to(written):
    """What the carrier's system does with the 204s in its folder: a 997 for each. `written`: name -> text."""
    out = []
    for name, text in sorted(written.items()):
        segments = documents.read_x12(text)
        if not any(segment[:2] == ["ST", "204"] for segment in segments):
            continue
        group = next(segment[6] for segment in segments if segment[0] == "GS")
        number = next(segment[2] for segment in segments if segment[0] == "ST")
        out.append(Sent("acknowledgement of our tender, 997", file=f"acme-997-{group}.x12", events=2,
                        text=gateway.interchange(600 + int(group), "FA", [documents.acknowledgement_997(group, number)])))
    return out
