import { describe, expect, it, vi } from "vitest";
import { pictureOf } from "./picture";

const frameOf = (page: object) => ({ contentWindow: page }) as unknown as HTMLIFrameElement;

describe("the picture of a desktop", () => {
  it("is told in frames and megabits a second, where its page counts them", () => {
    const page = { fps: 29.6, stream_stats: { open: true, latest: { mbps: 3.41 } } };
    expect(pictureOf(frameOf(page))).toEqual({ frames: 29.6, megabits: 3.41 });
  });

  it("has the page count bytes, which it does only when asked", () => {
    const postMessage = vi.fn();
    const page = { fps: 0, stream_stats: { open: false, latest: null }, postMessage, location: { origin: "https://here" } };
    expect(pictureOf(frameOf(page))).toEqual({ frames: 0, megabits: null });
    expect(postMessage).toHaveBeenCalledWith({ type: "statsOpen", open: true }, "https://here");
  });

  it("is not known of a page that is not there or may not be asked", () => {
    const unknown = { frames: null, megabits: null };
    expect(pictureOf(null)).toEqual(unknown);
    const closed = {
      get fps() {
        throw new DOMException("another origin", "SecurityError");
      },
    };
    expect(pictureOf(frameOf(closed))).toEqual(unknown);
  });
});
