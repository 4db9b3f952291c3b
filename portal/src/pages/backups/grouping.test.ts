import { expect, it } from "vitest";
import { bySession } from "./grouping";

it("keeps the order of the listing within a session, and puts the session with the newest one first", () => {
  const listed = [
    { backupId: "c", sessionId: "two" },
    { backupId: "b", sessionId: "one" },
    { backupId: "a", sessionId: "two" },
  ];
  const grouped = bySession(listed).map(([session, backups]) => [session, backups.map(({ backupId }) => backupId)]);
  expect(grouped).toEqual([
    ["two", ["c", "a"]],
    ["one", ["b"]],
  ]);
});
