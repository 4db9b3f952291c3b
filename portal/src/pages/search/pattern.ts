/** What a person typed, as the server looks for it: without a wildcard of their own, any name that it is a part of. */
export function patternOf(typed: string): string {
  if (typed === "" || /[*?[]/.test(typed)) return typed;
  return `*${typed}*`;
}

/** The folder that a path is in; "" for the outermost. */
export function folderOf(path: string): string {
  return path.split("/").slice(0, -1).join("/");
}
