/**
 * Formats cells with what the kernel's own Python has: black or ruff, as the project's files say. What only IPython
 * reads (magics, shell lines, questions) is put aside and put back; cells that are another language's stay.
 */
import type { OwnProgram } from "../own-program.ts";

const SOURCE = String.raw`
import ast, io, os, re, subprocess, tokenize

PYTHON_MAGICS = {"time", "timeit", "capture", "prun", "memit", "mprun", "lprun", "debug", "python", "python3", "pypy"}
ASIDE = re.compile(r"^(\s*)((?:[\w, ]+=\s*)?[%!].*|[^#\n]*[\w\])]\?{1,2}\s*|\?{1,2}[^\n]*)$")


def project_prefers_ruff():
    folder = os.getcwd()
    while True:
        for name in ("ruff.toml", ".ruff.toml"):
            if os.path.exists(os.path.join(folder, name)):
                return True
        try:
            with open(os.path.join(folder, "pyproject.toml"), encoding="utf-8") as file:
                text = file.read(1000000)
            return "[tool.ruff" in text and "[tool.black" not in text
        except (OSError, UnicodeDecodeError):
            pass
        above = os.path.dirname(folder)
        if above == folder:
            return False
        folder = above


def black_formatter():
    try:
        import black
    except Exception:
        return None
    options = {}
    try:
        from black.files import find_pyproject_toml, parse_pyproject_toml

        path = find_pyproject_toml((os.getcwd(),))
        config = parse_pyproject_toml(path) if path else {}
        options = {
            "line_length": int(config.get("line_length", 88)),
            "string_normalization": not config.get("skip_string_normalization", False),
            "magic_trailing_comma": not config.get("skip_magic_trailing_comma", False),
        }
    except Exception:
        options = {}
    mode = black.Mode(**options)

    def run(source):
        result = black.format_str(source, mode=mode)
        black.assert_equivalent(source, result)
        return result

    return "black " + black.__version__, run


def ruff_formatter():
    try:
        try:
            from ruff import find_ruff_bin
        except ImportError:
            from ruff.__main__ import find_ruff_bin
        program = os.fsdecode(find_ruff_bin())
    except Exception:
        return None

    def run(source):
        asked = [program, "format", "--no-cache", "--stdin-filename", "cell.py", "-"]
        done = subprocess.run(asked, input=source.encode(), capture_output=True, timeout=20)
        if done.returncode != 0:
            raise ValueError(done.stderr.decode("utf-8", "replace")[:300])
        return done.stdout.decode()

    return "ruff", run


def find_formatter():
    both = (ruff_formatter, black_formatter) if project_prefers_ruff() else (black_formatter, ruff_formatter)
    return both[0]() or both[1]()


def parses(source):
    compile(source, "cell", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


def put_aside(source):
    kept = []
    lines = []
    goes_on = False
    for line in source.split("\n"):
        if goes_on:
            kept[-1] += "\n" + line
            goes_on = line.endswith("\\")
            continue
        found = ASIDE.match(line)
        if found is None:
            lines.append(line)
            continue
        lines.append(found.group(1) + "__loopbook_aside_%d__" % len(kept))
        kept.append(found.group(2))
        goes_on = line.endswith("\\")
    return "\n".join(lines), kept


def put_back(source, kept):
    return re.sub(r"__loopbook_aside_(\d+)__", lambda found: kept[int(found.group(1))], source)


def ends_silent(source):
    # A semicolon at the end keeps IPython from showing the value.
    last = ""
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type not in (tokenize.NEWLINE, tokenize.NL, tokenize.ENDMARKER, tokenize.COMMENT, tokenize.DEDENT):
                last = token.string
    except (tokenize.TokenError, SyntaxError):
        return False
    return last == ";"


def format_cell(source, run):
    head = ""
    body = source
    if source.lstrip().startswith("%%"):
        head, _, body = source.partition("\n")
        words = head.strip()[2:].split()
        if not words or words[0] not in PYTHON_MAGICS:
            return {"source": source}
        head += "\n"
    if not body.strip():
        return {"source": source}
    kept = []
    try:
        try:
            parses(body)
        except SyntaxError:
            masked, kept = put_aside(body)
            parses(masked)
            body = masked
    except (SyntaxError, ValueError) as error:
        line = (getattr(error, "lineno", None) or 1) + (1 if head else 0)
        return {"error": (getattr(error, "msg", None) or str(error))[:200], "line": line}
    try:
        result = run(body.rstrip() + "\n").rstrip("\n")
    except Exception as error:
        return {"error": (type(error).__name__ + ": " + str(error))[:300], "line": None}
    if ends_silent(body) and not ends_silent(result) and "#" not in result.rsplit("\n", 1)[-1]:
        result += ";"
    return {"source": head + put_back(result, kept)}


def respond(request):
    found = find_formatter()
    if found is None:
        return {"formatter": None, "cells": []}
    name, run = found
    return {"formatter": name, "cells": [format_cell(source, run) for source in request]}
`;

export const FORMAT_PROGRAM: OwnProgram = { name: "format", source: SOURCE };
