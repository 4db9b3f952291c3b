/** How a connection is to work on, from the times of its last round trips. */

export type Grade = "measuring" | "good" | "fair" | "poor";

export interface Quality {
  readonly grade: Grade;
  /** Milliseconds there and back: the middle one of the last few, the least and the most of all. */
  readonly roundTrip: number;
  readonly least: number;
  readonly most: number;
}

/** Round trips that are remembered: half a minute of them. */
export const REMEMBERED = 15;
const FIRST = 2;
const RECENT = 5;

// A hand that draws notices a delay from about 50 ms on and corrects for it up to about 150 ms; an unsteady delay is
// worse than a long one, because nobody gets used to it.
const GOOD = { roundTrip: 60, spread: 60 };
const FAIR = { roundTrip: 150, spread: 200 };

export function qualityOf(roundTrips: readonly number[]): Quality {
  const recent = [...roundTrips.slice(-RECENT)].sort((one, other) => one - other);
  const roundTrip = Math.round(recent[Math.floor(recent.length / 2)] ?? 0);
  const least = Math.round(Math.min(...roundTrips));
  const most = Math.round(Math.max(...roundTrips));
  if (roundTrips.length < FIRST) return { grade: "measuring", roundTrip, least: roundTrip, most: roundTrip };
  const spread = (recent.at(-1) ?? 0) - (recent[0] ?? 0);
  const within = (limit: typeof GOOD) => roundTrip <= limit.roundTrip && spread <= limit.spread;
  return { grade: within(GOOD) ? "good" : within(FAIR) ? "fair" : "poor", roundTrip, least, most };
}
