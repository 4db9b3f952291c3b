import { useEffect } from "react";
import { common } from "../strings/common";

/** The document's title while a page is shown; the browser's history and a screen reader speak it. */
export function useTitle(page: string): void {
  useEffect(() => {
    document.title = page === "" ? common.product : common.shell.title(page);
  }, [page]);
}
