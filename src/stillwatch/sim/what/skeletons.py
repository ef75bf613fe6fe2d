"""Sentence skeletons in English and the plain word lists (no topic) of the phrase banks."""

from __future__ import annotations

__all__ = ["ANSWER", "ASK", "CLAIM", "DETAIL", "DOCUMENT", "SIMPLE", "TASK"]

ASK = tuple(
    """How do I {v} {a} when {t}?
What is the best way to {v} {a} without touching {b}?
Can you explain {a} to me like I am new to {s}?
help me {v} {a}, {t} and I have no idea why
Why does {a} depend on {b}?
I want to {v} {a} this weekend, where do I start
Give me {k} ideas to {v} {a}.
Is it a mistake to {v} {a} before I {w} {b}?
Compare {a} with {b} for a small team.
could you look at {a} and tell me what to {v} first
What should I know about {a} before I {v} it?
Write a checklist to {v} {a}.
{t} every time I {v} {a}. What now?
Do I need to {v} {b} if I already {w} {a}?
Tell me a good order to {v} {a} and {w} {b}.
My colleague says we should {v} {a}; I would rather {w} {b}. Who is right?
Please draft a short note on why we {v} {a}.
What goes wrong most often with {a}?
how long does it take to {v} {a} properly?
Suggest a plan for {a} over {k} days.
Summarise what matters about {a} in a few lines.
Which is cheaper, to {v} {a} or to {w} {b}?
Turn my notes on {a} into something readable.
I have {k} minutes to {v} {a}. Realistic?""".splitlines()
)

DETAIL = tuple(
    """I already tried to {v} {b} but {t}.
Keep it short please.
For context, {b} was set up by someone else.
We have about {k} of them.
It worked until I had to {w} {a}.
I am more worried about {b} than about {a}.
No jargon, I am new to {s}.
My deadline is in {k} hours.
The odd thing is that {t} only with {a}.
Assume that I cannot {v} {b}.
A table would be nice.
I read that one should {w} {a} first, is that still true?
Last time {t}, and I lost {k} days.
Use {a} as the example.
thanks in advance!!
Money is not the problem, time is.""".splitlines()
)

ANSWER = tuple(
    """start with {a}, since it decides how {b} behaves
it usually pays to {v} {a} before anything else
when {t}, look at {b} first
in most cases {k} minutes are enough to {v} {a}
write down what {a} did before you {w} {b}
a common mistake is to {v} {a} and forget {b}
the difference between {a} and {b} is mostly one of timing
if {t}, go back one step and {w} {a}
keep {b} as it is until {a} is settled
about {k} percent of the trouble comes from {b}
check {a} once more at the end
there is no harm in trying to {w} {b} on a copy
in {s}, {a} is rarely the real cause
you can {v} {a} and {w} {b} independently
treat {b} as a constraint rather than a goal
ask someone to {v} {a} with fresh eyes
a simple rule is to {v} {a} no more than {k} times
once {a} is stable, {b} follows almost by itself
that is why {t}
measure {b} before and after
prefer the option that lets you undo {a}
note that {b} can hide the effect of {a}
the second reason is that {b} is easy to {v}
split {a} in two if it takes longer than {k} minutes""".splitlines()
)

DOCUMENT = tuple(
    """The review of {a} was moved because {t}.
According to the notes, {b} had to be replaced in {k} cases.
Several readers asked how to {v} {a} in practice.
In the second quarter {a} grew by {k} percent while {b} stayed flat.
The committee agreed to {w} {b} at the next meeting.
Our experience with {a} goes back {k} years.
Whoever wants to {v} {a} should first read the section on {b}.
The incident report says that {t} shortly after the change to {a}.
Costs for {b} are shared among {k} members.
It remains open whether {a} can replace {b}.
As the interview shows, people {v} {a} mostly out of habit.
Table {k} lists what happened to {b}.
The author warns that {t} unless {a} is looked after.
Version {k} of the guideline treats {a} and {b} alike.
A pilot with {k} households tried to {w} {a}.
Nothing in the archive explains why {b} was dropped.""".splitlines()
)

CLAIM = tuple(
    """{a} should come before {b}
one can {v} {a} in {k} steps
{b} matters more than {a}
{a} fails when {t}
it is safe to {w} {b}
{a} and {b} are independent
{k} attempts to {v} {a} are enough
nobody needs to {v} {b}""".splitlines()
)

TASK = tuple(
    """Explain, for a specialist in {s}, how to {v} {a} when {t}, and when to {w} {b} instead.
Given {k} records about {a}, decide whether to {v} or to {w} them and justify the decision.
Derive a procedure to {v} {a} that still works if {t}.
Contrast {a} with {b} along {k} dimensions and rank them.
A team has {k} days to {v} {a}; {t}. Work out a plan and its risks.
Construct a hard exam question on {a} whose answer depends on {b}, then solve it.
Find the error in this reasoning: since {t}, we must {v} {a}, hence {b} is irrelevant.
Estimate how often {t} if one tries to {v} {a} {k} times; state every assumption.
Write a complete worked solution for the problem of how to {v} {a} given {b}.
Design an experiment with {k} subjects that tells whether {a} causes {b}.
Rewrite the standard treatment of {a} so that it also covers the case that {t}.
List the edge cases in which to {v} {a} would break {b}, with an example each.""".splitlines()
)


def _words(text: str) -> tuple[str, ...]:
    """Words between bars, as written: leading and trailing spaces are part of them."""
    return tuple(text.split("|"))


SIMPLE: dict[str, tuple[str, ...]] = {
    "hello": _words(
        "Hi,|hey|Hello!|Hi there,|Good morning,|ok so|Quick question:|So|hello, hope you are well.|"
        "Hey, me again.|Question:|Hi! Sorry to bother you,|please help|pls|Dear assistant,"
    ),
    "bye": _words(
        "Thanks!|thx|Thank you.|cheers|Many thanks in advance|ty|Appreciate it.|Please be concise.|"
        "Answer in plain words.|No bullet points.|Thanks a lot, really|merci|gracias|danke"
    ),
    "lead": _words(
        "Sure:|Good question.|In short,|Here is how I would go about it:|Let me walk through it.|"
        "Yes, but|It depends.|Happy to help.|There are two sides to this.|Briefly:|Of course,|"
        "First things first:|That is a common problem;|Here is a draft.|Let us see:"
    ),
    "glue": _words(
        ". Then |. Also, |; |. Next, |, and |. In addition, |. After that |. Otherwise |, so |"
        ". Remember: |. Besides, |. For example, |, because |. Finally, |. That said, |.\n\n- "
    ),
    "end": _words(
        ".|. Let me know if that helps.|. Shall I go on?|. I can add an example.|.|.|. Good luck!|."
        "|. Does that answer it?|. Tell me more if it does not.|."
    ),
    "follow": _words(
        "ok and then?|Can you make that shorter?|why?|Thanks. And what about|that did not work,|"
        "go on|Please give an example of|I mean|Could you expand the second point? It is about|"
        "Now the same for|hmm, are you sure about|perfect, next:|Rewrite it more formally, as for|"
        "what if instead|Let us get back to|And how does it change with"
    ),
    "verb": _words(
        "load|parse|merge|fetch|validate|build|render|update|check|count|index|sort|encode|split|"
        "resolve|apply|flush|read|write|sync"
    ),
    "data": _words(
        "users|orders|rows|config|events|tokens|files|session|payload|cache|report|matrix|queue|"
        "records|invoices|schema|graph|metrics|batch|tree|paths|labels|windows|prices"
    ),
    "lang": _words("Python|TypeScript|Go|Rust|Java|C++|SQL|Bash|Kotlin|C#|Ruby|Swift"),
    "error": _words(
        "KeyError: 'id'|TypeError: unsupported operand type(s)|ValueError: could not convert|"
        "IndexError: list index out of range|undefined is not a function|panic: nil pointer|"
        "ConnectionResetError: [Errno 104]|AssertionError|borrow of moved value|segmentation fault|"
        "ImportError: cannot import name|deadlock detected|FileNotFoundError|NullPointerException"
    ),
    "tone": _words("formal|friendly|neutral|concise|playful|persuasive|technical|plain|warm|dry"),
    "person": _words(
        "Maya|Tom|Aiko|Lena|Omar|Priya|Jonas|Wei|Sofia|Diego|Amara|Noah|Yuki|Ivan|Fatima|Chloe|"
        "Mateo|Zara|Emil|Hana|Leo|Nadia|Ravi|Ines"
    ),
    "object": _words(
        "apples|books|marbles|tickets|stamps|coins|pencils|boxes of tiles|litres of paint|sheep|"
        "bricks|cards|seats|metres of cable|shares|crates"
    ),
    "tongue": _words("English|German|French|Spanish|Japanese|Portuguese|Italian|Korean|Dutch"),
    "company": _words(
        "Brightfold|Norvane|Telmo|Copperleaf|Askwell|Hallimar|Quintara|Fernhill|Zanto|Oakline|"
        "Pelham & Rue|Stratuswerk|Loomcraft|Tavira|Minto Labs|Greyharbour|Solvane|Kitebox"
    ),
    "page": _words(
        "the settings page|a checkout form|the invoice list|a login screen|the search results|"
        "a spreadsheet|the map view|an error dialog|the calendar|a file manager|the inbox|a chart"
    ),
    "control": _words(
        "the blue button|the second row|the date field|the menu icon|the confirm link|a checkbox|"
        "the text box|the close icon|the drop-down|the third tab|the slider|the save button"
    ),
}
