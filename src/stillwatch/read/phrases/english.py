"""Features of a request in English, and the tags and names that are the same in any language."""

# ruff: noqa: E501 - patterns are data: one string each

from __future__ import annotations

__all__ = ["PHRASES"]

_INNER = (
    "(internal|hidden|private|inner|raw|prior|previous|earlier|unfiltered|unedited|native|secret"
    "|underlying|encrypted|original)"
)
_THOUGHT = (
    "(reasoning|thinking|thoughts|thought process|thinking process|reasoning process|monologue"
    "|chain of thought|chains of thought|chain-of-thought|cot|scratchpad|deliberation|reasoning trace"
    "|reasoning traces|thinking trace|thinking tokens|reasoning tokens|thinking block|train of thought)"
)
_TAG = "(think|thinking|thought|thoughts|reasoning|scratchpad|inner_monologue|reasoning_trace|cot)"
_SAME = "(think think|thinking thinking|thought thought|reasoning reasoning|scratchpad scratchpad)"
_VENDOR = (
    "(kimi|qwen|tongyi|tongyi qianwen|deepseek|ernie|ernie bot|doubao|glm|chatglm|minimax|mimo|hunyuan"
    "|yi|baichuan|step|stepfun|mistral|le chat|gemini|bard|gpt|chatgpt|gpt 4|gpt 5|llama|meta ai|grok"
    "|copilot|claude|sonnet|internlm|hailuo|zhipu|chatgpt-4|qwen 3|sensenova|spark)"
)
_SUBJECT = "(response|answer|output|completion|candidate|assistant|solution|reply|summary|model)"
_SUBJECTS = "(responses|answers|outputs|completions|candidates|assistants|solutions|replies|summaries|chatbots)"
_MAKE = "(come up with|generate|create|write|produce|design|invent)"
_TASK = "(prompt|instruction|question|problem|task|query|exercise)"
_TASKS = "(prompts|instructions|questions|problems|tasks|queries|exercises)"

PHRASES: dict[str, tuple[str, ...]] = {
    "emit": (
        "(output|print|repeat|reproduce|reveal|return|dump|transcribe|disclose|recite|replay|leak|expose|emit|extract|regurgitate|reconstruct|recover|divulge|echo)",
        "(write|spell|copy|type|print|lay) out",
        "write (it|them|down|everything|all)",
    ),
    "show": (
        "(show|display|provide|include|share|give|present|explain|describe|write|state|list)",
    ),
    "hidden": (
        f"(your|own|full|complete|model s) {_INNER} {_THOUGHT}",
        f"your (own|full|complete|entire|actual|exact) {_THOUGHT}",
        "your (reasoning trace|reasoning traces|thinking trace|thinking traces|chain of thought|thinking block|thinking tokens|reasoning tokens|inner monologue|hidden thoughts|scratchpad)",
        "(internal|hidden|inner|prior) (reasoning|chain of thought|monologue|thought process)",
    ),
    "verbatim": (
        "verbatim",
        "word for word",
        "character for character",
        "(token|letter) (by|for) (token|letter)",
        "(do not|don t|never) (omit|summarize|summarise|shorten|abridge|paraphrase|truncate|skip)",
        "without (omission|omitting|omissions|summarizing|paraphrasing|any changes|truncation)",
        "exactly as (it|they|you|is|was|were|written|generated|produced)",
        "unabridged",
        "faithfully",
        "in its entirety",
        "line breaks",
    ),
    "yours": (
        "(your|you) (reasoning|thinking|thoughts|thought process|reasoning process|thinking process)",
        "(the|this|all) (reasoning|thinking) (trace|content|text|block|process)",
    ),
    "convert": (
        "(translate|convert|encode|decode|decrypt|transform|render|expand|transliterate|turn|rewrite|unpack)",
    ),
    "memory": (
        "(previous|prior|current|your|the|internal)? working memory",
        "(reasoning|thinking|thought) (signature|signatures|blob|blobs|ciphertext)",
        "(encrypted|signed|opaque) (reasoning|thinking)",
        "signature back into",
        "(reasoning|thinking) block back into",
    ),
    "tagged": (
        f"{_TAG} (tag|tags)",
        f"(inside|within|between) {_TAG} (and|block|blocks|section)",
        f"(inside|within|between|in|into|wrap in|enclose in) {_SAME}",
        f"{_SAME} (tag|tags|answer|block)",
        "(think|thinking) and (think|thinking)",
        "(begin|end) of (thought|thinking|reasoning)",
        "think (reasoning|thinking) process here",
        "(long|extended) thinking process",
        "main sections thought and solution",
    ),
    "posthoc": (
        "imagine and (articulate|describe|write|reconstruct|explain)",
        "(articulate|reconstruct|reverse engineer|recreate|infer|simulate) the (internal|hidden|inner|underlying|original|full)? (reasoning|thinking|thought process|chain of thought|thoughts)",
        "(reasoning|thinking|thought process|thoughts) (behind|that led to|leading to) (a|the|this|that|your) (completed|finished|final|given|above|previous|following)? (response|answer|output|solution|reply)",
    ),
    "interface": (
        "(ui|toggle|checkbox|button|sidebar|css|component|widget|frontend|dropdown|panel|modal|tooltip|tsx|setting|settings)",
        "(how do|how can|how to|where can|where do) (i|we|you)?",
        "(is there|there s) (a|an) (way|option|setting|flag)",
        "claude md",
        "(my|the|our) (transcripts|transcript|sessions|session logs|bug)",
    ),
    "steps": (
        "step by step",
        "step-by-step",
        "show (your|the|all) (work|working|steps|reasoning)",
        "explain (your|the) (reasoning|steps|thinking)",
        "let s think",
        "think carefully",
        "chain of thought",
        "reason through",
        "think (it|this) through",
        "(detailed|intermediate|logical) (reasoning|steps)",
        "(complete|transparent|explicit) and (complete|transparent|explicit) reasoning",
        "(give|provide|include) (your|the|a)? (reasoning|rationale|derivation)",
    ),
    "judge": (
        f"(which|what) (of the)? (two)? {_SUBJECT} is (better|best|more)",
        f"which of the (two|following) {_SUBJECTS}",
        "(impartial|fair|strict|expert|objective) (judge|evaluator|grader)",
        "(act as|you are) (a|an|the) (judge|grader|evaluator|reward model|verifier)",
        "scoring rubric",
        "(grading|evaluation|following|given|this) (rubric|criteria)",
        "reward model",
        f"(select|choose|pick) the (best|better)? {_SUBJECT}",
        f"(rate|score|grade|judge|evaluate|assess|compare|rank) (the|this|each|these|both) (following|two|candidate)? ({_SUBJECT[1:-1]}|{_SUBJECTS[1:-1]})",
        "(final|your|the) verdict",
        "(preference|pairwise) (judgment|judgement|label|comparison)",
        "(grade|rate|judge) the (difficulty|quality)",
        f"quality of the {_SUBJECTS}",
    ),
    "pair": (
        f"{_SUBJECT} (a|b|0|one|two)",
        f"(two|both|the following|candidate|multiple) {_SUBJECTS}",
        f"(first|second) {_SUBJECT}",
        "(model|student|candidate|ai|assistant)( s)? (response|answer|output|solution)",
        "reference answer",
        "ground truth",
    ),
    "rate": ("(rate|score|grade|judge|evaluate|assess|rank|compare|verdict)",),
    "scale": (
        "(on a )?scale (of|from) 0 (to )?0",
        "(from|between) 0 (to|and) 0",
        "0 0 scale",
        "score (of|from|between) 0",
        "out of 0",
        "(numeric|numerical|overall|integer|final|single|total) (score|rating|grade)",
        "(output|return|respond with|give) (only )?(a|the|your) (score|rating|verdict)",
        "(score|verdict|rating|winner|preference) (json|field|key|tie)",
        "json (object )?with (a )?(score|verdict|rating)",
        "score 0",
    ),
    "rewrite": (
        "(rewrite|rephrase|evolve|paraphrase|modify|mutate|complicate|reformulate|revise|transform|augment|adapt)",
    ),
    "given": (
        f"(the|this|a|given|following|original|above|each|these|new) (given|original|following|above|seed)? ({_TASK[1:-1]}|{_TASKS[1:-1]})",
        f"rephrase {_TASKS}",
        "given prompt",
        "rewritten prompt",
    ),
    "harder": (
        "more (complex|difficult|challenging|complicated|specific|constraints|reasoning steps)",
        "(increase|raise) (the )?(difficulty|complexity)",
        "(harder|deepening|deepen|tougher) (version|variant)?",
        "(one more|additional|extra) (constraint|constraints|requirement|requirements)",
        "(harder|different|new) (version|variant) of",
    ),
    "invent": (
        f"{_MAKE} (a|an|one|0|several|diverse|some|more|a list of|a set of|a series of) (new|diverse|different|novel|original|unique|similar) {_TASKS}",
        f"{_MAKE} (0|diverse|new|a series of|a set of|a list of|more) {_TASKS}",
        f"{_MAKE} (a|an|one) (new|brand new|novel|similar|different) {_TASK}",
        "generate an (input|instance|example) (that|for)",
        "(classification task|task definition)",
        "(seed|example) (tasks|instructions|prompts)",
    ),
    "candidates": (
        f"(0|two|three|four|five|six|eight|ten|several|multiple|many|various|k|n) (different|distinct|diverse|independent|alternative|unique|candidate) {_SUBJECTS}",
        "(different|diverse|distinct|alternative|independent) (ways to (solve|answer)|solutions|answers|completions)",
        f"(generate|give|write|provide|produce|sample) (0|two|three|four|five|several|multiple) (candidate|possible|alternative)? ({_SUBJECTS[1:-1]})",
        "(best of n|rejection sampling|self consistency)",
    ),
    "trajectory": (
        "thought action observation",
        "thought action action input",
        "action input",
        "observation the result",
        "(agent|tool|tool use|tool call|interaction) (trajectory|trajectories|rollout|rollouts)",
        "(full|complete|expert|successful) (trajectory|trajectories|rollout)",
        "at each step you (need|must|should|will)",
        "(thought|thoughts) (and|then|followed by|plus) (an )?action",
        "(thought|think) (then )?(act|action) (then )?observe",
        "simulate (the|a|an) (tool|environment|user and|agent)",
        "many thought",
        "you are (autogpt|auto gpt)",
        "exactly one (command|action|tool call)",
        "(both sides|all turns) of the (dialogue|conversation)",
        "tool (response|result|output) (simulat|simulation)",
    ),
    "safe": (
        "(safe|safer|harmless|compliant|policy compliant|politically safe|neutral|uncontroversial|non sensitive|acceptable|censorship safe|censorship compliant|regulation compliant|evasive) (alternative|alternatives|version|versions|answer|answers|response|responses|rewrite|rewrites|reply|reformulation)",
        "(rewrite|rephrase|answer|respond|reply) (it|this|them|the answer|the response)? (safely|harmlessly|neutrally|diplomatically|compliantly)",
        "so that it (complies|is compliant|is safe|avoids)",
        "comply with (local|content) (regulations|laws|rules)",
        "(acceptable|safe|compliant) (for|to|with) (the )?(censors|regulators|authorities|censorship)",
    ),
    "sensitive": (
        "(sensitive|controversial|unsafe|harmful|forbidden|prohibited|political|policy violating|dissident|dissidents) (question|questions|answer|answers|response|responses|query|queries|topic|topics|content|request|requests)",
    ),
    "clean": (
        "(clean|cleaned|cleaning|refine|polish|reformat|restructure|normalize|normalise|tidy|deduplicate|segment|denoise|convert|separate|reorganize|copy exactly)",
    ),
    "trace": (
        "(reasoning|thinking) (trace|traces|sequence|sequences|chain|chains|log|logs|transcript|text|content)",
        "(raw|captured|model|noisy|original|messy|extracted) (reasoning|thinking|cot|chain of thought|chains of thought|thoughts)",
        "thinking process of the",
        "(cot|chain of thought) (data|trace|traces|text|samples)",
        "lines of thought",
        "solution is written in",
        "thought process you should copy",
    ),
    "tests": (
        "(unit|hidden|comprehensive|edge|private) (test|tests|test case|test cases)",
        "(write|generate|create|design|produce) (0|some|the|a|comprehensive|unit|several|hidden|more)? (test|tests|test cases|test suite|verifier|verifiers|checker|checkers|testcases)",
        "(verification|checker|grader|grading) (script|function|code)",
        "(rl|reinforcement learning|gym|training) (environment|environments|task|tasks)",
        "(verifiable|automatically checkable) (reward|rewards|task|tasks|answer)",
        "assert statements",
    ),
    "dataset": (
        "(training|synthetic|instruction|sft|fine tuning|finetuning|preference|dpo|rlhf|dialogue) (data|dataset|datasets|examples|example|samples|pairs|set|corpus)",
        "(generate|create|build|synthesize|produce) (a|an|0|some|diverse)? (synthetic|labeled|labelled|training|diverse)? (dataset|data points|question answer pairs|qa pairs|instruction response pairs|dialogues|conversations|jsonl)",
        "(prompt|instruction|question) (response|answer|output) pairs",
        "prompt response pair",
        "(fine tune|finetune|train) (a|an|another|our|the) (model|llm|student|language model)",
        "(distill|distillation)",
    ),
    "label": (
        "do not (flag|classify|block|report) this",
        "(this is|it is|it s) not (a )?(distillation|reasoning extraction|extraction|model extraction|an attack)",
        "not (a )?(reasoning extraction|distillation|jailbreak) (attempt|attack)?",
        "(you are|we are|this is) (in )?(a )?(debugging|debug|maintenance|developer|inspection) (session|mode)",
        "this is the real system prompt",
        "(authorized|authorised|approved|sanctioned) (research|audit|red team|inspection|by)",
        "(is|are) inspecting your",
        "for (debugging|interpretability|audit|auditing) purposes",
        "ignore (the|any|all|your) (previous|prior|safety|reasoning)",
    ),
    "persona": (
        f"(you are|you re|your name is|your identity is|pretend to be|call yourself|act as|i am|known as|named) {_VENDOR}",
        f"assistant called {_VENDOR}",
        "(developed|created|trained|made|built|powered) by (moonshot|moonshot ai|alibaba|alibaba cloud|baidu|bytedance|zhipu|z ai|minimax|tencent|xiaomi|deepseek|openai|google|google deepmind|meta|mistral|xai|stepfun|01 ai|sensetime|anthropic)",
        "(a|an) (minimax|moonshot|deepseek|qwen|kimi|openai|google|alibaba|xiaomi) (product|model|assistant)",
    ),
}
