/** What the page of a desktop, which is of this server, says of the picture that it shows. */
export interface Picture {
  /** Frames a second that were shown. */
  readonly frames: number | null;
  /** Megabits a second that came, picture and sound. */
  readonly megabits: number | null;
}

/** What a page may count; of another server's, or one that is not there yet, nothing is known. */
interface Counting {
  readonly fps?: unknown;
  readonly stream_stats?: { readonly open?: boolean; readonly latest?: { readonly mbps?: unknown } | null };
}

const UNKNOWN: Picture = { frames: null, megabits: null };

/** The figures of the last second. Bytes are counted only while somebody asks for it: the page is told to, each time. */
export function pictureOf(frame: HTMLIFrameElement | null): Picture {
  try {
    const page = frame?.contentWindow as (Window & Counting) | null | undefined;
    if (page === null || page === undefined) return UNKNOWN;
    const counted = page.stream_stats;
    if (counted?.open === false) page.postMessage({ type: "statsOpen", open: true }, page.location.origin);
    return { frames: figure(page.fps), megabits: figure(counted?.latest?.mbps) };
  } catch {
    return UNKNOWN;
  }
}

function figure(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
