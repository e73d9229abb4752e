"""Latency numbers that every estimate leans on: as books teach them, and as they were measured lately.

The book's are those of Jeff Dean (2010), as A. Xu's System Design Interview tells them; some are off by now, and the second
column says by how much. Reading 1 MB is 1 MiB where it was measured.
"""

from __future__ import annotations

from dataclasses import dataclass

from simcore.regions import delay_s

_BOOK = "Latency numbers every programmer should know (Dean 2010; A. Xu 2020, chapter 2)"
_NAPKIN = "Napkin math (S. Eskildsen), measured in March 2026"


@dataclass(frozen=True, slots=True)
class LatencyNumber:
    """How long something takes (s), by the book and as measured lately, None where nobody says; `CONFIDENCE` of the latter."""

    title: str
    book_s: float | None
    measured_s: float | None = None
    source: str = ""
    confidence: str = "A"


#: From the shortest to the longest by the book.
LATENCY_NUMBERS: tuple[LatencyNumber, ...] = (
    LatencyNumber("L1 cache reference", 0.5e-9, source=_BOOK),
    LatencyNumber("Branch mispredicted", 5e-9, source=_BOOK),
    LatencyNumber("L2 cache reference", 7e-9, source=_BOOK),
    LatencyNumber("Lock and unlock a mutex", 100e-9, source=_BOOK),
    LatencyNumber("Main memory reference", 100e-9, 20e-9, _NAPKIN),
    LatencyNumber("System call", None, 300e-9, _NAPKIN),
    LatencyNumber(
        "Compress 1 kB with a fast compressor", 10e-6, 1e3 / (500 * 2**20), f"{_NAPKIN}: 500 MiB/s", "D"
    ),
    LatencyNumber("Send 2 kB over 1 Gbit/s", 20e-6, 2e3 * 8 / 1e9, "The bits alone: 16,000 at 1 Gbit/s", "D"),
    LatencyNumber("One hop over a proxy", None, 50e-6, _NAPKIN),
    LatencyNumber("Random read from an SSD", 150e-6, 100e-6, _NAPKIN),
    LatencyNumber("Read 1 MB in sequence from memory", 250e-6, 50e-6, _NAPKIN),
    LatencyNumber("Write to an SSD and wait until it is there", None, 300e-6, _NAPKIN),
    LatencyNumber("Round trip in a data centre", 500e-6, 250e-6, _NAPKIN),
    LatencyNumber("Simple query of a cache or a database in the same region", None, 500e-6, _NAPKIN),
    LatencyNumber(
        "Round trip between two zones of a region",
        None,
        0.825e-3,
        "L. Liesis 2022: 0.82 to 0.83 ms on average in Ireland",
    ),
    LatencyNumber("Read 1 MB in sequence from an SSD", 1e-3, 100e-6, _NAPKIN),
    LatencyNumber("Seek on a disk", 10e-3, 10e-3, _NAPKIN),
    LatencyNumber(
        "Read 1 MB over 1 Gbit/s", 10e-3, 1e6 * 8 / 1e9, "The bits alone: 8,000,000 at 1 Gbit/s", "D"
    ),
    LatencyNumber("Read 1 MB in sequence from a disk", 30e-3, 2e-3, _NAPKIN),
    LatencyNumber("Get 128 kB from object storage", None, 80e-3, _NAPKIN),
    LatencyNumber(
        "Look up a name that no resolver has cached",
        None,
        0.13,
        "Google Public DNS: 130 ms on average when the servers answer",
    ),
    LatencyNumber(
        "Packet from California to the Netherlands and back",
        0.15,
        2 * delay_s("california", "amsterdam"),
        "Azure network round-trip latency statistics (P95, July 2026)",
    ),
)
