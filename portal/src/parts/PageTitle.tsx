import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";
import { useLocation, useNavigate } from "react-router";
import { useTitle } from "./useTitle";

export interface PageTitleProps {
  readonly title: string;
  /** The pages above this one. */
  readonly above: readonly { readonly text: string; readonly href: string }[];
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
}

/** What a page is about, where it stands, and what can be done here. */
export function PageTitle({ title, above, description, actions }: PageTitleProps) {
  const navigate = useNavigate();
  const { pathname } = useLocation();
  useTitle(title);
  return (
    <SpaceBetween size="xs">
      <BreadcrumbGroup
        items={[...above, { text: title, href: pathname }]}
        onFollow={(event) => {
          event.preventDefault();
          void navigate(event.detail.href);
        }}
      />
      <Header
        variant="h1"
        {...(description === undefined ? {} : { description })}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            {actions}
          </SpaceBetween>
        }
      >
        {title}
      </Header>
    </SpaceBetween>
  );
}
