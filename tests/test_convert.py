from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.pb.overclaim.v1 import moderation_pb2 as pb
from service.rpc import convert

# All that protobuf's strings can hold, which is anything but surrogates; often what is wide or combines.
BODIES = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("🦴👩‍🔬é\u0301\u200d\r\n𝔸ﬁ"), max_size=200
)
BYTES_A_UNIT = {
    pb.OFFSET_UNIT_CODE_POINT: ("utf-32-le", 4),
    pb.OFFSET_UNIT_UTF16: ("utf-16-le", 2),
    pb.OFFSET_UNIT_UTF8: ("utf-8", 1),
}


@given(BODIES, st.sampled_from(sorted(BYTES_A_UNIT)))
def test_every_offset_falls_where_its_unit_counts(body: str, unit: pb.OffsetUnit.ValueType) -> None:
    encoding, width = BYTES_A_UNIT[unit]
    offsets = convert._offsets(body, unit)
    assert len(offsets) > len(body)
    for place in range(len(body) + 1):
        assert offsets[place] * width == len(body[:place].encode(encoding))


def test_offsets_of_the_longest_body_are_quick_to_make() -> None:
    offsets = convert._offsets("🦴" * 200_000, pb.OFFSET_UNIT_UTF16)
    assert offsets[200_000] == 400_000
