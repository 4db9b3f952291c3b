import ColumnLayout from "@cloudscape-design/components/column-layout";
import type { ReactNode } from "react";

/** Fields beside each other where there is room. */
export function Pair({ children }: { readonly children: ReactNode }) {
  return (
    <ColumnLayout columns={2} minColumnWidth={220}>
      {children}
    </ColumnLayout>
  );
}
