let isDown = false;
let waiting: (() => void)[] = [];

function released(): void {
  isDown = false;
  const acts = waiting;
  waiting = [];
  // The click comes after the release.
  setTimeout(() => acts.forEach((act) => act()));
}

window.addEventListener("pointerdown", () => (isDown = true), true);
window.addEventListener("pointerup", released, true);
window.addEventListener("pointercancel", released, true);

/** Do it now, or after the press that is going on: what appears in between would move the button from under the mouse. */
export function afterPress(act: () => void): void {
  if (isDown) waiting.push(act);
  else act();
}
