import type { Path } from "./draft";

const SENTENCE = /Value(?: '(.*?)')?(?: null)? at '([^']+)' failed to satisfy constraint: Member (.*?)(?=; Value(?: '| null| at )|; and \d+ more|$)/gs;
const MEMBER_FIRST = /^([a-z][A-Za-z0-9]*(?:\.[A-Za-z0-9]+)*): (.+)$/s;

/** What a refused request's error says of single members, by where they are; empty where it says nothing of any. */
export function placesOf(error: unknown, byCode: Readonly<Record<string, Path>> = {}): ReadonlyMap<Path, string> {
  const places = new Map<Path, string>();
  if (!(error instanceof Error)) return places;
  const { code } = error as { code?: unknown };
  const known = typeof code === "string" ? byCode[code] : undefined;
  if (known !== undefined) return places.set(known, error.message);
  if (error.name !== "ValidationException") return places;
  for (const [, , place = "", constraint = ""] of error.message.matchAll(SENTENCE)) {
    const path = pathOf(place);
    if (!places.has(path)) places.set(path, sentence(constraint));
  }
  if (places.size > 0) return places;
  const [, place, words] = MEMBER_FIRST.exec(error.message) ?? [];
  return place === undefined || words === undefined ? places : places.set(place, sentence(words));
}

/** The server counts from 1 and says `member` for an item: `ec2InstanceTypes.1.member`; a draft counts from 0. */
function pathOf(place: string): Path {
  return place.replace(/\.(\d+)\.member/g, (_, position: string) => `.${Number(position) - 1}`);
}

function sentence(words: string): string {
  const first = words.charAt(0).toUpperCase();
  return `${first}${words.slice(1)}${/[.!?]$/.test(words) ? "" : "."}`;
}
