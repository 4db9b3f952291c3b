import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { useEffect } from "react";
import { NOW_AND_THEN } from "../app/queries";
import { common } from "../strings/common";
import { isUnreachable } from "../api/errors";
import { ErrorPanel } from "./ErrorPanel";

/** Before anybody could be signed in: the server said nothing, or something that is no answer. It is asked again. */
export function ServerSilent({ error, again }: { readonly error: Error; readonly again: () => void }) {
  useEffect(() => {
    const timer = setInterval(again, NOW_AND_THEN / 5);
    return () => clearInterval(timer);
  }, [again]);
  return (
    <main className="centred">
      {isUnreachable(error) ? (
        <Alert
          type="warning"
          header={common.offline.title}
          action={<Button onClick={again}>{common.tryAgain}</Button>}
        >
          {common.offline.text}
        </Alert>
      ) : (
        <ErrorPanel error={error} again={again} />
      )}
    </main>
  );
}
