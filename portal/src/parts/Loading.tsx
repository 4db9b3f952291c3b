import Box from "@cloudscape-design/components/box";
import Spinner from "@cloudscape-design/components/spinner";
import { common } from "../strings/common";

export function Loading() {
  return (
    <Box textAlign="center" padding="xxl">
      <span role="status">
        <Spinner size="large" />
        <span className="visually-hidden">{common.loading}</span>
      </span>
    </Box>
  );
}
