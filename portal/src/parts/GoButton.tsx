import Button, { type ButtonProps } from "@cloudscape-design/components/button";
import type { ReactNode } from "react";
import { useNavigate } from "react-router";

/** A button that leads to another page of the portal. */
export function GoButton({ href, variant = "normal", children }: { readonly href: string; readonly variant?: ButtonProps.Variant; readonly children: ReactNode }) {
  const navigate = useNavigate();
  return (
    <Button
      variant={variant}
      href={href}
      onFollow={(event) => {
        event.preventDefault();
        void navigate(href);
      }}
    >
      {children}
    </Button>
  );
}
