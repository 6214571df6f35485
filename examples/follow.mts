/**
 * Follows the feed of changes from where it stopped, and survives being stopped anywhere.
 *
 * RAPPORT_URL and RAPPORT_TOKEN say where and as whom; `--once` ends at the end of the feed. It
 * keeps its place in place.json, which it replaces in one step after a page is dealt with. It ends
 * with 75 when that place is lost: then read everything afresh, and begin again without the file.
 *
 *     node --experimental-strip-types follow.mts      (Node.js 22; any compiler for older ones)
 */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";

interface Change {
  id: string;
  change: "CREATED" | "UPDATED" | "REMOVED";
  nodeKind: string;
  nodeId: string;
  fields: string[];
  node: { id: string; name?: string } | null;
}

interface Page {
  nodes: Change[];
  pageInfo: { hasNextPage: boolean; endCursor: string };
}

interface Answer {
  data?: { changes: Page };
  errors?: { message: string; extensions: { code: string } }[];
}

const PLACE = "place.json";
const FEED = `query ($after: String) { changes(after: $after, first: 500, exceptOrigins: ["payroll"]) {
  nodes { id change nodeKind nodeId fields node { id ... on Candidate { name } ... on Contact { name } } }
  pageInfo { hasNextPage endCursor } } }`;

const wait = (seconds: number) => new Promise<void>((done) => setTimeout(done, seconds * 1000));

async function ask(after: string | null): Promise<Answer> {
  for (let pause = 1; ; pause *= 2) {
    let answer: Response | undefined;
    try {
      answer = await fetch(process.env.RAPPORT_URL ?? "", {
        method: "POST",
        headers: { Authorization: `Bearer ${process.env.RAPPORT_TOKEN}`, "Content-Type": "application/json" },
        body: JSON.stringify({ query: FEED, variables: { after } }),
        signal: AbortSignal.timeout(60_000),
      });
      if (answer.ok) return (await answer.json()) as Answer;
    } catch (failure) {
      if (pause > 8) throw failure;
    }
    if (answer && (pause > 8 || ![429, 500, 502, 503, 504].includes(answer.status))) {
      throw new Error(`HTTP ${answer.status}: ${await answer.text()}`);
    }
    await wait(Number(answer?.headers.get("Retry-After") ?? pause));
  }
}

function keep(cursor: string): void {
  const file = openSync(PLACE + ".new", "w");
  writeSync(file, JSON.stringify(cursor));
  fsyncSync(file);
  closeSync(file);
  renameSync(PLACE + ".new", PLACE);
}

/** Yours to write; it may be called again for a change that it has seen. */
function dealWith(change: Change): void {
  console.log(change.change, change.nodeKind, change.node?.name ?? "", change.fields.join(","));
}

let cursor: string | null = existsSync(PLACE) ? JSON.parse(readFileSync(PLACE, "utf8")) : null;
for (;;) {
  const answer = await ask(cursor);
  const error = answer.errors?.[0];
  if (error || !answer.data) {
    console.error(error?.message);
    const lost = ["CURSOR_FROM_ANOTHER_HISTORY", "CURSOR_TOO_OLD"].includes(error?.extensions.code ?? "");
    process.exit(lost ? 75 : 1);
  }
  const page = answer.data.changes;
  page.nodes.forEach(dealWith);
  if (page.pageInfo.endCursor !== cursor) {
    cursor = page.pageInfo.endCursor;
    keep(cursor);
  }
  if (!page.pageInfo.hasNextPage) {
    if (process.argv.includes("--once")) break;
    await wait(2);
  }
}
