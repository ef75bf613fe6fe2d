"""Features of a request in Portuguese."""

# ruff: noqa: E501 - patterns are data: one string each

from __future__ import annotations

__all__ = ["PHRASES"]

_THOUGHT = (
    "(raciocínio|pensamento|cadeia de pensamento|processo de pensamento|monólogo|pensamentos)"
)

PHRASES: dict[str, tuple[str, ...]] = {
    "emit": ("(imprima|repita|reproduza|revele|transcreva|retorne|copie|exponha)",),
    "show": ("(mostre|explique|escreva|inclua|forneça|descreva)",),
    "hidden": (
        f"(seu|sua|teu|tua|o) {_THOUGHT} (interno|interna|oculto|oculta|privado|anterior|prévio|completo|completa|original)",
        f"(seu|sua) (próprio|própria) {_THOUGHT}",
        "sua cadeia de pensamento",
        "raciocínio (interno|oculto)",
    ),
    "verbatim": (
        "(literalmente|textualmente|palavra por palavra|sem omitir|sem resumir|na íntegra|quebras de linha)",
    ),
    "yours": (f"(seu|sua|teu) {_THOUGHT}",),
    "convert": ("(traduza|converta|codifique|decodifique)",),
    "memory": ("memória de trabalho", "assinatura de raciocínio"),
    "tagged": ("(tags|tag|etiquetas) (think|thinking|reasoning)",),
    "steps": (
        "passo a passo",
        "explique (seu|o seu) raciocínio",
        "mostre (seu|o) (trabalho|cálculo)",
    ),
    "judge": (
        "qual resposta é melhor",
        "(avalie|pontue|julgue) (a|as|esta|estas|cada) (resposta|respostas|saída|saídas)",
        "(rubrica|juiz imparcial|critérios de avaliação|modelo de recompensa)",
    ),
    "pair": ("resposta (a|b|0)", "(duas|ambas) (as)? respostas", "resposta de referência"),
    "rate": ("(avalie|pontue|julgue|compare)",),
    "scale": ("(escala de|de) 0 a 0", "(pontuação|nota) (final|total|numérica)"),
    "rewrite": ("(reescreva|reformule|parafraseie|modifique|evolua)",),
    "given": ("(a|o|esta|este|seguinte) (seguinte)? (instrução|pergunta|problema|prompt|tarefa)",),
    "harder": ("mais (complexo|complexa|difícil|desafiador|desafiadora)",),
    "invent": (
        "(gere|crie|invente) (uma|um|0|novas|novos) (nova|novo|instruções|perguntas|tarefas|problemas)",
    ),
    "candidates": (
        "(várias|múltiplas|diferentes|0) (respostas|soluções) (diferentes|distintas|alternativas)?",
    ),
    "trajectory": ("(pensamento ação observação|trajetória do agente)",),
    "safe": ("(resposta|alternativa|versão) (segura|inofensiva|neutra|aceitável)",),
    "sensitive": ("(pergunta|perguntas|tema|temas) (sensível|sensíveis|delicado)",),
    "clean": ("(limpe|refine|reestruture)",),
    "trace": ("(traço|rastro|rastros) de raciocínio",),
    "tests": ("(casos de teste|testes unitários)",),
    "dataset": ("dados (de treinamento|sintéticos)", "conjunto de dados sintético"),
    "label": ("(sessão|modo) de depuração", "não é (uma)? (destilação|extração)"),
    "persona": (
        "você é (o|a)? (kimi|qwen|deepseek|chatgpt|gpt|gemini|grok|claude|mistral|minimax)",
    ),
}
