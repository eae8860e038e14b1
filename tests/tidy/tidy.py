#!/usr/bin/env python3
"""Repository checks: layers, lengths, first lines, the coroutine trap, banned calls, folder READMEs, top-level folders.

tidy.py ROOT LAYERS   LAYERS is build/<preset>/layers.txt, written by add_layer. Prints every problem, exits 1 if there is one.
tidy.py --self-test   shows each check a text that it must refuse and one that it must accept."""
import os
import re
import subprocess
import sys

FILE_LINES_MAX = 600
FUNCTION_LINES_MAX = 70
LINE_COLUMNS_MAX = 160
README_LINES_MAX = 10
TOP_LEVEL = {"CMakeLists.txt", "CMakePresets.json", "gateway", "translators", "partner-profiles", "maps", "tests", "packaging", "docs", "dev", "README.md",
             "LICENSE", "CHANGELOG.md", ".ci", ".gitignore", ".clang-format", ".clang-tidy", ".gitattributes", "CONTRIBUTING.md"}
HEAVY = {r"boost/beast": ("gateway/channels/http_codec/", 2), r"boost/asio": ("gateway/", 12)}
BANNED = [(re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XXX)\b"), "unfinished work belongs into docs/ with an owner"),
          (re.compile(r"\b(?:strcpy|strcat|sprintf|gets|system|popen|atoi)\s*\("), "banned call"),
          (re.compile(r"using namespace std\b"), "using namespace std"),
          (re.compile(r"std::this_thread::sleep"), "no sleeping: use the executor's timers")]


def strip_comments_and_strings(text):
    """Same length and lines, contents of comments and literals blanked."""
    out, i, n = [], 0, len(text)
    while i < n:
        two = text[i:i + 2]
        if two == "//":
            end = text.find("\n", i)
            end = n if end < 0 else end
            out.append(" " * (end - i))
            i = end
        elif two == "/*":
            end = text.find("*/", i)
            end = n if end < 0 else end + 2
            out.append(re.sub(r"[^\n]", " ", text[i:end]))
            i = end
        elif text.startswith('R"', i) and (i == 0 or not (text[i - 1].isalnum() or text[i - 1] == "_")):
            match = re.match(r'R"([^()\s\\]{0,16})\(', text[i:])
            close = text.find(")" + match.group(1) + '"', i) if match else -1
            end = n if close < 0 else close + len(match.group(1)) + 2
            out.append(re.sub(r"[^\n]", " ", text[i:end]))
            i = end
        elif text[i] in "\"'" and not (text[i] == "'" and i > 0 and text[i - 1].isalnum()):
            quote, j = text[i], i + 1
            while j < n and text[j] != quote and text[j] != "\n":
                j += 2 if text[j] == "\\" else 1
            out.append(quote + " " * (min(j, n) - i - 1) + (quote if j < n else ""))
            i = j + 1
        else:
            out.append(text[i])
            i += 1
    return "".join(out)


def coroutine_trap(code):
    """g++ 12 frees twice what is built inside a co_await expression: braced aggregates and value-capturing lambdas."""
    problems = []
    for match in re.finditer(r"\bco_await\b", code):
        depth, j = 0, match.end()
        while j < len(code):
            c = code[j]
            if c in "([{":
                depth += 1
            elif c in ")]}":
                depth -= 1
                if depth < 0:
                    break
            elif c == ";" and depth <= 0:
                break
            j += 1
        expression = code[match.end():j]
        line = code.count("\n", 0, match.start()) + 1
        if re.search(r"\b[A-Z]\w*(?:::\w+)*\s*\{", expression):
            problems.append((line, "braced aggregate inside co_await: name it on the line before"))
        if re.search(r"\[\s*(?:=|\w|this\s*,|&\s*,)[^\]\n]*\]\s*(?:\([^)]*\)\s*)?(?:mutable\s*)?(?:->[^{]*)?\{", expression):
            problems.append((line, "capturing lambda inside co_await: name it on the line before"))
    return problems


def function_lengths(code):
    """(line, lines) of every brace block at function level: a '{' after ')' (and qualifiers) outside of other functions."""
    lines_at, stack, found = code.split("\n"), [], []
    line = 1
    last_statement = ""
    for c in code:
        if c == "\n":
            line += 1
        if c == "{":
            head = last_statement.strip()
            is_function = bool(re.search(r"\)\s*(?:const|noexcept|override|final|mutable|->[^;{}]*|\s|:[^;{}]*)*$", head)) and not re.match(
                r"(?:if|for|while|switch|catch|else|do|return)\b", head)
            inside = any(kind for kind, _ in stack)
            stack.append((is_function and not inside, line))
            last_statement = ""
        elif c == "}":
            if stack:
                kind, start = stack.pop()
                if kind:
                    found.append((start, line - start + 1))
            last_statement = ""
        elif c == ";":
            last_statement = ""
        else:
            last_statement += c
    del lines_at
    return found


def load_layers(path):
    """{folder: (name, [layer names it depends on])}, longest folder first."""
    layers = {}
    for row in open(path, encoding="utf-8").read().split("\n"):
        words = row.split()
        if len(words) >= 2:
            layers[words[1]] = (words[0], words[2:])
    return layers


def allowed_folders(layers):
    by_name = {name: folder for folder, (name, _) in layers.items()}
    depends = {name: deps for _, (name, deps) in layers.items()}
    result = {}
    for folder, (name, _) in layers.items():
        seen, queue = set(), [name]
        while queue:
            at = queue.pop()
            if at in seen:
                continue
            seen.add(at)
            queue += depends.get(at, [])
        result[folder] = {by_name[x] for x in seen if x in by_name}
    return result


def folder_of(path, folders):
    at = os.path.dirname(path)
    while at:
        if at in folders:
            return at
        at = os.path.dirname(at)
    return None


def check_includes(path, text, allowed):
    problems = []
    home = folder_of(path, allowed)
    if home is None:
        return problems
    for number, line in enumerate(text.split("\n"), 1):
        match = re.match(r'\s*#\s*include\s*"([^"]+)"', line)
        if not match or match.group(1).endswith(".def"):
            continue
        target = folder_of(match.group(1), allowed)
        if target is None:
            problems.append((number, f'include "{match.group(1)}" is not root-relative'))
        elif target not in allowed[home]:
            problems.append((number, f"{home} may not include {target}: it is not among its DEPENDS"))
    return problems


def check_source(path, text, allowed):
    problems = []
    lines = text.split("\n")
    if len(lines) > FILE_LINES_MAX + 1:
        problems.append((len(lines), f"{len(lines) - 1} lines; a file has {FILE_LINES_MAX} at most"))
    if not lines[0].startswith("// ") or not any("SPDX-License-Identifier: Apache-2.0" in line for line in lines[:6]):
        problems.append((1, "a file begins with what it is for, then the SPDX line"))
    code = strip_comments_and_strings(text)
    for number, (line, bare) in enumerate(zip(lines, code.split("\n")), 1):
        if len(line) > LINE_COLUMNS_MAX and bare.strip():  # not inside a raw string
            problems.append((number, f"{len(line)} columns; a line has {LINE_COLUMNS_MAX} at most"))
    problems += coroutine_trap(code)
    problems += [(line, f"function of {length} lines; {FUNCTION_LINES_MAX} at most") for line, length in function_lengths(code) if
                 length > FUNCTION_LINES_MAX and not path.startswith("tests/")]
    for pattern, why in BANNED:
        where = text if "unfinished" in why else code
        problems += [(where.count("\n", 0, m.start()) + 1, why) for m in pattern.finditer(where)]
    if not path.startswith("tests/"):
        problems += check_includes(path, text, allowed)
    if path.startswith(("translators/", "gateway/as2/", "gateway/governance/")):
        problems += [(text.count("\n", 0, m.start()) + 1, "no I/O headers here") for m in
                     re.finditer(r"#\s*include\s*[<\"](?:boost/asio|boost/beast|sys/socket|fstream|filesystem|thread|sqlite3|curl)", text)]
    return problems


def check_heavy(files):
    problems = []
    for pattern, (home, most) in HEAVY.items():
        users = [p for p, text in files if not p.startswith("tests/") and re.search(r"#\s*include\s*<" + pattern, text)]
        problems += [(p, 1, f"{pattern} only below {home}") for p in users if not p.startswith(home)]
        if len(users) > most:
            problems.append((users[0], 1, f"{len(users)} files include {pattern}; {most} at most: {', '.join(users)}"))
    return problems


def check_tree(root, tracked):
    problems = []
    for entry in sorted({p.split("/")[0] for p in tracked}):
        if entry not in TOP_LEVEL:
            problems.append((entry, 1, "no other top-level entry is allowed"))
    folders = {os.path.dirname(p) for p in tracked if p.endswith((".cpp", ".hpp")) and p.startswith(("translators/", "gateway/"))}
    for folder in sorted(folders):
        readme = os.path.join(root, folder, "README.md")
        if not os.path.exists(readme):
            problems.append((folder, 1, "a folder has a README.md of at most ten lines"))
        elif len(open(readme, encoding="utf-8").read().strip().split("\n")) > README_LINES_MAX:
            problems.append((folder + "/README.md", 1, f"more than {README_LINES_MAX} lines"))
    return problems


def self_test():
    cases = [(coroutine_trap, "x = co_await send(Options{1, 2});", "Options o{1, 2};\nx = co_await send(o);"),
             (coroutine_trap, "co_await offload(pool, [text] { use(text); });", "auto task = [text] { use(text); };\nco_await offload(pool, task);"),
             (coroutine_trap, "co_await offload(pool, [=]() mutable { use(text); });", "co_await offload(pool, [&] { use(text); });")]
    for check, bad, good in cases:
        assert check(bad), f"not refused: {bad}"
        assert not check(good), f"refused: {good}: {check(good)}"
    layers = {"a/low": {"a/low"}, "a/high": {"a/high", "a/low"}}
    assert check_includes("a/low/x.cpp", '#include "a/high/y.hpp"', layers)
    assert not check_includes("a/high/x.cpp", '#include "a/low/y.hpp"', layers)
    long = "void f() {\n" + "  g();\n" * 80 + "}\n"
    assert any(n > FUNCTION_LINES_MAX for _, n in function_lengths(long))
    assert not any(n > FUNCTION_LINES_MAX for _, n in function_lengths("void f() {\n  g();\n}\n" * 40))
    assert check_source("translators/x.cpp", "int x;\n", {})
    print("self test: every check refuses what it must and accepts what it must")


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
        return 0
    root, layers_path = sys.argv[1:3]
    self_test()
    tracked = subprocess.run(["git", "-C", root, "ls-files", "--cached", "--others", "--exclude-standard"], check=True, capture_output=True,
                             text=True).stdout.split("\n")
    tracked = [p for p in tracked if p and os.path.exists(os.path.join(root, p))]
    allowed = allowed_folders(load_layers(layers_path))
    files = [(p, open(os.path.join(root, p), encoding="utf-8").read()) for p in tracked if p.endswith((".cpp", ".hpp"))]
    problems = [(path, line, why) for path, text in files for line, why in check_source(path, text, allowed)]
    problems += check_heavy(files) + check_tree(root, tracked)
    for path, line, why in problems:
        print(f"{path}:{line}: {why}")
    print(f"tidy: {len(files)} source files, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
