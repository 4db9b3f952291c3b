import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { useRouteError } from "react-router";
import { common } from "../strings/common";

/** Instead of a page whose code could not be fetched (a server renewed in the meantime) or has failed. */
export function PageFailed() {
  const error = useRouteError();
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
