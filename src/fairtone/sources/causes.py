"""Why a call was released (ITU-T Q.850), as the SIP status that says the same (RFC 3398)."""

from typing import Final

# RFC 3398 section 7.2.4.1: release causes and the responses they become.
STATUS_OF_CAUSE: Final[dict[int, int]] = {
    1: 404, 2: 404, 3: 404, 17: 486, 18: 408, 19: 480, 20: 480, 21: 403, 22: 410, 23: 410,
    26: 404, 27: 502, 28: 484, 29: 501, 31: 480, 34: 503, 38: 503, 41: 503, 42: 503, 47: 503,
    55: 403, 57: 403, 58: 503, 65: 488, 70: 488, 79: 501, 87: 403, 88: 503, 102: 504, 111: 500,
    127: 500,
}  # fmt: skip

ANSWERED: Final = 200

# The names that FreeSWITCH gives to the causes; those beyond Q.850 stand for a SIP status.
CAUSE_OF_NAME: Final[dict[str, int]] = {
    "UNALLOCATED_NUMBER": 1,
    "NO_ROUTE_TRANSIT_NET": 2,
    "NO_ROUTE_DESTINATION": 3,
    "NORMAL_CLEARING": 16,
    "USER_BUSY": 17,
    "NO_USER_RESPONSE": 18,
    "NO_ANSWER": 19,
    "SUBSCRIBER_ABSENT": 20,
    "CALL_REJECTED": 21,
    "NUMBER_CHANGED": 22,
    "REDIRECTION_TO_NEW_DESTINATION": 23,
    "EXCHANGE_ROUTING_ERROR": 25,
    "DESTINATION_OUT_OF_ORDER": 27,
    "INVALID_NUMBER_FORMAT": 28,
    "FACILITY_REJECTED": 29,
    "NORMAL_UNSPECIFIED": 31,
    "NORMAL_CIRCUIT_CONGESTION": 34,
    "NETWORK_OUT_OF_ORDER": 38,
    "NORMAL_TEMPORARY_FAILURE": 41,
    "SWITCH_CONGESTION": 42,
    "REQUESTED_CHAN_UNAVAIL": 44,
    "FACILITY_NOT_SUBSCRIBED": 50,
    "OUTGOING_CALL_BARRED": 52,
    "INCOMING_CALL_BARRED": 54,
    "BEARERCAPABILITY_NOTAUTH": 57,
    "BEARERCAPABILITY_NOTAVAIL": 58,
    "SERVICE_UNAVAILABLE": 63,
    "BEARERCAPABILITY_NOTIMPL": 65,
    "FACILITY_NOT_IMPLEMENTED": 69,
    "SERVICE_NOT_IMPLEMENTED": 79,
    "INCOMPATIBLE_DESTINATION": 88,
    "RECOVERY_ON_TIMER_EXPIRE": 102,
    "INTERWORKING": 127,
}
_STATUS_OF_NAME: Final[dict[str, int]] = {
    "ORIGINATOR_CANCEL": 487,
    "PICKED_OFF": 487,
    "LOSE_RACE": 487,
    "ALLOTTED_TIMEOUT": 408,
    "MEDIA_TIMEOUT": 408,
    "PROGRESS_TIMEOUT": 408,
    "USER_NOT_REGISTERED": 480,
    "CHAN_NOT_IMPLEMENTED": 501,
    "GATEWAY_DOWN": 503,
}


def status_of(cause: str) -> tuple[bool, int | None]:
    """The SIP status for a cause that is a Q.850 number or a FreeSWITCH name.

    The first part is false for what is no cause at all. The status is `None` where RFC 3398 has
    none, and for normal clearing, which says nothing of its own.
    """
    name = cause.strip().upper().removeprefix("Q.850:")
    if name in _STATUS_OF_NAME:
        return True, _STATUS_OF_NAME[name]
    number = int(name) if name.isascii() and name.isdigit() else CAUSE_OF_NAME.get(name)
    if number is None or number > 127:
        return False, None
    return True, STATUS_OF_CAUSE.get(number)
