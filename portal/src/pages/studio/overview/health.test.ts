import { expect, test } from "vitest";
import type { HealthSample, SessionProtection, StudioHealth } from "../../../api/operations";
import { sum, verdictsOf } from "./health";

const NOW = Date.UTC(2026, 10, 27, 12);

const well: StudioHealth = {
  backupBytes: 0,
  backups: [{ state: "READY", count: 3 }],
  backupsUnproven: 0,
  backupIntervalSeconds: 14_400,
  endangered: [],
  endangeredCount: 0,
  history: [],
  people: 2,
  peopleAtWork: 1,
  peopleWithSessions: 1,
  protected: [],
  protectedCount: 2,
  sessions: [{ state: "READY", count: 1 }],
  vault: "UP",
  vaultBytes: 0,
};

const inDanger = (danger: SessionProtection["danger"]): SessionProtection => ({
  launchProfileId: "p",
  ownedBy: "o",
  sessionId: "s",
  state: "STOPPED",
  ...(danger === undefined ? {} : { danger }),
});

const told = (change: Partial<StudioHealth>) => verdictsOf({ ...well, ...change }, NOW);
const statuses = (change: Partial<StudioHealth>) => Object.fromEntries(told(change).map(({ id, status }) => [id, status]));

test("a studio without troubles is well in every respect", () => {
  expect(new Set(Object.values(statuses({})))).toEqual(new Set(["success"]));
});

test("failed backups and unprotected work are errors, what waits or is late a warning", () => {
  const endangered = (["FAILING", "UNPROTECTED", "WAITING", "LATE"] as const).map(inDanger);
  expect(statuses({ endangered, endangeredCount: 4 })).toMatchObject({
    FAILING: "error",
    UNPROTECTED: "error",
    WAITING: "warning",
    LATE: "warning",
  });
});

test("those that are not told one by one are counted all the same", () => {
  expect(told({ endangered: [inDanger("LATE")], endangeredCount: 7 })[0]?.text).toContain("7 sessions");
});

test("the gravest comes first, and a vault that is away says since when and why", () => {
  const [first] = told({ vault: "UNREACHABLE", vaultSince: "2026-11-27T10:00:00Z", vaultMessage: "no route", backupsUnproven: 1 });
  expect(first).toMatchObject({ id: "vault", status: "error" });
  expect(first?.text).toBe("The vault cannot be reached: no route. It went away 2 h ago.");
});

test("failed sessions and unproven backups lead to where they are listed", () => {
  const found = told({ sessions: [{ state: "START_FAILED", count: 2 }], backupsUnproven: 5 });
  expect(found.find(({ id }) => id === "sessions")?.href).toBe("/studio/sessions?state=failed");
  expect(found.find(({ id }) => id === "proof")?.href).toBe("/studio/backups?proof=unproven");
});

test("little space is a warning, and an unknown one is not told of", () => {
  const sample = { spaceFree: 5e9, spaceTotal: 1e11 } as HealthSample;
  expect(statuses({ history: [sample] })["space"]).toBe("warning");
  expect(statuses({ history: [{ ...sample, spaceFree: 5e10 }] })["space"]).toBe("success");
  expect(statuses({})["space"]).toBeUndefined();
});

test("numbers by state are added up", () => {
  expect(sum([{ state: "READY", count: 2 }, { state: "STOP_FAILED", count: 3 }], (state) => state.endsWith("_FAILED"))).toBe(3);
});
