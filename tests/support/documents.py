"""Documents of tests beyond those of gateway.py: tenders, webhook calls with their signature, acknowledgements, and a small reader of X12."""
import base64
import datetime
import hashlib
import hmac
import json
import time

BASE = datetime.datetime(2026, 5, 18, 0, 0, tzinfo=datetime.timezone(datetime.timedelta(hours=-5)))


def moment(minutes):
    """An instant of the year 2026 in central daylight time, so many minutes after the beginning of May 18."""
    return BASE + datetime.timedelta(minutes=minutes)


def tender(shipment, scac="ACFL", system="tms", purpose="original"):
    """A load.tendered event as the TMS posts it."""
    place = {"name": "North Mill", "city": "Tulsa", "region": "OK", "postal_code": "74103", "country": "US"}
    goal = {"name": "Gulf Paper", "city": "Saint Louis", "region": "MO", "postal_code": "63101", "country": "US"}
    return {
        "specversion": "1.0", "type": "crossdock.load.tendered.v1", "source": f"/systems/{system}", "subject": f"shipment/{shipment}",
        "datacontenttype": "application/json",
        "data": {
            "tender": {"purpose": purpose, "respond_by": "2026-05-19T17:00:00Z", "zone": "utc"},
            "load": {"id": shipment}, "shipment": {"id": shipment}, "carrier": {"scac": scac},
            "stops": [
                {"sequence": 1, "role": "pickup", "location": place,
                 "window": {"earliest": "2026-05-20T13:00:00Z", "latest": "2026-05-20T15:00:00Z", "zone": "utc"}},
                {"sequence": 2, "role": "delivery", "location": goal, "orders": [{"id": "ORD-7", "purchase_order": "PO-9001"}],
                 "window": {"earliest": "2026-05-21T13:00:00Z", "latest": "2026-05-21T16:00:00Z", "zone": "utc"}}],
            "equipment": {"type": "dry_van", "length": "5300"}, "weight": {"value": "41000", "unit": "lb"},
            "charges": [{"code": "linehaul", "amount": {"amount": "1450.00", "currency": "USD"}}],
            "notes": [{"text": "Driver must have a hard hat"}]}}


def status_call(shipment, status, at, stop=2, scac="ACFL"):
    """The body of a status webhook; `at` is a datetime."""
    return json.dumps({"shipment": shipment, "pro": "P" + shipment, "scac": scac, "status": status, "at": at.isoformat(), "stop": stop,
                       "place": {"city": "Memphis", "region": "TN", "country": "US"}, "trailer_number": "TRL4455"})


def sign_standard(secret, identity, body, at=None):
    """Headers of Standard Webhooks 1.0 for a body."""
    stamp = str(int(at if at is not None else time.time()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{identity}.{stamp}.{body}".encode(), hashlib.sha256).digest()
    return {"webhook-id": identity, "webhook-timestamp": stamp, "webhook-signature": "v1," + base64.b64encode(digest).decode(),
            "Content-Type": "application/json"}


def acknowledgement_997(group, set_control, functional="SM", code="204", verdict="A"):
    """The sets of a 997 that answers one group with one set."""
    good = 1 if verdict in "AE" else 0
    return ("997", [f"AK1*{functional}*{group}", f"AK2*{code}*{set_control}", f"AK5*{verdict}", f"AK9*{verdict}*1*1*{good}"])


def read_x12(text):
    """Segments as lists of elements; delimiters by position, as the standard says. Enough for what we write ourselves."""
    element, terminator = text[3], text[105]
    return [part.strip("\r\n").split(element) for part in text.split(terminator) if part.strip()]


def utc(text):
    """An RFC 3339 time as a datetime in UTC; the text itself where it has no zone."""
    try:
        at = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return text
    return at.astimezone(datetime.timezone.utc) if at.tzinfo else text
