"""The prose of the repository is plain English: phrases that readers stumbled over do not return.

Each rule is a regular expression and what to write instead. Literals and code are not checked.
"""

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Folders and files whose text follows the rules.
FOLDERS = (
    "README.md",
    "docs",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "CODE_OF_CONDUCT.md",
    "SECURITY.md",
    "examples",
    "skrnn",
    "tests/benchmarks/README.md",
)
MADE = {"_build", "auto_examples", "generated", "sg_execution_times.rst"}
SENTENCE = r"(?:^|[.;:!?] |\n\n)"

# Ordinary uses of words that the rules look for.
ORDINARY = r"\b(?:leaves?|left|let)(?: [\w']+){0,3} alone\b|\btells? the reader to\b"

RULES = {
    SENTENCE + r"Who(?:ever)? (?![^.?]*\?)": "name the person: 'if you know ...'",
    r"\b(?:for|to|by|only|as) who\b": "name the person: 'for users who ...'",
    r"\b(?:Who|who)ever\b": "name the person: 'if you ...'",
    r"\b(?:un)?told\b": "'determined by', 'known from', 'asked to'",
    r"\b[Tt]ell(?:s|ing)? (?:how|what|which|whether|where|when|why|nothing|little|apart|about|of"
    r"|the|it|them|one|anything)\b": "'determines', 'shows', 'says', 'distinguishes'",
    r"\bnothing tells\b": "'unknown'",
    r"(?<!stand-)\balone\b": "'only', before the word that it limits",
    SENTENCE
    + r"(?:Not that|By as many|As many|As few|By how|Of which|To whom)\b": "subject first",
    r", had (?:it|they|he|she|there)\b": "'if it had ...'",
    r"\b[Ww]hat (?:there (?:is|are|was)|comes (?:of|out|in|next)|goes (?:in|out)|it is worth"
    r"|each is worth|others? (?:is|are))\b": "a noun in place of the riddle",
    r"\bthe (?:most|least|best) that (?:there is|one can)\b": "a noun in place of the riddle",
    r"\bthe most of (?:it|them|those|all)\b": "'most of', 'the maximum'",
    r"\b(?:to|as) (?:be|there (?:may|can) be) had\b": "'possible', 'available'",
    r"\bin (?:earnest|real use)\b": "'in practice'",
    r"(?<!\b[Bb]y )\b[Hh]and(?:s|ed|ing)? (?:\w+ )?(?:on|over|back|round)\b": "'pass', 'return'",
    r"\b[Bb]eside\b": "'next to', 'in addition to', 'besides'",
    r"\bcan(?:not| not)? do with\b": "'accept', 'need'",
    r"\b[Ss]hall\b": "'must', 'should', 'will'",
    r"\bone's own\b": "'your own', 'a custom ...'",
    r"\b(?:is|are|was|were) (?:that|those) of\b": "repeat the noun",
    r"\bwhich\b[^.;:]*\bof which\b": "two sentences",
    r"\b(?:last|next|by|of|the step) so many\b": "name the number",
    r"\banew\b": "'again'",
    r"\b[Tt]he lecture remarks\b": "the fact itself",
    r"\bunsaid\b|\bwithal\b|\bthereof\b|\bwherein\b|\bwhereof\b|\bhitherto\b": "an everyday word",
    r"\btaken for one\b": "'confused'",
    r"\bnobody (?:presses|does)\b": "name the subject",
    r"\bway back\b": "'the backward pass', 'the inverse transformation'",
    r"\bderivatives of (?:the )?(?:kernels?|weights)\b": "'kernel gradients'",
    r"\b(?:read|judged?|treated) by (?:itself|themselves)\b": "'on its own', 'separately'",
    r"\b(?:case|side|window) only\b": "'only', before the word that it limits",
    r"\bturn(?:s|ed)? round\b|\bother way round\b": "'reversed'",
    r"\bo'clock\b": "'9:00 to 15:00'",
    r"\b(?:survives?|after|After) a kill\b": "'a killed process'",
    r"\bc[ao]me about\b": "'were obtained'",
    r"\bdivide[sd]? (?:[\w']+ ){0,5}between\b": "'splits ... across'",
    r"\ba (?:RNN|LSTM|RMSE|MSE|MAE|MLP|XLA|HTTP)": "'an'",
    r"\bpays (?:from|if|for|where|with)\b": "'pays off'",
    r"\b(?:be|get) rid of\b": "'remove', 'suppress'",
    r"\bif (?:it|they|the \w+) (?:is|are) to\b": "'if it should'",
    r"\bneeds? longer\b": "'takes longer'",
    r"\bin one piece\b": "'atomically'",
    r"\bwarns? in doubt\b|\bthere is (?:any )?doubt\b": "'if ... is ambiguous'",
    r"\bof (?:any|every|each) level\b": "'at any level'",
    r"\b[Ff]or few (?:series|rows)\b": "'with only a few ...'",
    r"\bcomes? too late\b": "'was called too late'",
    r"\b[Uu]pper and lower case are\b": "'case does not matter'",
    r"\b(?:is|are|was|were) meant (?:to|for)\b": "'should', 'is designed for'",
    r"\b(?:steps|class|classes|rows|sides|features|series) alike\b": "'in the same way'",
    r"\breplaces? no\b": "'never overwrites a'",
    r"\b[Nn]o further \w+ is\b": "'... is skipped if'",
    r"\bin place of\b": "'instead of'",
    r"\bclose[sd]? over\b": "'ignored; the rows on either side are treated as consecutive'",
    r"\b(?:of|near|far from) the order of one\b": "'of order one'",
    r"(?<!can )\bhardly\b": "'barely', 'only slightly', 'almost no'",
    r"\b(?:which|it|they|that) (?:is|are) no (?!longer\b|more\b|less\b|worse\b|different\b"
    r"|\w+er\b)\w": "'is not a ...'",
    r"\bwholly\b": "'completely'",
    r"\bnothing to do with each other\b": "'independent'",
    r"\btruth values?\b": "'booleans'",
    r"\bknow(?:n|s|ing)? of (?:it|them|a|an|the|what)\b": "'about'",
    r"\bwarn(?:s|ed|ing)? of\b": "'about'",
    r"\bone after the other\b": "'one after another'",
    r"\bsome (?:hundreds?|thousands?|ten)\b": "'a few hundred'",
    r"\ba test (?:finds|found)\b": "'a statistical test finds'",
    r"\bOf an? \w+ (?:the|only)\b": "'for a ...'",
    r"\b(?:is|are) taken as\b": "'is assumed to be', 'is used as'",
    r"\bgives?\b(?! (?:up|way|rows|each|every|them|these|this|those)\b"
    r"| an? (?:weight|model|warning)\b| the (?:missing|network|same weight)\b)": "'returns'",
    r"\bgave\b": "'passed'",
    r", of which\b|\bof which no\b": "'some of which', or two sentences",
    r"\bdiffer(?:s|ed)? only by\b|\bdiffer by their\b": "'differ (only) in'",
    r"\bby threads\b": "'in threads'",
    r"\b(?:one|two|three|four|five|\d+)(?: \w+){1,2} at (?:least|most)\b(?! \w)": "'at least two'",
    r"\bteach(?:es)?\b|\btaught\b": "'can be learned from'",
    r"\bknows? no\b": "'does not know', 'does not support'",
    r"\b(?:is|are) not to be\b": "'do not ...', 'must not be'",
    r"(?<!search )(?<!you )\bdecides?[.;]": "'determines ...', 'is used'",
    r"\bin succession\b": "'consecutive'",
    r"\bin silence\b": "'without a warning'",
    r"\bof (?:its|their) own\b(?! \w)": "'its own ...', 'a separate ...'",
    r"\b(?:cell|class|loss)(?:es|s)? of your own\b": "'your own ...'",
    r"\b(?:one|each)(?: \w+)? an? (?:row|column|step|window|series)\b": "'one for each ...'",
    r"\b(?:DataFrame|Series|Table|array|data frame|date|distribution|dtype|forecaster|optimizer"
    r"|schedule|tensor|transformer|type)s? of (?:Arrow|Keras|NumPy|pandas|polars|scikit-learn"
    r"|SciPy|skpro|sktime|statsmodels|TensorFlow)\b(?!')": "'a pandas Series'",
    r"\btakes? long\b(?! enough| tables)": "'is slow'",
    r"\bseries after series\b|\bstep after step\b": "'one series after another', 'step by step'",
    r"\bthe truth\b": "'the true values'",
    r"\b[Ff]urther (?:columns|ones|weights|kernels|parameters|losses)\b": "'additional'",
    r"\bstays? what\b|\bstays? as (?:it is|they are)\b": "'does not change'",
    r"\b[Ww]hat the picture\b|\bhowever deep\b": "'at any depth'",
    r"\d %(?!\w)": "'90%', without a space",
    r"(?<!example )(?:LINK|(?<=[.;:] )LINK) (?:shows?|explains|lists|compares|describes?|repeats"
    r"|creates|contains|warns)\b": "'For ..., see LINK': the title of a page is not a subject",
    r"\b[Tt]he extras? CODE": "'the CODE extra'",
    r"\b(?:removes?|finds?|without|has|have) (?:a |their |no )?seasons?\b": "'seasonality'",
    r"(?<![Tt]here )\b(?:is|are|was|were) no (?!longer\b|more\b|less\b|worse\b|different\b"
    r"|larger\b|better\b|need\b|\w+er\b)\w": "'is not a ...'",
    r"\bin (?:their|its) order\b": "'in the given order', 'in time order'",
    r"\bNone does not\b": "'None leaves it unchanged', 'None means no limit'",
    r"\bas CODE returns (?:it|them)\b|\bforecast as CODE does\b": "'as in', 'as returned by'",
    r"\bno CODE before\b": "'CODE has not been called'",
    r"\bor as in CODE": "'or in the same cases as in CODE'",
    r"\berrors? in (?:old|new) \w+s\b": "'errors for ...'",
    r"\bonly (?:accepts?|returns?|evaluates?|needs?|works?|learns?|uses?|knows?) ": "'only' before"
    " the word that it limits",
    r"\b(?:is|be) not a number\b|\bof all that is not\b": "'is not numeric'",
    r"\b(?:supported|present|wide|zero|given|needed|learned), too\b": "'also', 'as well'",
    SENTENCE + r"So (?!far\b|long\b|much\b|many\b)": "', so' or 'Therefore,'",
    r"\bmust hold \w": "'must contain'",
    r"\b(?:that|which) holds? (?:the|a|an|one|them)\b": "'contains'",
    r"\bcounts? as (?:an? )?(?:\w+ )?(?:category|categorical|unknown)\b": "'is treated as'",
    r"(?i)\bcalls? of CODE": "'call to'",
    r"\bstates? of zeros\b": "'zero state'",
    r"\bmade (?:counts|data|series)\b": "'synthetic'",
    r"\bNaN (?:is|means) (?:missing|not known|unknown)[.;]": "'NaN marks unknown values'",
    r"\b[Dd]erive a class\b": "'write a subclass'",
    r"\bis short for it\b": "'it can be specified as'",
    r"\b[Tt]here can(?:not)? be (?:a|no) \w": "'cannot be used'",
    r"\b(?:was|were) tried with\b": "'was tested with'",
    r"\btoo short to hold (?:\w+ )?rows\b": "'too short for rows to be held out'",
    r"\b(?:[Tt]hings|[Ww]hat) to know\b(?! \w)": "'Practical notes'",
    SENTENCE + r"(?:But|And)\b": "'However,', or one sentence",
    r", too[.;:)]": "'also', before the verb",
    r"\b(?:on|of|in|for) the test[.,;:)]": "'the test set'",
    r"\b[Rr]eplace[sd]? (?:\w+ ){1,3}by\b": "'replace ... with'",
    r"\b[Tt]he (?:left|right) figure\b": "'the left-hand figure'",
    r"\btime of the year\b": "'time of year'",
    r"\b(?:one|two|further|no) looks?\b(?! at)": "'the test set was used once'",
    r"\bfull of gaps\b": "'too sparse'",
    r"\b(?:asks?|asked) for (?:a step|the steps?|paths|covariances|holidays)\b": "'contains'",
    r"\bpeople (?:whom )?you trust\b": "'sources that you trust'",
    r"\b(?:is|are|was|were) not any more\b": "'is no longer'",
    r"\b(?:and|to) (?:try|tries) and (?:to )?train": "'evaluate and train'",
    SENTENCE + r"For (?:how|when|why|whether|what to)\b[^.;]*, see\b": "'To find out ..., see'",
    r"\b[Tt]he quantiles? (?:CODE|\d)": "'the 0.75 quantile'",
    r"\b[Mm]issing (?:item|unit)s?\b": "'unmet demand', 'each unit that you run short'",
    r"\btest (?:data|sets?) (?:was|were) evaluated\b": "'the test set was used'",
    r"\b[01]\.\d+ of the time\b": "'69% of the time', '69% as long'",
    r"\bof the (?:first|second|third|fourth|fifth) size\b": "'as large as the fourth'",
    r"\beverything else as\b": "'Everything else works as ...'",
    r"\bonly\b[^.;:]{0,80}\bbut not?\b": "leave out 'only', or the part after 'but'",
    r"\bmessage that (?:it|they)\b": "'a message saying that'",
    r"\bat each (?:access|call)\b": "'on each access'",
    r"\b[Mm]akes? (?:a|an|one|each) (?:\w+ )?step\b": "'takes a step', 'performs a step'",
    r"\b[Cc]ompares? both\b": "'compare the two'",
    r"\b[Ff]ill(?:s|ed)? the values of\b": "'fill in the missing values of'",
    r"\bone known (?:hour|day|week|month|year)\b": "'one week of known sales'",
    r"\bround(?:s|ed)? (?:\w+ ){0,3}to counts\b": "'to whole numbers'",
    SENTENCE
    + r"(?:At|For|If|In|On|With)\b[^.;:,]{3,80}, therefore (?:call|compare|pass|set|use)\b": (
        "'Therefore, ...'"
    ),
    r"\b[Tt]he next (?:hours|days|weeks|months|years)\b": "'the coming weeks', or a number",
    r"\bspread (?:evenly )?over the (?:partitions|series|shops)\b|\bzeros?,? over all series\b": (
        "'across'"
    ),
    r"\brows (?:of|from) two series\b": "'from more than one series'",
    r"\bclosed shops?\b": "'a shop that closed'",
    r"\bHow (?:much |many )?to [^.?!]{1,40}\?": "'How much should you ...?'",
    r"\bthe wrong past\b(?! rows)": "'the wrong past rows'",
    r"\bversions? of \w+ below \d": "'earlier than'",
    r"\b(?:fall|falls|fallen) outside too\b": "'beyond them', 'outside the interval'",
    r"\b[Aa] (?:higher|larger|lower|smaller) coverage\b": "'higher coverage'",
    r"\byears of (?:days|weeks|months)\b": "'years of weekly data'",
    r"\bup only from\b": "'only at 0.55 or above'",
    r"\b[Ww]eighted by (?:its|their) errors\b": "'weighted according to their errors'",
    r"\b[Ii]f you come (?:CODE|LINK|from)": "'If you are coming from', 'are upgrading from'",
    r"\b[Dd]ata sets?\b": "'dataset'",
    r"\bdo(?:es)? not read features\b": "'ignore features'",
    r"\bchanged in between\b|\bcrash in between\b": "'between the two runs', or leave it out",
    r"\b[Gg]radient boosted\b": "'gradient-boosted trees'",
    r"\bin logarithms\b": "'on a log scale'",
    r"\b(?:last|next) (?:\w+ )?but one\b": "'the one before the last'",
    r"\bhalf of (?:the|its) time\b": "'half the time'",
    r", as (?:does|do|did) (?:the|a|any|each)\b": "'just as the ... does'",
    r"\b[Nn]eeds Python\b": "'requires Python'",
    r"\b[Nn]either\b[^.;:]*\bnor\b[^.;:]*\b(?:is|are) accepted\b": "'does not accept ... or ...'",
    SENTENCE + r"The program in \w+:": "'This is the program in ...:'",
    r"\bmeasured in units that\b": "'divided by a scale that'",
    r"\b[Ee]ach of which (?:uses|needs|has) only\b": "'each using only'",
    r"\bas summands\b|\brestored afterwards, as\b": "'It is multiplicative if ...'",
    r"\bwhich (?:an?|the) (?:mean|median|quantile|expectile) minimises\b": "'minimised by ...'",
    r"\bin such a way that\b": "'so that', or two sentences",
    r"\b[Ff]eatures made from\b": "'created from'",
    r"\btreated as not\b": "'as non-seasonal'",
    r"\bthe test confirms\b": "'the test set confirms'",
    r"\b[Bb]ack-test": "'backtest', as the function is called",
    r"\b[Ff]ollowing lines\b": "'the following code'",
    r"\b[Ww]indows count\b": "'the length of a window is a number of rows'",
    r"\b[Ii]n most of this page\b": "'on most of this page'",
    r"\bcurves of the lecture\b|\bloss of (?:a|this) quantile\b": "'in the lecture', 'at'",
    r"\b[Tt]he program takes\b": "'The code on this page takes ... to run'",
    r"\b[Ii]f the (?:hours|days|weeks)(?: of the \w+)? differ\b": (
        "'If some hours are harder to forecast than others', 'If the values depend on the day'"
    ),
    r"\b(?:sales|calls|orders) an? (?:hour|day|week|month|year)\b": "'per month'",
    r"\bcan do harm\b": "'can make forecasts worse'",
    r"\bmean different things\b": "'are treated differently'",
    r"\bdo(?:es)? badly\b": "'perform poorly'",
    r"\b(?:makes?|making) the windows\b": "'creates the windows'",
    r"\b[Tt]he loss of the (?:CODE |\S+-)?quantile\b": "'the loss for the quantile'",
    r"\b[Rr]epeatable\b": "'reproducible'",
    r"\bif (?:its|their|the) decimals\b": "'its fractional part'",
}


def prose_of_page(text):
    """Paragraphs of a page without its code blocks and literals."""
    text = re.sub(r"^( *)\.\. code-block::.*\n(?:\1 +.*\n|\s*\n)+", "\n", text, flags=re.MULTILINE)
    text = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"^ *(?:>>>|\.\.\.).*$", "", text, flags=re.MULTILINE)
    return paragraphs(text)


def prose_of_code(text):
    """Paragraphs of the comments and strings of a module."""
    lines = iter(tokenize.generate_tokens(io.StringIO(text).readline))
    comments, last = [], None
    for token in lines:
        if token.type == tokenize.COMMENT:
            gap = "" if last == token.start[0] - 1 else "\n"
            comments.append(gap + token.string.lstrip("#% "))
            last = token.start[0]
    strings = [
        re.sub(r"^ *(?:>>>|\.\.\.).*$", "", node.value, flags=re.MULTILINE)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return paragraphs("\n\n".join(["\n".join(comments), *strings]))


def paragraphs(text):
    """Split text at empty lines; literals become a word that no rule knows."""
    text = re.sub(r":(?:doc|ref):`[^`]+`", "LINK", text)
    text = re.sub(r"``[^`]+``|`[^`]+`", "CODE", text)
    blocks = (" ".join(block.split()) for block in re.split(r"\n\s*\n", text))
    return [re.sub(ORDINARY, "", block) for block in blocks if block]


def files():
    """Files with prose, as paths relative to the repository."""
    found = []
    for name in FOLDERS:
        path = ROOT / name
        inside = [path] if path.is_file() else sorted(path.rglob("*"))
        found += [p for p in inside if p.suffix in {".py", ".rst", ".md"}]
    names = [path.relative_to(ROOT) for path in found]
    return [n.as_posix() for n in names if not MADE & set(n.parts)]


def faults(text, is_code):
    """Sentences that break a rule, with the advice of the rule."""
    blocks = prose_of_code(text) if is_code else prose_of_page(text)
    return [
        f"...{block[max(match.start() - 40, 0) : match.end() + 40]}...: write {advice}"
        for block in blocks
        for rule, advice in RULES.items()
        for match in re.finditer(rule, block)
    ]


# One test for all files, not one for each: a test takes longer than most files do.


def test_no_phrase_that_readers_stumble_over():
    found = [f"{name}: {fault}" for name in files() for fault in faults_of_file(name)]
    assert not found, "\n".join(found)


def faults_of_file(name):
    return faults(read(name), name.endswith(".py"))


def test_the_files_are_found_and_their_faults_named(tmp_path, monkeypatch):
    (tmp_path / "docs" / "_build").mkdir(parents=True)
    for name in ("README.md", "docs/page.rst", "docs/_build/made.rst", "docs/conf.py"):
        (tmp_path / name).write_text("# It is fast. But it is not exact.\n", "utf-8")
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    assert files() == ["README.md", "docs/conf.py", "docs/page.rst"]
    assert [len(faults_of_file(name)) for name in files()] == [1, 1, 1]


def test_the_lecture_is_introduced_before_it_is_used():
    assert [name for name in files() if not introduces_the_lecture(ROOT / name)] == []


def introduces_the_lecture(path):
    text = " ".join(path.read_text("utf-8").replace("\n#", "\n").split())
    first = re.search(r"\b[Tt]he lecture\b", text)
    return first is None or bool(re.search(r"\b[Aa] lecture on\b", text[: first.start()]))


def test_headings_name_their_subject():
    title = r"(?:If|When to use|Use) (?:it|them|this|these)\b.*|Serve"
    heading = rf"(?m)^(?:# )?(?:{title})\n(?:# )?[=-]{{4,}}$"
    assert re.search(heading, "If it fails\n===========")
    assert [name for name in files() if re.search(heading, read(name))] == []


def test_headings_and_their_underlines_are_on_separate_lines():
    found = [name for name in files() if re.search(r"(?m)^(?:# )?\w.* [=-]{4,}$", read(name))]
    assert found == []


def read(name):
    return (ROOT / name).read_text("utf-8")


def test_extras_are_installed_from_a_checkout():
    pages = [name for name in files() if not name.startswith("skrnn")]
    found = [name for name in pages if "pip install 'skrnn" in read(name)]
    assert not found, "write pip install '.[...]'"


@pytest.mark.parametrize(
    "sentence",
    [
        "Who knows `Pipeline` can train networks.",
        "How many rows a gap has is told by the frequency.",
        "A value that nothing tells is taken to be as the last one before it.",
        "By as many rows of windows a stateful network knows the series.",
        "Or, for who learns online, as few as there may be.",
        "the rows whose step is known alone",
        "Leaks make a test look good and the use in earnest bad.",
        "Hand on the whole series; hand on an index.",
        "with early stopping the most of them",
        "its cost is linear, as the lecture remarks",
        "The gap is\n    told by the index.",
        "It is beside the state.",
        "The way back is written by hand.",
        "It joins the derivatives of the kernels.",
        "Each page can be read by itself.",
        "They are equal in one case only.",
        "A time zone on one side only is an error.",
        "The order of the products is turned round.",
        "From 9 to 15 o'clock.",
        "Checkpoints that survive a kill.",
        "How the figures came about.",
        "It divides the weights between the folds.",
        "It is a RNN with a LSTM cell.",
        "A GPU pays from 128 units on.",
        "To be rid of these lines, redirect them.",
        "Add it to the table if it is to have a name.",
        "A GPU needs longer to start an operation.",
        "The file is saved in one piece.",
        "It warns in doubt.",
        "A mean in place of a value.",
        "Intervals of any level.",
        "For few series each is forecast from several rows.",
        "Missing rows are closed over.",
        "The call comes too late.",
        "Upper and lower case are equal.",
        "Networks learn values of the order of one.",
        "It hardly matters.",
        "It is meant to work.",
        "Infinity, which is no label.",
        "These are unseen if they are no windows.",
        "A row that is wholly known.",
        "It draws rows from each class alike.",
        "Nullable columns and truth values.",
        "Series of which no change is known.",
        "What is known of the rows.",
        "It warns of missing rows.",
        "The networks are trained one after the other.",
        "A step needs some hundred calls.",
        "It removes a season that a test finds.",
        "NaN replaces no known value.",
        "No further view is tried.",
        "Of a search the best estimator counts.",
        "The errors are taken as normal.",
        "The last state gives the forecast.",
        "Labels as the user gave them.",
        "The rows, of which one is known.",
        "Networks that differ only by their seed.",
        "Networks are trained at the same time, by threads.",
        "It must have four values at least.",
        "Steps that no series is long enough to teach.",
        "Training knows no estimator.",
        "The networks are not to be trusted.",
        "Without an index the values decide.",
        "In more rows in succession.",
        "It forecasts NaN in silence.",
        "It has a warning of its own.",
        "An object of a class of your own.",
        "Pass one label a step.",
        "A forecaster of sktime.",
        "The check takes long.",
        "It trains series after series.",
        "An interval holds the truth.",
        "It has further weights.",
        "A file has lists in place of tuples.",
        "Their dates cannot be told from others without a frequency.",
        "The docstrings stay as they are.",
        "An interval that holds 90 % of the values.",
        "The default works. :doc:`how_good` shows the errors.",
        "The extra ``sktime`` is enough.",
        "It removes a season.",
        "The rows are no neighbours.",
        "It reads the rows in their order.",
        "None does not limit it.",
        "The values, as `predict` returns them.",
        "If there was no `fit` before.",
        "If the loss is squared, or as in `predict`.",
        "The errors in new shops are larger.",
        "The scaler only accepts tables.",
        "A value that is not a number.",
        "It knows all rows. So nothing is left out.",
        "The index must hold dates.",
        "A column that holds the labels.",
        "Rare values count as an unknown category.",
        "A call of `fit` trains the network.",
        "It starts from a state of zeros.",
        "The error on made series is small.",
        "The values. NaN means unknown.",
        "Derive a class from `Loss`.",
        "The name is short for it.",
        "There can be no level.",
        "This was tried with MLflow.",
        "The series is too short to hold out rows.",
        "Things to know",
        "It is fast. But it is not exact.",
        "It forecasts the other series, too.",
        "The RMSE on the test, in degrees.",
        "Replace the codes by NaN.",
        "The right figure shows the error.",
        "It depends on the time of the year.",
        "It was chosen in one look.",
        "The series is too full of gaps.",
        "The horizon asks for the steps 1 and 2.",
        "Load only files from people you trust.",
        "It was constant, and is not any more.",
        "It needs a horizon to try and to train the views.",
        "For how to tune it, see LINK.",
        "For what to do, see :doc:`limits`.",
        "The best order is the quantile 0.75.",
        "The quantiles 0.1 and 0.9 are the ends of the interval.",
        "A missing unit costs 3.",
        "The test set was evaluated three times.",
        "Two threads take 0.69 of the time.",
        "A GPU pays off for networks of the fourth size.",
        "Use ``cv=``, and everything else as with any regressor.",
        "It is removed only in the final fit but not at the origins.",
        "The export prints a message that it removes the draws.",
        "The model is rebuilt at each access.",
        "It makes one optimizer step for each row.",
        "Compare both by cross-validation.",
        "Fill the values of this sensor.",
        "A new product needs at least one known week.",
        "The result is then rounded to counts.",
        "In a backtest of hourly data, therefore use `max_time`.",
        "It forecasts the next months.",
        "A sample that is spread evenly over the series.",
        "No window contains rows of two series.",
        "A series may be cut short by a closed shop.",
        "How much to order?",
        "The forecasts use the wrong past.",
        "It requires a version of pandas below 3.",
        "The quantiles move if values have fallen outside too often.",
        "For a higher coverage, the errors are assumed to be normal.",
        "Series with three years of weeks.",
        "The mean is rounded up only from 0.55.",
        "Views are weighted by their errors.",
        "If you come from 0.1.0, read this.",
        "The data set comes with sktime.",
        "Most methods for intermittent demand do not read features.",
        "Intervals are computed in a way that changed in between.",
        "If the hours of the day differ, check each of them.",
        "It fits gradient boosted trees.",
        "Positive series are smoothed in logarithms.",
        "It uses the last horizon but one.",
        "This saves half of the time.",
        "It leaves out the first rows, as does the loop.",
        "The package needs Python 3.11.",
        "Neither a fitted forecaster nor a pipeline is accepted.",
        "The program in Keras:",
        "Errors are measured in units that include later rows.",
        "Forecasts from several origins, each of which uses only earlier rows.",
        "It is removed first and restored afterwards, as factors or as summands.",
        "The absolute error, which the median minimises.",
        "It learns row by row in such a way that nothing is lost.",
        "Features made from the dates of the index.",
        "Check the intervals in a back-test.",
        "The following lines create a table.",
        "Missing rows are ignored, because windows count rows.",
        "In most of this page, the horizon is 1.",
        "It explains the curves of the lecture.",
        "The cost is the pinball loss of this quantile.",
        "The program takes ten seconds.",
        "Series with fewer than three cycles are treated as not seasonal.",
        "The axis shows the sales a month.",
        "Features can do harm.",
        "A wide frame and a long panel mean different things.",
        "Theta and ETS do badly here.",
        "The pipeline makes the windows after the split.",
        "The loss of the q-quantile is the pinball loss.",
        "Repeatable results",
        "It is rounded up if its decimals are above the threshold.",
    ],
)
def test_phrases_that_readers_stumbled_over_are_found(sentence):
    assert faults(sentence, is_code=False)
    assert faults(f'"""{sentence}"""', is_code=True)
    assert faults("# " + sentence.replace("\n", "\n# "), is_code=True)


@pytest.mark.parametrize(
    "sentence",
    [
        "If you know `Pipeline`, you can train networks.",
        "Who wrote this?",
        "The frequency determines how many rows a gap has.",
        "Unknown values are filled forward.",
        "Scale the values by hand on both sides.",
        "Users who know scikit-learn start here.",
        "A masked step leaves the state alone.",
        "The code is ``hand on, beside, alone``.",
        ">>> beside = alone",
        "It splits the weights across the folds.",
        "An LSTM needs more time than a GRU.",
        "The page can be read on its own.",
        "A CSV file of a NaN in a row.",
        "It can hardly reach such values, and it is no longer needed.",
        "A warning names the columns whose values are not known.",
        "Give rows with a missing target a weight of zero.",
        "Let a search decide.",
        "Differences of neighbouring values, some of which are unknown.",
        "It measures the errors of its own forecasts.",
        "For the errors, see :doc:`how_good`. The example :doc:`plot_load` shows them.",
        "``100 * share % 7`` and %d are code, and 90% is a share.",
        "There is no index, and it is no longer needed.",
        "So far, it has learned from one series.",
        "Hold out the last rows; the result holds for all series.",
        "For the reason, see :doc:`limits`. The 0.75 quantile is the order; a quantile q moves.",
        "It compares the two networks, and forecasts the next 24 months in 69% of the time.",
        "Files from sources that you trust contain only arrays, and no code.",
    ],
)
def test_ordinary_sentences_pass(sentence):
    assert not faults(sentence, is_code=False)
