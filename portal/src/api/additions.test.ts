import { webcrypto } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { encoded } from "./additions";

// A global of every browser, and of Node.js since 20.
vi.stubGlobal("crypto", webcrypto);

const route = {
  method: "POST",
  uri: "/greenroom/v1/studios/{studioId}/things/{thingId}",
  labels: { studioId: "studioId", thingId: "thingId" },
  query: { path: "path", kinds: "kind" },
  headers: { clientToken: "X-Amz-Client-Token" },
  token: "clientToken",
};

describe("an addition's request", () => {
  it("puts each member where it travels", () => {
    const { method, target, headers, body } = encoded(route, {
      studioId: "us-west-2:stid",
      thingId: "a/b",
      path: "shots/sh 010",
      kinds: ["one", "two"],
      note: "hello",
      absent: undefined,
    });
    expect(method).toBe("POST");
    expect(target).toBe(
      "/greenroom/v1/studios/us-west-2%3Astid/things/a%2Fb?path=shots%2Fsh%20010&kind=one&kind=two",
    );
    expect(JSON.parse(body ?? "")).toEqual({ note: "hello" });
    expect(headers["x-amz-client-token"]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("encodes what AWS encodes and a browser does not", () => {
    expect(encoded(route, { studioId: "s", thingId: "it's (1)*!" }).target).toContain("it%27s%20%281%29%2A%21");
  });

  it("has no body where it reads or deletes", () => {
    expect(encoded({ ...route, method: "GET" }, { studioId: "s", thingId: "t", note: "x" }).body).toBeUndefined();
  });
});
