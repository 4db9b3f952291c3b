import ButtonDropdown, { type ButtonDropdownProps } from "@cloudscape-design/components/button-dropdown";
import { useNavigate } from "react-router";
import { signOut } from "../identity/auth";
import { useIdentity } from "../identity/identity";
import { common } from "../strings/common";
import { type Appearance, changeAppearance, useAppearance } from "./appearance";

const words = common.shell;
const MODES: Readonly<Record<Appearance["mode"], string>> = { light: words.light, dark: words.dark, system: words.asSystem };
const DENSITIES: Readonly<Record<Appearance["density"], string>> = { comfortable: words.comfortable, compact: words.compact };

/** Who is signed in, and what is theirs alone: how the pages look, their password, the way out. */
export function Account() {
  const { user } = useIdentity();
  const { mode, density } = useAppearance();
  const navigate = useNavigate();
  const chosen = (id: string) => {
    if (id in MODES) changeAppearance({ mode: id as Appearance["mode"] });
    if (id in DENSITIES) changeAppearance({ density: id as Appearance["density"] });
    if (id === "password") void navigate("/account");
    // The whole page goes, and with it the keys and everything that was read with them.
    if (id === "sign-out") void signOut().finally(() => window.location.assign("/"));
  };
  return (
    <ButtonDropdown
      ariaLabel={words.account(user.userName)}
      expandToViewport
      items={[
        { text: words.appearance, items: [...choices(MODES, mode), ...choices(DENSITIES, density)] },
        { id: "password", text: words.password },
        { id: "sign-out", text: words.signOut },
      ]}
      onItemClick={({ detail }) => chosen(detail.id)}
    >
      {user.userName}
    </ButtonDropdown>
  );
}

function choices(options: Readonly<Record<string, string>>, now: string): ButtonDropdownProps.CheckboxItem[] {
  return Object.entries(options).map(([id, text]) => ({ id, text, itemType: "checkbox", checked: id === now }));
}
