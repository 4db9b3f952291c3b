import { expect, it } from "vitest";
import { addressOf, draftOf, questionOf } from "./question";

const question = {
  userName: "mia",
  action: "nimble:StopStreamingSession",
  conditionKeys: { "nimble:ownedBy": "p-1" },
};

it("a question to the simulator goes into the page's address and comes back whole", () => {
  const address = addressOf(question);
  expect(String(address)).toBe("user=mia&action=nimble%3AStopStreamingSession&key.nimble%3AownedBy=p-1");
  expect(questionOf(address)).toEqual(question);
  expect(draftOf(address)["conditionKeys"]).toEqual([{ key: "nimble:ownedBy", value: "p-1" }]);
});

it("an address that does not say who and what asks nothing", () => {
  expect(questionOf(new URLSearchParams("user=mia"))).toBeNull();
  expect(draftOf(new URLSearchParams("user=mia"))).toEqual({ userName: "mia", action: "", resource: "", conditionKeys: [] });
});
