/** Words of the page on which people change their password. */
export const account = {
  title: "Change password",
  description: "Your other sign-ins end with it; this one goes on. Keys for the command line stay as they are.",
  current: "Password now",
  next: "New password",
  nextHint: "At least 8 characters. Three or four words that do not belong together are easy to keep in mind.",
  again: "New password, once more",
  differs: "This is not the same as above.",
  needed: "This is needed.",
  submit: "Change it",
  wrong: "The password now is another one.",
  later: (seconds: number) => `Too many tries. Wait ${seconds} seconds, then try again.`,
  failed: "The password was not changed",
  done: "Your password is changed",
};
