import type { Draft } from "./draft";

/**
 * What was typed into forms that were left without being sent: a sign-in that ended in the middle shows another page for a while.
 * It is in memory only, as what is typed may be secret, and goes with the page.
 */
const drafts = new Map<string, Draft>();

export const keptDraft = (key: string): Draft | undefined => drafts.get(key);
export const keepDraft = (key: string, draft: Draft): void => void drafts.set(key, draft);
export const forgetDraft = (key: string): void => void drafts.delete(key);
