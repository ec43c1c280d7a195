"""Prints, as JSON, whether this Python has what a requirements file asks (`name==1.2`, `name>=1.2`, one a line)."""

import json
import os
import sys
from importlib import metadata


def numbers(version):
    return [int(part) for part in version.split(".") if part.isdigit()]


def is_met(line):
    operator = "==" if "==" in line else ">="
    name, _, wanted = line.partition(operator)
    try:
        found = metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return numbers(found) >= numbers(wanted) if operator == ">=" else found == wanted


with open(sys.argv[1], encoding="utf-8") as file:
    lines = [line.strip() for line in file if line.strip() and not line.startswith("#")]
kernelspec = os.path.join(sys.prefix, "share", "jupyter", "kernels", "python3", "kernel.json")
print(
    json.dumps(
        {
            "version": list(sys.version_info[:2]),
            "python": sys.executable,
            "prefix": sys.prefix,
            "missing": [line for line in lines if not is_met(line)],
            "kernelspec": os.path.exists(kernelspec),
        }
    )
)
