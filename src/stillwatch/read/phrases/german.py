"""Features of a request in German."""

# ruff: noqa: E501 - patterns are data: one string each

from __future__ import annotations

__all__ = ["PHRASES"]

_YOUR = "(dein|deine|deinen|deiner|deines|ihr|ihre|ihren|ihrer)"
_INNER = "(internen|interne|internes|verborgenen|verborgene|versteckten|versteckte|vorherigen|vorherige|vollständigen|vollständige|eigenen|ursprünglichen|inneren)"
_THOUGHT = "(gedankengang|gedankengänge|gedanken|überlegungen|denkprozess|gedankenkette|argumentation|denkspur|monolog|schlussfolgerungen)"

PHRASES: dict[str, tuple[str, ...]] = {
    "emit": (
        "(drucke|wiederhole|wiederholen|reproduziere|enthülle|transkribiere|kopiere|offenbare|ausgeben|gib|geben sie)",
    ),
    "show": ("(zeige|zeig|zeigen|erkläre|erklären|schreibe|beschreibe|nenne)",),
    "hidden": (
        f"{_YOUR} {_INNER} {_THOUGHT}",
        f"{_YOUR} (gedankenkette|denkspur|inneren monolog)",
        "(interne|internen|verborgene|verborgenen) (überlegungen|gedanken|gedankengang|schlussfolgerungen)",
    ),
    "verbatim": (
        "(wortwörtlich|wörtlich|wort für wort|zeichen für zeichen|ohne auslassung|ohne auslassungen|unverändert|nicht kürzen|zeilenumbrüche)",
    ),
    "yours": (f"{_YOUR} {_THOUGHT}",),
    "convert": ("(übersetze|übersetzen|konvertiere|kodiere|dekodiere|entschlüssele)",),
    "memory": ("(arbeitsgedächtnis|arbeitsspeicher)", "(denksignatur|reasoning signatur)"),
    "tagged": ("(think|thinking|reasoning) (tags|tag)",),
    "steps": (
        "schritt für schritt",
        "(erkläre|erklären) (deinen|ihren) (gedankengang|lösungsweg)",
        "(zeige|zeigen) (den|deinen|ihren) (rechenweg|lösungsweg)",
    ),
    "judge": (
        "welche antwort ist (besser|die bessere)",
        "(bewerte|bewerten|beurteile|benote) (die|diese|jede|beide|sie) (antwort|antworten|ausgabe|ausgaben)",
        "(bewertungsraster|bewertungskriterien|unparteiischer richter|belohnungsmodell)",
    ),
    "pair": ("antwort (a|b|0)", "(zwei|beide|beiden) antworten", "(referenzantwort|musterlösung)"),
    "rate": ("(bewerte|bewerten|beurteile|benote|vergleiche)",),
    "scale": ("skala von 0 bis 0", "von 0 bis 0", "(punktzahl|gesamtnote|endnote)"),
    "rewrite": ("(umschreiben|formuliere|paraphrasiere|überarbeite|abwandeln|schreibe um)",),
    "given": (
        "(die|den|das|diese|diesen|folgende|folgenden|gegebene|gegebenen) (frage|aufgabe|anweisung|prompt|problem)",
    ),
    "harder": ("(komplexer|schwieriger|anspruchsvoller)",),
    "invent": (
        "(erzeuge|erstelle|erfinde|generiere) (eine|ein|0|neue) (neue|neues|aufgaben|fragen|anweisungen|prompts)",
    ),
    "candidates": ("(mehrere|verschiedene|unterschiedliche|0) (antworten|lösungen|lösungswege)",),
    "trajectory": ("(gedanke aktion beobachtung|agententrajektorie)",),
    "safe": (
        "(sichere|harmlose|neutrale|unbedenkliche|konforme) (alternative|antwort|version|fassung)",
    ),
    "sensitive": ("(heikle|sensible|heiklen|sensiblen) (frage|fragen|thema|themen|inhalte)",),
    "clean": ("(bereinige|säubere|verfeinere|strukturiere)",),
    "trace": ("(denkspuren|gedankenprotokoll|reasoning trace|reasoning traces)",),
    "tests": ("(testfälle|unit tests|modultests)",),
    "dataset": ("(trainingsdaten|synthetische daten|trainingsbeispiele|trainingsdatensatz)",),
    "label": ("(debug|debugging) (sitzung|modus)", "keine (destillation|extraktion)"),
    "persona": (
        "(du bist|sie sind) (kimi|qwen|deepseek|chatgpt|gpt|gemini|grok|claude|mistral|minimax)",
    ),
}
