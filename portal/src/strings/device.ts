/** The page on which a person lets a command line in. */
export const device = {
  title: "Let a command line in",
  code: "Code",
  whereFrom: "The code that greenroom login shows.",
  next: "Next",
  asks: (userAgent: string, sourceIp: string) =>
    `${userAgent === "" ? "A program" : userAgent}${sourceIp === "" ? "" : ` at ${sourceIp}`} asks to act as you, with all that you may do, for an hour at a time.`,
  compare: "Go on only if you have just run greenroom login yourself, and it shows this very code.",
  approve: "Let it in",
  approved: "It is let in. Go back to the command line; you may close this page.",
  refused: "It was not let in",
  unknown: "Nothing asks under this code",
} as const;
