import { expect, test } from "vitest";
import { gather } from "./gathering";

const numbers = (pages: number) => async (token: string | undefined) => {
  const page = Number(token ?? "0");
  return { items: [2 * page, 2 * page + 1], nextToken: page + 1 < pages ? String(page + 1) : undefined };
};

test("where everything is kept, a page is the server's page", async () => {
  expect(await gather(numbers(3), () => true, 2)).toEqual({ items: [0, 1], looked: 2, nextToken: "1" });
});

test("it reads on until enough are kept", async () => {
  expect(await gather(numbers(5), (n) => n % 2 === 0, 2, "1")).toEqual({ items: [2, 4], looked: 4, nextToken: "3" });
});

test("the last page has no other behind it", async () => {
  expect(await gather(numbers(2), () => false, 2)).toEqual({ items: [], looked: 4, nextToken: undefined });
});

test("what is rare does not read everything at once", async () => {
  expect(await gather(numbers(50), () => false, 2)).toEqual({ items: [], looked: 20, nextToken: "10" });
});
