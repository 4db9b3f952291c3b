import type { StudioHealth } from "../../../api/operations";
import { sizeOf } from "../../../parts/size";
import { relative } from "../../../parts/time";
import { overview } from "../../../strings/administration/overview";

const words = overview.verdicts;

/** One thing that is well or is not, in a sentence, and where to see more of it. */
export interface Verdict {
  readonly id: string;
  readonly status: "error" | "warning" | "success";
  readonly text: string;
  readonly href?: string;
}

/** Part of the sessions' storage below which it is said to be little. */
const LITTLE_SPACE = 0.1;

const SEVERITY = { error: 0, warning: 1, success: 2 } as const;

/** What of a studio is well and what is not, the gravest first. */
export function verdictsOf(health: StudioHealth, now: number): readonly Verdict[] {
  const found = [vault(health, now), ...safety(health), proof(health), ...failures(health), ...space(health)];
  return found.sort((one, other) => SEVERITY[one.status] - SEVERITY[other.status]);
}

function vault({ vault: state, vaultSince, vaultMessage = "" }: StudioHealth, now: number): Verdict {
  if (state === "UP") return { id: "vault", status: "success", text: words.vaultUp };
  const since = vaultSince === undefined ? "" : relative(new Date(vaultSince), now);
  return { id: "vault", status: "error", text: words.vaultAway(since, vaultMessage), href: "/studio/health" };
}

function safety({ endangered, endangeredCount, protectedCount }: StudioHealth): Verdict[] {
  if (endangeredCount === 0) return [{ id: "safety", status: "success", text: words.safe(protectedCount) }];
  const told: Verdict[] = [];
  const count = (danger: string) => endangered.filter((each) => each.danger === danger).length;
  const add = (danger: string, status: Verdict["status"], text: (n: number) => string) => {
    // Where more are in danger than are told one by one, the rest counts as the gravest of them.
    const untold = told.length === 0 ? endangeredCount - endangered.length : 0;
    const number = count(danger);
    if (number > 0) told.push({ id: danger, status, text: text(number + untold), href: "#endangered" });
  };
  add("FAILING", "error", words.failing);
  add("UNPROTECTED", "error", words.unprotected);
  add("WAITING", "warning", words.waiting);
  add("LATE", "warning", words.late);
  return told;
}

function proof({ backupsUnproven }: StudioHealth): Verdict {
  return backupsUnproven === 0
    ? { id: "proof", status: "success", text: words.proven }
    : { id: "proof", status: "warning", text: words.unproven(backupsUnproven), href: "/studio/backups?proof=unproven" };
}

function failures({ sessions, backups }: StudioHealth): Verdict[] {
  const failed = sum(sessions, (state) => state.endsWith("_FAILED"));
  const broken = sum(backups, (state) => state === "CREATE_FAILED");
  return [
    ...(failed === 0 ? [] : [{ id: "sessions", status: "error" as const, text: words.failedSessions(failed), href: "/studio/sessions?state=failed" }]),
    ...(broken === 0 ? [] : [{ id: "backups", status: "warning" as const, text: words.failedBackups(broken), href: "/studio/backups?state=CREATE_FAILED" }]),
  ];
}

function space({ history }: StudioHealth): Verdict[] {
  const latest = history.at(-1);
  if (latest?.spaceFree === undefined || latest.spaceTotal === undefined || latest.spaceTotal === 0) return [];
  const part = latest.spaceFree / latest.spaceTotal;
  const little = part < LITTLE_SPACE;
  const text = (little ? words.littleSpace : words.space)(sizeOf(latest.spaceFree), Math.round(part * 100));
  return [{ id: "space", status: little ? "warning" : "success", text }];
}

interface Counted {
  readonly state: string;
  readonly count: number;
}

/** How many there are in the states that are meant. */
export function sum(counts: readonly Counted[], means: (state: string) => boolean): number {
  return counts.reduce((total, { state, count }) => (means(state) ? total + count : total), 0);
}
