import { type ReactNode, useLayoutEffect, useRef } from "react";
import { common } from "../../strings/common";
import "./above-the-page.css";

/**
 * Covers the page, with its open dialogs, until it is taken away; the keyboard then is where it was. Nothing of the page can be
 * read or reached meanwhile, and it cannot be closed.
 */
export function AboveThePage({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null);
  // Before the browser draws, and before its element goes: the browser gives the keyboard back when it is closed.
  useLayoutEffect(() => {
    const there = dialog.current;
    const before = document.title;
    document.title = common.shell.title(title);
    there?.showModal();
    return () => {
      document.title = before;
      there?.close();
    };
  }, [title]);
  return (
    <dialog
      ref={dialog}
      className="above-the-page"
      aria-label={title}
      onCancel={(event) => event.preventDefault()}
      // A browser closes it all the same at the second press of Escape.
      onClose={() => dialog.current?.showModal()}
    >
      <div className="centred">{children}</div>
    </dialog>
  );
}
