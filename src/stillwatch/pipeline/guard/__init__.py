"""Decisions where requests pass: look up what is known, spend from quotas, never wait.

```text
guard = Guard(policy)            # or Guard.following(folder): as `stillwatch serve` keeps it
guard.decide(Request(account_id="a1")).effect.status   # None: let it through
```
"""

from stillwatch.pipeline.guard.guard import Answer, Guard, Request
from stillwatch.pipeline.guard.quotas import LocalQuotas, Quotas

__all__ = ["Answer", "Guard", "LocalQuotas", "Quotas", "Request"]
