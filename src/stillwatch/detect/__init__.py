"""What can be seen: detectors one a file, each against a null, none with the right to accuse."""

from stillwatch.detect.base import Detector, Example
from stillwatch.detect.registry import detector, detectors
from stillwatch.detect.run import Outcome, run
from stillwatch.detect.streams import stream_bits

__all__ = ["Detector", "Example", "Outcome", "detector", "detectors", "run", "stream_bits"]
