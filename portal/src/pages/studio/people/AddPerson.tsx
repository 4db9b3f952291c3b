import { useState } from "react";
import { useNavigate } from "react-router";
import { curlLine } from "../../../api/commandLine";
import type { CreateUserRequest, CreateUserResponse } from "../../../api/operations";
import { USERS } from "../../../api/studio";
import { ChoiceField, TextField } from "../../../forms/Fields";
import { FormDialog } from "../../../forms/FormDialog";
import { useIdentity } from "../../../identity/identity";
import { ShownOnce } from "../../../parts/ShownOnce";
import { user as words } from "../../../strings/administration/user";

/** Adds a person, and shows their password. */
export function AddPerson() {
  const { api } = useIdentity();
  const navigate = useNavigate();
  const [made, setMade] = useState<CreateUserResponse | null>(null);
  return (
    <>
      <FormDialog
        text={words.create}
        variant="primary"
        title={words.create}
        operation="CreateUser"
        initial={FRESH}
        byCode={{ USER_EXISTS: "userName", INVALID_NAME: "userName" }}
        submit={words.create}
        failed={words.notCreated}
        send={(request) => api.additions.call("CreateUser", request as unknown as CreateUserRequest)}
        line={(request) => curlLine(api, "CreateUser", request as unknown as CreateUserRequest)}
        changes={[USERS]}
        done={setMade}
      >
        <TextField path="userName" label={words.userName} description={words.userNameText} />
        <ChoiceField path="persona" label={words.persona} names={words.personas} />
      </FormDialog>
      {made !== null && (
        <ShownOnce
          title={words.created(made.user.userName)}
          secrets={[
            { label: words.userName, value: made.user.userName },
            { label: words.password, value: made.password },
          ]}
          close={() => {
            setMade(null);
            void navigate(`/studio/people/${encodeURIComponent(made.user.userName)}`);
          }}
        />
      )}
    </>
  );
}

const FRESH = { userName: "", persona: "USER" };
