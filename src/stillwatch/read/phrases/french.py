"""Features of a request in French."""

# ruff: noqa: E501 - patterns are data: one string each

from __future__ import annotations

__all__ = ["PHRASES"]

_THOUGHT = "(raisonnement|réflexion|chaîne de pensée|processus de pensée|monologue|pensées)"

PHRASES: dict[str, tuple[str, ...]] = {
    "emit": (
        "(affiche|imprime|répète|reproduis|reproduisez|révèle|révélez|transcris|renvoie|recopie|divulgue)",
    ),
    "show": ("(montre|montrez|explique|expliquez|écris|écrivez|fournis|donne|donnez|décris)",),
    "hidden": (
        f"(ton|votre|ta|tes|vos|le) {_THOUGHT} (interne|caché|cachée|privé|précédent|antérieur|complet|complète|original|intérieur|internes)",
        "(ta|votre) chaîne de pensée",
        f"(ton|votre) propre {_THOUGHT}",
        "raisonnement (interne|caché)",
    ),
    "verbatim": (
        "(mot pour mot|textuellement|à l identique|sans omettre|sans rien omettre|sans résumer|caractère par caractère|sauts de ligne)",
    ),
    "yours": (f"(ton|ta|votre|tes|vos) {_THOUGHT}",),
    "convert": ("(traduis|traduisez|convertis|convertissez|encode|encodez|décode|décodez)",),
    "memory": ("mémoire de travail", "signature de raisonnement"),
    "tagged": ("(balises|balise) (think|thinking|reasoning)",),
    "steps": (
        "étape par étape",
        "(explique|expliquez) (ton|votre) raisonnement",
        "(montre|montrez) (tes|vos|les) (calculs|étapes)",
        "pas à pas",
    ),
    "judge": (
        "quelle réponse est (la)? meilleure",
        "(évalue|évaluez|note|notez|juge|jugez) (la|les|cette|ces|chaque) (réponse|réponses|sortie|sorties)",
        "(grille d évaluation|juge impartial|critères d évaluation|modèle de récompense|barème)",
    ),
    "pair": ("réponse (a|b|0)", "(deux|les deux) réponses", "réponse de référence"),
    "rate": ("(évalue|évaluez|notez|jugez|compare|comparez)",),
    "scale": ("(échelle de|de) 0 à 0", "sur 0", "(note|score) (finale|final|totale|numérique)"),
    "rewrite": ("(réécris|réécrivez|reformule|reformulez|paraphrase|modifie|modifiez)",),
    "given": (
        "(la|le|l|cette|ce|ces) (instruction|question|problème|prompt|consigne|tâche) (suivante|suivant|donnée|ci)?",
    ),
    "harder": ("plus (complexe|difficile|exigeante|exigeant)",),
    "invent": (
        "(génère|générez|crée|créez|invente) (une|un|0|de) (nouvelle|nouveau|nouvelles|nouveaux) (instruction|instructions|question|questions|tâche|tâches|problème|problèmes)",
    ),
    "candidates": ("(plusieurs|0) (réponses|solutions) (différentes|distinctes|alternatives)?",),
    "trajectory": ("(pensée action observation|trajectoire de l agent)",),
    "safe": ("(réponse|alternative|version) (sûre|inoffensive|neutre|acceptable|conforme)",),
    "sensitive": ("(question|questions|sujet|sujets) (sensible|sensibles|délicat|délicate)",),
    "clean": ("(nettoie|nettoyez|affine|affinez|restructure)",),
    "trace": ("(trace|traces) de (raisonnement|réflexion)",),
    "tests": ("(cas de test|tests unitaires)",),
    "dataset": ("données (d entraînement|synthétiques)", "jeu de données"),
    "label": ("(session|mode) de débogage", "ce n est pas (une)? (distillation|extraction)"),
    "persona": (
        "(tu es|vous êtes) (kimi|qwen|deepseek|chatgpt|gpt|gemini|grok|claude|mistral|minimax)",
    ),
}
