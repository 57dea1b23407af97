#!/usr/bin/python3
"""Runs a command under the filter of system calls of a profile (as Docker reads it) or of systemd's units and drop-ins.

usage: confined.py [--without CALL,...] FILE... -- COMMAND [ARGUMENT]...

A FILE that ends in .json is a profile, others are units, in the order in which systemd reads them. Without privileges:
the kernel takes the filter of a process that gives up on gaining any (no_new_privs).
Needs Debian's python3-seccomp, and for units systemd-analyze, which knows the groups of calls.
"""
import json
import os
import subprocess
import sys

import seccomp

EPERM = 1
OPERATORS = {
    "SCMP_CMP_EQ": lambda rule: seccomp.Arg(rule["index"], seccomp.EQ, rule["value"]),
    "SCMP_CMP_MASKED_EQ": lambda rule: seccomp.Arg(
        rule["index"], seccomp.MASKED_EQ, rule["value"], rule.get("valueTwo", 0)),
}


def add(filter, action, name, *arguments):
    """Calls that this architecture does not have, or this library does not know, stay refused."""
    if seccomp.resolve_syscall(seccomp.Arch(), name) >= 0:
        filter.add_rule(action, name, *arguments)


def of_profile(path, without):
    with open(path, encoding="utf-8") as file:
        profile = json.load(file)
    assert profile["defaultAction"] == "SCMP_ACT_ERRNO", path
    filter = seccomp.SyscallFilter(seccomp.ERRNO(profile["defaultErrnoRet"]))
    for entry in profile["syscalls"]:
        if entry["action"] == "SCMP_ACT_ALLOW":
            action = seccomp.ALLOW
        else:
            action = seccomp.ERRNO(entry["errnoRet"])
        arguments = [OPERATORS[rule["op"]](rule) for rule in entry.get("args", [])]
        for name in entry["names"]:
            if name not in without:
                add(filter, action, name, *arguments)
    return filter


def calls(name):
    """What a name stands for: itself, or the calls of a group and of the groups in it."""
    if not name.startswith("@"):
        return {name}
    text = subprocess.run(["systemd-analyze", "syscall-filter", name], check=True, capture_output=True, text=True)
    words = [line.strip() for line in text.stdout.splitlines()[1:]]
    return set().union(*(calls(word) for word in words if word and not word.startswith("#")))


def of_units(paths, without):
    """systemd.exec(5), SystemCallFilter=: a list that begins with ~ takes away, others add."""
    allowed = set()
    for path in paths:
        with open(path, encoding="utf-8") as file:
            lines = [line.partition("=")[2].strip() for line in file if line.startswith("SystemCallFilter=")]
        for line in lines:
            named = set().union(*(calls(word) for word in line.lstrip("~").split()))
            allowed = allowed - named if line.startswith("~") else allowed | named
    assert allowed, "no SystemCallFilter= in " + " ".join(paths)
    filter = seccomp.SyscallFilter(seccomp.ERRNO(EPERM))
    for name in sorted(allowed | calls("@default")):
        if name not in without:
            add(filter, seccomp.ALLOW, name)
    return filter


def main():
    words = sys.argv[1:]
    if "--" not in words:
        sys.exit(__doc__)
    split = words.index("--")
    files, command = words[:split], words[split + 1:]
    without = set()
    if files[:1] == ["--without"]:
        without = set(files[1].split(","))
        files = files[2:]
    filter = of_profile(files[0], without) if files[0].endswith(".json") else of_units(files, without)
    filter.load()
    os.execvp(command[0], command)


main()
