/**
 * What a Python kernel's variables are, told without running anything of the person's: no `repr`, no property, no
 * `len` of a class that is not known here. So a hostile or a slow object costs no more than another.
 */
import type { OwnProgram } from "../own-program.ts";

const SOURCE = String.raw`
import itertools, sys, time, types

MAX_TEXT = 160
MAX_ITEMS = 8
MAX_DEPTH = 3
MAX_NAMES = 2000
BUDGET_S = 0.5

MRO = type.__dict__["__mro__"].__get__
NAME = type.__dict__["__name__"].__get__
MODULE = type.__dict__["__module__"].__get__
SPACE = type.__dict__["__dict__"].__get__

PLAIN = (int, float, complex, bool, type(None), type(Ellipsis), type(NotImplemented))
BUILTIN_FUNCTIONS = (types.BuiltinFunctionType, types.BuiltinMethodType)
# Their repr is short, and the standard library's own.
SMALL = {
    ("datetime", "datetime"), ("datetime", "date"), ("datetime", "time"), ("datetime", "timedelta"),
    ("datetime", "timezone"), ("decimal", "Decimal"), ("fractions", "Fraction"), ("uuid", "UUID"),
    ("builtins", "range"), ("builtins", "slice"), ("pathlib", "PosixPath"), ("pathlib", "WindowsPath"),
    ("pathlib", "Path"), ("pathlib._local", "PosixPath"), ("pathlib._local", "WindowsPath"),
}
SEQUENCES = {list: "[]", tuple: "()", set: "{}", frozenset: "{}"}


def cut(text, most=MAX_TEXT):
    text = text.replace("\n", " ")
    return text if len(text) <= most else text[: most - 1] + "…"


def library(module, name):
    found = sys.modules.get(module)
    return None if found is None else types.ModuleType.__getattribute__(found, "__dict__").get(name)


def full_name(kind):
    module = MODULE(kind)
    name = NAME(kind)
    return name if type(module) is not str or module in ("builtins", "__main__") else module + "." + name


def own_space(value):
    for kind in MRO(type(value)):
        slot = SPACE(kind).get("__dict__")
        if slot is not None:
            if type(slot) is not types.GetSetDescriptorType:
                return None
            space = slot.__get__(value)
            return space if type(space) is dict else None
    return None


def fields_text(name, pairs, depth):
    shown = list(itertools.islice(pairs, MAX_ITEMS + 1))
    parts = [str.__str__(key) + "=" + short(item, depth - 1) for key, item in shown[:MAX_ITEMS] if type(key) is str]
    return name + "(" + ", ".join(parts + (["…"] if len(shown) > MAX_ITEMS else [])) + ")"


def items_text(brackets, items, length, depth):
    parts = []
    room = MAX_TEXT
    for item in itertools.islice(items, MAX_ITEMS):
        part = short(item, depth - 1)
        parts.append(part)
        room -= len(part) + 2
        if room < 0:
            break
    more = ["…"] if length > len(parts) else []
    return brackets[0] + ", ".join(parts + more) + brackets[1]


def is_kind(value, module, name):
    kind = library(module, name)
    return isinstance(kind, type) and type(value) is kind


def has_kind(value, module, name):
    kind = library(module, name)
    return isinstance(kind, type) and any(other is kind for other in MRO(type(value)))


def array_text(value):
    items = list(itertools.islice(value.flat, MAX_ITEMS + 1))
    if value.dtype.kind != "O":
        items = [item.item() if item.dtype.kind in "biufcSU" else item for item in items]
    more = value.size > MAX_ITEMS
    return str(value.dtype) + " [" + ", ".join([short(item, 1) for item in items[:MAX_ITEMS]] + (["…"] if more else [])) + "]"


def short(value, depth=MAX_DEPTH):
    kind = type(value)
    if kind in (str, bytes, bytearray):
        text = repr(value[:MAX_TEXT])
        return cut(text) if len(value) <= MAX_TEXT else cut(text[: MAX_TEXT - 2] + "…" + text[-1])
    if kind is int and value.bit_length() > 400:
        return "about " + ("-" if value < 0 else "") + "2**" + str(value.bit_length() - 1)
    if kind in PLAIN:
        return repr(value)
    if depth <= 0:
        return "…"
    if kind in SEQUENCES:
        if kind in (set, frozenset) and not value:
            return NAME(kind) + "()"
        return items_text(SEQUENCES[kind], iter(value), len(value), depth)
    if kind is dict:
        pairs = (short(key, depth - 1) + ": " + short(item, depth - 1) for key, item in value.items())
        parts = list(itertools.islice(pairs, MAX_ITEMS))
        return cut("{" + ", ".join(parts + (["…"] if len(value) > len(parts) else [])) + "}")
    if kind is types.FunctionType:
        code = value.__code__
        count = code.co_argcount + code.co_kwonlyargcount
        return cut(code.co_name + "(" + ", ".join(code.co_varnames[:count]) + ")")
    if kind in BUILTIN_FUNCTIONS:
        return value.__name__ + "(…)"
    if issubclass(kind, type) and kind is type:
        return "class " + full_name(value)
    if kind is types.ModuleType:
        return cut("module " + str(types.ModuleType.__getattribute__(value, "__dict__").get("__name__")))
    if (MODULE(kind), NAME(kind)) in SMALL:
        return cut(repr(value))
    if is_kind(value, "numpy", "ndarray"):
        return cut(array_text(value))
    if has_kind(value, "numpy", "generic") and MODULE(kind) == "numpy":
        return cut(repr(value.item()) if value.dtype.kind in "biufcSU" else str(value))
    if is_kind(value, "pandas", "DataFrame"):
        names = [short(name, 1) + ": " + str(dtype) for name, dtype in zip(value.columns[:MAX_ITEMS], value.dtypes[:MAX_ITEMS])]
        return cut(", ".join(names + (["…"] if value.shape[1] > MAX_ITEMS else [])))
    if is_kind(value, "pandas", "Series"):
        items = [short(item, 1) for item in value.iloc[:MAX_ITEMS].tolist()]
        return cut(str(value.dtype) + " [" + ", ".join(items + (["…"] if len(value) > MAX_ITEMS else [])) + "]")
    if is_kind(value, "polars", "DataFrame"):
        names = [name + ": " + str(dtype) for name, dtype in itertools.islice(value.schema.items(), MAX_ITEMS)]
        return cut(", ".join(names + (["…"] if value.width > MAX_ITEMS else [])))
    if is_kind(value, "torch", "Tensor") or is_kind(value, "torch.nn.parameter", "Parameter"):
        text = str(value.dtype).replace("torch.", "") + " on " + str(value.device)
        if value.device.type == "cpu" and value.layout is library("torch", "strided") and value.numel() <= MAX_ITEMS:
            text += " " + short(value.detach().tolist(), 2)
        return cut(text)
    space = SPACE(kind)
    if tuple in MRO(kind) and type(space.get("_fields")) is tuple:
        return cut(fields_text(NAME(kind), zip(space["_fields"], tuple.__iter__(value)), depth))
    if any(type(SPACE(other).get("_member_map_")) is dict for other in MRO(kind)):
        own = own_space(value) or {}
        name = own.get("_name_")
        return cut(NAME(kind) + "." + name) if type(name) is str else NAME(kind)
    own = own_space(value)
    if own:
        shown = ((key, item) for key, item in list(own.items()) if type(key) is str and not key.startswith("_"))
        return cut(fields_text(NAME(kind), shown, depth))
    return NAME(kind) + " object"


def shape_of(value):
    kind = type(value)
    if kind in (list, tuple, set, frozenset, dict, str, bytes, bytearray):
        return [len(value)]
    if is_kind(value, "numpy", "ndarray") or is_kind(value, "pandas", "DataFrame") or is_kind(value, "polars", "DataFrame"):
        return [int(side) for side in value.shape]
    if is_kind(value, "pandas", "Series"):
        return [len(value)]
    if is_kind(value, "torch", "Tensor") or is_kind(value, "torch.nn.parameter", "Parameter"):
        return [int(side) for side in value.shape]
    return None


def bytes_of(value):
    kind = type(value)
    if is_kind(value, "numpy", "ndarray"):
        return int(value.nbytes)
    if is_kind(value, "pandas", "DataFrame"):
        return int(value.memory_usage(index=True, deep=False).sum())
    if is_kind(value, "pandas", "Series"):
        return int(value.memory_usage(index=True, deep=False))
    if is_kind(value, "polars", "DataFrame"):
        return int(value.estimated_size())
    if is_kind(value, "torch", "Tensor") or is_kind(value, "torch.nn.parameter", "Parameter"):
        return int(value.numel()) * int(value.element_size())
    if kind in PLAIN or kind in (str, bytes, bytearray, list, tuple, set, frozenset, dict):
        return sys.getsizeof(value)
    return None


def sort_of(value):
    kind = type(value)
    if kind is types.ModuleType:
        return "module"
    if kind is type or issubclass(kind, type):
        return "class"
    if kind is types.FunctionType or kind in BUILTIN_FUNCTIONS or kind is types.MethodType:
        return "function"
    return "value"


def told(call, value):
    try:
        return call(value)
    except Exception:
        return None


def entry(name, value):
    return {
        "name": name,
        "type": cut(full_name(type(value)), 80),
        "sort": sort_of(value),
        "shape": told(shape_of, value),
        "bytes": told(bytes_of, value),
        "value": plain(told(short, value) or ""),
    }


def plain(text):
    return cut(text.encode("utf-8", "replace").decode("utf-8"))


def snapshot(space):
    # Another thread may be assigning.
    for attempt in range(5):
        try:
            return list(space.items())
        except RuntimeError:
            continue
    return []


def respond(request):
    ip = shell()
    hidden = ip.user_ns_hidden
    items = [
        (name, value)
        for name, value in snapshot(ip.user_ns)
        if type(name) is str and not name.startswith("_") and not (name in hidden and hidden[name] is value)
    ]
    items.sort(key=lambda item: item[0])
    end = time.monotonic() + BUDGET_S
    entries = []
    for name, value in items[:MAX_NAMES]:
        if time.monotonic() > end:
            break
        entries.append(entry(name, value))
    return {"variables": entries, "count": len(items)}
`;

export const VARIABLES_PROGRAM: OwnProgram = { name: "variables", source: SOURCE };
