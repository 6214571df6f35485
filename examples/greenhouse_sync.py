#!/usr/bin/env python3
"""Pushes Greenhouse records into Rapport, as a nightly job would. Python's standard library only.

    RAPPORT_URL=http://127.0.0.1:8080/graphql RAPPORT_TOKEN=... python3 examples/greenhouse_sync.py
    python3 examples/greenhouse_sync.py --check      # reads and maps the records, sends nothing

Each record is looked up by its Greenhouse id, then created or changed where it differs: a second run
changes nothing. What Greenhouse does not know (tags and numbers that recruiters added here) is kept.
Not taken over: custom fields, answers, educations, attachments, and the feed's `activities`, which
tell what Greenhouse's own screens did.
"""

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path

RECORDS = Path(__file__).resolve().parent.parent / "samples" / "greenhouse"
SYSTEM = "greenhouse"

# The whole conversation with the API. Reading comes first in each pair, for what is only changed
# where it differs.

PERSON = """query Person($by: PersonBy!) { person(by: $by) {
  doNotContact tags emails { value label } phones { value label } links { value label } } }"""
UPSERT_PERSON = """mutation UpsertPerson($input: UpsertPersonInput!) { upsertPerson(input: $input) {
  created updated userErrors { code message path } } }"""
SET_DO_NOT_CONTACT = """mutation SetDoNotContact($input: SetDoNotContactInput!) { setDoNotContact(input: $input) {
  userErrors { code message path } } }"""

JOB = """query Job($by: NodeBy!) { job(by: $by) { title status openedOn closedOn } }"""
CREATE_JOB = """mutation CreateJob($input: CreateJobInput!) { createJob(input: $input) {
  userErrors { code message path } } }"""
UPDATE_JOB = """mutation UpdateJob($input: UpdateJobInput!) { updateJob(input: $input) {
  userErrors { code message path } } }"""

APPLICATIONS = """query Applications($by: PersonBy!, $after: String) { person(by: $by) {
  ... on Candidate { applications(first: 100, after: $after) {
    nodes { externalRecords { system type id } stage outcome source }
    pageInfo { hasNextPage endCursor } } } } }"""
CREATE_APPLICATION = """mutation CreateApplication($input: CreateApplicationInput!) { createApplication(input: $input) {
  userErrors { code message path } } }"""
UPDATE_APPLICATION = """mutation UpdateApplication($input: UpdateApplicationInput!) { updateApplication(input: $input) {
  userErrors { code message path } } }"""

INTERACTION = """query Interaction($by: NodeBy!) { interaction(by: $by) { subject body visibility } }"""
LOG_INTERACTION = """mutation LogInteraction($input: LogInteractionInput!) { logInteraction(input: $input) {
  userErrors { code message path } } }"""
UPDATE_INTERACTION = """mutation UpdateInteraction($input: UpdateInteractionInput!) { updateInteraction(input: $input) {
  userErrors { code message path } } }"""

REFERRAL = """query Referral($by: NodeBy!) { referral(by: $by) { id } }"""
RECORD_REFERRAL = """mutation RecordReferral($input: RecordReferralInput!) { recordReferral(input: $input) {
  userErrors { code message path } } }"""


def record(kind, id):
    """What Greenhouse calls one thing. Ids are sent as text: they outgrow 32 bits."""
    return {"system": SYSTEM, "type": kind, "id": str(id)}


def by(kind, id):
    return {"externalRecord": record(kind, id)}


# ---- Greenhouse's words in Rapport's -------------------------------------------------------------


def points(items):
    return [{"value": item["value"], "label": item.get("type")} for item in items]


def links(candidate):
    items = candidate["website_addresses"] + candidate["social_media_addresses"]
    return [
        {**point, "value": point["value"] if "://" in point["value"] else "https://" + point["value"]}
        for point in points(items)
    ]


def positions(candidate):
    now = {"title": candidate["title"], "companyName": candidate["company"]}
    past = [
        {
            "title": job["title"],
            "companyName": job["company_name"],
            "startedOn": day(job["start_date"]),
            "endedOn": day(job["end_date"]),
        }
        for job in candidate["employments"]
    ]
    return ([now] if any(now.values()) else []) + past


def day(time):
    return time and time[:10]


def job_details(job):
    if "status" not in job:  # an application names its job by no more than this
        return {"title": job["name"]}
    # "closed" does not say how; a job that hired somebody names the application that filled it.
    hired = any(opening["application_id"] for opening in job["openings"])
    status = {"open": "OPEN", "draft": "ON_HOLD"}.get(job["status"], "FILLED" if hired else "CANCELLED")
    return {
        "title": job["name"],
        "status": status,
        "openedOn": day(job["opened_at"]),
        "closedOn": day(job["closed_at"]),
    }


def outcome(application):
    if application["status"] == "rejected":
        reason = (application["rejection_reason"] or {}).get("type") or {}
        return "DECLINED" if reason.get("name") == "They rejected us" else "NOT_SELECTED"
    return "HIRED" if application["status"] == "hired" else None


def application_details(application):
    return {
        "stage": (application["current_stage"] or {}).get("name"),
        "outcome": outcome(application),
        "source": (application["source"] or {}).get("public_name"),
    }


def is_private(note):
    # Harvest sends the field under both spellings; an old record may have the flag alone.
    seen_by = note.get("visibility") or note.get("visiblity") or "public"
    return bool(note.get("private")) or seen_by != "public"


def note_details(note):
    return {
        "channel": "NOTE",
        "occurredAt": note["created_at"],
        "subject": f"Note by {note['user']['name']}",
        "body": note["body"],
        "visibility": "PRIVATE" if is_private(note) else "TEAM",
    }


def email_details(email, candidate, users):
    return {
        "channel": "EMAIL",
        "direction": "OUTBOUND" if is_from_staff(email, candidate, users) else "INBOUND",
        "occurredAt": email["created_at"],
        "subject": email["subject"],
        "body": email["body"],
        "visibility": "TEAM",
    }


def is_from_staff(email, candidate, users):
    """An e-mail carries no direction. Greenhouse lists no addresses of those who have left, so the
    company's domain counts as well, but for the candidate's own address within it."""
    sender = email["from"].casefold()
    if sender in {item["value"].casefold() for item in candidate["email_addresses"]}:
        return False
    staff = {address.casefold() for user in users for address in user["emails"]}
    domains = {address.rpartition("@")[2] for address in staff}
    return sender in staff or sender.rpartition("@")[2] in domains


# ---- Sending -------------------------------------------------------------------------------------


class Rapport:
    """The API, and the count of what became of each record."""

    def __init__(self, url, token):
        self.url, self.token = url, token
        self.created = self.updated = self.unchanged = 0

    def ask(self, document, **variables):
        """Runs one operation and answers its one root field, or says why not and ends."""
        request = urllib.request.Request(
            self.url,
            json.dumps({"query": document, "variables": variables}).encode(),
            {
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                "Accept": "application/graphql-response+json",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                answer = json.load(response)
        except urllib.error.HTTPError as refusal:
            sys.exit(f"HTTP {refusal.code}: {refusal.read().decode(errors='replace')[:500]}")
        except urllib.error.URLError as failure:
            sys.exit(f"cannot reach {self.url}: {failure.reason}")
        if answer.get("errors"):
            sys.exit("\n".join(f"{e['extensions']['code']}: {e['message']}" for e in answer["errors"]))
        (result,) = answer["data"].values()
        return result

    def write(self, document, input):
        result = self.ask(document, input=input)
        for error in result["userErrors"]:
            sys.exit(f"{error['code']} at {'.'.join(error['path'])}: {error['message']}")
        return result

    def told(self, what, fate):
        setattr(self, fate, getattr(self, fate) + 1)
        print(f"{fate:9}  {what}")

    def settle(self, kind, id, known, details, create, update, **only_new):
        """Creates what is not known, changes what differs."""
        if known is None:
            # The key makes a repeat after a lost answer safe.
            key = f"{SYSTEM}/{kind}/{id}"
            only_new |= {"externalRecords": [record(kind, id)], "idempotencyKey": key}
            self.write(create, {**details, **only_new})
            fate = "created"
        elif changes := {name: value for name, value in details.items() if known.get(name, value) != value}:
            self.write(update, {"by": by(kind, id), **changes})
            fate = "updated"
        else:
            fate = "unchanged"
        self.told(f"{kind} {id}", fate)

    def person(self, kind, id, hat, details):
        result = self.write(UPSERT_PERSON, {"externalRecord": record(kind, id), "hat": hat, **details})
        return "created" if result["created"] else "updated" if result["updated"] else "unchanged"


def merged(stored, sent, key):
    """What is stored, then what is new: a list that is sent replaces the stored one as a whole."""
    known = {key(item).casefold() for item in stored}
    return stored + [item for item in sent if key(item).casefold() not in known]


def push_candidate(api, candidate):
    me = by("candidate", candidate["id"])
    stored = api.ask(PERSON, by=me) or {}
    lists = {
        "emails": points(candidate["email_addresses"]),
        "phones": points(candidate["phone_numbers"]),
        "links": links(candidate),
    }
    details = {name: merged(stored.get(name, []), sent, lambda point: point["value"]) for name, sent in lists.items()}
    details["tags"] = merged(stored.get("tags", []), candidate["tags"], str)
    details["givenName"], details["familyName"] = candidate["first_name"], candidate["last_name"]
    details["positions"] = positions(candidate)
    fate = api.person("candidate", candidate["id"], "CANDIDATE", details)
    # The strictest of all systems counts: a wish told to us here is not lifted by Greenhouse.
    if not candidate["can_email"] and not stored.get("doNotContact"):
        api.write(SET_DO_NOT_CONTACT, {"by": me, "doNotContact": True, "reason": "Greenhouse: may not be e-mailed"})
        fate = "updated" if fate == "unchanged" else fate
    api.told(f"candidate {candidate['id']}", fate)


def push_job(api, job):
    details = job_details(job)
    known = api.ask(JOB, by=by("job", job["id"]))
    api.settle("job", job["id"], known, details, CREATE_JOB, UPDATE_JOB)


def known_applications(api, candidate):
    known, after = {}, None
    while True:
        page = api.ask(APPLICATIONS, by=by("candidate", candidate["id"]), after=after)["applications"]
        for node in page["nodes"]:
            for name in node["externalRecords"]:
                if (name["system"], name["type"]) == (SYSTEM, "application"):
                    known[name["id"]] = node
        if not page["pageInfo"]["hasNextPage"]:
            return known
        after = page["pageInfo"]["endCursor"]


def push_application(api, candidate, application, known):
    (job, *_) = application["jobs"]  # a candidacy has one; a prospect's are left out before
    person = by("candidate", candidate["id"])
    concluded = {"concludedAt": application["rejected_at"]} if application["rejected_at"] else {}
    api.settle(
        "application", application["id"], known.get(str(application["id"])), application_details(application),
        CREATE_APPLICATION, UPDATE_APPLICATION,
        person=person, job=by("job", job["id"]), appliedAt=application["applied_at"], **concluded,
    )  # fmt: skip
    if application["credited_to"]:
        push_referral(api, person, application, job)


def push_referral(api, referred, application, job):
    user = application["credited_to"]
    names = {"givenName": user["first_name"], "familyName": user["last_name"]}
    api.told(f"user {user['id']}", api.person("user", user["id"], "CONTACT", names))
    id = f"{application['id']}:{user['id']}"
    api.settle(
        "credited_to", id, api.ask(REFERRAL, by=by("credited_to", id)), {}, RECORD_REFERRAL, None,
        referrer=by("user", user["id"]), referred={"person": referred}, job=by("job", job["id"]),
        referredAt=application["applied_at"],
    )  # fmt: skip


def push_interaction(api, candidate, kind, id, details):
    known = api.ask(INTERACTION, by=by(kind, id))
    person = by("candidate", candidate["id"])
    api.settle(kind, id, known, details, LOG_INTERACTION, UPDATE_INTERACTION, people=[person])


def main():
    names = ("candidate", "activity_feed", "job", "user")
    candidate, feed, job, user = (json.loads((RECORDS / f"{name}.json").read_text("utf-8")) for name in names)
    applications = [a for a in candidate["applications"] if not a["prospect"] and a["jobs"]]
    jobs = {j["id"]: j for a in applications for j in a["jobs"]} | {job["id"]: job}
    interactions = [("note", note["id"], note_details(note)) for note in feed["notes"]]
    interactions += [("email", email["id"], email_details(email, candidate, [user])) for email in feed["emails"]]

    if "--check" in sys.argv[1:]:
        print(f"1 candidate, {len(jobs)} jobs, {len(applications)} applications, {len(interactions)} interactions")
        return
    if not os.environ.get("RAPPORT_TOKEN"):
        sys.exit("RAPPORT_TOKEN is missing: a token with the scopes read and write")
    api = Rapport(os.environ.get("RAPPORT_URL", "http://127.0.0.1:8080/graphql"), os.environ["RAPPORT_TOKEN"])
    push_candidate(api, candidate)
    for known_job in jobs.values():
        push_job(api, known_job)
    known = known_applications(api, candidate)
    for application in applications:
        push_application(api, candidate, application, known)
    for kind, id, details in interactions:
        push_interaction(api, candidate, kind, id, details)
    print(f"{api.created} created, {api.updated} updated, {api.unchanged} unchanged")


if __name__ == "__main__":
    main()
