import Checkbox from "@cloudscape-design/components/checkbox";
import Select from "@cloudscape-design/components/select";
import { useMemo } from "react";
import { curlLine } from "../../api/commandLine";
import type { Schedule, Weekday } from "../../api/operations";
import { type Hours, hoursOf, SCHEDULES } from "../../api/schedules";
import type { Complaints } from "../../forms/complaints";
import type { Draft } from "../../forms/draft";
import { Field, TextField } from "../../forms/Fields";
import { useField } from "../../forms/form";
import { FormDialog } from "../../forms/FormDialog";
import { useIdentity } from "../../identity/identity";
import { Remark } from "../../parts/Remark";
import { schedules as words } from "../../strings/schedules";
import { here, WEEKDAYS, WORKDAYS, zones } from "./hours";

export interface HoursFormProps {
  readonly sessionId: string;
  readonly name: string;
  readonly schedule: Schedule | undefined;
}

/** A button that asks for the hours of one session. */
export function HoursForm({ sessionId, name, schedule }: HoursFormProps) {
  const { api } = useIdentity();
  const asked = (request: Draft) => hoursOf(api, sessionId, request as unknown as Hours);
  return (
    <FormDialog
      text={words.set}
      ariaLabel={words.setFor(name)}
      title={words.formTitle(name)}
      operation="PutSchedule"
      initial={{
        startAt: schedule?.startAt ?? "",
        stopAt: schedule?.stopAt ?? "",
        weekdays: schedule?.weekdays ?? WORKDAYS,
        timeZone: schedule?.timeZone ?? here(),
      }}
      check={needed}
      submit={words.submit}
      failed={words.failed}
      send={(request) => api.additions.call("PutSchedule", asked(request))}
      line={(request) => curlLine(api, "PutSchedule", asked(request))}
      changes={[SCHEDULES]}
    >
      <TextField path="startAt" label={words.startAt} description={words.optional} placeholder="08:30" />
      <TextField path="stopAt" label={words.stopAt} description={words.optional} placeholder="19:00" />
      <Weekdays />
      <TimeZone />
      <StopLoses />
    </FormDialog>
  );
}

/** What the server's description cannot say, or says of lists in general. */
function needed({ startAt, stopAt, weekdays }: Draft): Complaints {
  const found = new Map<string, string>();
  if (startAt === "" && stopAt === "") found.set("startAt", words.needsHour);
  if ((weekdays as readonly Weekday[]).length === 0) found.set("weekdays", words.needsDay);
  return found;
}

function Weekdays() {
  const { value, set } = useField("weekdays");
  const days = value as readonly Weekday[];
  return (
    <div role="group" aria-label={words.weekdays}>
      <Field path="weekdays" label={words.weekdays} deep hinted={false}>
        {WEEKDAYS.map((day) => (
          <Checkbox
            key={day}
            checked={days.includes(day)}
            onChange={({ detail }) => set(detail.checked ? [...days, day] : days.filter((each) => each !== day))}
          >
            {words.names[day]}
          </Checkbox>
        ))}
      </Field>
    </div>
  );
}

function TimeZone() {
  const { value, set } = useField("timeZone");
  const options = useMemo(() => zones().map((zone) => ({ value: zone, label: zone })), []);
  return (
    <Field path="timeZone" label={words.timeZone} hinted={false}>
      <Select
        options={options}
        selectedOption={{ value: String(value), label: String(value) }}
        filteringType="auto"
        virtualScroll
        onChange={({ detail }) => set(detail.selectedOption.value)}
      />
    </Field>
  );
}

function StopLoses() {
  const { value } = useField("stopAt");
  if (value === "") return null;
  return (
    <Remark type="warning">
      {words.stopLoses}
    </Remark>
  );
}
