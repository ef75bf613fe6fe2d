"""Sentences in other languages than English: what is asked, added, answered and said in closing."""
# ruff: noqa: RUF001 (the letters and signs of these languages)

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["OTHERS", "Speech"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """Skeletons of one language; {a} and {b} are things, {v} is a deed."""

    things: tuple[str, ...]
    deeds: tuple[str, ...]
    ask: tuple[str, ...]
    detail: tuple[str, ...]
    answer: tuple[str, ...]


def _speech(things: str, deeds: str, ask: str, detail: str, answer: str) -> Speech:
    rows = (tuple(x.strip() for x in t.split("|")) for t in (things, deeds, ask, detail, answer))
    a, b, c, d, e = rows
    return Speech(things=a, deeds=b, ask=c, detail=d, answer=e)


OTHERS: tuple[Speech, ...] = (
    _speech(
        "el informe|la receta|mi código|la base de datos|el contrato|un viaje|la tesis|el huerto|"
        "la factura|un correo formal|el examen|la página web",
        "mejorar|resumir|explicar|corregir|preparar|traducir|comparar|planificar",
        "¿Cómo puedo {v} {a} si {b} no funciona?|Ayúdame a {v} {a} paso a paso.|"
        "¿Qué diferencia hay entre {a} y {b}?|Necesito {v} {a} antes del lunes.|"
        "¿Por qué {a} depende de {b}?|Dame tres ideas para {v} {a}.|Revisa {a} y dime qué falta.",
        "Ya intenté {v} {a}.|Mi jefe pide que incluya {b}.|Soy principiante con {a}.|Sé breve.",
        "conviene empezar por {a}|después se puede {v} {b} con calma|en la práctica {a} decide {b}|"
        "un error frecuente es {v} {a} sin mirar {b}|por último revise {a}|esto también vale para "
        "{b}",
    ),
    _speech(
        "den Bericht|das Rezept|meinen Code|die Datenbank|den Vertrag|eine Reise|die Hausarbeit|"
        "den Garten|die Rechnung|eine Bewerbung|die Prüfung|unsere Webseite",
        "verbessern|zusammenfassen|erklären|korrigieren|vorbereiten|übersetzen|vergleichen|planen",
        "Wie kann ich {a} {v}, ohne {b} zu ändern?|Hilf mir bitte, {a} zu {v}.|"
        "Worin unterscheiden sich {a} und {b}?|Ich muss {a} bis Montag {v}.|"
        "Kannst du {a} Schritt für Schritt {v}?|Nenne drei Wege, {a} zu {v}.|Prüfe {a} auf Fehler.",
        "Ich habe schon {b} versucht.|Bitte kurz.|Mein Chef will {b} sehen.|Ich bin Anfänger.",
        "am besten beginnt man mit {a}|danach lässt sich {b} leicht {v}|oft hängt {a} von {b} ab|"
        "ein häufiger Fehler ist, {a} zu {v}|zum Schluss prüfen Sie {b}|das gilt auch für {a}",
    ),
    _speech(
        "le rapport|la recette|mon code|la base de données|le contrat|un voyage|le mémoire|"
        "le potager|la facture|une lettre|l'examen|le site",
        "améliorer|résumer|expliquer|corriger|préparer|traduire|comparer|planifier",
        "Comment {v} {a} quand {b} pose problème ?|Aide-moi à {v} {a}, s'il te plaît.|"
        "Quelle différence entre {a} et {b} ?|Je dois {v} {a} avant lundi.|"
        "Pourquoi {a} dépend-il de {b} ?|Donne trois idées pour {v} {a}.|Relis {a} et corrige-le.",
        "J'ai déjà essayé.|Sois bref.|Mon équipe tient à {b}.|Je débute avec {a}.",
        "commencez par {a}|ensuite on peut {v} {b}|en pratique {a} détermine {b}|"
        "une erreur courante est de {v} {a} trop tôt|enfin vérifiez {b}|cela vaut aussi pour {a}",
    ),
    _speech(
        "o relatório|a receita|meu código|o banco de dados|o contrato|uma viagem|o TCC|a horta|"
        "a nota fiscal|um e-mail formal|a prova|o site",
        "melhorar|resumir|explicar|corrigir|preparar|traduzir|comparar|planejar",
        "Como faço para {v} {a} sem perder {b}?|Me ajude a {v} {a}.|"
        "Qual a diferença entre {a} e {b}?|Preciso {v} {a} até segunda.|"
        "Por que {a} depende de {b}?|Me dê três ideias para {v} {a}.|Revise {a} por favor.",
        "Já tentei {v} {a}.|Seja breve.|Meu chefe quer ver {b}.|Sou iniciante.",
        "comece por {a}|depois dá para {v} {b}|na prática {a} decide {b}|"
        "um erro comum é {v} {a} cedo demais|por fim confira {b}|isso também vale para {a}",
    ),
    _speech(
        "这份报告|这个菜谱|我的代码|数据库|合同|旅行计划|论文|菜园|发票|求职信|考试|网站",
        "改进|总结|解释|修改|准备|翻译|比较|规划",
        "怎样{v}{a}才不会影响{b}？|请帮我{v}{a}。|{a}和{b}有什么区别？|我要在周一前{v}{a}。|"
        "为什么{a}取决于{b}？|给我三个{v}{a}的办法。|请检查{a}有没有问题。",
        "我已经试过{v}{b}了。|请简短一些。|老板想看{b}。|我是新手。",
        "建议先从{a}开始|然后再{v}{b}|实际上{a}决定了{b}|常见的错误是太早{v}{a}|"
        "最后请检查{b}|这一点对{a}同样适用",
    ),
    _speech(
        "報告書|レシピ|私のコード|データベース|契約書|旅行の計画|卒業論文|家庭菜園|請求書|"
        "応募書類|試験|ウェブサイト",
        "改善する|要約する|説明する|修正する|準備する|翻訳する|比較する|計画する",
        "{a}を{v}にはどうすればいいですか。|{a}を{v}のを手伝ってください。|{a}と{b}の違いは何ですか。|"
        "月曜までに{a}を{v}必要があります。|なぜ{a}は{b}に左右されますか。|{a}を{v}方法を三つ教えて。",
        "すでに{b}は試しました。|短くお願いします。|上司が{b}を見たいそうです。|初心者です。",
        "まず{a}から始めてください|次に{b}を{v}とよいでしょう|実際には{a}が{b}を決めます|"
        "よくある間違いは{a}を急いで{v}ことです|最後に{b}を確認します",
    ),
    _speech(
        "отчёт|рецепт|мой код|базу данных|договор|поездку|диплом|огород|счёт|резюме|экзамен|сайт",
        "улучшить|сократить|объяснить|исправить|подготовить|перевести|сравнить|спланировать",
        "Как {v} {a}, если {b} не готов?|Помоги {v} {a} шаг за шагом.|"
        "Чем отличается {a} от {b}?|Мне нужно {v} {a} к понедельнику.|"
        "Дай три способа {v} {a}.|Проверь {a} на ошибки.|Почему нельзя {v} {a} сразу?",
        "Я уже пробовал {b}.|Коротко, пожалуйста.|Начальник ждёт {b}.|Я новичок.",
        "лучше начать так: {v} {a}|затем стоит {v} {b}|на практике важно {v} {a}|"
        "частая ошибка в том, чтобы {v} {a} слишком рано|в конце проверьте {b}",
    ),
)
"""Languages 1 to 7: Spanish, German, French, Portuguese, Chinese, Japanese, Russian."""
