"""What is sent to a viewer, in what order, and what is not."""

from __future__ import annotations

import asyncio

from playground.outbox import STALLED_S, WAITING_MESSAGES_MAX, EncodedFrame, Outbox
from playground.protocol import CLOSE_TOO_SLOW, UNACKNOWLEDGED_FRAMES_MAX


def encoded(seq: int, *, events: str | None = None) -> EncodedFrame:
    return EncodedFrame(seq, f"frame {seq}", events)


async def drain(outbox: Outbox) -> list[str | None]:
    """Return what would be sent now, up to the point where the outbox waits or closes."""
    sent: list[str | None] = []
    while not sent or sent[-1] is not None:
        taking = asyncio.ensure_future(outbox.next())
        await asyncio.sleep(0)
        if not taking.done():
            taking.cancel()
            break
        sent.append(taking.result())
    return sent


async def test_messages_keep_their_order_and_come_before_frames() -> None:
    outbox = Outbox()
    outbox.put("one")
    outbox.offer(encoded(1))
    outbox.put("two")
    assert await drain(outbox) == ["one", "two", "frame 1"]


async def test_of_frames_not_yet_sent_only_the_newest_is() -> None:
    outbox = Outbox()
    for seq in range(1, 6):
        outbox.offer(encoded(seq))
    assert await drain(outbox) == ["frame 5"]


async def test_events_of_frames_passed_over_arrive_all_the_same() -> None:
    outbox = Outbox()
    outbox.offer(encoded(1, events="crash"))
    outbox.offer(encoded(2))
    outbox.offer(encoded(3, events="recovery"))
    assert await drain(outbox) == ["crash", "frame 3"]


async def test_a_window_of_unacknowledged_frames_holds_back_the_rest() -> None:
    outbox = Outbox()
    sent: list[str | None] = []
    for seq in range(1, 100):
        outbox.offer(encoded(seq))
        sent += await drain(outbox)
    assert len(sent) == UNACKNOWLEDGED_FRAMES_MAX
    outbox.acknowledge(1)
    assert await drain(outbox) == ["frame 99"]
    outbox.acknowledge(99)
    outbox.offer(encoded(100))
    assert await drain(outbox) == ["frame 100"]


async def test_messages_pass_a_viewer_that_acknowledges_nothing() -> None:
    outbox = Outbox()
    for seq in range(1, 100):
        outbox.offer(encoded(seq))
        await drain(outbox)
    outbox.put("edited")
    assert await drain(outbox) == ["edited"]


async def test_a_silent_viewer_has_stalled_after_a_while() -> None:
    outbox = Outbox()
    for seq in range(1, UNACKNOWLEDGED_FRAMES_MAX + 2):
        outbox.offer(encoded(seq))
        await drain(outbox)
    assert not outbox.has_stalled(1000.0)
    assert not outbox.has_stalled(1000.0 + STALLED_S - 1)
    assert outbox.has_stalled(1000.0 + STALLED_S)
    outbox.acknowledge(5)
    assert not outbox.has_stalled(1000.0 + STALLED_S)


async def test_a_viewer_of_a_paused_run_never_stalls() -> None:
    outbox = Outbox()
    outbox.offer(encoded(1))
    await drain(outbox)
    assert not outbox.has_stalled(0.0)
    assert not outbox.has_stalled(10 * STALLED_S)


async def test_waiting_messages_are_bounded() -> None:
    outbox = Outbox()
    for number in range(WAITING_MESSAGES_MAX):
        outbox.put(str(number))
    was_overfull = outbox.is_overfull
    outbox.put("one too many")
    assert (was_overfull, outbox.is_overfull) == (False, True)
    assert len(await drain(outbox)) == WAITING_MESSAGES_MAX


async def test_closing_lets_messages_out_but_no_frame() -> None:
    outbox = Outbox()
    outbox.put("goodbye")
    outbox.offer(encoded(1))
    outbox.close(CLOSE_TOO_SLOW)
    assert await drain(outbox) == ["goodbye", None]
    assert outbox.close_code == CLOSE_TOO_SLOW
