"""Decisions where requests pass: look up what is known, spend from quotas, never wait.

```text
guard = Guard(policy)
stop = guard.follow(folder)      # what `stillwatch serve` keeps there
guard.decide(Request(account_id="a1")).effect.status   # None: let it through
```
"""

from stillwatch.pipeline.guard.guard import Answer, Guard, Request

__all__ = ["Answer", "Guard", "Request"]
