import Alert from "@cloudscape-design/components/alert";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { navigation as words } from "../strings/administration/navigation";
import { ErrorPanel } from "./ErrorPanel";

/** Instead of a page that the server did not let somebody see. */
export function Forbidden({ error, title = words.forbiddenTitle }: { readonly error: unknown; readonly title?: string }) {
  return (
    <SpaceBetween size="m">
      <Header variant="h1">{title}</Header>
      <Alert type="warning" header={words.forbidden}>
        {words.forbiddenText}
      </Alert>
      <ErrorPanel error={error} />
    </SpaceBetween>
  );
}
