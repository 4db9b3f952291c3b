import type { Area } from "../app/area";
import { administration } from "./administration";
import { artist } from "./artist";

/** Every area, in the navigation's order. */
export const areas: readonly Area[] = [artist, administration];
