import type { StreamingSession } from "@aws-sdk/client-nimble";
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useNavigate } from "react-router";
import type { SessionActs } from "../../api/sessions";
import { useNotify } from "../../parts/notifications";
import { artist } from "../../strings/artist";
import { type Act, actsOf } from "./acts";

const words = artist.sessions;
const TEXT: Readonly<Record<Act, string>> = {
  open: words.open,
  start: words.start,
  stop: words.stop,
  backUp: words.backUp,
  terminate: words.terminate,
};

export interface SessionActsMenuProps {
  readonly session: StreamingSession;
  readonly name: string;
  readonly acts: SessionActs;
  /** Asks before something that ends the person's programs. */
  readonly ask: (act: "stop" | "terminate") => void;
  /** Where its details are, as an entry of the menu; none where they are shown already. */
  readonly details?: string;
}

/** The likeliest act as a button, the others in a menu beside it. */
export function SessionActsMenu({ session, name, acts, ask, details }: SessionActsMenuProps) {
  const navigate = useNavigate();
  const notify = useNotify();
  const sessionId = session.sessionId ?? "";
  const can = actsOf(session);
  const first = can[0] === "open" || can[0] === "start" ? can[0] : undefined;
  const items: { id: string; text: string }[] = can
    .filter((act) => act !== first)
    .map((act) => ({ id: act, text: TEXT[act] }));
  if (details !== undefined) items.push({ id: "details", text: words.details });
  const perform = (act: string) => {
    switch (act as Act | "details") {
      case "open":
        void navigate(`/sessions/${sessionId}/desktop`);
        return;
      case "start":
        acts.start.mutate({ sessionId });
        return;
      case "backUp":
        acts.backUp.mutate(
          { sessionId },
          {
            onSuccess: () =>
              notify({ id: `backup-${sessionId}`, type: "info", header: words.backedUp(name), content: words.backedUpText }),
          },
        );
        return;
      case "stop":
      case "terminate":
        ask(act as "stop" | "terminate");
        return;
      case "details":
        void navigate(details ?? "");
    }
  };
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {first !== undefined && (
        <Button
          variant={first === "open" ? "primary" : "normal"}
          loading={first === "start" && acts.start.isPending && acts.start.variables.sessionId === sessionId}
          ariaLabel={`${TEXT[first]} ${name}`}
          onClick={() => perform(first)}
        >
          {TEXT[first]}
        </Button>
      )}
      {items.length > 0 && (
        <ButtonDropdown
          variant="icon"
          ariaLabel={words.more(name)}
          expandToViewport
          items={items}
          onItemClick={({ detail }) => perform(detail.id)}
        />
      )}
    </SpaceBetween>
  );
}
