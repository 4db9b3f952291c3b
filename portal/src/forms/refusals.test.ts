import { describe, expect, it } from "vitest";
import { placesOf } from "./refusals";

function refused(message: string, name = "ValidationException", code?: string): Error {
  return Object.assign(new Error(message), { name, code });
}

describe("a refusal is shown at the fields that it is about", () => {
  it("all of them, where the server tells several", () => {
    const error = refused(
      "3 validation errors detected: Value null at 'name' failed to satisfy constraint: Member must not be null; " +
        "Value 'a; b' at 'streamConfiguration.ec2InstanceTypes.2.member' failed to satisfy constraint: Member must satisfy enum value set: [g3, g4]; " +
        "Value at 'scriptParameters.1.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1; and 2 more",
    );
    expect(Object.fromEntries(placesOf(error))).toEqual({
      name: "Must not be null.",
      "streamConfiguration.ec2InstanceTypes.1": "Must satisfy enum value set: [g3, g4].",
      "scriptParameters.0.key": "Must have length greater than or equal to 1.",
    });
  });

  it("where a rule names its member first", () => {
    const error = refused("studioComponentIds: the studio has no studio component c-1.");
    expect([...placesOf(error)]).toEqual([["studioComponentIds", "The studio has no studio component c-1."]]);
  });

  it("where its code belongs to a field", () => {
    const error = refused("There is a user mia already.", "ConflictException", "USER_EXISTS");
    expect([...placesOf(error, { USER_EXISTS: "userName" })]).toEqual([["userName", "There is a user mia already."]]);
  });

  it("and nowhere else", () => {
    expect(placesOf(refused("It is not possible now.")).size).toBe(0);
    expect(placesOf(refused("name: x", "AccessDeniedException")).size).toBe(0);
    expect(placesOf("no error at all").size).toBe(0);
  });
});
