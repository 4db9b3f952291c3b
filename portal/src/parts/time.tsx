import { useSyncExternalStore } from "react";
import { common } from "../strings/common";

const words = common.time;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time in milliseconds, in words of one or two units. */
export function lengthOf(milliseconds: number): string {
  const length = Math.abs(milliseconds);
  if (length < MINUTE) return words.seconds(Math.floor(length / 1000));
  if (length < HOUR) return words.minutes(Math.floor(length / MINUTE));
  if (length < 2 * DAY) return words.hours(Math.floor(length / HOUR), length < 12 * HOUR ? Math.floor((length % HOUR) / MINUTE) : 0);
  return words.days(Math.floor(length / DAY));
}

/** How long ago or how soon, seen from `now`. */
export function relative(moment: Date, now: number): string {
  const distance = moment.getTime() - now;
  if (Math.abs(distance) < 10_000) return words.now;
  return distance < 0 ? words.ago(lengthOf(distance)) : words.in(lengthOf(distance));
}

const precise = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const day = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

export const exactly = (moment: Date): string => precise.format(moment);
export const dayOf = (moment: Date): string => day.format(moment);
export const clockOf = (moment: Date): string => clock.format(moment);

/** The time, moved on every second while somebody looks. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => shown);
}

let shown = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const lookers = new Set<() => void>();

function subscribe(looker: () => void): () => void {
  lookers.add(looker);
  timer ??= setInterval(() => {
    if (document.visibilityState !== "visible") return;
    shown = Date.now();
    for (const each of lookers) each();
  }, 1000);
  return () => {
    lookers.delete(looker);
    if (lookers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** A moment as a person thinks of it, with the exact one to be had by pointing at it. */
export function Moment({ at }: { readonly at: Date | string | undefined }) {
  const now = useNow();
  if (at === undefined) return <>{common.unknown}</>;
  const moment = new Date(at);
  return (
    <time dateTime={moment.toISOString()} title={exactly(moment)}>
      {relative(moment, now)}
    </time>
  );
}
