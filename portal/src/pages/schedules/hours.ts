import type { Weekday } from "../../api/operations";
import { schedules as words } from "../../strings/schedules";

export const WEEKDAYS: readonly Weekday[] = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
export const WORKDAYS = WEEKDAYS.slice(0, 5);

/** Days in the order of the week, in as few words as there are. */
export function daysOf(days: readonly Weekday[]): string {
  const chosen = WEEKDAYS.filter((day) => days.includes(day));
  if (chosen.length === WEEKDAYS.length) return words.everyDay;
  if (chosen.length === WORKDAYS.length && WORKDAYS.every((day) => chosen.includes(day))) return words.workdays;
  return chosen.map((day) => words.names[day] ?? day).join(", ");
}

/** The time zone in which the browser is, and all that it knows. */
export const here = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
export const zones = (): readonly string[] => [...new Set([here(), "UTC", ...Intl.supportedValuesOf("timeZone")])];
