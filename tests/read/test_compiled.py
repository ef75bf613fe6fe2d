"""Kernels where no folder for machine code can be written."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stillwatch.read.kernels import compiled


def test_without_a_place_for_machine_code_a_kernel_is_compiled_in_the_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[bool] = []
    real = compiled.njit

    def njit(*, cache: bool = False, **options: bool) -> Callable[..., object]:
        asked.append(cache)
        if cache:
            message = "cannot cache function: no locator available"
            raise RuntimeError(message)
        return real(**options)

    monkeypatch.setattr(compiled, "njit", njit)

    def double(value: int) -> int:
        return 2 * value

    assert compiled.kernel(double)(21) == 42
    assert asked == [True, False]
