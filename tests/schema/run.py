"""Asks a running node everything that its OpenAPI document offers, right and wrong, and believes no answer that the document does not declare.

Usage: run.py OKRUG CASES, in an environment with requirements.txt. OKRUG is the program; CASES is how many of chance there are
for each operation, besides those at the edges of what the document allows.
"""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request

SEED = "20260301"
CHECKS = ",".join([
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
])
# A stream has no end, and whoever ends their own session asks nothing more.
NEVER = [part for operation in ("events", "logout", "end_own") for part in ("--exclude-operation-id", operation)]
WHO = {
    "a person": [],
    "the administrator": ["--include-path-regex", "^/api/v1/(admin|audit)"],
}


def post(url, body):
    head = {"content-type": "application/json", "x-okrug": "1"}
    request = urllib.request.Request(url, json.dumps(body).encode(), head, method="POST")
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def tokens(office):
    """A person's token, and the administrator's."""
    login = {key: office["logins"][0][key] for key in ("login", "password")}
    person = post(f"{office['url']}/api/v1/session", {**login, "token": True})["token"]
    with open(os.path.join(office["data"], "api.json"), encoding="utf-8") as file:
        return person, json.load(file)["token"]


def ask(who, office, token, cases, folder):
    command = [os.path.join(os.path.dirname(sys.executable), "st"), "run", f"{office['url']}/api/v1/openapi.json"]
    command += ["--checks", CHECKS, "--seed", SEED, "--max-examples", cases, "--continue-on-failure", "--no-shrink"]
    command += ["--phases", "examples,coverage,fuzzing", "--request-timeout", "60", "--warnings", "off"]
    command += ["--header", f"Authorization: Bearer {token}", "--header", "X-Okrug: 1", *NEVER, *WHO[who]]
    print(f"---- {who}", flush=True)
    return subprocess.run(command, check=False, cwd=folder).returncode


def main():
    program, cases = os.path.abspath(sys.argv[1]), sys.argv[2]
    demo = [program, "--lang", "en", "demo", "--json", "--offices", "1", "--people", "2", "--seed", "1"]
    with tempfile.TemporaryDirectory() as folder, subprocess.Popen(demo, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        try:
            office = json.loads(child.stdout.readline())["offices"][0]
            found = [ask(who, office, token, cases, folder) for who, token in zip(WHO, tokens(office))]
            # It went through all of it, and serves.
            urllib.request.urlopen(f"{office['url']}/readyz").close()
        finally:
            child.stdin.write("stop\n")
            child.stdin.close()
    sys.exit(max(found))


if __name__ == "__main__":
    main()
