/** Words of the pages about the server's settings and the machine's health. */
export const system = {
  settings: {
    description:
      "As the server that answers has them since it started. They are changed in greenroom.toml or the environment, not here; passwords are hidden.",
    name: "Setting",
    value: "Value",
    source: "From",
    default: "Default",
    meaning: "Meaning",
    accepts: "Accepts",
    variable: "Environment variable",
    find: "Name, value or meaning",
    sources: "From",
    byDefault: "The default",
    chosen: "Chosen here",
    emptyTitle: "There is no setting",
    empty: "The server told none.",
  },
  health: {
    description: "A look over the machine and the studio, as greenroom doctor has it. It takes some seconds.",
    part: "Part",
    state: "State",
    states: { OK: "Works", LIMITED: "Limited", MISSING: "Missing" } as Readonly<Record<string, string>>,
    unneeded: "Missing, and not needed",
    meaning: "What it means",
    remedy: "What to do",
    need: "Needed",
    needs: { NEEDED: "By the settings", OPTIONAL: "No" } as Readonly<Record<string, string>>,
    find: "Part or meaning",
    emptyTitle: "Nothing was found",
    empty: "The look over the machine told nothing.",
  },
};
