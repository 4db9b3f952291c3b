import { describe, expect, it } from "vitest";
import { artist } from "../../strings/artist";
import { actsOf, consequencesOfStop, consequencesOfTermination, timeLeft } from "./acts";

const now = Date.parse("2026-11-27T09:00:00Z");
const at = (minutes: number) => new Date(now + minutes * 60_000);

describe("what can be done with a session", () => {
  it("is to open it first while it runs, and to start it first when it is stopped", () => {
    expect(actsOf({ state: "READY" })[0]).toBe("open");
    expect(actsOf({ state: "STOPPED" })[0]).toBe("start");
  });

  it("is nothing while the server is at work on it", () => {
    expect(actsOf({ state: "STOP_IN_PROGRESS" })).toEqual([]);
    expect(actsOf({ state: "CREATE_IN_PROGRESS" })).toEqual([]);
  });

  it("is not to stop it where its profile keeps nothing of a stopped session", () => {
    expect(actsOf({ state: "READY", sessionPersistenceMode: "DEACTIVATED" })).not.toContain("stop");
  });

  it("is to terminate it where it failed", () => {
    expect(actsOf({ state: "START_FAILED" })).toEqual(["terminate"]);
  });
});

describe("the time that is left", () => {
  it("is that until it stops while it runs, and until it is terminated when it is stopped", () => {
    expect(timeLeft({ state: "READY", stopAt: at(90), terminateAt: at(600) }, now)).toBe("Stops by itself in 1 h 30 min");
    expect(timeLeft({ state: "STOPPED", terminateAt: at(10) }, now)).toBe("Is terminated by itself in 10 min");
  });

  it("is said where it is over, and where there is no limit", () => {
    expect(timeLeft({ state: "READY", stopAt: at(-1) }, now)).toContain(artist.sessions.overdue);
    expect(timeLeft({ state: "READY" }, now)).toBe(artist.sessions.noLimit);
  });

  it("is not told of what is on its way elsewhere", () => {
    expect(timeLeft({ state: "STOP_IN_PROGRESS", stopAt: at(5) }, now)).toBe("");
  });
});

describe("what a stop does to the work", () => {
  it("keeps files and makes a backup where the profile says so; what was not saved is lost", () => {
    const told = consequencesOfStop({ backupMode: "AUTOMATIC", maxBackupsToRetain: 5, volumeRetentionMode: "RETAIN" });
    expect(told.losses).toEqual([artist.effects.programs]);
    expect(told.rest).toEqual([artist.effects.filesStay, artist.effects.backupFirst]);
    expect(told.grave).toBe(false);
  });

  it("is grave where neither the volume nor a backup keeps the files", () => {
    expect(consequencesOfStop({ backupMode: "DEACTIVATED", volumeRetentionMode: "DELETE" }).grave).toBe(true);
  });
});

describe("what a termination does to the work", () => {
  it("leaves a last backup of a running session", () => {
    const told = consequencesOfTermination({ state: "READY", backupMode: "AUTOMATIC", maxBackupsToRetain: 5 }, []);
    expect(told.rest).toContain(artist.effects.lastBackupFirst);
    expect(told.grave).toBe(false);
  });

  it("is grave where there is no backup and none is made", () => {
    const told = consequencesOfTermination({ state: "STOPPED", backupMode: "DEACTIVATED" }, []);
    expect(told.losses).toContain(artist.effects.noBackupsAtAll);
    expect(told.grave).toBe(true);
  });

  it("loses what changed since the newest backup that is ready", () => {
    const told = consequencesOfTermination({ state: "READY", backupMode: "DEACTIVATED" }, [
      { state: "CREATE_FAILED", createdAt: at(-1) },
      { state: "READY", createdAt: at(-60) },
    ]);
    expect(told.losses.at(-1)).toMatch(/^What changed since its last backup \(/);
  });

  it("loses nothing of a session whose stop was backed up", () => {
    const told = consequencesOfTermination({ state: "STOPPED", backupMode: "AUTOMATIC", stoppedAt: at(-5) }, [
      { state: "READY", createdAt: at(-5) },
    ]);
    expect(told.losses).toEqual([artist.effects.desktopGoes]);
  });
});
