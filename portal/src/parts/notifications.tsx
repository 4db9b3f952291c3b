import type { FlashbarProps } from "@cloudscape-design/components/flashbar";
import { createContext, lazy, type ReactNode, Suspense, useCallback, useContext, useMemo, useState } from "react";
import { common } from "../strings/common";

export interface Notice {
  readonly type: "success" | "info" | "warning" | "error" | "in-progress";
  readonly header: string;
  readonly content?: ReactNode;
  /** A later notice of the same id takes the place of the earlier one. */
  readonly id: string;
}

interface Notifier {
  readonly notices: readonly Notice[];
  readonly notify: (notice: Notice) => void;
  readonly dismiss: (id: string) => void;
}

// Its code comes with the first notice.
const Flashbar = lazy(() => import("@cloudscape-design/components/flashbar"));
const Context = createContext<Notifier | null>(null);

export function NotificationsProvider({ children }: { readonly children: ReactNode }) {
  const [notices, setNotices] = useState<readonly Notice[]>([]);
  const notify = useCallback((notice: Notice) => {
    setNotices((known) => [notice, ...known.filter(({ id }) => id !== notice.id)]);
  }, []);
  const dismiss = useCallback((id: string) => setNotices((known) => known.filter((notice) => notice.id !== id)), []);
  const notifier = useMemo(() => ({ notices, notify, dismiss }), [notices, notify, dismiss]);
  return <Context.Provider value={notifier}>{children}</Context.Provider>;
}

/** Says above the page what has happened. */
export function useNotify(): (notice: Notice) => void {
  return useNotifier().notify;
}

export function Notifications() {
  const { notices, dismiss } = useNotifier();
  const items = notices.map(
    ({ type, header, content, id }): FlashbarProps.MessageDefinition => ({
      id,
      type,
      header,
      content,
      loading: type === "in-progress",
      dismissible: true,
      dismissLabel: common.dismiss,
      onDismiss: () => dismiss(id),
    }),
  );
  if (items.length === 0) return null;
  return (
    <Suspense>
      <div className="notifications">
        <Flashbar items={items} />
      </div>
    </Suspense>
  );
}

function useNotifier(): Notifier {
  const notifier = useContext(Context);
  if (notifier === null) throw new Error("There is no <NotificationsProvider> around this.");
  return notifier;
}
