"""What definitions may say and answers may hold. Pure: values in, values out."""

from server.definitions.rules.answer_types import (
    ANSWER_TYPES,
    RESULTS,
    AnswerRefused,
    AnswerType,
    export_answer_types,
    parse_value,
    summarise,
)
from server.definitions.rules.fields import FieldUnknown, parse_field, spec_of

__all__ = [
    "ANSWER_TYPES",
    "RESULTS",
    "AnswerRefused",
    "AnswerType",
    "FieldUnknown",
    "export_answer_types",
    "parse_field",
    "parse_value",
    "spec_of",
    "summarise",
]
