const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/** Bytes in the largest decimal unit that leaves a whole number, with one place below ten. */
export function sizeOf(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit] ?? ""}`;
}
