import { expect, it } from "vitest";
import { styled } from "./styled";

function link(loaded: boolean) {
  return Object.assign(new EventTarget(), { sheet: loaded ? {} : null });
}

const page = (...links: EventTarget[]) => ({ querySelectorAll: () => links }) as unknown as ParentNode;

it("waits for the stylesheets that are still on their way, whatever becomes of them", async () => {
  const [one, other] = [link(false), link(false)];
  const seen: string[] = [];
  const waiting = styled(page(link(true), one, other)).then(() => seen.push("styled"));
  one.dispatchEvent(new Event("load"));
  await Promise.resolve();
  expect(seen).toEqual([]);
  other.dispatchEvent(new Event("error"));
  await waiting;
  expect(seen).toEqual(["styled"]);
});

it("waits for nothing where all are there", async () => {
  await styled(page(link(true)));
});
