import { useEffect, useState } from "react";
import type { Picture } from "./picture";
import { type Quality, qualityOf, REMEMBERED } from "./quality";

export interface Connection {
  readonly quality: Quality;
  /** Whether the server has stopped answering. */
  readonly lost: boolean;
  /** Rises each time the server answers again after that. */
  readonly recoveries: number;
  readonly picture: Picture;
}

/** Milliseconds between two round trips, and after which one counts as none. */
const PAUSE = 2000;
const PATIENCE = 5000;
/** Round trips that fail one after the other before the connection counts as lost: a single one is no news. */
const FAILURES = 2;

/** Measures the way to the server while the page is shown. `look` asks the desktop's page. */
export function useConnection(look: () => Picture): Connection {
  const [connection, setConnection] = useState<Connection>({
    quality: qualityOf([]),
    lost: false,
    recoveries: 0,
    picture: { frames: null, megabits: null },
  });
  useEffect(() => {
    const roundTrips: number[] = [];
    let failures = 0;
    let over = false;
    let timer: ReturnType<typeof setTimeout>;
    const measure = async () => {
      const roundTrip = await roundTripTime();
      if (over) return;
      if (roundTrip === null) failures += 1;
      else {
        failures = 0;
        roundTrips.push(roundTrip);
        if (roundTrips.length > REMEMBERED) roundTrips.shift();
      }
      const picture = look();
      setConnection((known) => {
        const lost = failures >= FAILURES;
        const recoveries = known.recoveries + (known.lost && !lost ? 1 : 0);
        return { quality: qualityOf(roundTrips), lost, recoveries, picture };
      });
      timer = setTimeout(() => void measure(), failures > 0 ? PAUSE / 2 : PAUSE);
    };
    void measure();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [look]);
  return connection;
}

/** Milliseconds until the server's shortest answer is here; null where none comes. */
async function roundTripTime(): Promise<number | null> {
  const begun = performance.now();
  try {
    const answer = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    await answer.text();
    return answer.ok ? performance.now() - begun : null;
  } catch {
    return null;
  }
}
