import { describe, expect, it, vi } from "vitest";
import { AuthError, type Keys, UnreachableError } from "./auth";
import { Credentials, SignInEndedError } from "./credentials";

const HOUR = 3_600_000;
const keys = (expiration: number): Keys => ({
  accessKeyId: "ASIA",
  secretAccessKey: "s",
  sessionToken: "t",
  expiration: new Date(expiration).toISOString(),
});

describe("temporary keys", () => {
  it("are asked for once, however many ask at once, and then kept", async () => {
    const ask = vi.fn(async () => keys(HOUR));
    const credentials = new Credentials(ask, () => 0);
    await Promise.all([credentials.get(), credentials.get()]);
    await credentials.get();
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it("are renewed before they end", async () => {
    let now = 0;
    const ask = vi.fn(async () => keys(now + HOUR));
    const credentials = new Credentials(ask, () => now);
    await credentials.get();
    now = HOUR - 60_000;
    await credentials.get();
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it("end the sign-in where the server no longer knows it", async () => {
    const ended = vi.fn();
    const ask = vi.fn<() => Promise<Keys>>().mockRejectedValue(new AuthError(401, "", "Sign in.", null));
    const credentials = new Credentials(ask);
    credentials.whenEnded(ended);
    await expect(credentials.get()).rejects.toBeInstanceOf(SignInEndedError);
    await expect(credentials.get()).rejects.toBeInstanceOf(SignInEndedError);
    expect(ended).toHaveBeenCalledOnce();
    expect(ask).toHaveBeenCalledOnce();
    const late = vi.fn();
    credentials.whenEnded(late);
    expect(late).toHaveBeenCalledOnce();
  });

  it("leave the sign-in be where the server is only away, and are asked for again", async () => {
    const ended = vi.fn();
    const ask = vi.fn<() => Promise<Keys>>().mockRejectedValueOnce(new UnreachableError("…")).mockResolvedValue(keys(HOUR));
    const credentials = new Credentials(ask, () => 0);
    credentials.whenEnded(ended);
    await expect(credentials.get()).rejects.toBeInstanceOf(UnreachableError);
    expect((await credentials.get()).accessKeyId).toBe("ASIA");
    expect(ended).not.toHaveBeenCalled();
  });
});
