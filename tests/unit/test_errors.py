"""Faults and their lines."""

from warmtenet.model.errors import Fault, InvalidInputError, message_lines

RULE = "a finite number in W"


def test_a_few_alike_have_a_line_each() -> None:
    faults = [Fault(f"pipe 'P-{k}'", "length", -3.0, "a length above 0 m") for k in range(3)]

    assert message_lines(faults) == [str(fault) for fault in faults]


def test_many_alike_share_the_line_of_the_first_and_the_rest_keeps_its_order() -> None:
    other = Fault("consumer 'inn'", "heat", 1.0, "something else")
    alike = [Fault(f"consumer 'house-{k}'", "heat", None, RULE) for k in range(450)]
    error = InvalidInputError(alike[0], other, *alike[1:])

    assert str(error).splitlines() == [
        f"consumer 'house-0' and 449 more: heat = None, expected {RULE}",
        str(other),
    ]
    assert len(error.faults) == 451


def test_a_bad_row_of_many_columns_is_one_line() -> None:
    faults = [Fault("heat.csv row 7", f"house-{k}", float("nan"), RULE) for k in range(5)]

    assert message_lines(faults) == [f"heat.csv row 7: house-0 and 4 more = nan, expected {RULE}"]


def test_another_value_or_rule_is_another_fault() -> None:
    faults = [Fault(f"pipe 'P-{k}'", "length", -float(k), "above 0 m") for k in range(9)]

    assert len(message_lines(faults)) == 9
