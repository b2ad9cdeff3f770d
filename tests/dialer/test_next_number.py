"""Which of a person's numbers is called next is the campaign's choice."""

from __future__ import annotations

import pytest

from dialer.dispositions import Disposition
from dialer.next_number import next_phone
from dialer.retry_policy import RetryPolicy
from dialer.schema import Attempt, Phone, PhoneState

D = Disposition
MOBILE, HOME, WORK = "+33639980101", "+33199000001", "+33199000002"
PHONES = [Phone(number=number, rank=rank) for rank, number in enumerate((MOBILE, HOME, WORK))]
PATIENT = RetryPolicy(
    max_tries=4, after_minutes={D.BUSY: 30, D.NO_ANSWER: 30, D.MACHINE: 30}, next_number_after={D.BUSY: 3, D.MACHINE: 2}
)


def called(*calls: tuple[str, Disposition | None]) -> list[Attempt]:
    return [Attempt(number=number, disposition=disposition) for number, disposition in calls]


@pytest.mark.parametrize(
    ("calls", "number"),
    [
        ([], MOBILE),
        ([(MOBILE, D.NO_ANSWER)], HOME),
        ([(MOBILE, D.BUSY)], MOBILE),
        ([(MOBILE, D.BUSY)] * 2, MOBILE),
        ([(MOBILE, D.BUSY)] * 3, HOME),
        ([(MOBILE, D.MACHINE)], MOBILE),
        ([(MOBILE, D.BUSY), (MOBILE, D.MACHINE)], MOBILE),
        ([(MOBILE, D.BUSY), (MOBILE, D.MACHINE), (MOBILE, D.BUSY)], HOME),
        ([(MOBILE, D.NO_ANSWER), (HOME, D.BUSY)], HOME),
        ([(MOBILE, D.NO_ANSWER), (HOME, D.NO_ANSWER)], WORK),
        ([(MOBILE, D.NO_ANSWER), (HOME, D.NO_ANSWER), (WORK, D.NO_ANSWER)], MOBILE),
        ([(MOBILE, None)], HOME),
    ],
)
def test_a_number_is_called_until_its_turn_is_over(calls: list[tuple[str, Disposition | None]], number: str) -> None:
    assert next_phone(PHONES, called(*calls), PATIENT).number == number


def test_where_nothing_is_said_each_call_goes_to_the_next_number() -> None:
    calls = called((MOBILE, D.BUSY))
    assert next_phone(PHONES, calls, RetryPolicy()).number == HOME


def test_an_unassigned_number_has_no_turn_while_there_is_another() -> None:
    gone = Phone(number=MOBILE, rank=0, state=PhoneState.UNASSIGNED)
    assert next_phone([gone, PHONES[2]], called((WORK, D.NO_ANSWER)), PATIENT).number == WORK
    assert next_phone([gone], [], PATIENT).number == MOBILE
