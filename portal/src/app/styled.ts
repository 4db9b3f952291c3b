/** Resolves when the page's stylesheets are there, or cannot be had: what is measured before has other sizes. */
export async function styled(within: ParentNode = document): Promise<void> {
  const sheets = [...within.querySelectorAll<HTMLLinkElement>("link[rel=stylesheet]")].filter((link) => link.sheet === null);
  await Promise.all(
    sheets.map(
      (link) =>
        new Promise((over) => {
          link.addEventListener("load", over);
          link.addEventListener("error", over);
        }),
    ),
  );
}
