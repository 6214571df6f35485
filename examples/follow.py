"""Follows the feed of changes from where it stopped, and survives being stopped anywhere.

RAPPORT_URL and RAPPORT_TOKEN say where and as whom; `--once` ends at the end of the feed. It keeps
its place in place.json, which it replaces in one step after a page is dealt with. It ends with 75
when that place is lost: then read everything afresh, and begin again without the file.
"""

import json, os, sys, time, urllib.error, urllib.request

PLACE = "place.json"
FEED = """query ($after: String) { changes(after: $after, first: 500, exceptOrigins: ["payroll"]) {
  nodes { id change nodeKind nodeId fields node { id ... on Candidate { name } ... on Contact { name } } }
  pageInfo { hasNextPage endCursor } } }"""


def ask(variables):
    for pause in (1, 2, 4, 8, None):
        request = urllib.request.Request(
            os.environ["RAPPORT_URL"],
            json.dumps({"query": FEED, "variables": variables}).encode(),
            {"Authorization": "Bearer " + os.environ["RAPPORT_TOKEN"], "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.load(response)
        except urllib.error.HTTPError as refusal:
            if pause is None or refusal.code not in (429, 500, 502, 503, 504):
                sys.exit(f"HTTP {refusal.code}: {refusal.read().decode()}")
            time.sleep(float(refusal.headers.get("Retry-After", pause)))
        except OSError as failure:
            if pause is None:
                sys.exit(f"no answer: {failure}")
            time.sleep(pause)


def keep(cursor):
    with open(PLACE + ".new", "w") as file:
        json.dump(cursor, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(PLACE + ".new", PLACE)


def deal_with(change):
    # Yours to write; it may be called again for a change that it has seen.
    name = (change["node"] or {}).get("name", "")
    print(change["change"], change["nodeKind"], name, ",".join(change["fields"]))


cursor = json.load(open(PLACE)) if os.path.exists(PLACE) else None
while True:
    answer = ask({"after": cursor})
    if "errors" in answer:
        error = answer["errors"][0]
        lost = error["extensions"]["code"] in ("CURSOR_FROM_ANOTHER_HISTORY", "CURSOR_TOO_OLD")
        print(error["message"], file=sys.stderr)
        sys.exit(75 if lost else 1)
    page = answer["data"]["changes"]
    for change in page["nodes"]:
        deal_with(change)
    if page["pageInfo"]["endCursor"] != cursor:
        cursor = page["pageInfo"]["endCursor"]
        keep(cursor)
    if not page["pageInfo"]["hasNextPage"]:
        if "--once" in sys.argv:
            break
        time.sleep(2)
