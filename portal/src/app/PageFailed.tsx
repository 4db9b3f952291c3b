import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { Component, type ReactNode } from "react";
import { useLocation } from "react-router";
import { common } from "../strings/common";

/** Shows a page, and instead of one whose code could not be fetched (a server renewed in the meantime) or has failed, that. */
export function PageBoundary({ children }: { readonly children: ReactNode }) {
  const { pathname } = useLocation();
  return <Boundary pathname={pathname}>{children}</Boundary>;
}

interface BoundaryProps {
  readonly pathname: string;
  readonly children: ReactNode;
}

class Boundary extends Component<BoundaryProps, { failed: { error: unknown } | null }> {
  override state: { failed: { error: unknown } | null } = { failed: null };

  static getDerivedStateFromError(error: unknown) {
    return { failed: { error } };
  }

  override componentDidUpdate(before: BoundaryProps) {
    if (this.state.failed !== null && before.pathname !== this.props.pathname) this.setState({ failed: null });
  }

  override render() {
    return this.state.failed === null ? this.props.children : <PageFailed error={this.state.failed.error} />;
  }
}

function PageFailed({ error }: { readonly error: unknown }) {
  return (
    <Alert
      type="error"
      header={common.failed.page}
      action={<Button onClick={() => window.location.reload()}>{common.failed.reload}</Button>}
    >
      {common.failed.pageText}
      <Box variant="code" display="block">
        {error instanceof Error ? error.message : String(error)}
      </Box>
    </Alert>
  );
}
