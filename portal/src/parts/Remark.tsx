import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import type { ReactNode } from "react";

/** A sentence with a sign before it. A StatusIndicator that wraps breaks within words; a sentence breaks between them. */
export function Remark({ type, children }: { readonly type: StatusIndicatorProps.Type; readonly children: ReactNode }) {
  return (
    <StatusIndicator type={type} wrapText>
      <span className="sentence">{children}</span>
    </StatusIndicator>
  );
}
