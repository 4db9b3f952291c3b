import { expect, it } from "vitest";
import { blocks } from "./serverSentEvents";

async function read(...pieces: string[]) {
  const found = [];
  const body = new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });
  for await (const block of blocks({ body })) found.push(block);
  return found;
}

it("reads blocks however the line cuts them into pieces", async () => {
  expect(await read("retry: 2000\n\nid: 7\nda", 'ta: {"type":"session.ready"}\n', "\nid: 8\ndata: {}\n\nid: 9")).toEqual([
    { id: "", data: "" },
    { id: "7", data: '{"type":"session.ready"}' },
    { id: "8", data: "{}" },
  ]);
});

it("takes comments for nothing", async () => {
  expect(await read(": nothing new\n\n")).toEqual([{ id: "", data: "" }]);
});
