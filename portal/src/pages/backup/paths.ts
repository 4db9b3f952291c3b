/** The folders on the way to a path, the outermost first, each with its own path. */
export function crumbs(path: string): readonly { readonly name: string; readonly path: string }[] {
  const names = path.split("/").filter((name) => name !== "");
  return names.map((name, place) => ({ name, path: names.slice(0, place + 1).join("/") }));
}
