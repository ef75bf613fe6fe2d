"""Sets of tools that requests offer: agent products, assistants, browsers, data work."""

from __future__ import annotations

__all__ = ["AGENT", "BROWSER", "DATA", "SMALL", "TOOL_SETS", "TRAJECTORY"]

TOOL_SETS: tuple[tuple[str, ...], ...] = (
    ("bash", "read_file", "write_file", "edit_file", "grep", "glob", "task", "web_fetch", "todo"),
    ("execute_command", "read_file", "apply_diff", "search_files", "ask_followup_question"),
    ("run_terminal", "codebase_search", "edit_notebook", "file_search", "list_dir"),
    ("shell", "apply_patch", "update_plan"),
    ("get_weather",),
    ("search_products", "get_order", "create_ticket", "refund_order"),
    ("web_search",),
    ("send_email", "create_event", "list_events"),
    ("query_database", "describe_table", "plot"),
    ("python", "load_csv"),
    ("screenshot", "click", "type_text", "scroll", "key"),
    ("browser_navigate", "browser_click", "browser_snapshot"),
    ("lookup_policy", "escalate"),
    ("retrieve_documents",),
    ("str_replace_editor", "bash", "submit"),
    ("open_file", "goto", "edit", "search_dir", "submit"),
    ("finish", "call_api", "list_apis"),
)
AGENT = (0, 1, 2, 3)
SMALL = (4, 5, 6, 7, 12, 13)
DATA = (8, 9)
BROWSER = (10, 11)
TRAJECTORY = (14, 15, 16)
