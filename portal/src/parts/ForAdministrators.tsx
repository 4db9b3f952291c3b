import Alert from "@cloudscape-design/components/alert";
import { useIdentity } from "../identity/identity";
import { navigation as words } from "../strings/administration/navigation";

/** Said to others on a page that they may see, and where they may change nothing unless a policy of theirs says so. */
export function ForAdministrators() {
  const { user } = useIdentity();
  return user.persona === "ADMINISTRATOR" ? null : <Alert type="info">{words.changesRefused}</Alert>;
}
