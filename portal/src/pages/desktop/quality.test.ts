import { describe, expect, it } from "vitest";
import { qualityOf } from "./quality";

describe("the quality of a connection", () => {
  it("is not judged by a single round trip", () => {
    expect(qualityOf([12]).grade).toBe("measuring");
    expect(qualityOf([]).grade).toBe("measuring");
  });

  it("is good where round trips are short and steady", () => {
    expect(qualityOf([10, 14, 12, 20, 11])).toEqual({ grade: "good", roundTrip: 12, least: 10, most: 20 });
  });

  it("is fair where they are longer, and poor where they are long", () => {
    expect(qualityOf([100, 110, 120]).grade).toBe("fair");
    expect(qualityOf([300, 310, 280]).grade).toBe("poor");
  });

  it("is worse where they are unsteady", () => {
    expect(qualityOf([20, 20, 20, 150, 20]).grade).toBe("fair");
    expect(qualityOf([20, 20, 20, 900, 20]).grade).toBe("poor");
  });

  it("forgives what is past, but tells it", () => {
    const quality = qualityOf([900, 12, 12, 12, 12, 12]);
    expect(quality.grade).toBe("good");
    expect(quality.most).toBe(900);
  });
});
