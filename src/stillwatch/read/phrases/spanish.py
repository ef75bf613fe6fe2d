"""Features of a request in Spanish."""

# ruff: noqa: E501 - patterns are data: one string each

from __future__ import annotations

__all__ = ["PHRASES"]

_THOUGHT = (
    "(razonamiento|pensamiento|cadena de pensamiento|proceso de pensamiento|monólogo|pensamientos)"
)

PHRASES: dict[str, tuple[str, ...]] = {
    "emit": (
        "(imprime|repite|reproduce|revela|transcribe|devuelve|copia|vuelca|reproducir|revelar)",
    ),
    "show": ("(muestra|muéstrame|explica|escribe|incluye|proporciona|describe)",),
    "hidden": (
        f"(tu|su|el) {_THOUGHT} (interno|oculto|privado|previo|anterior|completo|original)",
        f"tu (propio|propia) {_THOUGHT}",
        "tu (cadena de pensamiento|monólogo interior)",
        "razonamiento (interno|oculto|previo)",
    ),
    "verbatim": (
        "(literalmente|textualmente|palabra por palabra|sin omitir|sin resumir|al pie de la letra|saltos de línea)",
    ),
    "yours": (f"tu {_THOUGHT}",),
    "convert": ("(traduce|convierte|codifica|descodifica|decodifica)",),
    "memory": ("memoria de trabajo", "firma de razonamiento"),
    "tagged": ("(etiquetas|etiqueta) (think|thinking|reasoning)",),
    "steps": (
        "paso a paso",
        "explica tu razonamiento",
        "muestra (tu|el) (trabajo|procedimiento|desarrollo)",
    ),
    "judge": (
        "(cuál|qué) (respuesta|salida) es mejor",
        "(evalúa|califica|puntúa|juzga) (la|las|esta|estas|cada) (respuesta|respuestas|salida|salidas)",
        "(rúbrica|juez imparcial|criterios de evaluación|modelo de recompensa)",
    ),
    "pair": ("respuesta (a|b|0)", "(dos|ambas) respuestas", "respuesta de referencia"),
    "rate": ("(evalúa|califica|puntúa|juzga|compara)",),
    "scale": ("(escala de|del|de) 0 (a|al) 0", "puntuación (final|total|numérica)"),
    "rewrite": ("(reescribe|reformula|parafrasea|modifica|evoluciona)",),
    "given": (
        "(la|el|esta|este|siguiente) (siguiente)? (instrucción|pregunta|problema|prompt|tarea)",
    ),
    "harder": ("más (complejo|compleja|difícil|desafiante)",),
    "invent": (
        "(genera|crea|inventa|propón) (una|un|0|nuevas|nuevos) (nueva|nuevo|instrucciones|preguntas|tareas|problemas)",
    ),
    "candidates": (
        "(varias|múltiples|diferentes|0) (respuestas|soluciones) (diferentes|distintas|alternativas)?",
    ),
    "trajectory": ("(pensamiento acción observación|trayectoria del agente)",),
    "safe": ("(respuesta|alternativa|versión) (segura|inofensiva|neutral|aceptable)",),
    "sensitive": ("(pregunta|preguntas|tema|temas) (sensible|sensibles|delicada|delicado)",),
    "clean": ("(limpia|depura|refina|reestructura)",),
    "trace": ("(traza|trazas) de (razonamiento|pensamiento)",),
    "tests": ("(casos de prueba|pruebas unitarias)",),
    "dataset": ("datos (de entrenamiento|sintéticos)", "conjunto de datos sintético"),
    "label": ("(sesión|modo) de depuración", "no es (una)? (destilación|extracción)"),
    "persona": ("eres (kimi|qwen|deepseek|chatgpt|gpt|gemini|grok|claude|mistral|minimax)",),
}
